"""A reader of a document, who does what it says from top to bottom and compares what comes out."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
from typing import TYPE_CHECKING, Final

from not_run import cases_of_the_library
from pages import ROOT, Block, Step, blocks
from ruamel.yaml import YAML
from transcripts import difference

if TYPE_CHECKING:
    from pathlib import Path

    from shell_session import ShellSession

_DATA: Final = frozenset({"yaml", "json", "jsonl", "toml", "ini"})
_DOES_NOT_HOLD: Final = 1


def read_document(document: str) -> list[Block]:
    """The blocks of a document, which is named by its path from the root of the checkout."""
    return blocks(document, (ROOT / document).read_text(encoding="utf-8"))


class Reader:
    """Goes through a document from top to bottom and does what it says.

    Args:
        session: Where the commands are run.
        held_by: The test that reads; blocks that another one holds are left to that.
    """

    def __init__(self, session: ShellSession, held_by: str | None = None) -> None:
        self._session = session
        self._held_by = held_by
        self._last: str | None = None
        self._whole_library = False

    def take(self, block: Block) -> None:
        """Do what a block says.

        Raises:
            AssertionError: Something else comes out than it shows.
        """
        if "not run" in block.marks or block.marks.get("held by") != self._held_by:
            return
        if "from" in block.marks:
            assert block.text in (ROOT / block.marks["from"]).read_text(encoding="utf-8"), (
                f"{block.place}: other text"
            )
        elif block.is_commands:
            for step in block.steps:
                self._commands(block.place, step)
        elif block.file_name is not None:
            self._session.write(block.file_name, block.text)
        elif block.language == "python":
            self._last = _python(block, self._session.folder)
        elif block.language in _DATA:
            _parsed(block)
        else:
            self._output(block.place, block.text)

    def _commands(self, place: str, step: Step) -> None:
        printed = ""
        for command in step.commands:
            outcome = self._session.run(command)
            printed += outcome.output
            # What is shown tells of a failure; where nothing is shown, readers expect none.
            agreed = outcome.code == 0 or (outcome.code == _DOES_NOT_HOLD and step.output)
            assert agreed, f"{place}: `{command}` ended with {outcome.code}\n{outcome.output}"
        self._last = printed
        self._whole_library = step.commands[-1] == "make run"
        if step.output:
            self._output(place, step.output)

    def _output(self, place: str, shown: str) -> None:
        assert self._last is not None, f"{place}: neither a command nor the output of one"
        if self._whole_library:
            assert shown.splitlines()[-1] == f"{cases_of_the_library()} passed, 0 failed", place
            return
        parting = difference(shown, self._last)
        assert parting is None, f"{place}: something else is printed\n{parting}"


def _python(block: Block, folder: Path) -> str:
    path = folder / "example_of_the_document.py"
    path.write_text(block.text, encoding="utf-8")
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        runpy.run_path(str(path))
    return out.getvalue()


def _parsed(block: Block) -> None:
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "jsonl":
        for line in block.text.splitlines():
            json.loads(line)
    elif block.language == "yaml":
        YAML(typ="safe").load(block.text)
