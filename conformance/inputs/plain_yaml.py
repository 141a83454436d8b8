"""YAML as nearly everybody writes it, read by libyaml, which is twenty times as fast as reading all of YAML.

It reads nothing of which the two readers could think differently, and nothing that has a mistake: tags, anchors,
several documents, control characters and numbers in forms other than JSON's are for `whole_yaml`, and so are all
messages. So for what is read here both give the same values at the same places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from yaml.error import YAMLError
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from conformance.inputs.yaml_limits import DEEPEST

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None

if TYPE_CHECKING:
    from conformance.inputs.places import Location

#: What does not always mean the same: tabs, line ends but `\n`, control characters, marks of byte order, and a
#: comment that touches the sign of a block text.
_UNUSUAL: Final = re.compile(
    r"[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[|>][-+0-9]*#"
)
_WORDS: Final = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
#: A whole number, or one with a fraction, as JSON has them.
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]+)?")
#: What else may be a number in YAML, and what only looks like one.
_LIKE_A_NUMBER: Final = re.compile(r"[-+]?(?:[0-9_.][-+0-9a-fA-FxoO_.]*|\.(?:inf|nan))", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _UnusualError(Exception):
    """The text has something that is not for this reader."""


def read_plain_yaml(text: str) -> tuple[Any, dict[Location, tuple[int, int]]] | None:
    """The value of a text, and line and column of each value in it; None when the text is not for this reader."""
    if CParser is None or _UNUSUAL.search(text):
        return None
    reader = _Reader(text)
    try:
        return reader.document(), reader.places
    except (YAMLError, _UnusualError):
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._next: Any = CParser(text).get_event
        self.places: dict[Location, tuple[int, int]] = {(): (1, 1)}

    def document(self) -> Any:
        """The value of the only document."""
        self._expect(StreamStartEvent)
        if self._expect(DocumentStartEvent).explicit:
            raise _UnusualError
        value = self._value(self._next(), ())
        if not isinstance(value, (dict, list)):
            raise _UnusualError  # a block text at the margin ends elsewhere for each of the two readers
        self._expect(DocumentEndEvent)
        self._expect(StreamEndEvent)
        return value

    def _expect(self, kind: type) -> Any:
        event = self._next()
        if type(event) is not kind:
            raise _UnusualError
        return event

    def _value(self, event: Any, location: Location) -> Any:
        kind = type(event)
        if kind is ScalarEvent:
            return _scalar(event)
        if len(location) > DEEPEST:
            raise _UnusualError
        if kind is MappingStartEvent and event.anchor is None and event.tag is None:
            return self._members(location)
        if kind is SequenceStartEvent and event.anchor is None and event.tag is None:
            return self._items(location)
        raise _UnusualError

    def _members(self, location: Location) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while type(event := self._next()) is not MappingEndEvent:
            if type(event) is not ScalarEvent or _is_empty(event):
                raise _UnusualError
            name = event.value if event.style else name_of(_scalar(event))
            if name in members or (name == "<<" and not event.style):
                raise _UnusualError
            mark = event.start_mark
            place = (*location, name)
            self.places[place] = (mark.line + 1, mark.column + 1)
            members[name] = None
            members[name] = self._value(self._next(), place)
        return members

    def _items(self, location: Location) -> list[Any]:
        items: list[Any] = []
        while type(event := self._next()) is not SequenceEndEvent:
            if _is_empty(event):
                raise _UnusualError
            mark = event.start_mark
            place = (*location, len(items))
            self.places[place] = (mark.line + 1, mark.column + 1)
            items.append(self._value(event, place))
        return items


def _is_empty(event: Any) -> bool:
    """Whether nothing is written there, whose place the two readers see elsewhere."""
    return type(event) is ScalarEvent and not event.value and not event.style


def _scalar(event: Any) -> Any:
    if event.anchor is not None or event.tag is not None:
        raise _UnusualError
    text = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        return _number_or_text(text)
    if text == "=":
        raise _UnusualError
    return text


def _number_or_text(text: str) -> Any:
    if number := _NUMBER.fullmatch(text):
        return float(text) if number[1] else int(text)
    if _LIKE_A_NUMBER.fullmatch(text) and not _DATE.fullmatch(text):
        raise _UnusualError
    return text


def name_of(key: Any) -> str:
    """The name of a member: its key, which need not be a text."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)
