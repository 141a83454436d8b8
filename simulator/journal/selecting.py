"""Which entries a selection means."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from simulator.journal.outcome import EntryOutcome, is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.journal.entry import Entry, Selection


def chosen(entries: Iterable[Entry], selection: Selection) -> Iterator[Entry]:
    """The entries of a selection, in the order in which they are given; all of them, whatever its limit."""
    users = frozenset(selection.users)
    return (
        entry
        for entry in entries
        if not entry.control
        and entry.number > selection.after
        and (selection.before is None or entry.number < selection.before)
        and selection.project in {None, entry.project}
        and selection.method in {None, entry.request.method}
        and (selection.path is None or _path_matches(entry.request.path, selection.path))
        and (selection.status is None or (entry.reply is not None and entry.reply.status == selection.status))
        and (not selection.users or not users.isdisjoint(entry.users))
        and (selection.outcome is None or _became(entry, selection.outcome))
        and (selection.text is None or _has_text(entry, selection.text.lower()))
    )


def _became(entry: Entry, outcome: EntryOutcome) -> bool:
    """Whether an entry has an outcome; the others are not worked out where the status tells."""
    is_refused = entry.reply is None or is_refusal(entry.reply.status)
    if is_refused or outcome is EntryOutcome.REFUSED:
        return is_refused and outcome is EntryOutcome.REFUSED
    return entry.outcome is outcome


def _has_text(entry: Entry, text: str) -> bool:
    if text in _searched(entry.request.path):
        return True
    if entry.reply is not None and text == str(entry.reply.status):
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
