"""What a property is, and what it means that it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.properties.execution import Execution
    from conformance.strategies import Family, History


class Severity(StrEnum):
    """How bad it is when a property does not hold."""

    #: Somebody, or what they did, is lost or goes to somebody else; or what must not leave does.
    HIGH = "high"
    #: Something that is said about them is lost or wrong.
    MEDIUM = "medium"
    #: It surprises, and can be lived with.
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a property does not hold.

    Attributes:
        detail: What is wrong, in a sentence.
        expect: What should be, as a scenario file says it.
        step: After which delivery it should be so, counted from 0; None for the end.
        about: What tells it from other violations with the same theme, such as the name of a field; may be empty.
        history: The history that shows it, where that is not the one that was judged.
    """

    detail: str
    expect: dict[str, Any]
    step: int | None = None
    about: str = ""
    history: History | None = None


#: Looks at everything that a property is about: None for each thing that is as it should be, else the violation.
#: Nothing at all means that the property is not about this history.
Check = Callable[["Execution"], Iterator[Violation | None]]

EVERY_TYPE = ("email", "userid", "hybrid")


@dataclass(frozen=True, slots=True)
class Property:
    """Something that a customer takes for granted.

    Attributes:
        id: Its stable name, such as `identity.person-exists`.
        description: What holds, in the customer's words.
        source: Where that is documented, or where it was found not to hold.
        severity: How bad it is when it does not.
        family: The histories that it is judged on.
        check: Judges one history.
        project_types: Those that it is about.
        themes: The themes of the family that it is about; None for all.
    """

    id: str
    description: str
    source: str
    severity: Severity
    family: Family
    check: Check
    project_types: tuple[str, ...] = EVERY_TYPE
    themes: frozenset[str] | None = None

    def is_about(self, theme: str) -> bool:
        """Whether histories with a theme are judged."""
        return self.themes is None or theme in self.themes
