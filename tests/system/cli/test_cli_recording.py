"""`record`, `run --minimise`, `run --watch` and `new`, as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.cli.watch import again_and_again, is_watched
from conformance.inputs.errors import InputError, InputProblem

TEMPLATES = ("bug", "call", "mapping")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def save(server: str, key: str, **body: Any) -> None:
    httpx.post(f"{server}/api/users/update", headers={"Api-Key": key}, json=body).raise_for_status()


def test_what_was_recorded_from_a_server_passes_and_names_nobody(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(server, "hybrid-key", email="zelda.quux@quuxcorp.biz", dataFields={"firstName": "Zelda", "plan": "pro"})
    save(server, "hybrid-key", email="zelda.quux@quuxcorp.biz", dataFields={"plan": "team"})
    file = tmp_path / "bug.scenario.yaml"
    code, _, told = run(capsys, "record", "--url", server, "--from", "2", "-o", str(file))
    assert (code, told) == (0, f"recorded in {file}; iterable-harness run {file} plays it\n")
    text = file.read_text(encoding="utf-8")
    assert "team" in text
    assert not [secret for secret in ("zelda", "quux", "hybrid-key") if secret in text.lower()]
    assert run(capsys, "run", str(file))[:2] == (0, run(capsys, "run", str(file))[1])
    assert run(capsys, "run", "-q", str(file))[1].endswith("1 passed, 0 failed\n")


def test_a_recording_over_http_passes_over_http_too(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(server, "email-key", email="ada@example.com")
    file = tmp_path / "one.scenario.yaml"
    run(capsys, "record", "--url", server, "--project", "email", "--keep-personal-data", "-o", str(file))
    assert "ada@example.com" in file.read_text(encoding="utf-8")
    assert run(capsys, "run", "--url", server, str(file))[0] == 0


def test_events_that_were_sent_are_the_steps_of_a_recording(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "messageId": "m1"}
    events = tmp_path / "events.jsonl"
    events.write_text(json.dumps(event) + "\n", encoding="utf-8")
    run(capsys, "send", str(events), "--url", server, "--api-key", "hybrid-key")
    code, text, _ = run(
        capsys, "record", "--url", server, "--api-key", "hybrid-key", "--events", str(events), "--keep-personal-data"
    )
    assert code == 0
    assert "send:" in text
    assert "call:" not in text


def test_send_records_what_came_of_the_events_that_it_sent(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(server, "hybrid-key", email="before@example.com")
    events = tmp_path / "events.jsonl"
    events.write_text(
        '{"type": "identify", "userId": "u1", "traits": {"plan": "pro"}, "messageId": "m1"}\n', encoding="utf-8"
    )
    file = tmp_path / "sent.scenario.yaml"
    code = run(capsys, "send", str(events), "--url", server, "--api-key", "hybrid-key", "--record", str(file))[0]
    text = file.read_text(encoding="utf-8")
    assert (code, text.count("send:"), "before@" in text) == (0, 1, False)
    assert run(capsys, "run", "-q", str(file))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--project", "nowhere"], "there is no project 'nowhere' (there are email, userid, hybrid)"),
        (["--api-key", "none"], "there is no project 'with that key'"),
        ([], "no project was called yet"),
        (["--project", "email"], "the journal of 'email' has no such request"),
        (["--from", "5", "--to", "2"], "--from 5 comes after --to 2"),
    ],
)
def test_what_cannot_be_recorded_is_said_in_a_sentence(
    server: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "record", "--url", server, *arguments)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_passes_as_it_is(template: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new.scenario.yaml"
    assert run(capsys, "new", str(file), "--template", template)[0] == 0
    assert run(capsys, "run", "-q", str(file))[0] == 0


def test_new_leaves_a_file_alone_that_is_there_already(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new.scenario.yaml"
    file.write_text("mine", encoding="utf-8")
    assert run(capsys, "new", str(file))[0] == 2
    assert file.read_text(encoding="utf-8") == "mine"


def test_new_of_events_expects_what_a_run_shows_in_each_project_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text('{"type": "track", "event": "Seen", "userId": "u1", "properties": {}}\n', encoding="utf-8")
    file = tmp_path / "new.scenario.yaml"
    assert run(capsys, "new", str(file), "--events", str(events))[0] == 0
    assert "UnknownUserIdError" in file.read_text(encoding="utf-8")
    assert run(capsys, "run", "-q", str(file))[1].endswith("3 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("timestamps", "clock"),
    [
        (["2026-08-20T11:59:59Z"], None),
        (["2026-11-03T10:00:00Z", "2026-11-03T12:30:00.250Z", "never"], "2026-11-03T12:30:01Z"),
        (["2026-11-03T12:30:00+02:00"], "2026-11-03T10:30:00Z"),
        (["+275760-09-13T00:00:00Z"], None),
    ],
    ids=str,
)
def test_new_of_events_sets_the_clock_so_that_none_is_of_the_future(
    timestamps: list[str], clock: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = [{"type": "track", "event": "Seen", "userId": "u1", "timestamp": stamp} for stamp in timestamps]
    (tmp_path / "events.json").write_text(json.dumps(sent), encoding="utf-8")
    file = tmp_path / "new.scenario.yaml"
    assert run(capsys, "new", str(file), "--events", str(tmp_path / "events.json"))[0] == 0
    found = re.search(r"^clock: '?([^'\n]+)'?$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert (found and found[1]) == clock
    assert run(capsys, "run", "-q", str(file))[0] == 0


def test_new_of_an_error_message_copies_the_scenario_that_is_about_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.scenario.yaml"
    assert run(capsys, "new", str(file), "--error", "Product Added replaces the cart")[0] == 0
    assert file.read_text(encoding="utf-8").startswith("# A copy of the shipped scenario ")
    assert run(capsys, "run", "-q", str(file))[0] == 0


def test_new_of_an_error_message_names_what_it_copied_and_what_else_it_could_be_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(capsys, "new", "--error", "UnknownUserIdError order")
    assert code == 0
    copied, *others = err.splitlines()
    assert copied == "copied from scenarios/commerce/order-before-the-identify.scenario.yaml; similar scenarios:"
    assert len(others) == 3
    assert all(re.fullmatch(r"    scenarios/\S+\.scenario\.yaml", line) for line in others)
    assert run(capsys, "new", "-q", "--error", "UnknownUserIdError order")[2] == ""


def test_new_of_a_message_that_nothing_is_about_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "new", "--error", "qqqq zzzz")
    assert code == 2
    assert "no shipped scenario is about 'qqqq zzzz'" in err


LONG = """
name: A long story
description: Ten people, one of whom is not as expected.
source: a test
project: {type: hybrid, users: [{email: zoe@example.com}, {email: yve@example.com}]}
steps:
%s
expect:
  counts: {users: 99}
  users: [{email: p7@example.com, dataFields: {plan: gold}}]
