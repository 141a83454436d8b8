"""The shipped scenario that an error message is most about, copied to be changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.library import Library, shipped_library
from conformance.scenario import load_scenarios

if TYPE_CHECKING:
    from conformance.scenario import LoadedScenario


class NothingAlikeError(Exception):
    """No shipped scenario is about the text."""


def copy_of_nearest(text: str) -> str:
    """The text of the scenario that a message is most about, with where it comes from.

    A mapping file that it names is named by where it is, so that the copy can stand anywhere.

    Raises:
        NothingAlikeError: There is none.
    """
    findings = Library(load_scenarios([shipped_library()])).find(text)
    if not findings:
        raise NothingAlikeError(f"no shipped scenario is about {text!r}; fewer and more common words find more")
    loaded = findings[0].loaded
    path = Path(loaded.file)
    place = path.relative_to(shipped_library()).as_posix()
    copied = _with_whole_paths(path.read_text(encoding="utf-8"), loaded)
    return f"# A copy of the shipped scenario {place}: change what differs in your case.\n{copied}"


def _with_whole_paths(text: str, loaded: LoadedScenario) -> str:
    folder = Path(loaded.file).resolve().parent
    for connection in loaded.scenario.connections:
        if isinstance(connection.mapping, str):
            text = (
                re.sub(
                    rf"(mapping:\s*){re.escape(connection.mapping)}", lambda found: f"{found[1]}{folder}/{name}", text
                )
                if (name := connection.mapping)
                else text
            )
    return text
