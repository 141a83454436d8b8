from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.inputs.errors import InputError
from conformance.segment_build import SegmentBuild, SegmentBuildFault, install
from conformance.segment_build.installation import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins for node and npm are shell scripts")

INSTALLS = 'mkdir -p node_modules/@segment/action-destinations && echo "{}" > node_modules/@segment/action-destinations/package.json'
OLD_ENOUGH = 'if [ "$1" = --version ]; then echo v20.1.0; exit; fi'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is the whole PATH but for the shell's own commands, with an empty cache beside it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "mkdir", "sleep", "cat"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("ITERABLE_HARNESS_CACHE", str(tmp_path / "cache"))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def refusal() -> str:
    with pytest.raises(InputError) as caught:
        install()
    return str(caught.value)


@pytest.mark.usefixtures("programs")
def test_without_node_recording_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("")
    assert main(["vectors", str(cases), "--record", str(tmp_path / "new.jsonl")]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line == "error: Segment's build: there is no `node` on the PATH (install Node.js 18.17 or later with npm)"
    assert not (tmp_path / "new.jsonl").exists()


@pytest.mark.parametrize("version", ["v16.20.0", "v18.16.1", "nonsense"])
def test_a_node_that_is_too_old_is_named(programs: Path, version: str) -> None:
    put(programs, "node", f"echo {version}")
    assert f"is of version {version} (install Node.js 18.17" in refusal()


def test_without_npm_the_build_cannot_be_installed(programs: Path) -> None:
    put(programs, "node", OLD_ENOUGH)
    assert "there is no `npm` on the PATH" in refusal()


def test_what_npm_says_is_passed_on_and_nothing_is_left_behind(programs: Path, tmp_path: Path) -> None:
    put(programs, "node", OLD_ENOUGH)
    put(programs, "npm", 'echo "npm error code E404\nnpm error not there\nA complete log of this" >&2; exit 1')
    assert "npm cannot install @segment/action-destinations 3.497.0: code E404; not there (npm must" in refusal()
    assert list((tmp_path / "cache").iterdir()) == []


def test_npm_that_installs_nothing_is_not_believed(programs: Path) -> None:
    put(programs, "node", OLD_ENOUGH)
    put(programs, "npm", "exit 0")
    assert "npm gave no reason" in refusal()


def test_a_cache_that_cannot_be_written_is_named(programs: Path, tmp_path: Path) -> None:
    put(programs, "node", OLD_ENOUGH)
    (tmp_path / "cache").write_text("")
    assert "cannot be written: " in refusal()


def test_the_build_is_installed_once(programs: Path, tmp_path: Path) -> None:
    put(programs, "node", OLD_ENOUGH)
    put(programs, "npm", INSTALLS)
    told: list[str] = []
    folder = install(told.append)
    assert folder.parent == tmp_path / "cache"
    put(programs, "npm", "exit 1")
    assert install(told.append) == folder
    [sentence] = told
    assert "3.497.0" in sentence


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("echo out of memory >&2; exit 1", "ended: out of memory"),
        ("read line; exec sleep 60", "no answer within 0.5 seconds"),
        ("cat", "has no answer to fql"),
    ],
    ids=["stops", "hangs", "talks nonsense"],
)
def test_a_build_that_gives_no_answer_is_a_fault(programs: Path, script: str, complaint: str) -> None:
    put(programs, "node", f"{OLD_ENOUGH}\n{script}")
    put(programs, "npm", INSTALLS)
    with SegmentBuild(answer_timeout=0.5) as build, pytest.raises(SegmentBuildFault, match=complaint):
        build.answer("fql", {"fql": "", "event": {}})


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["vectors"], "name files of vectors, or folders of them"),
        (["vectors", "--generate", "3"], "--generate needs --record"),
        (["vectors", "--record", "new.jsonl", "--generate", "0"], "--generate"),
    ],
    ids=["nothing", "generate alone", "none"],
)
def test_options_that_make_no_sense_together_are_refused(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert complaint in capsys.readouterr().err


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ITERABLE_HARNESS_CACHE", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "iterable-harness"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "iterable-harness"
