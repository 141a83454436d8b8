from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.scenario.library import Library

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_what_is_found_shows_its_title_file_and_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "placeholder", "profile", "mobile", "app", "--limit", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "The identify does not take over the placeholder profile of the mobile app",
        "    file      scenarios/identity/placeholder-profile-is-not-taken-over.scenario.yaml",
        "    types     email, userid, hybrid; works as expected in: userid, hybrid",
        "    expected  The placeholder gets the address and keeps its history.",
    ]


def test_quiet_prints_files_that_run_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "-q", "abandoned cart"]) == 0
    files = capsys.readouterr().out.split()
    assert files
    assert main(["run", *files]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(" passed, 0 failed")


def test_verbose_adds_cause_source_and_tags(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "-v", "BatchTooLarge", "--limit", "1"]) == 0
    shown = capsys.readouterr().out
    assert "    why       The destination asks for batches" in shown
    assert "    source    Segment action-destinations PR 2370" in shown
    assert "    tags      BatchTooLarge, batch_size" in shown


def test_json_has_the_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--json", "duplicate record", "--limit", "1"]) == 0
    document = json.loads(capsys.readouterr().out)
    [entry] = document["found"]
    assert (document["version"], entry["metIn"], entry["fixedIn"]) == (1, ["userid", "hybrid"], None)
    assert entry["knownIssue"].startswith("Iterable, by design")


def test_project_types_narrow_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    main(["find", "-q", "newEmail address is taken", "--limit", "50", "--project-type", "hybrid"])
    assert "new-address-is-taken" not in capsys.readouterr().out
    main(["find", "-q", "newEmail address is taken", "--limit", "50", "--project-type", "email"])
    assert "new-address-is-taken" in capsys.readouterr().out


def test_more_than_the_limit_is_said_and_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    main(["find", "email", "--limit", "2"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("and ")
    assert main(["find", "-q", "email", "--limit", last.split("--limit ")[1].split()[0]]) == 0
    assert len(capsys.readouterr().out.splitlines()) == int(last.split()[1]) + 2


def test_nothing_found_is_exit_code_1_with_words_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "placeholdr"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("no scenario contains 'placeholdr'; did you mean 'placeholder'?")


def test_another_folder_can_be_searched_and_its_problems_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.scenario.yaml").write_text(
        "name: Quaternions vanish\ndescription: Ours.\nsource: ticket 1\nproject: {type: all}\n"
        "steps: [{send: {type: identify, userId: u1}}]\n"
    )
    assert main(["find", "-q", "quaternion", "--in", str(tmp_path)]) == 0
    assert capsys.readouterr().out.strip() == str((tmp_path / "own.scenario.yaml").resolve())
    (tmp_path / "own.scenario.yaml").write_text("name: 5\n")
    assert main(["find", "quaternion", "--in", str(tmp_path)]) == 2
    assert "own.scenario.yaml:1:1: name: should be a string" in capsys.readouterr().err


def test_no_words_are_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find"]) == 2
    assert "missing argument 'WORDS...'" in capsys.readouterr().err


def test_python_finds_what_the_command_finds() -> None:
    [found, *_] = Library.of(types=["hybrid"]).find("duplicate profiles")
    document = found.to_json()
    assert Path(document["file"]).exists()
    assert "hybrid" in document["projectTypes"]


def test_what_is_said_of_words_that_are_nowhere_is_callable_too() -> None:
    library = Library.of()
    assert library.advice("zzyzx") == ["no scenario contains 'zzyzx'"]
    assert library.advice("zzyzx profiles") == []
