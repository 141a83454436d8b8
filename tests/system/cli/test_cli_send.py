from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

FAST = ("--retry-delay", "0")


def identify(user: str) -> dict[str, Any]:
    return {"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}}


def track(user: str | None, name: str = "Seen") -> dict[str, Any]:
    return {"type": "track", "event": name, "timestamp": "2026-08-20T11:00:00Z", **({"userId": user} if user else {})}


def written(tmp_path: Path, *events: dict[str, Any] | str) -> str:
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(item if isinstance(item, str) else json.dumps(item) for item in events) + "\n")
    return str(path)


def users(server: str, project: str) -> list[dict[str, Any]]:
    return list(httpx.get(f"{server}/_sim/projects/{project}/state").json()["users"])


def fault(server: str, action: dict[str, Any], **more: Any) -> None:
    httpx.post(f"{server}/_sim/faults", json={"match": {}, "action": action, **more}).raise_for_status()


def sent(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    assert main(["send", "--json", *arguments]) == exit_code
    [project] = json.loads(capsys.readouterr().out)["projects"]
    return dict(project)


def test_events_arrive_in_the_project_of_the_key(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"), track("u1"), {"type": "page", "userId": "u1"})
    report = sent(capsys, path, "--url", server, "--api-key", "hybrid-key")
    assert report["actions"]["updateUser"]["delivered"] == 1
    assert report["actions"]["trackEvent"]["delivered"] == 1
    assert (report["events"], report["notSubscribed"]) == (3, 1)
    assert [user["userId"] for user in users(server, "hybrid")] == ["u1"]
    assert users(server, "email") == []


def test_without_a_key_every_local_project_gets_them(server: str, tmp_path: Path) -> None:
    assert main(["send", written(tmp_path, identify("u1")), "--url", server]) == 0
    assert [len(users(server, name)) for name in ("email", "userid", "hybrid")] == [1, 1, 1]


def test_a_project_type_picks_the_key(server: str, tmp_path: Path) -> None:
    main(["send", written(tmp_path, identify("u1")), "--url", server, "--project-type", "userid"])
    assert [len(users(server, name)) for name in ("email", "userid", "hybrid")] == [0, 1, 0]


def test_the_summary_is_a_table_of_actions_and_results_with_reasons(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, track("nobody"), track(None))
    assert main(["send", path, "--url", server, "--project-type", "email"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 events to ")
    assert lines[1].split() == ["action", "delivered", "refused", "discarded", "failed", "not", "sent"]
    assert lines[2].split() == ["trackEvent", "0", "1", "1", "0", "0"]
    assert "  1 x trackEvent discarded: 400 Bad Request, UnknownUserIdError" in lines
    assert "  1 x trackEvent refused: Must include email or userId." in lines
    assert lines[-1] == "0 delivered, 2 not delivered"


def test_what_did_not_arrive_can_be_sent_again(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = tmp_path / "out" / "failed.jsonl"
    path = written(tmp_path, track("u1"), identify("u2"))
    arguments = ("--url", server, "--api-key", "email-key", "--failed", str(failed))
    sent(capsys, path, *arguments, exit_code=1)
    assert [json.loads(line) for line in failed.read_text().splitlines()] == [track("u1")]
    main(["send", written(tmp_path, identify("u1")), "--url", server, "--api-key", "email-key"])
    capsys.readouterr()
    again = sent(capsys, str(failed), *arguments)
    assert again["actions"]["trackEvent"]["delivered"] == 1
    assert failed.read_text() == ""


def test_a_broken_line_is_named_the_others_arrive_and_the_exit_code_is_2(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"), '{"type": ', identify("u2"))
    assert main(["send", path, "--url", server, "--project-type", "hybrid"]) == 2
    captured = capsys.readouterr()
    assert f"{path}:2:" in captured.err
    assert "1 broken" in captured.out
    assert len(users(server, "hybrid")) == 2


def test_trouble_that_passes_is_overcome(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault(server, {"status": 503}, times=2)
    path = written(tmp_path, identify("u1"))
    report = sent(capsys, path, "--url", server, "--api-key", "hybrid-key", *FAST)
    assert (report["actions"]["updateUser"]["delivered"], report["retries"]) == (1, 2)


def test_trouble_that_stays_ends_as_failed(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault(server, {"status": 429})
    path = written(tmp_path, identify("u1"))
    report = sent(capsys, path, "--url", server, "--api-key", "hybrid-key", "--attempts", "2", *FAST, exit_code=1)
    assert report["actions"]["updateUser"]["failed"] == 1
    assert report["reasons"][0]["reason"].startswith("429 Too Many Requests")


def test_a_lost_reply_is_reported_as_a_possible_duplicate(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault(server, {"drop": "after"}, times=1)
    path = written(tmp_path, identify("u1"))
    report = sent(capsys, path, "--url", server, "--api-key", "hybrid-key", *FAST)
    assert (report["perhapsTwice"], report["uncertain"]) == (1, 0)


def test_the_old_name_of_concurrency_is_taken_with_one_warning(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"), identify("u2"))
    assert main(["send", path, "--url", server, "--api-key", "hybrid-key", "--in-flight", "1"]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("warning: --in-flight is now called --concurrency") == 1
    assert "2 delivered, 0 not delivered" in captured.out


def test_the_help_names_the_new_name_of_concurrency_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "--concurrency" in shown
    assert "--in-flight" not in shown


def test_a_wrong_key_discards_everything(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, identify("u1"))
    report = sent(capsys, path, "--url", server, "--api-key", "nonsense", exit_code=1)
    assert report["actions"]["updateUser"]["discarded"] == 1
    assert report["reasons"][0]["reason"].startswith("401 Unauthorized")


def test_a_mapping_of_ones_own_is_used(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "- name: Pages\n"
        "  partnerAction: trackEvent\n"
        '  subscribe: type = "page"\n'
        "  mapping: {userId: {'@path': $.userId}, eventName: {'@template': 'Viewed {{name}}'}}\n"
    )
    path = written(tmp_path, {"type": "page", "userId": "u1", "name": "Home"})
    sent(capsys, path, "--url", server, "--api-key", "hybrid-key", "--mapping", str(mapping))
    events = httpx.get(f"{server}/_sim/projects/hybrid/state").json()["events"]
    assert [event["eventName"] for event in events] == ["Viewed Home"]


def test_batches_arrive_in_bulk_and_what_their_reply_rejects_is_counted(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"), identify("u2"), track("u1"), track("stranger"))
    report = sent(capsys, path, "--url", server, "--api-key", "email-key", "--batch", exit_code=1)
    assert report["actions"]["updateUser"]["delivered"] == 2
    assert report["actions"]["trackEvent"] == {
        "delivered": 1, "refused": 0, "discarded": 0, "rejected": 1, "failed": 0, "not sent": 0,
    }  # fmt: skip
    journal = httpx.get(f"{server}/_sim/projects/email/journal").json()["entries"]
    assert [entry["path"] for entry in journal] == ["/api/users/bulkUpdate", "/api/events/trackBulk"]


def test_where_nothing_listens_it_says_so_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", written(tmp_path, identify("u1")), "--url", "http://127.0.0.1:1"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "nothing answers there (start it with: iterable-harness serve)" in line


def test_a_file_for_failures_that_cannot_be_written_is_found_out_before_anything_is_sent(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"))
    assert main(["send", path, "--url", server, "--failed", str(tmp_path)]) == 2
    assert "--failed: cannot be written" in capsys.readouterr().err
    assert users(server, "hybrid") == []


def test_an_interrupt_stops_cleanly_and_writes_what_was_not_sent(server: str, tmp_path: Path) -> None:
    people = [f"u{number}" for number in range(40)]
    path = written(tmp_path, *map(identify, people))
    failed = tmp_path / "failed.jsonl"
    fault(server, {"delay": 0.25})
    command = [
        sys.executable, "-m", "conformance", "send", path, "-v", "--url", server, "--api-key", "hybrid-key",
        "--failed", str(failed), "--concurrency", "2",
    ]  # fmt: skip
    with subprocess.Popen(  # our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "delivered" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        shown, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert "stopped early: interrupted" in shown
    left = [json.loads(line)["userId"] for line in failed.read_text().splitlines()]
    arrived = [user["userId"] for user in users(server, "hybrid")]
    assert left
    assert sorted(left + arrived) == sorted(people)
