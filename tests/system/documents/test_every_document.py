"""Every command in the documents is run, and every output that they show is what comes out."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import pytest
from not_run import listed
from pages import ROOT, documents
from reader import Reader, read_document
from shell_session import ShellSession, started, stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")


@pytest.fixture(scope="session")
def simulator_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = started([], tmp_path_factory.mktemp("simulator"))
    yield address
    stopped(process)


@pytest.mark.parametrize("document", documents())
def test_what_a_document_tells_to_do_comes_out_as_it_shows(
    document: str, tmp_path: Path, simulator_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "118")
    session = ShellSession(tmp_path, simulator_address)
    reader = Reader(session)
    try:
        for block in read_document(document):
            reader.take(block)
    finally:
        session.close()


def test_what_is_not_run_says_why_and_is_less_than_what_is() -> None:
    found = [block for document in documents() for block in read_document(document)]
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
        for block in read_document(document)
        if "held by" in block.marks
    }
    for document, test in sorted(held):
        assert document.rsplit("/", 1)[-1] in (ROOT / test).read_text(encoding="utf-8"), (document, test)


def test_commands_that_no_test_can_run_are_checked_in_another_way() -> None:
    complaints = []
    for document in documents():
        for block in read_document(document):
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
