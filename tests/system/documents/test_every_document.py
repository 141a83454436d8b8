"""Every command in the documents is run, and every output that they show is what comes out."""

from __future__ import annotations

import contextlib
import io
import json
import re
import runpy
import shlex
from typing import TYPE_CHECKING, Final

import pytest
from not_run import cases_of_the_library, listed
from pages import ROOT, Block, Step, blocks, documents
from ruamel.yaml import YAML
from shell_session import ShellSession, started, stopped
from transcripts import difference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DATA: Final = frozenset({"yaml", "json", "jsonl", "toml", "ini"})
_LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")
_DOES_NOT_HOLD: Final = 1


@pytest.fixture(scope="session")
def simulator_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = started([], tmp_path_factory.mktemp("simulator"))
    yield address
    stopped(process)


def _read(document: str) -> list[Block]:
    return blocks(document, (ROOT / document).read_text(encoding="utf-8"))


class _Reader:
    """Goes through a document from top to bottom and does what it says."""

    def __init__(self, session: ShellSession) -> None:
        self._session = session
        self._last: str | None = None
        self._whole_library = False

    def take(self, block: Block) -> None:
        if "not run" in block.marks or "held by" in block.marks:
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


@pytest.mark.parametrize("document", documents())
def test_what_a_document_tells_to_do_comes_out_as_it_shows(
    document: str, tmp_path: Path, simulator_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "118")
    session = ShellSession(tmp_path, simulator_address)
    reader = _Reader(session)
    try:
        for block in _read(document):
            reader.take(block)
    finally:
        session.close()


def test_what_is_not_run_says_why_and_is_less_than_what_is() -> None:
    found = [block for document in documents() for block in _read(document)]
    left_out = [block for block in found if "not run" in block.marks]
    for block in left_out:
        print(f"{block.place}: not run: {block.marks['not run']}")  # noqa: T201  # shown by pytest -rP
    print(f"{len(left_out)} of {len(found)} blocks are not run")  # noqa: T201  # the same
    assert [block.place for block in left_out if len(block.marks["not run"].split()) < len(("a", "reason"))] == []
    assert len(left_out) < len(found) / 3


def test_what_another_test_holds_is_named_by_that_test() -> None:
    held = {
        (document, block.marks["held by"])
        for document in documents()
        for block in _read(document)
        if "held by" in block.marks
    }
    for document, test in sorted(held):
        assert document.rsplit("/", 1)[-1] in (ROOT / test).read_text(encoding="utf-8"), (document, test)


def test_commands_that_no_test_can_run_are_checked_in_another_way() -> None:
    complaints = []
    for document in documents():
        for block in _read(document):
            steps = block.steps if block.is_commands else []
            for part in [part for step in steps for command in step.commands for part in command.split(" && ")]:
                words = shlex.split(part, comments=True)
                entry = listed(words)
                complaint = None if entry is None else entry.complaint(words)
                complaints += [] if complaint is None else [f"{block.place}: {part}: {complaint}"]
    assert complaints == []


@pytest.mark.parametrize("document", documents())
def test_every_link_leads_somewhere(document: str) -> None:
    path = ROOT / document
    broken = []
    for name, anchor in _LINK.findall(path.read_text(encoding="utf-8")):
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor[1:] not in _anchors(target)):
            broken.append(name + anchor)
    assert broken == []


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
