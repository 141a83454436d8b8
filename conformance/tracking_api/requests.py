"""What a request to the Tracking API carries, or its refusal; one module because each step may refuse the request."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.inputs.json_position import constants_in, path_at, path_text
from conformance.inputs.json_values import BadJson, parse_json
from conformance.tracking_api.gzip_body import BadGzip, unpack
from conformance.tracking_api.messages import NO_ENVELOPE, TYPES, Dropped, Envelope, envelope_of
from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from conformance.tracking_api.settings import SourceSettings
    from conformance.tracking_api.sources import Sources

_BATCH: Final = "batch"
_METRICS: Final = "metrics"
#: What each path carries: the type of its message, batches, or metrics.
_PATHS: Final[Mapping[str, str]] = {
    **{f"/v1/{name}": _BATCH for name in ("batch", "import", "b")},
    **{f"/v1/{name}": name for name in TYPES},
    **{f"/v1/{name[0]}": name for name in TYPES},
    "/v1/m": _METRICS,
}
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_GZIP_MAGIC: Final = b"\x1f\x8b"
_BASIC: Final = re.compile(r"\s*basic\s+(\S+)\s*", re.IGNORECASE)
#: How far down a path is shown.
_SHOWN_STEPS: Final = 8
#: Segment's words for too large requests and messages, and for bodies that do not parse.
_TOO_LARGE: Final = "Exceed payload limit"
_INVALID_JSON: Final = "Invalid JSON"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that is answered 200.

    Attributes:
        messages: What it carries, in order; any JSON values.
        write_keys: The write key that each message came with; empty where it came with none.
        envelope: What the request says of all messages.
        dropped: What is lost already, such as messages behind the last that a batch may have.
        write_key: The write key of the request as a whole; empty where only its messages have one.
    """

    messages: tuple[JsonValue, ...] = ()
    write_keys: tuple[str, ...] = ()
    envelope: Envelope = NO_ENVELOPE
    dropped: tuple[Dropped, ...] = ()
    write_key: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request of which nothing is taken.

    Attributes:
        status: The status of the reply.
        message: What the reply says: Segment's words, then which message and field.
        rule: The id of the rule that refused it.
        code: The word for programs that the reply has beside the message.
        write_key: The write key of Basic authentication; empty where the request has none.
    """

    status: int
    message: str
    rule: str
    code: str
    write_key: str = ""

    @property
    def body(self) -> dict[str, JsonValue]:
        """The body of the reply; `code` and `message` are what segment-analytics-python reads."""
        return {"success": False, "code": self.code, "message": self.message}


#: The body of the reply to every request that is accepted.
SUCCESS: Final[Mapping[str, JsonValue]] = {"success": True}


def is_tracking_path(path: str) -> bool:
    """Whether a path is one of the Tracking API's, whatever the method; a query does not count."""
    return _normalized(path) in _PATHS


def read_request(
    method: str, path: str, headers: Mapping[str, str], body: bytes, sources: Sources
) -> Accepted | Refused | None:
    """What a request carries, or why it is refused; None for a path that is not the Tracking API's.

    Args:
        method: The method. Preflights are the server's business.
        path: The path, with or without a query and a slash at the end.
        headers: The headers, in any case.
        body: The body as it was sent, packed where Content-Encoding says so. A server that unpacks bodies by itself
            leaves that header out.
        sources: The sources, whose settings say how much is taken.
    """
    carried = _PATHS.get(_normalized(path))
    if carried is None:
        return None
    write_key = _basic_key(next((value for name, value in headers.items() if name.lower() == "authorization"), ""))
    if method.upper() != "POST":
        message = f"{path} takes POST, not {method}"
        return Refused(405, message, "segment.method", "method_not_allowed", write_key)
    if carried == _METRICS:
        return Accepted()
    try:
        return _read(carried, headers, body, write_key, sources)
    except _RefusalError as error:
        return replace(error.refused, write_key=write_key)
    except RecursionError:
        return Refused(400, f"{_INVALID_JSON}: nested too deeply", "segment.not-json", "invalid_json", write_key)


class _RefusalError(Exception):
    """The request is refused."""

    def __init__(self, rule: str, code: str, message: str) -> None:
        super().__init__(message)
        self.refused = Refused(400, message, rule, code)


def _normalized(path: str) -> str:
    return path.partition("?")[0].removesuffix("/")


def _read(carried: str, headers: Mapping[str, str], body: bytes, basic_key: str, sources: Sources) -> Accepted:
    encoding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    unpacked = _unpacked(encoding, body, sources.largest_request)
    value = _parsed(unpacked)
    write_key = basic_key or _text(value.get("writeKey"))
    if carried != _BATCH:
        limit = sources.settings_of(write_key).message_limit
        if len(unpacked) > limit:
            raise _too_large("segment.request-too-large", f"the {carried} message", value, len(unpacked), limit)
        return Accepted((value,), (write_key,), Envelope(carried), write_key=write_key)
    messages = value.get("batch")
    if not isinstance(messages, list):
        reason = "the body has no array `batch`"
        return Accepted(dropped=(Dropped(value, "segment.no-batch", reason),), write_key=write_key)
    return _read_batch(value, messages, write_key, len(unpacked), sources)