"""


def test_minimise_keeps_only_what_shows_the_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    send = "  - send: {{type: identify, userId: p{0}, traits: {{email: p{0}@example.com, plan: silver}}}}"
    file = tmp_path / "long.scenario.yaml"
    text = LONG.replace("  counts: {users: 99}\n", "") % "\n".join(send.format(number) for number in range(10))
    file.write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "run", "--minimise", str(file))
    assert code == 0
    assert "from 10 to 1 events and calls, from 10 to 1 steps, from 2 to 0 people at the start" in out
    small = tmp_path / "long.min.scenario.yaml"
    code, out, _ = run(capsys, "run", str(small))
    assert code == 1
    assert '"gold"' in out
    assert '"silver"' in out


def test_minimise_keeps_who_was_to_bring_about_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "missing.scenario.yaml"
    file.write_text(
        """
name: The visit is missing
description: A visit before the identify is lost.
source: a test
project: {type: email}
steps:
  - send: {type: track, event: Other, userId: u2, properties: {}}
  - send: {type: track, event: Visited, userId: u1, properties: {}}
  - send: {type: identify, userId: u1, traits: {email: ada@example.com}}
expect:
  events: [{eventName: Visited}]
""",
        encoding="utf-8",
    )
    assert run(capsys, "run", "--minimise", str(file), "-o", str(tmp_path / "small.scenario.yaml"))[0] == 0
    small = (tmp_path / "small.scenario.yaml").read_text(encoding="utf-8")
    assert "Visited" in small
    assert "Other" not in small
    assert "type: identify" not in small


def test_minimise_of_what_passes_says_that_there_is_nothing_to_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.scenario.yaml"
    run(capsys, "new", str(file))
    code, _, err = run(capsys, "run", "--minimise", str(file))
    assert code == 2
    assert "it passes in every project type" in err


def test_watching_runs_once_and_again_after_each_save() -> None:
    codes = iter([1, 0, 1])
    with CliRunner().isolation():
        assert again_and_again(lambda: next(codes), ["saved", "saved"]) == 1
    assert list(codes) == []


def test_watching_goes_on_when_a_file_is_half_written() -> None:
    runs: list[int] = []

    def once() -> int:
        runs.append(1)
        if len(runs) == 1:
            raise InputError([InputProblem("bug.scenario.yaml", 1, 1, "", "invalid YAML")])
        return 0

    with CliRunner().isolation():
        assert again_and_again(once, ["saved"]) == 0


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        ("/a/bug.scenario.yaml", True),
        ("/a/other.scenario.yaml", False),
        ("/b/c/x.scenario.yaml", True),
        ("/b/.x.scenario.yaml.swp", False),
        ("/b/.harness/failures/x.scenario.yaml", False),
        ("/m/mapping.json", True),
    ],
)
def test_watching_minds_the_files_that_were_named(saved: str, expected: bool) -> None:
    named = [Path("/a/bug.scenario.yaml"), Path("/b"), Path("/m/mapping.json")]
    assert is_watched(Path(saved), named) is expected
