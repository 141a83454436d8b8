"""What `conform` saves: scenarios that name the mapping's file, in place of those of an earlier run."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.cli import main
from conformance.inputs.errors import InputError
from conformance.judging.scenario_export import mapping_reference, remove_findings
from conformance.scenario.loader import load_mapping

WRONG = """\
- name: Identify
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping: {userId: {"@path": $.traits.email}, email: {"@path": $.traits.email}}
"""
RIGHT = WRONG.replace('userId: {"@path": $.traits.email}', 'userId: {"@path": $.userId}')
#: The second event of a person takes the place of the first.
SAME_ID = """\
- name: Visits
  partnerAction: trackEvent
  subscribe: type = "track"
  mapping:
    userId: {"@path": $.userId}
    eventName: {"@path": $.event}
    id: {"@path": $.userId}
    createdAt: {"@path": $.timestamp}
    dataFields: {"@path": $.properties}
"""
OPTIONS = ["--property", "identity.person-exists", "--examples", "4", "--project-type", "userid"]


@pytest.fixture
def mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mappings").mkdir()
    file = Path("mappings", "mine.yaml")
    file.write_text(WRONG)
    return file


def saved() -> list[Path]:
    return sorted(Path(".harness/failures").glob("*"))


def test_a_saved_finding_names_the_file_of_the_mapping_and_does_not_copy_it(mapping: Path) -> None:
    assert main(["conform", "--mapping", str(mapping), *OPTIONS]) == 1
    [file] = saved()
    assert "mapping: ../../mappings/mine.yaml" in file.read_text()
    assert "partnerAction" not in file.read_text()


def test_saved_findings_pass_once_the_mapping_is_mended(mapping: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["conform", "--mapping", str(mapping), *OPTIONS])
    assert main(["run", ".harness/failures"]) == 1
    mapping.write_text(RIGHT)
    assert main(["run", ".harness/failures"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"


@pytest.mark.parametrize("project_type", ["userid", "hybrid"])
def test_the_scenario_of_an_order_that_matters_expects_the_events_of_the_other_order(
    mapping: Path, project_type: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping.write_text(SAME_ID)
    options = ["--property", "delivery.related-order", "--examples", "20", "--project-type", project_type]
    assert main(["conform", "--mapping", str(mapping), *options]) == 1
    assert main(["run", ".harness/failures"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"
    mapping.write_text(SAME_ID.replace('id: {"@path": $.userId}', 'id: {"@path": $.messageId}'))
    assert main(["run", ".harness/failures"]) == 0


def test_the_findings_of_an_earlier_run_are_replaced_and_other_files_stay(mapping: Path) -> None:
    main(["conform", "--mapping", str(mapping), *OPTIONS])
    own = Path(".harness/failures/ours.scenario.yaml")
    own.write_text("ours")
    other = ["--property", "identity.new-address", "--examples", "4", "--project-type", "email", "--no-baseline"]
    main(["conform", "--mapping", str(mapping), *other])
    assert [file.name for file in saved()] == ["identity.new-address.email.a-new-e-mail.scenario.yaml", own.name]


def test_a_run_without_findings_leaves_none_of_an_earlier_one(mapping: Path) -> None:
    main(["conform", "--mapping", str(mapping), *OPTIONS])
    mapping.write_text(RIGHT)
    assert main(["conform", "--mapping", str(mapping), *OPTIONS]) == 0
    assert saved() == []


@pytest.mark.usefixtures("mapping")
def test_a_mapping_that_no_scenario_may_name_is_copied(tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "theirs.yaml"
    elsewhere.write_text(WRONG)
    main(["conform", "--mapping", str(elsewhere), *OPTIONS])
    [file] = saved()
    assert "partnerAction: updateUser" in file.read_text()
    assert main(["run", str(file)]) == 1


def test_a_mapping_that_a_scenario_would_read_otherwise_is_copied(mapping: Path) -> None:
    subscriptions = load_mapping(mapping)
    assert mapping_reference(mapping, ".harness/failures", subscriptions) == "../../mappings/mine.yaml"
    assert mapping_reference(mapping, ".harness/failures", (*subscriptions, *subscriptions)) is None


def test_a_finding_that_cannot_be_removed_is_an_input_error_that_names_it(
    mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["conform", "--mapping", str(mapping), *OPTIONS])

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(InputError, match=r"identity\.person-exists\.userid.*cannot be removed: Permission denied"):
        remove_findings(".harness/failures")
