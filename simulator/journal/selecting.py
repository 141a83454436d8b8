"""Which entries a selection means."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import unquote

from simulator.journal.outcome import EntryOutcome, is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.journal.entry import Selection


class Candidate(Protocol):
    """What a selection looks at in an entry."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def project(self) -> str:
        """The name of the project."""
        ...

    @property
    def method(self) -> str:
        """The HTTP method."""
        ...

    @property
    def path(self) -> str:
        """The path, as it was sent."""
        ...

    @property
    def status(self) -> int | None:
        """The status of the reply; None when there was none."""
        ...

    @property
    def users(self) -> tuple[str, ...]:
        """The identifiers that the request was about."""
        ...

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided."""
        ...

    @property
    def control(self) -> bool:
        """Whether the request came over the control surface."""
        ...

    @property
    def outcome(self) -> EntryOutcome:
        """What became of the request."""
        ...


_Candidate = TypeVar("_Candidate", bound=Candidate)


def chosen(entries: Iterable[_Candidate], selection: Selection) -> Iterator[_Candidate]:
    """The entries of a selection, in the order in which they are given; all of them, whatever its limit."""
    users = frozenset(selection.users)
    text = None if selection.text is None else selection.text.lower()
    return (
        entry
        for entry in entries
        if not entry.control
        and entry.number > selection.after
        and (selection.before is None or entry.number < selection.before)
        and (selection.project is None or selection.project == entry.project)
        and (selection.method is None or selection.method == entry.method)
        and (selection.path is None or _path_matches(entry.path, selection.path))
        and (selection.status is None or selection.status == entry.status)
        and (not users or not users.isdisjoint(entry.users))
        and (selection.rule is None or _decided(entry.rules, selection.rule))
        and (selection.outcome is None or _became(entry, selection.outcome))
        and (text is None or _has_text(entry, text))
    )


def _decided(rules: tuple[str, ...], wanted: str) -> bool:
    """Whether one of the rules is the wanted one, or is in the group of that name."""
    return any(rule == wanted or rule.startswith(f"{wanted}.") for rule in rules)


def _became(entry: Candidate, outcome: EntryOutcome) -> bool:
    """Whether an entry has an outcome; the others are not worked out where the status tells."""
    is_refused = entry.status is None or is_refusal(entry.status)
    if is_refused or outcome is EntryOutcome.REFUSED:
        return is_refused and outcome is EntryOutcome.REFUSED
    return entry.outcome is outcome


def _has_text(entry: Candidate, text: str) -> bool:
    if text in _searched(entry.path):
        return True
    if text.isdecimal() and text == str(entry.status):
        return True
    # No text that anybody looks for runs from one identifier over a NUL into the next.
    return text in "\0".join(entry.users).lower()


# A search asks for every entry, and most have one of few paths.
@lru_cache(maxsize=1024)
def _searched(path: str) -> str:
    return unquote(path).lower()


def _path_matches(path: str, wanted: str) -> bool:
    """Whether a path, as it was sent or decoded, is the wanted one."""
    is_glob = any(sign in wanted for sign in "*?[")
    return any(fnmatchcase(form, wanted) if is_glob else wanted in form for form in {path, unquote(path)})
