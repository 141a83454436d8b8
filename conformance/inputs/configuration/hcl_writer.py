"""Values as Terraform's syntax writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from conformance.inputs.configuration.model import Expression
from destination.javascript import json_text

_INDENT: Final = "  "
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: With a dollar sign before it, the doubled one of `$${` would be read as another.
_AFTER_SIGN: Final = re.compile(r"\$+(?=\$\{)|%+(?=%\{)")
_TEMPLATE: Final = re.compile(r"\$\{|%\{")
_ESCAPED: Final = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')


def hcl(value: Any, indent: str = "") -> str:
    """The value in Terraform's syntax; what stands in further lines is indented by as much and more."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    inner = indent + _INDENT
    if isinstance(value, Mapping) and value:
        members = "\n".join(f"{inner}{quoted(key)} = {hcl(item, inner)}" for key, item in value.items())
        return f"{{\n{members}\n{indent}}}"
    if isinstance(value, list) and value:
        items = "\n".join(f"{inner}{hcl(item, inner)}," for item in value)
        return f"[\n{items}\n{indent}]"
    return json_text.stringify(value)


def quoted(text: str) -> str:
    """A text in quotation marks, in which nothing is left for Terraform to evaluate."""
    pieces = _ESCAPED.sub(_escape, text)
    pieces = _AFTER_SIGN.sub(lambda match: f"\\u{ord(match[0][0]):04x}" * len(match[0]), pieces)
    return f'"{_TEMPLATE.sub(lambda match: match[0][0] + match[0], pieces)}"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"
