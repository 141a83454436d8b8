"""The shipped scenario that an error message is most about, copied to be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.yaml_file import read_document
from conformance.scenario import load_scenarios
from conformance.scenario.library import Library, shipped_library, shortest_path

if TYPE_CHECKING:
    from conformance.scenario import LoadedScenario


#: How many of the others are named that a message could be about.
_MOST_OTHERS: Final = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a shipped scenario.

    Attributes:
        text: The copy, with where it comes from.
        file: The scenario, as it is shortest to type.
        others: Those that a message could be about as well, the most likely first.
    """

    text: str
    file: str
    others: tuple[str, ...]


class NothingAlikeError(Exception):
    """No shipped scenario is about the text."""


def copy_of_nearest(text: str) -> Copy:
    """A copy of the scenario that a message is most about.

    A mapping file that it names is written out, so that the copy can stand anywhere.

    Raises:
        NothingAlikeError: There is none.
    """
    findings = Library(load_scenarios([shipped_library()])).find(text)
    if not findings:
        raise NothingAlikeError(f"no shipped scenario is about {text!r}; try fewer or more common words")
    loaded = findings[0].loaded
    path = Path(loaded.file)
    place = path.relative_to(shipped_library()).as_posix()
    copied = _with_mappings(path.read_text(encoding="utf-8"), loaded)
    return Copy(
        f"# A copy of the shipped scenario {place}: change what differs in your case.\n{copied}",
        shortest_path(loaded.file),
        tuple(shortest_path(finding.loaded.file) for finding in findings[1 : 1 + _MOST_OTHERS]),
    )


def _with_mappings(text: str, loaded: LoadedScenario) -> str:
    folder = Path(loaded.file).parent
    for connection in loaded.scenario.connections:
        name = connection.mapping
        if isinstance(name, str):
            written = json.dumps(read_document(folder / name).value, ensure_ascii=False)
            text = text.replace(f"mapping: {name}", f"mapping: {written}")
    return text
