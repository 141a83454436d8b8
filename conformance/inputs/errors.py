"""What a user of our tools got wrong, as data: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, order=True)
class InputProblem:
    """One problem in a file or in an option.

    Attributes:
        file: The file, as the user named it, or the option (`--mapping`).
        line: The line, counted from 1; 0 when the problem has no line.
        column: The column, counted from 1; 0 when it has none.
        field: The dotted path of the field, such as `steps[0].send.type`; empty for the file as a whole.
        message: What is wrong, with the value that was seen.
        hint: What to do about it; may be empty.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One line: `file:line:column: field: message (hint)`."""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        where = f"{self.field}: " if self.field else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {where}{self.message}{hint}"


class InputError(Exception):
    """The input cannot be used; the command line prints every problem, one a line, and exits with 2."""

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def nearest(word: str, known: Sequence[str]) -> str:
    """What to say about a word that is not known: `did you mean plan?`, or all that are known."""
    # Imported when there is something to suggest, as every start of the program imports this module.
    import difflib

    if word in known:
        return f"{word} is known, but not here"
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
