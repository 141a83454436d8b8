"""`backtest`: exit codes, reports and what is said when something is wrong."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from conformance.backtest import backtest, to_json
from conformance.cli import main
from destination import PRESETS

ROOT: Final = Path(__file__).parents[3]
SHOP_DAY: Final = str(ROOT / "scenarios/events/shop-day.jsonl")
MAPPING: Final = str(ROOT / "examples/mappings/all-three.yaml")


def report(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    assert main(["backtest", "--json", *arguments]) == exit_code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_figures_are_those_of_map(capsys: pytest.CaptureFixture[str]) -> None:
    main(["map", "--json", SHOP_DAY, "--mapping", MAPPING])
    mapped = json.loads(capsys.readouterr().out)
    figures = report(capsys, SHOP_DAY, "--mapping", MAPPING)
    routes = [route for event in mapped["events"] for route in event["subscriptions"]]
    for subscription in figures["subscriptions"]:
        own = [route for route in routes if route["name"] == subscription["name"]]
        assert subscription["sent"] == sum(bool(route["requests"]) for route in own)
        assert subscription["refused"] == sum(route["error"] is not None for route in own)


@pytest.mark.parametrize("more", [[], ["--fail-on-change"]])
def test_the_same_mapping_makes_no_difference(capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    assert main(["backtest", "-q", SHOP_DAY, "--mapping", MAPPING, "--against", MAPPING, *more]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "no difference in 534 events"


@pytest.mark.parametrize(("more", "exit_code"), [([], 0), (["--fail-on-change"], 1)])
def test_a_change_fails_when_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], more: list[str], exit_code: int
) -> None:
    assert main(["backtest", "-q", SHOP_DAY, "--against", MAPPING, *more]) == exit_code
    assert capsys.readouterr().out.splitlines()[-1].endswith("%) would be delivered differently")


def test_what_is_broken_or_cut_off_is_counted_and_the_exit_code_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    content = Path(SHOP_DAY).read_bytes()
    (tmp_path / "a.jsonl").write_bytes(content + b"no JSON\n")
    (tmp_path / "b.gz").write_bytes(gzip.compress(content)[:-9])
    figures = report(capsys, str(tmp_path), exit_code=2)
    assert [(Path(item["file"]).name, item["count"]) for item in figures["broken"]] == [("a.jsonl", 1)]
    assert figures["broken"][0]["examples"][0]["place"].endswith("a.jsonl:535")
    assert [Path(item["file"]).name for item in figures["missing"]] == ["b.gz"]
    assert figures["complete"] is False


def cut_off(folder: Path) -> Path:
    """An archive of which the end is missing."""
    (folder / "cut.gz").write_bytes(gzip.compress(Path(SHOP_DAY).read_bytes())[:-9])
    return folder / "cut.gz"


def test_a_change_in_what_could_be_read_goes_before_what_could_not_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(cut_off(tmp_path))
    for arguments, code in (
        (["--mapping", MAPPING, "--fail-on-change"], 2),
        (["--fail-on-change"], 1),
        ([], 2),
    ):
        assert main(["backtest", "-q", file, "--against", MAPPING, *arguments]) == code
        assert capsys.readouterr().out.splitlines()[-1].endswith(", but not everything could be read")


@pytest.mark.parametrize("form", ["-q", "--json", "-v"])
def test_why_the_exit_code_is_two_is_said_on_stderr_in_every_form(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(Path(SHOP_DAY).read_bytes() + b"no JSON\n" * 9)
    file = cut_off(tmp_path)
    assert main(["backtest", form, str(file), str(lines)]) == 2
    cut, *broken = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert cut.startswith(f"error: {file}:")
    assert ": cannot be read from here on: compressed file ended before" in cut
    assert broken[0].startswith(f"error: {lines}:535: ")
    assert (len(broken), broken[-1]) == (4, f"error: {lines}: 6 more of this kind")


def test_a_file_without_a_single_event_gets_no_verdict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("one\ntwo\n")
    for more in ([], ["--against", MAPPING]):
        assert main(["backtest", "-q", str(tmp_path / "notes.txt"), "--mapping", MAPPING, *more]) == 2
        assert capsys.readouterr().out.splitlines()[-1] == "no events were read"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_each_source_that_is_not_what_it_should_be_is_named_and_the_rest_is_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, workers: str
) -> None:
    bad = {
        "cut.gz": gzip.compress(Path(SHOP_DAY).read_bytes())[:-9],
        "junk.gz": b"\x1f\x8b" + bytes(range(256)),
        "picture.json": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "empty.json": b"",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "nothing").mkdir()
    sources = [*(str(tmp_path / name) for name in bad), str(tmp_path / "nothing"), str(tmp_path / "gone.json")]
    figures = report(capsys, SHOP_DAY, *sources, "--workers", workers, exit_code=2)
    assert {Path(item["file"]).name: item["examples"][0]["message"] for item in figures["missing"]} == {
        "cut.gz": "cannot be read from here on: compressed file ended before the end-of-stream marker was reached",
        "junk.gz": "cannot be read from here on: unknown compression method",
        "nothing": "a folder without event files",
        "gone.json": "cannot be read: no such file or directory",
    }
    assert {Path(item["file"]).name for item in figures["broken"]} == {"picture.json", "empty.json"}
    assert figures["events"]["total"] > 534
    assert main(["backtest", *sources[-2:]]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_standard_input_is_counted_as_a_file_is(pack: Any, workers: str) -> None:
    command = [sys.executable, "-m", "conformance", "backtest", "--json", "-", "--workers", workers]
    done = subprocess.run(
        command, input=pack(Path(SHOP_DAY).read_bytes()), stdout=subprocess.PIPE, check=True, cwd=ROOT
    )
    figures = to_json(backtest([SHOP_DAY], PRESETS, workers=1), compared=False)
    assert json.loads(done.stdout.decode().replace("standard input", SHOP_DAY)) == figures


def test_messages_go_through_segment_first_when_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    body = {"batch": [{"type": "page", "userId": "u1", "messageId": "m1"}] * 2}
    figures = report(capsys, json.dumps(body), "--as-segment", "--received-at", "2026-08-20T12:00:00Z")
    assert (figures["events"]["total"], figures["dropped"][0]["rule"]) == (1, "segment.duplicate")
    main(["backtest", json.dumps(body), "--as-segment", "--received-at", "2026-08-20T12:00:00Z"])
    printed = capsys.readouterr().out.splitlines()
    assert "Dropped by Segment" in printed
    assert printed[-1] == "1 event: 0 sent, 0 refused, 1 not subscribed; 1 dropped by Segment"


def test_reports_are_written_for_a_comment_and_for_a_browser(tmp_path: Path) -> None:
    comment, page = tmp_path / "comment.md", tmp_path / "page.html"
    more = ["--against", MAPPING, "--markdown", str(comment), "--html", str(page), "--mask"]
    assert main(["backtest", "-q", SHOP_DAY, *more]) == 0
    assert comment.read_text(encoding="utf-8").startswith("### Backtest: ")
    assert "<h1>Backtest: " in page.read_text(encoding="utf-8")
    assert "@shop.example.com" not in comment.read_text(encoding="utf-8") + page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-folder"], "error: no-such-folder: cannot be read: no such file or directory"),
        ([SHOP_DAY, "--fail-on-change"], "--fail-on-change goes with --against"),
        ([SHOP_DAY, "--fail-on-loss", "--against", MAPPING], "--fail-on-loss goes with --against and --project-type"),
        ([SHOP_DAY, "--fail-on-loss", "--project-type", "all"], "--fail-on-loss goes with --against and"),
        ([SHOP_DAY, "--against", "no-such.yaml"], "no-such.yaml"),
        ([SHOP_DAY, "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "--workers is for this machine"),
        ([SHOP_DAY, "--out", SHOP_DAY], "is not a folder"),
        ([SHOP_DAY, "--html", SHOP_DAY], "is read by this very command"),
        ([SHOP_DAY, "--received-at", "2026-08-20T12:00:00Z"], "--received-at goes with --as-segment"),
        ([json.dumps({"type": "page"}), "--scheduler", "tcp://127.0.0.1:1"], "is read by this machine alone"),
        (
            [SHOP_DAY, "--project-type", "email", "--scheduler", "tcp://127.0.0.1:1"],
            "--project-type plays requests in order, on this machine: leave out --scheduler",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["backtest", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["email", "userid", "hybrid"])
def test_whom_a_project_would_lose_is_whom_it_loses_when_the_events_are_sent(
    capsys: pytest.CaptureFixture[str], server: str, tmp_path: Path, kind: str
) -> None:
    events = sorted(Path(SHOP_DAY).read_text().splitlines(), key=lambda line: json.loads(line)["timestamp"])
    (tmp_path / "events.jsonl").write_text("\n".join(events))
    more = ["--url", server, "--project-type", kind, "--concurrency", "1"]
    main(["send", "-q", str(tmp_path / "events.jsonl"), *more])
    capsys.readouterr()
    [project] = report(capsys, SHOP_DAY, "--project-type", kind)["projects"]
    outcomes = httpx.get(f"{server}/_sim/projects/{kind}/outcomes").json()["outcomes"]
    counted = project["events"]
    # Each event of the shop's day has one request.
    assert counted["dropped"] == outcomes["dropped"]
    assert outcomes["refused"] == sum(counted[name] for name in ("nobodyFound", "conflict", "otherType", "refused"))
    [counts] = [each["counts"] for each in httpx.get(f"{server}/_sim/projects").json() if each["name"] == kind]
    assert project["people"]["profiles"] == counts["users"]
    assert project["people"]["storedEvents"] == counts["events"]


def test_what_each_mapping_would_lose_is_in_every_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    comment, page = tmp_path / "comment.md", tmp_path / "page.html"
    more = ["--against", MAPPING, "--project-type", "userID", "--mask", "--workers", "2"]
    assert main(["backtest", SHOP_DAY, *more, "--markdown", str(comment), "--html", str(page)]) == 0
    shown = capsys.readouterr().out
    document = report(capsys, SHOP_DAY, *more)
    [project] = document["projects"]
    assert project["events"]["total"] == document["events"]["sent"]
    assert project["before"]["events"]["total"] != project["events"]["total"]
    for text in (shown, comment.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")):
        assert "People in a project of each type" in text
        assert "events would find nobody" in text
        assert "user-0" not in text
        assert "@shop.example.com" not in text


LOSING: Final = """\
- name: Events
  partnerAction: trackEvent
  subscribe: type = "track"
  mapping: {{email: {{"@path": {0}}}, eventName: {{"@path": $.event}}, id: {{"@path": $.messageId}}}}
