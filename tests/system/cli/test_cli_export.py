from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.inputs.configuration import read_configuration
from destination import PRESETS

EXAMPLES = Path(__file__).parents[2] / "conformance" / "inputs" / "configuration" / "examples"
FILES = sorted(path.name for path in EXAMPLES.iterdir() if path.name != "destination.json")
STYLES = ["terraform", "public-api", "yaml", "json"]
MINE = {"name": "Mine", "partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": {}}
EVENT = '{"type": "page", "userId": "u1"}'


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    assert main(["export", *arguments]) == 0
    captured = capsys.readouterr()
    return captured.out, captured.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["export", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def written(tmp_path: Path, *items: object) -> str:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(items))
    return str(path)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", FILES)
def test_every_form_is_written_in_every_form(
    name: str, style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mapping"
    assert exported(capsys, str(EXAMPLES / name), "--as", style, "--out", str(out))[0] == ""
    assert read_configuration(out).plain == read_configuration(EXAMPLES / name).plain


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("public_api.json", "public-api"),
        ("hotel.tf", "terraform"),
        ("terraform.tfstate", "terraform"),
        ("show.json", "terraform"),
        ("own.json", "own"),
        ("own.yaml", "own"),
    ],
)
def test_a_mapping_goes_back_in_the_form_that_it_came_in(
    name: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mapping"
    exported(capsys, str(EXAMPLES / name), "-o", str(out))
    assert read_configuration(out).form == form


def test_each_patch_is_a_request_that_makes_segments_subscription_so(capsys: pytest.CaptureFixture[str]) -> None:
    configuration = read_configuration(EXAMPLES / "public_api.json")
    out, _ = exported(capsys, str(EXAMPLES / "public_api.json"), "--as", "public-api-patch")
    requests = json.loads(out)
    assert [(request["method"], request["path"]) for request in requests] == [
        ("PATCH", f"/destinations/66a0c0ffee0000000000beef/subscriptions/{item.id}")
        for item in configuration.subscriptions
    ]
    assert [request["body"]["input"]["settings"] for request in requests] == [
        item.subscription.mapping for item in configuration.subscriptions
    ]


def test_a_subscription_without_an_id_has_no_patch_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, MINE, {**MINE, "name": "Theirs", "id": "s1"})
    out, err = exported(capsys, file, "--as", "public-api-patch", "--destination", "d1")
    assert [request["path"] for request in json.loads(out)] == ["/destinations/d1/subscriptions/s1"]
    assert err == 'note: "Mine" not written: a subscription without Segment\'s id cannot be changed\n'


def test_what_has_no_id_at_all_cannot_be_patched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, MINE)
    assert refused(capsys, file, "--as", "public-api-patch", "--destination", "d1") == (
        f"error: {file}: no subscription has Segment's id, which the Public API needs to change it "
        "(`pull` fetches them with their ids)\n"
    )


def test_a_patch_needs_the_destination(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, {**MINE, "id": "s1"})
    assert refused(capsys, file, "--as", "public-api-patch") == (
        f"error: {file}:1:2: [0]: does not say which destination it belongs to (set it with --destination ID)\n"
    )


def test_what_terraform_does_not_manage_yet_is_imported(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = exported(capsys, str(EXAMPLES / "public_api_one.json"), "--as", "terraform")
    item = read_configuration(EXAMPLES / "public_api_one.json").subscriptions[0]
    assert out.startswith(
        "import {\n  to = segment_destination_subscription.booking_paid\n"
        f'  id = "{item.destination_id}:{item.id}"\n}}\n'
    )
    assert err == ""


def test_what_terraform_manages_already_is_not_imported(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("terraform.tfstate", "show.json"):
        assert "import" not in exported(capsys, str(EXAMPLES / name), "--as", "terraform")[0]


def test_an_import_block_says_the_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.tf"
    exported(capsys, str(EXAMPLES / "public_api.json"), "--as", "terraform", "--out", str(file))
    assert [item.id for item in read_configuration(file).subscriptions] == [
        item.id for item in read_configuration(EXAMPLES / "public_api.json").subscriptions
    ]
    patches = exported(capsys, str(file), "--as", "public-api-patch")[0]
    assert patches == exported(capsys, str(EXAMPLES / "public_api.json"), "--as", "public-api-patch")[0]
    assert exported(capsys, str(file))[0] == file.read_text()


def test_a_guessed_destination_is_named_and_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = exported(capsys, "--as", "terraform")
    assert out.count("destination_id = segment_destination.iterable.id") == len(PRESETS)
    assert err == (
        "note: destination_id is segment_destination.iterable.id, a guess; --destination says what it is\n"
    )
    out, err = exported(capsys, "--as", "terraform", "--destination", "module.hotel.ids[0]")
    assert (out.count("= module.hotel.ids[0]\n"), err) == (len(PRESETS), "")


@pytest.mark.parametrize("value", ["a b", "${x}", "x\n", 'a"b', "a/b", "1.2"])
@pytest.mark.parametrize("style", ["terraform", "public-api-patch", "yaml"])
def test_a_destination_that_is_none_is_refused(value: str, style: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--destination: " in refused(capsys, "--as", style, "--destination", value)


def test_what_a_form_cannot_hold_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = exported(capsys, str(EXAMPLES / "hotel.tf"), "--as", "public-api")
    assert "reverseETLSchedule" in out
    assert (
        "note: references to Terraform objects are written as text: segment_destination.iterable.id, "
        "segment_reverse_etl_model.guests.id\n" in err
    )
    assert 'left out 2 subscriptions: 1 disabled ("Identify Calls"), 1 of another destination' in err


def test_standard_input_is_a_mapping_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    content = io.BytesIO((EXAMPLES / "public_api.json").read_bytes())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    out, err = exported(capsys, "-", "--as", "json")
    assert len(json.loads(out)) == 4
    assert err.startswith("note: standard input: left out 1 subscription")


def test_a_mapping_is_not_replaced_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, MINE)
    before = Path(file).read_text()
    assert "is read by this very command" in refused(capsys, file, "--as", "yaml", "--out", file)
    assert Path(file).read_text() == before


def test_a_mapping_with_problems_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.tf"
    file = written(tmp_path, {**MINE, "partnerAction": "updateUsers"})
    assert "there is no action 'updateUsers' (did you mean updateUser?)" in refused(capsys, file, "-o", str(out))
    assert not out.exists()


@pytest.mark.parametrize("name", FILES)
def test_the_report_of_map_holds_the_mapping(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configuration = read_configuration(EXAMPLES / name)
    main(["map", EVENT, "--json", "--mapping", str(EXAMPLES / name)])
    mapping = json.loads(capsys.readouterr().out)["mapping"]
    assert (mapping["file"], mapping["form"]) == (str(EXAMPLES / name), configuration.form)
    assert len(mapping["leftOut"]) == len(configuration.left_out)
    again = read_configuration(Path(written(tmp_path, *mapping["subscriptions"])))
    assert again.plain == configuration.plain
    assert [item.id for item in again.subscriptions] == [item.id for item in configuration.subscriptions]


def test_the_report_of_map_holds_the_presets_where_they_are_the_mapping(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["map", EVENT, "--json"])
    mapping = json.loads(capsys.readouterr().out)["mapping"]
    assert (mapping["file"], mapping["form"], mapping["leftOut"]) == (None, "presets", [])
    assert read_configuration(Path(written(tmp_path, *mapping["subscriptions"]))).plain == PRESETS
