"""The journal over the control surface: of all projects, of one, and one entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from simulator.control.parameters import Parameters
from simulator.control.replies import ControlError, json_reply
from simulator.journal import Selection, entry_to_json

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.message import Reply

_FILTERS: Final = ("path", "status", "user", "text", "after", "before", "newest", "limit")
#: Characters of a body that a list of entries shows.
_LONGEST_BODY: Final = 4_000


def list_entries(call: ControlCall) -> Reply:
    """A page of the entries of all projects; long bodies are cut."""
    given = Parameters(call.request, "project", *_FILTERS)
    limit = given.page()
    entries = call.simulator.journal.select(
        replace(_selection(given), project=given.text("project"), limit=limit + 1)
    )
    page = entries[:limit]
    following = page[-1].number if len(entries) > limit else None
    return json_reply({"entries": [entry_to_json(entry, longest=_LONGEST_BODY) for entry in page], "next": following})


def get_journal(call: ControlCall) -> Reply:
    """The entries of a project."""
    name = call.project().configuration.name
    selection = replace(_selection(Parameters(call.request, *_FILTERS)), project=name)
    return json_reply({"entries": [entry_to_json(entry) for entry in call.simulator.journal.select(selection)]})


def _selection(given: Parameters) -> Selection:
    return Selection(
        path=given.text("path"),
        status=given.number("status"),
        user=given.text("user"),
        text=given.text("text"),
        after=given.number("after") or 0,
        before=given.number("before"),
        newest=given.flag("newest"),
        limit=given.number("limit"),
    )


def get_entry(call: ControlCall) -> Reply:
    """One entry, whole."""
    text = call.path_parameters["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0  # noqa: PLR2004
    entry = call.simulator.journal.entry(number)
    if entry is None:
        raise ControlError(404, f"the journal has no entry {text[:40]!r}: there was none, or it is no longer kept")
    return json_reply(entry_to_json(entry))
