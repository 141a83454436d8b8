"""The filters that write a value in another form: JSON, URLs, base64, hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from destination.javascript import utf16
from destination.javascript.json_text import stringify
from destination.javascript.values import UNDEFINED, is_number
from destination.mapping.liquid.errors import Failure
from destination.mapping.liquid.values import Drop, Filter, on_text

#: What `encodeURIComponent` leaves as it is, besides letters and digits.
_UNRESERVED: Final = "-_.!~*'()"
_WIDEST_INDENT: Final = 10
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_BASE64: Final = re.compile("[A-Za-z0-9+/]*")


def _json(value: object, space: object = UNDEFINED) -> object:
    """The JSON of a value, on lines of its own with an indent; of what is undefined there is none."""
    if value is UNDEFINED:
        return UNDEFINED
    if is_number(space):
        indent = " " * int(min(max(space, 0), _WIDEST_INDENT)) if space == space else ""  # noqa: PLR0124  # not a number
    else:
        indent = space[:_WIDEST_INDENT] if isinstance(space, str) else ""
    return stringify(_without_drops(value), indent)


def _without_drops(value: object) -> object:
    """The value with an empty object for `nil`, `empty` and `blank`, which only lists of a template hold."""
    if isinstance(value, Drop):
        return {}
    return list(map(_without_drops, value)) if isinstance(value, list) else value


def _quoted(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise Failure("URI malformed") from error


def unescaped(text: str) -> str:
    """What `decodeURIComponent(text)` gives.

    Raises:
        Failure: An escape in it is broken.
    """
    if _BROKEN_ESCAPE.search(text):
        raise Failure("URI malformed")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise Failure("URI malformed") from error


def _from_base64(text: str, *_: str) -> str:
    digits = re.sub("[\t\n\f\r ]", "", text)
    if len(digits) % 4 == 0:
        digits = re.sub("==?$", "", digits)
    if len(digits) % 4 == 1 or not _BASE64.fullmatch(digits):
        raise Failure("invalid base64 provided to base64_decode")
    return base64.b64decode(digits + "=" * (-len(digits) % 4)).decode(errors="replace")


ENCODINGS: Final[Mapping[str, Filter]] = {
    "json": _json,
    "jsonify": _json,
    "inspect": _json,
    "url_encode": on_text(lambda text, *_: _quoted(text, _UNRESERVED).replace("%20", "+")),
    "cgi_escape": on_text(lambda text, *_: _quoted(text, "-_.~").replace("%20", "+")),
    "uri_escape": on_text(lambda text, *_: _quoted(text, f"{_UNRESERVED};,/?:@&=+$#[]")),
    "url_decode": on_text(lambda text, *_: unescaped(text.replace("+", " "))),
    "base64_encode": on_text(lambda text, *_: base64.b64encode(utf16.to_utf8(text)).decode()),
    "base64_decode": on_text(_from_base64),
    "sha256": on_text(lambda text, *_: hashlib.sha256(utf16.to_utf8(text)).hexdigest()),
    "hmac_sha256": on_text(
        lambda text, key="", *_: hmac.new(utf16.to_utf8(key), utf16.to_utf8(text), "sha256").hexdigest()
    ),
}
