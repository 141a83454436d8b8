"""Baselines at the command line: what is accepted of lint, entries that match nothing, and those without a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.judging import read_baseline

MAPPING = """\
- name: Customers
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping: {email: {"@path": $.traits.Email}, userId: {"@path": $.userId}}
"""
CHOSEN = ["--property", "identity.person-exists", "--examples", "4", "--project-type", "userid"]
ENTRY = "- {{property: {0}, projectTypes: [{1}], themes: [{2}], reason: a reason, source: a source}}\n"
RULE = "- {{rule: {0}, subscription: Customers, place: mapping.email.@path, reason: a reason, source: a source}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path


def conform(*options: str) -> int:
    return main(["conform", "--mapping", "mapping.yaml", "--baseline", "known.yaml", *CHOSEN, *options])


def lint(*options: str) -> int:
    return main(["lint", "mapping.yaml", "--baseline", "known.yaml", *options])


def write(*entries: str, lint: tuple[str, ...] = ()) -> Path:
    file = Path("known.yaml")
    accepted = f"accepted:\n{''.join(entries)}" if entries else "accepted: []\n"
    file.write_text(f"version: 1\n{accepted}" + (f"lint:\n{''.join(lint)}" if lint else ""))
    return file


@pytest.mark.usefixtures("folder")
def test_an_update_accepts_what_lint_found_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform("--update-baseline") == 0
    err = capsys.readouterr().err
    assert "known.yaml: 1 finding added in 1 entry, 0 kept" in err
    (entry,) = read_baseline(Path("known.yaml")).lint
    assert (entry.rule, entry.subscription, entry.place) == ("spec.trait", "Customers", "mapping.email.@path")
    assert conform() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 problems, 0 accepted, 1 passed, 0 not applicable"


@pytest.mark.usefixtures("folder")
def test_what_lint_finds_is_accepted_at_its_place_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write(lint=(RULE.format("spec.trait"),))
    assert conform("--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [entry["rule"] for entry in document["accepted_lint"]] == ["spec.trait"]
    assert "spec.trait" not in {name for problem in document["problems"] for name in problem["properties"]}
    Path("mapping.yaml").write_text(MAPPING.replace("Customers", "People"))
    conform("--json")
    document = json.loads(capsys.readouterr().out)
    assert (document["accepted_lint"], len(document["problems"])) == ([], 1)


@pytest.mark.usefixtures("folder")
def test_lint_takes_the_same_file(capsys: pytest.CaptureFixture[str]) -> None:
    write(lint=(RULE.format("spec.trait"),))
    assert lint("--strict") == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings, 1 accepted in 1 subscription\n"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", [conform, lint])
def test_ids_that_do_not_exist_are_input_errors_with_a_suggestion(
    command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(command)
    write(ENTRY.format("identity.person-exist", "email", "x"), lint=(RULE.format("spec.traits"),))
    assert command() == 2
    err = capsys.readouterr().err
    assert "known.yaml:3:4: accepted[0].property: there is no property 'identity.person-exist'" in err
    assert "did you mean identity.person-exists?" in err
    assert "lint[0].rule: lint has no rule 'spec.traits' (did you mean spec.trait?)" in err


@pytest.mark.usefixtures("folder")
def test_entries_that_match_nothing_are_told_and_removed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    gone = ENTRY.format("identity.person-exists", "userid", "no such theme")
    not_judged = ENTRY.format("phone.null-clears", "userid", "null later")
    other_type = ENTRY.format("identity.person-exists", "userid, email", "no such theme")
    file = write(gone, not_judged, other_type, lint=(RULE.format("trigger.never"), RULE.format("spec.trait")))
    before = file.read_bytes()
    assert conform() == 0
    told = "2 entries of known.yaml match nothing any more: identity.person-exists, trigger.never"
    assert f"warning: {told} (--prune-baseline removes them)" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert conform("--prune-baseline") == 0
    assert "known.yaml: removed 2 entries, which match nothing any more" in capsys.readouterr().err
    left = read_baseline(file)
    assert [entry.property_id for entry in left.entries] == ["phone.null-clears", "identity.person-exists"]
    assert [entry.rule for entry in left.lint] == ["spec.trait"]
    assert conform() == 0
    assert "match" not in capsys.readouterr().err


BLOCKS = """\
# What we know of.
version: 1
accepted:
# Never seen again:
- property: identity.person-exists
  projectTypes: [userid]
  themes:
  - no such theme
  reason: a reason
  source: a source that goes
    on over lines
# Not judged here:
- property: phone.null-clears   # see the runbook
  projectTypes: [userid]
  themes: [null later]
  reason: a reason
  source: a source
"""


@pytest.mark.usefixtures("folder")
def test_pruning_leaves_comments_and_the_form_of_other_entries() -> None:
    file = Path("known.yaml")
    file.write_text(BLOCKS)
    assert conform("--prune-baseline", "--fail-on", "high") == 0
    start, end = BLOCKS.index("- property: identity"), BLOCKS.index("# Not judged")
    assert file.read_text() == BLOCKS[:start] + BLOCKS[end:]


@pytest.mark.usefixtures("folder")
def test_lint_tells_of_its_own_entries_that_match_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write(lint=(RULE.format("trigger.never"), RULE.format("spec.trait")))
    assert lint() == 0
    assert "warning: 1 entry of known.yaml matches nothing any more: trigger.never" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_new_entries_ask_for_a_reason_until_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    conform("--update-baseline")
    told = "warning: 1 entry of known.yaml still says TODO: spec.trait"
    assert told in capsys.readouterr().err
    (entry,) = read_baseline(Path("known.yaml")).lint
    assert entry.reason.startswith("TODO: say why this is accepted; found: Segment reserves `email`")
    conform()
    assert told in capsys.readouterr().err
    write(lint=(RULE.format("spec.trait"),))
    conform()
    assert "TODO" not in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_an_update_writes_the_reports_with_what_was_accepted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    reports = ("--junit", "report.xml", "--html", "report.html", "--github")
    assert conform("--update-baseline", *reports) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 problems, ")
    for name in ("report.xml", "report.html", "summary.md"):
        text = Path(name).read_text(encoding="utf-8")
        assert "TODO: say why this is accepted; found: Segment reserves" in text, name


@pytest.mark.usefixtures("folder")
def test_pruning_needs_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conform", *CHOSEN, "--prune-baseline"]) == 2
    assert "--prune-baseline goes with --baseline FILE" in capsys.readouterr().err
