"""JSON with the place of every member, also of JSON that stands as text inside JSON or Terraform."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.inputs.configuration.limits import DEEPEST, too_deep
from conformance.inputs.configuration.source_text import Excerpt, Place, Source
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.json_values import BadJson, parse_json
from conformance.inputs.places import Location, dotted

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(slots=True)
class JsonText:
    """A JSON text that has been read.

    Attributes:
        value: Its value.
        places: Where each member and each item stands; a member stands where its key does.
        texts: The texts among its values that were asked for.
        problems: Members that stand twice in one object.
    """

    value: Any
    places: dict[Location, Place] = field(default_factory=dict)
    texts: dict[Location, Excerpt] = field(default_factory=dict)
    problems: list[InputProblem] = field(default_factory=list)


def read_json(file: str, source: Source, excerpt: Excerpt, location: Location = (), wanted: str = "") -> JsonText:
    """The value of a JSON text, with places.

    Args:
        file: The file, for problems.
        source: The text of the file.
        excerpt: The JSON, which may be the whole file.
        location: Where the value stands in the document.
        wanted: The key whose values, where they are texts, are to be read further.

    Raises:
        InputError: It is no JSON, or nested too deeply; with the place in the file.
    """
    walk = _Walk(file, source, excerpt, wanted, JsonText(None))
    try:
        walk.result.value = parse_json(excerpt.text.encode("utf-8", "surrogatepass"))
    except BadJson as error:
        if "deeply" in error.message:
            walk.run(location)
        lines = excerpt.text.split("\n")[: error.line - 1]
        offset = min(sum(len(line) + 1 for line in lines) + error.column - 1, len(excerpt.text))
        line, column = source.place(excerpt.offsets[offset])
        raise InputError([InputProblem(file, line, column, dotted(location), error.message)]) from error
    walk.run(location)
    return walk.result


@dataclass(slots=True)
class _Walk:
    """One walk over the tokens of a JSON text, which is known to be JSON."""

    file: str
    source: Source
    excerpt: Excerpt
    wanted: str
    result: JsonText
    #: For each open object or list: the location around it, and the index of the item, -1 in an object.
    open: list[tuple[Location, int]] = field(default_factory=list)
    #: Members that stand twice; what is in them then stands twice too, and is not told.
    repeated: set[Location] = field(default_factory=set)

    def run(self, location: Location) -> None:
        """Note every place below a location."""
        here, key_follows = location, False
        for match in _TOKEN.finditer(self.excerpt.text):
            symbol = match[0]
            if symbol in {"}", "]"}:
                here = self.open.pop()[0] if self.open else here
                key_follows = False
            elif symbol == ",":
                here, key_follows = self._next()
            elif key_follows and symbol[0] == '"':
                here, key_follows = self._member(match), False
            elif symbol != ":":
                self._value(here, match)
                if symbol in {"{", "["}:
                    here, key_follows = self._enter(here, symbol, match.start())

    def _place(self, offset: int) -> Place:
        return self.source.place(self.excerpt.offsets[offset])

    def _enter(self, here: Location, symbol: str, offset: int) -> tuple[Location, bool]:
        if len(self.open) >= DEEPEST:
            raise InputError([too_deep(self.file, self._place(offset), here)])
        self.open.append((here, -1 if symbol == "{" else 0))
        return (here, True) if symbol == "{" else ((*here, 0), False)

    def _next(self) -> tuple[Location, bool]:
        if not self.open:
            return (), False
        outer, index = self.open[-1]
        if index < 0:
            return outer, True
        self.open[-1] = (outer, index + 1)
        return (*outer, index + 1), False

    def _member(self, match: re.Match[str]) -> Location:
        here = (*self.open[-1][0], self.excerpt.json_string(match.start(), match.end()).text)
        line, column = self._place(match.start())
        if here in self.result.places and not any(here[:depth] in self.repeated for depth in range(len(here))):
            self.repeated.add(here)
            message = f"the key {here[-1]!r} occurs twice in one object"
            self.result.problems.append(InputProblem(self.file, line, column, dotted(here), message, "remove one"))
        self.result.places[here] = (line, column)
        return here

    def _value(self, here: Location, match: re.Match[str]) -> None:
        self.result.places.setdefault(here, self._place(match.start()))
        if here and here[-1] == self.wanted and match[0][0] == '"':
            self.result.texts[here] = self.excerpt.json_string(match.start(), match.end())
