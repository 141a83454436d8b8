"""The journal over the control surface: of all projects, of one, and one entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from simulator.control.parameters import Parameters
from simulator.control.replies import ControlError, json_reply
from simulator.journal import EntryOutcome, Selection, entry_to_json, raw_body
from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

    from simulator.control.call import ControlCall
    from simulator.journal import Entry
    from simulator.project import Project

_FILTERS: Final = (
    "method",
    "path",
    "status",
    "outcome",
    "rule",
    "user",
    "text",
    "after",
    "before",
    "newest",
    "limit",
)
#: Characters of a body that a list of entries shows.
_LONGEST_BODY: Final = 4_000
_LONGEST_NUMBER: Final = 15
#: No browser takes what somebody sent for a page.
_AS_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
_QUOTED: Final = 40


def list_entries(call: ControlCall) -> Reply:
    """A page of the entries of all projects; long bodies are cut."""
    given = Parameters(call.request, "project", *_FILTERS)
    name = given.text("project")
    project = None if name is None else call.simulator.projects.get(name)
    selection = replace(_selection(given, project), project=name)
    return _page(call, selection, given.page(), lambda entry: entry_to_json(entry, longest=_LONGEST_BODY))


def get_journal(call: ControlCall) -> Reply:
    """A page of the entries of a project."""
    project = call.project()
    given = Parameters(call.request, *_FILTERS)
    selection = replace(_selection(given, project), project=project.configuration.name)
    return _page(call, selection, given.page(), entry_to_json)


def _page(call: ControlCall, selection: Selection, limit: int, shown: Callable[[Entry], JsonValue]) -> Reply:
    """The first entries of a selection, and what to go on with."""
    entries = call.simulator.journal.select(replace(selection, limit=limit + 1))
    page = entries[:limit]
    following = page[-1].number if len(entries) > limit else None
    return json_reply({"entries": [shown(entry) for entry in page], "next": following})


def _selection(given: Parameters, project: Project | None) -> Selection:
    user, method = given.text("user"), given.text("method")
    return Selection(
        method=None if method is None else method.upper(),
        path=given.text("path"),
        status=given.number("status"),
        users=() if user is None else identifiers_meant(project, user),
        outcome=_outcome(given),
        rule=_rule(given),
        text=given.text("text"),
        after=given.number("after") or 0,
        before=given.number("before"),
        newest=given.flag("newest"),
    )


def identifiers_meant(project: Project | None, user: str) -> tuple[str, ...]:
    """The identifiers that `user=` is about: the one that it is, or with `#` and a number both of that person.

    Args:
        project: The project of the person; None where none is chosen, and numbers mean nobody.
        user: An email, a userId, or `#` and the number of a person.
    """
    digits = user.removeprefix("#")
    if project is None or digits == user or not (digits.isascii() and digits.isdigit()):
        return (user,)
    person = project.people.numbered(int(digits[:_LONGEST_NUMBER]))
    return (user,) if person is None else (user, *person.identifiers)


def _outcome(given: Parameters) -> EntryOutcome | None:
    text = given.text("outcome")
    if text is None:
        return None
    try:
        return EntryOutcome(text)
    except ValueError:
        words = ", ".join(EntryOutcome)
        raise ControlError(400, f"outcome must be one of {words}, not {text[:_QUOTED]!r}") from None


def _rule(given: Parameters) -> str | None:
    """The rule or the group of rules, in any case and with or without a dot at its end, as `explain` takes it."""
    text = given.text("rule")
    return text.lower().rstrip(".") or None if text is not None else None


def get_entry(call: ControlCall) -> Reply:
    """One entry, whole."""
    return json_reply(entry_to_json(_entry(call)))


def get_request_body(call: ControlCall) -> Reply:
    """The body of a request as it was sent."""
    return _raw(_entry(call).request.body)


def get_reply_body(call: ControlCall) -> Reply:
    """The body of a reply as it was sent; empty where the connection was closed without one."""
    reply = _entry(call).reply
    return _raw(b"" if reply is None else reply.body)


def _raw(body: bytes) -> Reply:
    return Reply(200, raw_body(body), _AS_TEXT)


def _entry(call: ControlCall) -> Entry:
    text = call.path_parameters["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0
    entry = call.simulator.journal.entry(number)
    if entry is None:
        raise ControlError(404, f"the journal has no entry {text[:40]!r}: it never existed or is no longer kept")
    return entry
