"""Requests of a journal as steps of a scenario: what was called, when, and what stood in the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import parse_qsl, quote, unquote, urlencode

from conformance.recorder.content import MEMBERS
from conformance.recorder.personal_data import plain
from conformance.recorder.yaml_values import fits_yaml, json_text
from conformance.scenario.model import ApiCall
from simulator.clock import format_instant
from simulator.message import read_json

if TYPE_CHECKING:
    from conformance.recorder.masking import Masking
    from simulator.journal import Entry
    from simulator.message import Reply, Request
    from simulator.project.pending import Pending

_METHODS: Final = get_args(ApiCall.model_fields["method"].annotation)
_KEY_PARAMETERS: Final = frozenset({"api_key", "apiKey"})
_JSON: Final = frozenset({"", "application/json", "text/json"})
_GLOB: Final = re.compile(r"[*?[]")


class Unwritable(Exception):
    """A request that no scenario can make; the text says why."""


@dataclass(slots=True)
class RecordedStep:
    """A step that has been made of a request.

    Attributes:
        step: The step, as it stands in the file.
        number: The number of the request; None for what is not one.
        remark: What the file says beside it.
    """

    step: dict[str, Any]
    number: int | None = None
    remark: str = ""


def waiting_step(item: Pending, masking: Masking) -> RecordedStep:
    """The step for a request that was accepted and not carried out yet when the recording begins.

    Raises:
        Unwritable: No scenario can make the request.
    """
    step = {"at": format_instant(item.at), "call": _call(item.request, masking)}
    return RecordedStep(step, None, "accepted earlier, but not carried out yet")


def steps_of(entry: Entry, masking: Masking) -> list[RecordedStep]:
    """The steps that repeat a request: what was in the way first, then the call.

    Raises:
        Unwritable: No scenario can make the request.
    """
    at = format_instant(entry.at)
    call = _call(entry.request, masking)
    action, remark = _fault_action(entry, masking)
    step: dict[str, Any] = {"at": at, "call": call}
    steps = [RecordedStep(step, entry.number, remark)]
    if action is None:
        return steps
    match = {"method": call["method"]}
    if not _GLOB.search(call["path"]):
        match["path"] = call["path"].partition("?")[0]
    fault = {"match": match, "action": action, "times": 1}
    return [RecordedStep({"at": at, "fault": fault}), *steps]


def _fault_action(entry: Entry, masking: Masking) -> tuple[dict[str, Any] | None, str]:
    """The action of a fault that does again what was in the way of a request, and what is to be said of it."""
    reply = entry.reply
    if reply is None:
        return {"drop": "before"}, ""
    if "fault.lost-reply" in reply.rules:
        return {"drop": "after"}, ""
    if "fault.delay" in reply.rules:
        return None, "a fault delayed the reply, which does not matter here"
    if "fault" in reply.rules:
        return _answer(reply, masking), ""
    gates = [rule for rule in reply.rules if rule.startswith("gate.")]
    if gates:
        return _answer(reply, masking), f"refused by {gates[0]}, represented by a fault"
    return None, ""


def _answer(reply: Reply, masking: Masking) -> dict[str, Any]:
    action: dict[str, Any] = {"status": reply.status}
    content_type = reply.headers.get("Content-Type", "")
    usual = "text/plain; charset=utf-8"
    if reply.body:
        body: Any = reply.body.decode("utf-8", "replace")
        if content_type == "application/json":
            body, usual = _json_or(body, reply.body)
        action["body"] = masking.value(body)
    headers = {
        name: value
        for name, value in reply.headers.items()
        if name.lower() != "content-length" and not (name.lower() == "content-type" and value == usual)
    }
    return {**action, "headers": headers} if headers else action


def _json_or(text: str, body: bytes) -> tuple[Any, str]:
    """The value of a JSON body that is an object or a list, with the Content-Type that a fault gives it."""
    try:
        value = read_json(body)
    except ValueError:
        return text, "text/plain; charset=utf-8"
    return (text, "text/plain; charset=utf-8") if isinstance(value, str) else (value, "application/json")


def _call(request: Request, masking: Masking) -> dict[str, Any]:
    if request.method not in _METHODS:
        raise Unwritable(f"the method {request.method[:20]} is none that a scenario calls")
    if not request.path.startswith("/"):
        raise Unwritable("the path does not begin with /")
    call: dict[str, Any] = {"method": request.method, "path": _path(request.path, masking)}
    _add_query(call, request.query, masking)
    said = request.headers.get("content-type", "")
    if request.body and said.partition(";")[0].strip().lower() not in _JSON:
        call["headers"] = {"Content-Type": said}
    if request.body:
        call.update(_body(request.body, masking))
    return call


def _path(path: str, masking: Masking) -> str:
    pieces = path.split("/")
    for place, piece in enumerate(pieces):
        made = masking.segment(unquote(piece)) if place > 2 else unquote(piece)  # noqa: PLR2004  # /api/area/…
        if made != unquote(piece):
            pieces[place] = quote(made, safe="@+:,;=!$&'()*~")
    return "/".join(pieces)


def _add_query(call: dict[str, Any], query: str, masking: Masking) -> None:
    pairs = [
        (name, masking.value(value, (plain(name),)))
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name not in _KEY_PARAMETERS
    ]
    names = {name for name, _ in pairs}
    if len(names) == len(pairs):
        if pairs:
            call["query"] = dict(pairs)
    else:
        call["path"] += f"?{urlencode(pairs)}"


def _body(body: bytes, masking: Masking) -> dict[str, Any]:
    """The body as it stands in a call: as a value, or as a text where it is none that YAML holds.

    Raises:
        Unwritable: It is neither.
    """
    try:
        value = read_json(body)
    except ValueError:
        return {"raw": _raw(body, masking)}
    if isinstance(value, dict):
        value = {name: item for name, item in value.items() if name != "apiKey"}
    masked = masking.value(value)
    return {"body": masked} if fits_yaml(masked) else {"raw": json_text(masked)}


def _raw(body: bytes, masking: Masking) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unwritable(f"the body of {len(body)} bytes is not text in UTF-8 ({error.reason})") from error

    def masked(found: re.Match[str]) -> str:
        whole, name, value = found[0], found[1], found[2]
        if name in _KEY_PARAMETERS:
            return whole.replace(f'"{value}"', '"…"')
        return whole[: found.start(2) - found.start()] + str(masking.value(value, ("datafields", plain(name)))) + '"'

    return str(masking.value(MEMBERS.sub(masked, text), ("message",)))
