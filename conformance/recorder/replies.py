"""Replies of a journal: what a scenario expects of them, and what they hold as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.recorder.content import DEEPEST_REPLY
from conformance.recorder.yaml_values import fits_yaml, is_whole
from simulator.message import read_json

if TYPE_CHECKING:
    from conformance.recorder.masking import Masking
    from simulator.journal import Entry

#: Characters of the text of a reply that is still expected word for word.
_LONGEST_TEXT: Final = 2_000
#: What Iterable makes up for each project.
_MADE_FOR_THE_PROJECT: Final = frozenset({"itblUserId"})


def expected_reply(entry: Entry, masking: Masking) -> dict[str, Any] | None:
    """What is expected of the reply; None when there was none that came back."""
    reply = entry.reply
    if reply is None or "fault.lost-reply" in reply.rules:
        return None
    expected: dict[str, Any] = {"status": reply.status}
    if not reply.body:
        return expected
    try:
        value = masking.value(read_json(reply.body, deepest=DEEPEST_REPLY))
    except ValueError:
        text = reply.body.decode("utf-8", "replace")
        is_file = entry.request.path.startswith("/api/export/")
        if not is_file and len(text) <= _LONGEST_TEXT and "\ufffd" not in text:
            expected["body"] = "\n".join(masking.segment(line) for line in text.split("\n"))
        return expected
    return {**expected, **_expected_json(value)}


def _expected_json(value: Any) -> dict[str, Any]:
    value = _lasting(value)
    if not isinstance(value, dict):
        return {"body": value} if fits_yaml(value) else {}
    expected = {name: value[name] for name in ("code", "msg") if isinstance(value.get(name), str)}
    rest = {name: item for name, item in value.items() if name not in expected and item not in (None, {})}
    if rest and fits_yaml(rest):
        expected["body"] = rest
    return {name: item for name, item in expected.items() if not isinstance(item, str) or is_whole(item)}


def _lasting(value: Any) -> Any:
    """A value without what is made up for one project and never twice."""
    if isinstance(value, dict):
        return {
            name: _lasting(item)
            for name, item in value.items()
            if name not in _MADE_FOR_THE_PROJECT and not (isinstance(item, str) and "/_sim/projects/" in item)
        }
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def whole_reply(entry: Entry, masking: Masking) -> Any:
    """All of a reply, as a value or as a text; None when there was none."""
    if entry.reply is None or not entry.reply.body:
        return None
    try:
        return masking.value(read_json(entry.reply.body, deepest=DEEPEST_REPLY))
    except ValueError:
        return masking.value(entry.reply.body.decode("utf-8", "replace"))
