"""YAML counted as its parser reads it, without ever holding what the text stands for."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, ScalarEvent

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.yaml_limits import DEEPEST, MOST_VALUES


def check_size(file: str, text: str) -> None:
    """What `yaml_limits.check_yaml` does."""
    try:
        _Count(file).run(text)
    except (YAMLError, ValueError):
        return


class _Count:
    """Sizes and heights of the values of a YAML text, in one pass; a scalar has the height 0."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._values = 0
        #: The number of values in each value that has an anchor, and its height.
        self._anchors: dict[str, tuple[int, int]] = {}
        #: For each open collection: its anchor, the values before it, and its height so far.
        self._open: list[tuple[str | None, int, int]] = []

    def run(self, text: str) -> None:
        """Refuse the text as soon as it is too large or too deep."""
        for event in YAML(typ="safe", pure=True).parse(text):
            depth = self._see(event)
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if depth > DEEPEST:
                message = f"nested more than {DEEPEST} levels deep"
                raise InputError([InputProblem(self._file, *place, "", message, "flatten it")])
            if self._values > MOST_VALUES:
                message = f"has more than {MOST_VALUES:,} values, with its aliases expanded"
                raise InputError([InputProblem(self._file, *place, "", message, "split it")])

    def _see(self, event: Event) -> int:
        """Count what an event adds; how deep it reaches."""
        if isinstance(event, CollectionStartEvent):
            self._open.append((event.anchor, self._values, 1))
            self._values += 1
        elif isinstance(event, CollectionEndEvent):
            anchor, before, height = self._open.pop()
            self._add(anchor, self._values - before, height)
        elif isinstance(event, AliasEvent):
            if any(anchor == event.anchor for anchor, _, _ in self._open):
                place = (event.start_mark.line + 1, event.start_mark.column + 1)
                raise InputError(
                    [InputProblem(self._file, *place, "", f"*{event.anchor} stands inside of what it stands for")]
                )
            size, height = self._anchors.get(event.anchor or "", (1, 0))
            self._values += size
            self._add(None, size, height)
            return len(self._open) + height
        elif isinstance(event, ScalarEvent):
            self._values += 1
            self._add(event.anchor, 1, 0)
        return len(self._open)

    def _add(self, anchor: str | None, size: int, height: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (size, height)
        if self._open:
            outer, before, height_so_far = self._open[-1]
            self._open[-1] = (outer, before, max(height_so_far, height + 1))