- name: People
  partnerAction: updateUser
  subscribe: type = "identify"
  mapping: {{email: {{"@path": {0}}}}}
"""


def test_more_losses_than_before_fail_when_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, new, events = tmp_path / "old.yaml", tmp_path / "new.yaml", tmp_path / "events.jsonl"
    old.write_text(LOSING.format("$.context.traits.email"))
    new.write_text(LOSING.format("$.context.traits.other"))
    traits = {"email": "ada@example.com", "other": "ben@example.com"}
    known = {"context": {"traits": traits}, "timestamp": "2026-01-01T00:00:00Z"}
    messages = [{"type": "identify", **known}, {"type": "track", "event": "A", **known}]
    messages[1]["context"] = {"traits": {**traits, "other": "eve@example.com"}}
    events.write_text("".join(f"{json.dumps(message)}\n" for message in messages))
    arguments = [str(events), "--project-type", "email", "--fail-on-loss", "-q", "--workers", "1"]
    assert main(["backtest", *arguments, "--mapping", str(new), "--against", str(old)]) == 1
    shown, told = capsys.readouterr()
    assert shown.splitlines()[1:-1] == [
        "email: events that find nobody: 0 → 1",
        "email: events that meet another type: 0 → 0",
        "email: fields that meet another type: 0 → 0",
        "email: people who are split: 0 → 0",
        "email: people who are joined: 0 → 0",
        "email: people without a profile: 0 → 1",
    ]
    assert told.splitlines() == [
        "error: email: events that find nobody: 0 → 1",
        "error: email: people without a profile: 0 → 1",
    ]
    assert main(["backtest", *arguments, "--mapping", str(old), "--against", str(new)]) == 0


def test_what_is_no_event_is_counted_and_the_others_are_played(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(Path(SHOP_DAY).read_bytes() + b"no JSON\n")
    document = report(capsys, str(tmp_path / "a.jsonl"), "--project-type", "hybrid", exit_code=2)
    assert (document["projects"][0]["events"]["total"], len(document["broken"])) == (340, 1)


def test_without_a_project_type_nothing_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(capsys, SHOP_DAY)["projects"] is None
