"""Helpers that reckon, and write numbers as a locale does."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.errors import RenderingError
from simulator.rendering.values import number_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.rendering.evaluation import Call, Helper

_OPERATORS: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "%": lambda one, other: one % other,
}
_ROUNDING: Final = {
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR,
    "half_up": decimal.ROUND_HALF_UP,
    "half_down": decimal.ROUND_HALF_DOWN,
    "half_even": decimal.ROUND_HALF_EVEN,
}
#: Between thousands, before the fraction, and whether the sign of the currency stands behind.
_SEPARATORS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "en": (",", ".", False), "ja": (",", ".", False), "zh": (",", ".", False), "de": (".", ",", True),
    "es": (".", ",", True), "it": (".", ",", True), "nl": (".", ",", True), "pt": (".", ",", True),
    "fr": ("\u202f", ",", True), "sv": ("\u00a0", ",", True), "pl": ("\u00a0", ",", True),
}  # fmt: skip
_CURRENCIES: Final = {
    "US": "$", "CA": "$", "AU": "$", "GB": "£", "JP": "¥", "CN": "¥", "IN": "₹", "BR": "R$",
    "DE": "€", "FR": "€", "ES": "€", "IT": "€", "NL": "€", "AT": "€", "IE": "€", "BE": "€", "PT": "€",
}  # fmt: skip
_PATTERN: Final = re.compile(r"(?P<before>[^#0,.]*)(?P<whole>[#0,]*)(?:\.(?P<fraction>[#0]*))?(?P<after>[^#0,.]*)")
_MOST_DIGITS: Final = 100
_THOUSAND: Final = 3


def _math(call: Call) -> Any:
    one, operator, other = number_of(call.arg(0)), text_of(call.arg(1)), number_of(call.arg(2))
    if one is None or other is None or operator not in _OPERATORS:
        raise RenderingError("math takes a number, an operator in quotes, and a number")
    if operator in "/%" and not other:
        raise RenderingError("math: division by zero")
    result = _OPERATORS[operator](one, other)
    return int(result) if result == result.to_integral_value() else float(result)


def _number_format(call: Call) -> str:
    number = number_of(call.arg(0))
    if number is None:
        return ""
    style = text_of(call.arg(1, call.options.get("format", "")))
    locale = text_of(call.arg(2, call.options.get("locale", "en_US"))) or "en_US"
    rounding = _ROUNDING.get(text_of(call.options.get("roundingMode", "half_even")).lower())
    if rounding is None:
        raise RenderingError(f"numberFormat: no rounding mode {call.options['roundingMode']}")
    if "#" in style or "0" in style:
        return _by_pattern(number, style, locale, rounding)
    least, most = {"currency": (2, 2), "percent": (0, 0), "integer": (0, 0)}.get(style, (0, 3))
    least = _digits(call, "minimumFractionDigits", least)
    most = max(least, _digits(call, "maximumFractionDigits", most))
    shown = number * 100 if style == "percent" else number
    text = _written(shown, least, most, locale, rounding, grouped=call.options.get("groupingUsed") is not False)
    return _with_sign(text, style, locale)


def _digits(call: Call, name: str, usual: int) -> int:
    given = number_of(call.options.get(name))
    return usual if given is None else min(_MOST_DIGITS, max(0, int(given)))


def _with_sign(text: str, style: str, locale: str) -> str:
    language, _, country = locale.replace("-", "_").partition("_")
    is_behind = _SEPARATORS.get(language, _SEPARATORS["en"])[2]
    if style == "percent":
        return f"{text}\u00a0%" if is_behind else f"{text}%"
    if style != "currency":
        return text
    sign = _CURRENCIES.get(country, "$" if language == "en" else "¤")
    if is_behind:
        return f"{text}\u00a0{sign}"
    return f"-{sign}{text[1:]}" if text.startswith("-") else f"{sign}{text}"


def _written(number: Decimal, least: int, most: int, locale: str, rounding: str, *, grouped: bool) -> str:
    sign, whole, fraction = _rounded(number, least, most, rounding)
    return f"{sign}{_joined(_grouped(whole, _THOUSAND if grouped else 0), fraction, locale)}"


def _rounded(number: Decimal, least: int, most: int, rounding: str) -> tuple[str, str, str]:
    """The sign, the digits before the point, and those after it."""
    with decimal.localcontext(decimal.Context(prec=400)):
        text = f"{number.quantize(Decimal(1).scaleb(-most), rounding=rounding):f}"
    whole, _, fraction = text.lstrip("-").partition(".")
    return text[: text.startswith("-")], whole, fraction[:least] + fraction[least:].rstrip("0")


def _grouped(digits: str, size: int) -> str:
    return re.sub(rf"(?<=\d)(?=(?:\d{{{size}}})+$)", ",", digits) if size else digits


def _joined(whole: str, fraction: str, locale: str) -> str:
    thousands, point, _ = _SEPARATORS.get(locale.replace("-", "_").partition("_")[0], _SEPARATORS["en"])
    whole = whole.replace(",", thousands)
    return f"{whole}{point}{fraction}" if fraction else whole


def _by_pattern(number: Decimal, pattern: str, locale: str, rounding: str) -> str:
    """As Java's DecimalFormat: as many digits as there are zeros, groups of what follows the last comma."""
    parts = _PATTERN.fullmatch(pattern)
    if parts is None:
        raise RenderingError(f"numberFormat: malformed pattern {pattern}")
    least, most = (parts["fraction"] or "").count("0"), len(parts["fraction"] or "")
    width, (_, comma, group) = parts["whole"].count("0"), parts["whole"].rpartition(",")
    scaled = number * 100 if "%" in parts["before"] + parts["after"] else number
    sign, whole, fraction = _rounded(scaled, least, most, rounding)
    whole = "" if not width and least and whole == "0" else whole.zfill(width)
    text = _joined(_grouped(whole, len(group) if comma else 0), fraction, locale)
    return f"{sign}{parts['before']}{text}{parts['after']}"


HELPERS: Final[Mapping[str, Helper]] = {"math": _math, "numberFormat": _number_format}
