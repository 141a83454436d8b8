"""The values of a Terraform file that are written out, and what only Terraform could evaluate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.inputs.configuration.hcl_syntax import Node
from conformance.inputs.configuration.hcl_text import DecodedText, heredoc_text, quoted_text
from conformance.inputs.configuration.json_form import read_json
from conformance.inputs.configuration.limits import DEEPEST, MOST_VALUES, too_deep
from conformance.inputs.configuration.source_text import Excerpt, Place, Source
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location, dotted
from destination.javascript import json_text

WAY_OUT: Final = "use the output of `terraform show -json`, where it is evaluated"
_FOR_HTML: Final = re.compile("[<>&\u2028\u2029]")
_LITERALS: Final = {"true": True, "false": False, "null": None}


@dataclass(slots=True)
class Evaluation:
    """What was found on the way through one file's expressions.

    Attributes:
        file: The file, for problems.
        source: Its text.
        places: Where each member stands.
        texts: The texts among the values, for those that hold JSON.
        problems: What cannot be evaluated, and what is wrong.
    """

    file: str
    source: Source
    places: dict[Location, Place] = field(default_factory=dict)
    texts: dict[Location, Excerpt] = field(default_factory=dict)
    problems: list[InputProblem] = field(default_factory=list)
    count: int = 0

    def value(self, node: Node, location: Location, depth: int = 0) -> Any:
        """The value of an expression; None where it has none, which `problems` then say."""
        self.count += 1
        place = self.source.place(node.start)
        self.places.setdefault(location, place)
        if depth > DEEPEST:
            raise InputError([too_deep(self.file, place, location)])
        if self.count > MOST_VALUES:
            raise InputError(
                [InputProblem(self.file, *place, "", f"has more than {MOST_VALUES:,} values", "split it")]
            )
        return self._evaluated(_unwrapped(node), location, depth)

    def encoded(self, node: Node, location: Location) -> Any:
        """The value of an expression that gives JSON text: of `jsonencode(…)`, or of the JSON itself."""
        inner = _unwrapped(node)
        argument = self._json_argument(inner)
        if argument is not None:
            self.places.setdefault(location, self.source.place(node.start))
            return self.value(argument, location)
        value = self.value(node, location)
        if not isinstance(value, str):
            return value
        found = read_json(self.file, self.source, self.texts[location], location)
        self.places = {**found.places, **self.places}
        self.problems += found.problems
        return found.value

    def _evaluated(self, node: Node, location: Location, depth: int) -> Any:
        written = self.source.text[node.start : node.end]
        if (argument := self._json_argument(node)) is not None:
            return _json_encoded(self.value(argument, location, depth + 1))
        if node.kind == "object":
            return self._object(node, location, depth)
        if node.kind == "tuple":
            items = [child for child in node.children if child.kind not in {"LSQB", "RSQB", "COMMA"}]
            return [self.value(item, (*location, index), depth + 1) for index, item in enumerate(items)]
        if node.kind == "string":
            return self._text(quoted_text(self.source.text, node.start, node.end), location)
        if node.kind in {"heredoc_template", "heredoc_template_trim"}:
            return self._text(heredoc_text(self.source.text, node.start, node.end), location)
        if node.kind == "literal_value":
            return _LITERALS[written]
        if node.kind in {"int_lit", "float_lit", "unary_op"} and (number := _number(written)) is not None:
            return number
        self._unevaluated(location, node.start, written)
        return None

    def _object(self, node: Node, location: Location, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for element in node.children:
            if element.kind != "object_elem":
                continue
            key = self._key(element.children[0], location)
            if key is None:
                continue
            here = (*location, key)
            if key in members:
                message = f"the key {key!r} occurs twice in one object"
                self._problem(element.start, here, message, "remove one")
            self.places[here] = self.source.place(element.start)
            members[key] = self.value(element.children[-1], here, depth + 1)
        return members

    def _key(self, node: Node, location: Location) -> str | None:
        inner = _unwrapped(node.children[0], through_brackets=False)
        written = self.source.text[inner.start : inner.end]
        if inner.kind in {"identifier", "keyword", "literal_value", "int_lit"}:
            return written
        if inner.kind == "string":
            text = self._text(quoted_text(self.source.text, inner.start, inner.end), location)
            return text if isinstance(text, str) else None
        self._unevaluated(location, inner.start, written)
        return None

    def _text(self, decoded: DecodedText, location: Location) -> str | None:
        for offset in decoded.bad_escapes:
            escape = self.source.text[offset : offset + 2]
            self._problem(offset, location, f"{escape} is not a Terraform escape", r"write \\ for a backslash")
        if decoded.templates:
            start = decoded.templates[0]
            end = self.source.text.find("}", start) + 1
            self._unevaluated(location, start, self.source.text[start:end])
            return None
        self.texts[location] = decoded.excerpt
        return decoded.excerpt.text

    def _json_argument(self, node: Node) -> Node | None:
        """What `jsonencode(…)` is given."""
        name, arguments = node.first("identifier"), node.first("arguments")
        if node.kind != "function_call" or name is None or arguments is None:
            return None
        given = [child for child in arguments.children if child.kind != "COMMA"]
        is_call = self.source.text[name.start : name.end] == "jsonencode" and node.first("COLONS") is None
        return given[0] if is_call and len(given) == 1 else None

    def _unevaluated(self, location: Location, offset: int, written: str) -> None:
        shown = " ".join(written.split())
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"  # noqa: PLR2004  # so that the line stays a line
        self._problem(offset, location, f"only Terraform can evaluate {shown}", WAY_OUT)

    def _problem(self, offset: int, location: Location, message: str, hint: str) -> None:
        place = self.source.place(offset)
        self.problems.append(InputProblem(self.file, *place, dotted(location), message, hint))


def _unwrapped(node: Node, *, through_brackets: bool = True) -> Node:
    """The node without the rules around it that only group."""
    while node.kind == "expr_term":
        inner = [child for child in node.children if child.kind not in {"LPAR", "RPAR"}]
        if len(inner) != 1 or (len(node.children) != 1 and not through_brackets):
            return node
        node = inner[0]
    return node


def _number(written: str) -> object:
    try:
        return json_text.parse("".join(written.split()))
    except ValueError:
        return None


def _json_encoded(value: object) -> str:
    """The text that `jsonencode` makes: short, in the order of the keys, and with what HTML would read escaped.

    Source: Terraform's documentation of `jsonencode`.
    """
    text = json_text.stringify(_sorted(value))
    return _FOR_HTML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _sorted(value: object) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
