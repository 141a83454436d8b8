"""Helpers that change texts, most of them of the Java engine's StringHelpers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.errors import RenderingError
from simulator.rendering.values import Safe, is_falsy, number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.rendering.evaluation import Call, Helper

_WIDEST: Final = 10_000
_ELLIPSIS: Final = "..."
_TAG: Final = re.compile(r"<[^>]*>")
_WORD: Final = re.compile(r"\S+")


def _change(change: Callable[[str], str]) -> Helper:
    def helper(call: Call) -> Any:
        return change(text_of(call.arg(0)))

    return helper


def _whole(call: Call, value: Any, what: str) -> int:
    number = number_of(value)
    if number is None:
        raise RenderingError(f"{call.name} takes {what}")
    return int(number)


def _abbreviate(call: Call) -> str:
    """A text cut so that it has a length with the dots behind it."""
    text, length = text_of(call.arg(0)), _whole(call, call.arg(1), "a length")
    return text if len(text) <= length else text[: max(0, length - len(_ELLIPSIS))] + _ELLIPSIS


def _padded(pad: Callable[[str, int, str], str]) -> Helper:
    def helper(call: Call) -> str:
        size = min(_WIDEST, _whole(call, call.options.get("size"), "a size"))
        return pad(text_of(call.arg(0)), size, text_of(call.options.get("pad", " "))[:1] or " ")

    return helper


def _substring(call: Call) -> str:
    text = text_of(call.arg(0))
    start = _whole(call, call.arg(1), "a start")
    end = len(text) if len(call.args) < 3 else _whole(call, call.arg(2), "an end")  # noqa: PLR2004  # the third
    return text[max(0, start) : max(0, end)]


def _slugify(text: str) -> str:
    """In lower case, without digits and signs, hyphens for blanks. Source: Iterable support article 205480365."""
    kept = re.sub(r"[^\w\s-]|[\d_]", "", text.strip()).lower()
    return re.sub(r"[-\s]+", "-", kept)


def _capitalize(text: str) -> str:
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:], text)


def _breaklines(call: Call) -> Safe:
    return Safe(text_of(call.content()).replace("\r\n", "\n").replace("\n", "<br>"))


def _yes_or_no(call: Call) -> Any:
    value = call.arg(0)
    if value is None:
        return call.options.get("maybe", "maybe")
    return call.options.get("yes", "yes") if not is_falsy(value) else call.options.get("no", "no")


def _default(call: Call) -> Any:
    """The first value that is not empty."""
    return next((value for value in call.args if not is_falsy(value)), call.arg(len(call.args) - 1))


HELPERS: Final[Mapping[str, Helper]] = {
    "abbreviate": _abbreviate,
    "breaklines": _breaklines,
    "capitalize": _change(_capitalize),
    "capitalizeFirst": _change(lambda text: text[:1].upper() + text[1:]),
    "center": _padded(str.center),
    "cut": lambda call: text_of(call.arg(0)).replace(text_of(call.arg(1, " ")), ""),
    "defaultIfEmpty": _default,
    "ljust": _padded(str.ljust),
    "lower": _change(str.lower),
    "replace": lambda call: text_of(call.arg(0)).replace(text_of(call.arg(1)), text_of(call.arg(2))),
    "rjust": _padded(str.rjust),
    "slugify": _change(_slugify),
    "stripTags": _change(lambda text: _TAG.sub("", text)),
    "substring": _substring,
    "upper": _change(str.upper),
    "yesno": _yes_or_no,
}
