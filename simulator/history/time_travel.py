"""Time travel over the control surface: a project as it was after any request, and what came between two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

from simulator.control.replies import ControlError, error_reply, json_reply
from simulator.history.diff import difference
from simulator.history.replay import rebuilt
from simulator.journal import NotKeptError

if TYPE_CHECKING:
    from simulator.engine.simulator import Simulator
    from simulator.journal import Journal
    from simulator.message import Reply, Request
    from simulator.project import Project

_PATH: Final = re.compile(r"/_sim/projects/([^/]+)/(state|diff)/?")
_NUMBER: Final = re.compile(r"[0-9]{1,15}")


def answer_past(journal: Journal, request: Request) -> Reply | None:
    """The reply to `state?at=N` and `diff?from=N&to=M` of a project; None for a request that is about neither."""
    found = _PATH.fullmatch(request.path)
    if found is None or request.method != "GET":
        return None
    given = {name: values[-1] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
    name = unquote(found[1])
    if found[2] == "state" and not given:
        return None
    try:
        if found[2] == "state":
            return _state(journal, name, given)
        return _difference(journal, name, given)
    except ControlError as error:
        return error_reply(error)
    except NotKeptError as error:
        return error_reply(ControlError(410, f"that is too long ago: {error}; serve --data DIR keeps everything"))


def _state(journal: Journal, name: str, given: dict[str, str]) -> Reply:
    number = _number(journal, given, "at")
    _refuse_others(given, ("at",))
    return json_reply(_project(rebuilt(journal, number)[0], name, number).state_document())


def _difference(journal: Journal, name: str, given: dict[str, str]) -> Reply:
    begin = _number(journal, given, "from")
    end = _number(journal, given, "to") if "to" in given else journal.next_number - 1
    _refuse_others(given, ("from", "to"))
    if begin > end:
        raise ControlError(400, f"from is {begin} and to is {end}: time runs the other way")
    before = _project(rebuilt(journal, begin)[0], name, begin)
    after = _project(rebuilt(journal, end)[0], name, end)
    return json_reply({"from": begin, "to": end, **difference(before, after)})


def _number(journal: Journal, given: dict[str, str], name: str) -> int:
    text = given.get(name)
    if text is None:
        raise ControlError(
            400, f"{name} is missing: the number of a request in the journal, or 0 for the first state"
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
            raise ControlError(400, f"unknown parameter {name[:40]!r}; known are {', '.join(known)}")


def _project(simulator: Simulator, name: str, number: int) -> Project:
    try:
        return simulator.projects[name]
    except KeyError:
        known = ", ".join(simulator.projects) or "none"
        message = f"there was no project {name[:200]!r} after request {number}; there were {known}"
        raise ControlError(404, message) from None
