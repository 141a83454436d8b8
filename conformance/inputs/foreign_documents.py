"""Documents that people have beside their events, told by their members or by how their text begins.

Each is a row: what it is told by, what it looks like, and what to do. The first row that fits is taken, so the rows
that need most stand first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import JsonValue

    Object = dict[str, JsonValue]

#: What it looks like, and what to do about it.
Look = tuple[str, str]

_AS_MAPPING: Final = "this is a mapping, not an event: pass it with --mapping"
_BEHIND: Final = "events go into the destination; this is what comes out"
_AS_EVENTS: Final = "write each as a track event: type, event, userId, and the row as properties"
_WAREHOUSE: Final = re.compile(
    r"(id|received_at|original_timestamp|sent_at|uuid_ts|user_id|anonymous_id|event_text|context_.+)", re.IGNORECASE
)
_FEW: Final = 2
_MANY: Final = 3


@dataclass(frozen=True, slots=True)
class _Row:
    told_by: Callable[[Object], bool]
    looks_like: str
    advice: str


def look_of_object(value: Object) -> Look | None:
    """What an object looks like that is no event; None for one that is like nothing that is known."""
    return next(((row.looks_like, row.advice) for row in _OBJECTS if row.told_by(value)), None)


def look_of_bytes(content: bytes) -> Look | None:
    """What a file looks like that is known by its first bytes; None for one that is not."""
    return next(((looks_like, advice) for magic, looks_like, advice in _MAGIC if content.startswith(magic)), None)


def look_of_text(text: bytes) -> Look:
    """What a text looks like that is not JSON; the advice may be empty."""
    if look := look_of_bytes(text):
        return look
    beginning = text[:_SHOWN].decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    for pattern, looks_like, advice in _TEXTS:
        if pattern.match(beginning):
            return looks_like, advice
    return ("an empty file", "") if not beginning else ("text that is not JSON", "")


def _has(*names: str) -> Callable[[Object], bool]:
    return lambda value: all(name in value for name in names)


def _has_any(*names: str) -> Callable[[Object], bool]:
    return lambda value: any(name in value for name in names)


def _list_of_objects_with(name: str, *members: str) -> Callable[[Object], bool]:
    def told(value: Object) -> bool:
        items = value.get(name)
        first = items[0] if isinstance(items, list) and items else None
        return isinstance(first, dict) and any(member in first for member in members)

    return told


def _member_with(name: str, *members: str) -> Callable[[Object], bool]:
    def told(value: Object) -> bool:
        inner = value.get(name)
        return isinstance(inner, dict) and any(member in inner for member in members)

    return told


def _is_mapping(value: Object) -> bool:
    """Whether a value is a directive: an object whose keys begin with `@`."""
    return any(isinstance(member, dict) and any(key.startswith("@") for key in member) for member in value.values())


def _is_warehouse_row(value: Object) -> bool:
    return sum(_WAREHOUSE.fullmatch(name) is not None for name in value) >= _MANY


def _is_iterable_body(value: Object) -> bool:
    telling = sum(
        name in value for name in ("email", "dataFields", "eventName", "preferUserId", "mergeNestedObjects")
    )
    return telling >= _FEW or "eventName" in value or ("dataFields" in value and "userId" in value)


_ITERABLE: Final = "a body of Iterable's API"
_OBJECTS: Final = (
    _Row(
        _member_with("log", "entries"),
        "a HAR file from a browser's network panel",
        "use the bodies of its requests to /v1: .log.entries[].request.postData.text",
    ),
    _Row(
        _member_with("request", "postData", "httpVersion", "headersSize"),
        "an entry of a HAR file",
        "use the body of its request: .request.postData.text",
    ),
    _Row(_has("steps"), "a scenario", "play it with `iterable-harness run`"),
    _Row(
        _has("number", "method", "path", "reply"),
        "an entry of the simulator's journal",
        "make a scenario of it with `iterable-harness record`",
    ),
    _Row(_has("users", "events", "lists"), "a state of a project", "PUT it to /_sim/projects/NAME/state"),
    _Row(
        _member_with("data", "subscriptions", "subscription", "destination", "destinations", "pagination"),
        "a reply of Segment's Public API",
        _AS_MAPPING,
    ),
    _Row(_has("partnerAction"), "a subscription of a mapping", _AS_MAPPING),
    _Row(_has_any("actionSlug", "actionId"), "a subscription of Segment's Public API", _AS_MAPPING),
    _Row(_list_of_objects_with("subscriptions", "partnerAction", "actionId", "trigger"), "a mapping", _AS_MAPPING),
    _Row(_has_any("terraform_version", "planned_values"), "Terraform's state", _AS_MAPPING),
    _Row(_is_mapping, "a mapping", _AS_MAPPING),
    _Row(
        _member_with("payload", "type", "event", "traits", "properties", "userId"),
        "the body of a destination tester",
        "use only the value of `payload`",
    ),
    _Row(
        _member_with("event", "type", "messageId", "userId", "properties"),
        "the body of a destination tester",
        "use only the value of `event`",
    ),
    _Row(_has("integrations", "plan"), "the settings of a source", "SDKs fetch them; they contain no events"),
    _Row(
        _member_with("properties", "distinct_id", "$insert_id"),
        "a Mixpanel event",
        _AS_EVENTS,
    ),
    _Row(_has("event_type"), "an Amplitude event", _AS_EVENTS),
    _Row(
        _list_of_objects_with("events", "event_type"),
        "a body of Amplitude's API",
        _AS_EVENTS,
    ),
    _Row(
        _list_of_objects_with("events", "type", "messageId"),
        "a list of events in the member `events`",
        "use only the list, or rename the member to `batch`",
    ),
    _Row(
        _list_of_objects_with("messages", "type", "messageId"),
        "a list of events in the member `messages`",
        "use only the list, or rename the member to `batch`",
    ),
    _Row(_list_of_objects_with("Records", "body", "kinesis", "Sns", "s3"), "an AWS Lambda batch", _AS_EVENTS),
    _Row(
        _list_of_objects_with("events", "eventName", "dataFields"),
        f"{_ITERABLE} (events/trackBulk)",
        _BEHIND,
    ),
    _Row(
        _list_of_objects_with("users", "dataFields", "email", "userId"),
        f"{_ITERABLE} (users/bulkUpdate)",
        _BEHIND,
    ),
    _Row(
        lambda value: "items" in value and _member_with("user", "email", "userId")(value),
        f"{_ITERABLE} (commerce)",
        _BEHIND,
    ),
    _Row(_has("msg", "code"), "a reply of Iterable", _BEHIND),
    _Row(
        _has("__segment_id"),
        "a row of a Reverse ETL model",
        'wrap it: {"type": "track", "event": "new", "properties": the row, "__segment_id": its id}',
    ),
    _Row(_is_warehouse_row, "a warehouse row", _AS_EVENTS),
    _Row(_is_iterable_body, _ITERABLE, _BEHIND),
    _Row(
        _has("batch"),
        "a body of /v1/batch whose `batch` is not a list",
        "`batch` is the list of messages",
    ),
)

_SHOWN: Final = 4096
_UNPACK: Final = "unpack it first"
_MAGIC: Final = (
    (b"\x1f\x8b", "a gzip file", _UNPACK),
    (b"PK\x03\x04", "a ZIP archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd file", _UNPACK),
    (b"PAR1", "a Parquet file", "export it as JSON Lines"),
    (b"Obj\x01", "an Avro file", "export it as JSON Lines"),
    (b"SQLite format 3\x00", "an SQLite database", "export it as JSON Lines"),
    (b"\x89PNG", "a picture", ""),
    (b"\xff\xd8\xff", "a picture", ""),
    (b"%PDF-", "a PDF document", ""),
    (b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as UTF-8"),
)
_TEXTS: Final = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), looks_like, advice)
    for pattern, looks_like, advice in (
        (r"<(!doctype|html)", "an HTML page", "was a login page saved instead of the file?"),
        (r"<", "an XML document", ""),
        (r"curl\s", "a curl command", "use its body: the text after -d or --data"),
        (r'(resource|data|terraform|provider|variable)\s+["{]', "a Terraform file", _AS_MAPPING),
        (r"analytics\s*\.\s*\w+\s*\(", "an SDK call", "run it, with its host set to the address of `serve`"),
        (r"[^\n{]*\b(name|steps|project)\s*:[^\n]*\n", "a YAML document", "a scenario is played with `run`"),
        (r"\{\s*'", "a Python or JavaScript object", "JSON needs double quotes: json.dumps, JSON.stringify"),
        (r"\{\s*\w+\s*:", "a JavaScript object", "JSON needs quotes around names: JSON.stringify"),
        (r"[\[{].*[:\[,]\s*-?(NaN|Infinity)\b", "JSON with NaN or Infinity", "JSON has no such numbers: write null"),
        (
            r"\{[^\n]*\},\s*\n\s*\{",
            "JSON lines with trailing commas",
            "remove the commas, or put [ ] around the lines",
        ),
        (r"\{.*\n\}\s*\n\s*\{", "several JSON values one after another", "write one per line: jq -c ."),
        (r"[\[{]", "invalid JSON", ""),
        (r"[^\n{]*\{\"", "log lines", "remove everything before the {"),
        (r'"?[\w .$-]+"?([,;\t])"?[\w .$-]+"?(\1[^\n]*)?(\r?\n|$)', "CSV with a header line", _AS_EVENTS),
    )
)
