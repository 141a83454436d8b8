"""Time travel over the control surface: a project as it was after any request, and what came between two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from simulator.control.replies import ControlError, json_reply

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.journal import Journal
    from simulator.message import Reply, Request

_NUMBER: Final = re.compile(r"[0-9]{1,15}")


def get_state(call: ControlCall) -> Reply:
    """The state document of a project: as it is, or with `at=N` as it was after that request."""
    given = _parameters(call.request)
    if not given:
        return json_reply(call.project().state_document())
    number = _number(call.simulator.journal, given, "at")
    _refuse_others(given, ("at",))
    return json_reply(call.past().project_at(call.path_parameters["name"], number).state_document())


def get_difference(call: ControlCall) -> Reply:
    """What came between two requests, `from=N` and `to=M`, or the last one."""
    given, journal, name = _parameters(call.request), call.simulator.journal, call.path_parameters["name"]
    begin = _number(journal, given, "from")
    end = _number(journal, given, "to") if "to" in given else journal.next_number - 1
    _refuse_others(given, ("from", "to"))
    if begin > end:
        raise ControlError(400, f"from is {begin} and to is {end}: the earlier request must come first")
    history = call.past()
    before, after = history.project_at(name, begin), history.project_at(name, end)
    return json_reply({"from": begin, "to": end, **history.difference(before, after)})


def _parameters(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(request.query, keep_blank_values=True).items()}


def _number(journal: Journal, given: dict[str, str], name: str) -> int:
    text = given.get(name)
    if text is None:
        raise ControlError(
            400, f"{name} is missing: give the number of a request in the journal, or 0 for the initial state"
        )
    if not _NUMBER.fullmatch(text):
        raise ControlError(400, f"{name} must be a whole number of at most 15 digits, not {text[:40]!r}")
    last = journal.next_number - 1
    if int(text) > last:
        raise ControlError(404, f"there is no request {text} yet; the last one is {last}")
    return int(text)


def _refuse_others(given: dict[str, str], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise ControlError(400, f"unknown parameter {name[:40]!r}; known: {', '.join(known)}")
