"""Helpers that encode and hash. Each takes a value, or the text of its block."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

from simulator.rendering.values import Safe, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.rendering.evaluation import Call, Helper


def _url(text: str) -> str:
    """As Java's URLEncoder writes it: `+` for a blank, and `~` is not safe."""
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _encoded(encode: Callable[[str], str]) -> Helper:
    def helper(call: Call) -> Safe:
        return Safe(encode(text_of(call.content())))

    return helper


def _hmac(algorithm: str) -> Helper:
    def helper(call: Call) -> Safe:
        key = call.renderer.surroundings.hmac_secret.encode()
        return Safe(hmac.new(key, text_of(call.content()).encode(), algorithm).hexdigest())

    return helper


HELPERS: Final[Mapping[str, Helper]] = {
    "base64": _encoded(lambda text: base64.b64encode(text.encode()).decode()),
    "hexEncode": _encoded(lambda text: text.encode().hex()),
    "hmacSHA1": _hmac("sha1"),
    "hmacSHA256": _hmac("sha256"),
    "md5": _encoded(lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()),
    "sha1": _encoded(lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()),
    "sha256": _encoded(lambda text: hashlib.sha256(text.encode()).hexdigest()),
    "toJson": lambda call: Safe(_json(call.content())),
    "toUrlEncodedJson": lambda call: Safe(_url(_json(call.content()))),
    "urlEncode": _encoded(_url),
}
