"""The messages that a page sent to Segment, from a HAR file from a browser's network panel.

Source: HAR 1.2 (W3C draft of 2012-08-14), `log.entries[].request` with `method`, `url` and `postData.text`; the paths
of Segment's Tracking API are those of its HTTP source and of analytics.js.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from conformance.inputs.json_values import BadJson, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

_TYPES: Final = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias"}
_BATCHES: Final = frozenset({"batch", "import", "b"})
_PATH: Final = ("v1",)


def messages_of_har(value: object) -> Iterator[tuple[tuple[str | int, ...], JsonValue]]:
    """The bodies of all requests to Segment's Tracking API, each with its path in the file; none where it is no HAR.

    A message has its type from the path of its request where it does not say it.
    """
    log = value.get("log") if isinstance(value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        request = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(request, dict) and (body := _message(request)) is not None:
            yield ("log", "entries", index, "request", "postData", "text"), body


def _message(request: dict[str, JsonValue]) -> JsonValue:
    """The body of a request to the Tracking API; None for any other."""
    url, data = request.get("url"), request.get("postData")
    kind = _kind(url) if isinstance(url, str) and request.get("method") == "POST" else None
    text = data.get("text") if isinstance(data, dict) else None
    if kind is None or not isinstance(data, dict) or not isinstance(text, str):
        return None
    try:
        body = parse_json(_decoded(text, data.get("encoding")))
    except (BadJson, binascii.Error):
        return None
    if isinstance(body, dict) and kind not in _BATCHES:
        body.setdefault("type", _TYPES[kind[0]])
    return body  # type: ignore[return-value]  # a JSON value


def _kind(url: str) -> str | None:
    """The last part of a path of the Tracking API: `batch`, `t`, `identify`; None for another path."""
    try:
        parts = urlsplit(url).path.strip("/").split("/")
    except ValueError:
        return None
    known = _BATCHES | _TYPES.keys() | set(_TYPES.values())
    return parts[-1] if parts[-2:-1] == list(_PATH) and parts[-1] in known else None


def _decoded(text: str, encoding: JsonValue) -> bytes:
    return base64.b64decode(text, validate=True) if encoding == "base64" else text.encode("utf-8", "surrogatepass")
