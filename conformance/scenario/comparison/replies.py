"""Which replies there were, step by step, project type by project type."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.places import dotted
from conformance.scenario.comparison.model import Cell, Row, Section
from conformance.scenario.matching import ABSENT, format_value
from conformance.scenario.state_expectations import MANAGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.inputs.places import Location
    from conformance.scenario.record import Record

    Steps = Sequence[tuple[str, Record]]
    Reply = dict[str, Any]

NOT_SENT: Final = "not sent"
NO_REPLY: Final = "no reply"
_FIRST_ERROR: Final = 400
#: What Iterable writes by itself, and words in which a project's own number may stand.
_ASIDE: Final = (MANAGED - {"email", "userId", "signupDate", "signupSource"}) | {"msg"}
#: An event id that the simulated project made up, which is another one in every project.
_MADE_UP: Final = re.compile(r"\b[0-9a-f]{24}\b")
_MISSING: Final = object()


def reply_rows(plays: Sequence[Steps]) -> list[Row]:
    """A row for every request of every step; requests of a step are compared in the order in which they were sent."""
    if not plays:
        return []
    rows = []
    for position, (title, _) in enumerate(plays[0]):
        records = [steps[position][1] for steps in plays]
        count = max(len(record.requests) for record in records)
        for index in range(count):
            rows.append(_row(f"{title}, request {index + 1}" if count > 1 else title, records, index))
    return rows


def _row(title: str, records: Sequence[Record], index: int) -> Row:
    requests = [record.requests[index] if index < len(record.requests) else None for record in records]
    replies = [record.replies[index] if index < len(record.replies) else None for record in records]
    targets = [None if request is None else f"{request['method']} {request['path']}" for request in requests]
    common = next(target for target in targets if target is not None)
    details = _details(replies)
    cells = tuple(
        _cell(reply, detail, "" if target in {None, common} else f"{target}: ")
        for reply, detail, target in zip(replies, details, targets, strict=True)
    )
    return Row(Section.REPLIES, f"{title}: {common}", cells)


def _cell(reply: Reply | None, detail: dict[str, Any], target: str) -> Cell:
    if reply is None:
        return Cell(NOT_SENT, None)
    status, code = reply["status"], reply.get("code")
    words = [str(NO_REPLY if status is None else status), *([str(code)] if code else [])]
    words += [f"{name} {ABSENT if value is None else format_value(value)}" for name, value in detail.items()]
    said = str(reply.get("msg") or "") if isinstance(status, int) and status >= _FIRST_ERROR else ""
    return Cell(target + " ".join(words), {"status": status, "code": code, "sent": target, "body": detail}, said)


def _details(replies: Sequence[Reply | None]) -> list[dict[str, Any]]:
    """What each body says where the bodies differ; nothing where status and code tell the difference already."""
    details: list[dict[str, Any]] = [{} for _ in replies]
    given = [position for position, reply in enumerate(replies) if reply is not None and "body" in reply]
    bodies = [(replies[position] or {})["body"] for position in given]
    if len({(replies[position] or {}).get("code") for position in given}) == 1:
        for location, values in _differing((), bodies):
            for position, value in zip(given, values, strict=True):
                details[position][dotted(location) or "body"] = None if value is _MISSING else value
    return details


def _differing(location: Location, values: Sequence[Any]) -> Iterator[tuple[Location, Sequence[Any]]]:
    """The outermost places at which values differ, with what is there."""
    if all(isinstance(value, dict) for value in values):
        for key in dict.fromkeys(key for value in values for key in value):
            if key not in _ASIDE:
                yield from _differing((*location, key), [value.get(key, _MISSING) for value in values])
    elif all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
        for index, items in enumerate(zip(*values, strict=True)):
            yield from _differing((*location, index), items)
    elif len({_text(value) for value in values}) > 1:
        yield location, values


def _text(value: Any) -> str:
    if isinstance(value, str) and _MADE_UP.fullmatch(value):
        return "made up"
    return "missing" if value is _MISSING else json.dumps(value, sort_keys=True)