def _read_batch(
    body: dict[str, JsonValue], messages: list[JsonValue], write_key: str, size: int, sources: Sources
) -> Accepted:
    write_keys = tuple(write_key or _key_of(message) for message in messages)
    settings = sources.settings_of(next(filter(None, write_keys), ""))
    _require_size("the batch", size, settings.batch_limit)
    if size > settings.message_limit:
        _require_message_sizes(messages, settings)
    kept = settings.batch_messages
    reason = f"a batch can have {kept:,} messages, and this one comes after them"
    return Accepted(
        tuple(messages[:kept]),
        write_keys[:kept],
        envelope_of(body),
        tuple(Dropped(message, "segment.too-many-messages", reason) for message in messages[kept:]),
        write_key,
    )


def _unpacked(encoding: str, body: bytes, limit: int) -> bytes:
    encodings = [name for name in re.split(r"[\s,]+", encoding.lower()) if name not in {"", "identity"}]
    if not encodings:
        if body.startswith(_GZIP_MAGIC):
            message = f"{_INVALID_JSON}: the body is gzipped, but no Content-Encoding says so"
            raise _RefusalError("segment.encoding", "invalid_encoding", message)
        _require_size("the request", len(body), limit)
        return body
    if len(encodings) > 1 or encodings[0] not in _GZIP:
        message = f"unknown Content-Encoding {encoding!r}; only gzip is supported"
        raise _RefusalError("segment.encoding", "invalid_encoding", message)
    try:
        unpacked = unpack(body, limit)
    except BadGzip as error:
        raise _RefusalError("segment.encoding", "invalid_encoding", f"the body is not gzip: {error}") from error
    _require_size("the decompressed request", len(unpacked), limit)
    return unpacked


def _require_size(what: str, size: int, limit: int) -> None:
    if size > limit:
        message = f"{_TOO_LARGE}: {what} has more than {limit:,} bytes"
        raise _RefusalError("segment.request-too-large", "payload_too_large", message)


def _require_message_sizes(messages: list[JsonValue], settings: SourceSettings) -> None:
    for index, message in enumerate(messages):
        size = len(json_text.encode(message))
        if size > settings.message_limit:
            place = f"batch[{index}]"
            raise _too_large("segment.message-too-large", place, message, size, settings.message_limit)


def _too_large(rule: str, what: str, message: JsonValue, size: int, limit: int) -> _RefusalError:
    """The refusal of a message over the limit, with the member that has most of its bytes."""
    reason = f"{what} has {size:,} bytes, over {limit:,}{_largest_member(message)}"
    return _RefusalError(rule, "payload_too_large", f"{_TOO_LARGE}: {reason}")


def _largest_member(message: JsonValue) -> str:
    """Which member of a message has most of its bytes."""
    if not isinstance(message, dict) or not message:
        return ""
    sizes = {key: len(json_text.encode(value)) for key, value in message.items()}
    largest = max(sizes, key=lambda key: sizes[key])
    return f"; most of them in {largest:.40}"


def _parsed(body: bytes) -> dict[str, JsonValue]:
    try:
        value = parse_json(body)
    except BadJson as error:
        where = _place_of(error, body)
        raise _RefusalError("segment.not-json", "invalid_json", f"{_INVALID_JSON}: {where}{error.message}") from error
    if not isinstance(value, dict):
        message = f"{_INVALID_JSON}: the body must be an object"
        raise _RefusalError("segment.not-json", "invalid_json", message)
    return value


def _place_of(error: BadJson, body: bytes) -> str:
    """Message, field, line and column of what does not parse."""
    text = body.decode("utf-8", "replace")
    constant = next(constants_in(text), None) if (error.line, error.column) == (1, 1) else None
    if constant is None:
        lines = text.split("\n")
        offset = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
        line, column = error.line, error.column
    else:
        offset = constant[1]
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    path = path_text(path_at(text, offset)[:_SHOWN_STEPS])
    return f"{path + ', ' if path else ''}line {line}, column {column}: "


def _basic_key(authorization: str) -> str:
    """The user of Basic authentication; empty for another scheme, and for what cannot be read."""
    match = _BASIC.fullmatch(authorization)
    if match is None:
        return ""
    try:
        credentials = base64.b64decode(match[1] + "==").decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return credentials.partition(":")[0]


def _key_of(message: JsonValue) -> str:
    return _text(message.get("writeKey")) if isinstance(message, dict) else ""


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
