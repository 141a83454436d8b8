from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.cli import main
from conformance.delivery.connection import PooledClient
from conformance.inputs import events as reading
from destination import Destination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.inputs.events import EventSource
    from destination import Reply, Request

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
    assert lines[1].split() == ["action", "delivered", "refused", "rejected", "failed", "not", "sent"]
    assert lines[2].split() == ["trackEvent", "0", "1", "1", "0", "0"]
    assert "  1 x trackEvent rejected by Iterable: 400 Bad Request, UnknownUserIdError" in lines
    assert "  1 x trackEvent refused by the destination: Must include email or userId." in lines
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
    rest = tmp_path / "rest.jsonl"
    again = sent(capsys, str(failed), *arguments[:-1], str(rest))
    assert again["actions"]["trackEvent"]["delivered"] == 1
    assert rest.read_text() == ""


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


def run_send(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """`send` in a process of its own."""
    command = [sys.executable, "-m", "conformance", "send", *arguments]
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run(command, text=True, timeout=60, check=False, **more)


def deep(levels: int, user: str = "deep") -> str:
    """An event as a line, with lists in each other."""
    return f'{{"type": "identify", "userId": "{user}", "traits": {{"x": {"[" * levels}{"]" * levels}}}}}'


def test_everything_that_came_in_is_in_the_account_once(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (identify("u1"), track("nobody"), track(None), {"type": "page", "userId": "u1"}, "{", deep(500))
    path = written(tmp_path, *lines)
    assert main(["send", path, "--url", server, "--project-type", "email"]) == 2
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-2] == (
        "6 came in: 1 delivered, 2 refused or rejected, 0 dropped, 1 not subscribed, 0 undelivered, 2 broken"
    )
    assert f"{path}:6:1: nested more than 200 levels deep" in captured.err


def test_the_account_as_json_adds_up_as_well(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, identify("u1"), track("stranger"), {"type": "page", "userId": "u1"})
    report = sent(capsys, path, "--url", server, "--api-key", "email-key", "--batch", exit_code=1)
    assert report["outcomes"] == {"delivered": 1, "refused": 0, "dropped": 1, "notSubscribed": 1, "undelivered": 0}
    assert report["received"] == 3


def test_when_nothing_matched_it_says_that_nothing_was_sent(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, {"type": "page", "userId": "u1"})
    main(["send", path, "--url", server, "--api-key", "hybrid-key"])
    assert "nothing was sent: no subscription matches any of these events" in capsys.readouterr().out


def test_an_error_of_our_own_is_told_once_and_its_events_are_kept(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    matching = Destination.matching

    def broken_for_some(self: Destination, event: Any) -> Any:
        if event["userId"].startswith("bad"):
            raise RecursionError("too deep")
        return matching(self, event)

    monkeypatch.setattr(Destination, "matching", broken_for_some)
    failed = tmp_path / "failed.jsonl"
    path = written(tmp_path, identify("bad1"), identify("u2"), identify("bad3"))
    assert main(["send", path, "--url", server, "--api-key", "hybrid-key", "--failed", str(failed)]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("this is a fault of iterable-harness itself") == 1
    assert "RecursionError: too deep (and 1 more)" in captured.err
    assert "1 delivered, 0 refused or rejected, 0 dropped, 0 not subscribed, 2 undelivered" in captured.out
    assert [json.loads(line)["userId"] for line in failed.read_text().splitlines()] == ["bad1", "bad3"]


@pytest.mark.parametrize("link", [None, os.link, os.symlink], ids=["itself", "hard link", "symbolic link"])
def test_the_file_for_failures_is_never_one_that_is_read(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], link: Callable[[str, Path], None] | None
) -> None:
    path = written(tmp_path, identify("u1"))
    other = tmp_path / "other.jsonl"
    if link is not None:
        link(path, other)
    name = path if link is None else str(other)
    assert main(["send", path, "--url", server, "--api-key", "hybrid-key", "--failed", name]) == 2
    assert "--failed: is read by this very command" in capsys.readouterr().err
    assert users(server, "hybrid") == []
    assert json.loads(Path(path).read_text()) == identify("u1")


def test_the_file_for_failures_is_not_the_one_behind_standard_input(server: str, tmp_path: Path) -> None:
    path = written(tmp_path, identify("u1"))
    with Path(path).open() as events:
        done = run_send("-", "--url", server, "--api-key", "hybrid-key", "--failed", path, stdin=events)
    assert (done.returncode, "is read by this very command" in done.stderr) == (2, True)


def test_one_projects_file_for_failures_is_not_an_input_either(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "failed.email.jsonl"
    path.write_text(json.dumps(identify("u1")))
    assert main(["send", str(path), "--url", server, "--failed", str(tmp_path / "failed.jsonl")]) == 2
    assert "is read by this very command" in capsys.readouterr().err


def test_a_full_disk_keeps_the_old_file_and_the_account(server: str, tmp_path: Path) -> None:
    failed = tmp_path / "failed.jsonl"
    failed.write_text("old\n")
    path = written(tmp_path, *(track(f"nobody{number}") for number in range(40)))

    def nearly_full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    arguments = (path, "--url", server, "--api-key", "email-key", "--failed", str(failed))
    done = run_send(*arguments, preexec_fn=nearly_full)
    assert done.returncode == 2
    [complaint] = [line for line in done.stderr.splitlines() if "--failed" in line]
    assert complaint.endswith("file too large; the old content stays, and 40 events are written nowhere")
    assert "40 refused" in done.stdout
    assert "fault of" not in done.stderr
    assert failed.read_text() == "old\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["events.jsonl", "failed.jsonl"]


def test_the_file_for_failures_keeps_its_mode_and_a_link_to_it_stays(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed, link = tmp_path / "failed.jsonl", tmp_path / "link.jsonl"
    failed.touch(mode=0o600)
    link.symlink_to(failed)
    path = written(tmp_path, track("u1"))
    sent(capsys, path, "--url", server, "--api-key", "email-key", "--failed", str(link), exit_code=1)
    assert json.loads(failed.read_text()) == track("u1")
    assert stat.S_IMODE(failed.stat().st_mode) == 0o600
    assert link.is_symlink()


def full() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def ended_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("stdout", [full, ended_pipe, None], ids=["full", "a pipe that ended", "closed"])
def test_what_did_not_arrive_is_written_although_stdout_takes_nothing(
    server: str, tmp_path: Path, stdout: Callable[[], int] | None, *, as_json: bool
) -> None:
    failed = tmp_path / "failed.jsonl"
    path = written(tmp_path, identify("u1"), track("nobody"))
    arguments = [path, "--url", server, "--api-key", "email-key", "--failed", str(failed)]
    arguments += ["--json"] if as_json else []
    descriptor = None if stdout is None else stdout()
    closing = {"preexec_fn": lambda: os.close(1)} if stdout is None else {"stdout": descriptor}
    done = run_send(*arguments, **closing)
    if descriptor is not None:
        os.close(descriptor)
    assert done.returncode == 1
    assert json.loads(failed.read_text()) == track("nobody")
    assert "error: the report cannot be written to stdout" in done.stderr
    assert "2 came in: 1 delivered, 1 refused or rejected," in done.stderr
    assert "fault of" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("stderr", [full, ended_pipe, None], ids=["full", "a pipe that ended", "closed"])
def test_stderr_that_takes_nothing_changes_nothing(
    server: str, tmp_path: Path, stderr: Callable[[], int] | None
) -> None:
    failed = tmp_path / "failed.jsonl"
    path = written(tmp_path, identify("u1"), track("nobody"))
    arguments = [path, "-v", "--url", server, "--api-key", "email-key", "--failed", str(failed)]
    descriptor = None if stderr is None else stderr()
    closing = {"preexec_fn": lambda: os.close(2)} if stderr is None else {"stderr": descriptor}
    done = run_send(*arguments, **closing)
    if descriptor is not None:
        os.close(descriptor)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 delivered, 1 not delivered"
    assert json.loads(failed.read_text()) == track("nobody")


def test_a_wait_longer_than_the_longest_is_named_once(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_time(_: float) -> None:
        return

    monkeypatch.setattr("conformance.delivery.attempts.Sender._wait", lambda _, seconds: no_time(seconds))
    fault(server, {"status": 429, "headers": {"Retry-After": "86400"}}, times=2)
    path = written(tmp_path, identify("u1"), identify("u2"))
    assert main(["send", path, "--url", server, "--api-key", "hybrid-key", "--concurrency", "1"]) == 0
    shown = capsys.readouterr().err
    assert shown.count("warning: Retry-After asks for 86400 s; no wait is longer than 60 s") == 1


def test_https_to_a_plain_server_says_what_is_wrong(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, identify("u1"))
    assert main(["send", path, "--url", server.replace("http:", "https:")]) == 2
    assert "--url: nothing there speaks TLS (use http://)" in capsys.readouterr().err


def test_what_did_not_arrive_and_the_recording_go_to_two_files(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, output = written(tmp_path, identify("u1")), str(tmp_path / "output")
    options = ("--url", server, "--api-key", "hybrid-key", "--failed", output, "--record", output)
    assert main(["send", path, *options]) == 2
    assert "--record: is what --failed writes, too" in capsys.readouterr().err
    assert users(server, "hybrid") == []


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_standard_input_goes_to_every_project_and_what_is_broken_in_it_is_named_once(
    server: str, tmp_path: Path, *, packed: bool
) -> None:
    path = Path(written(tmp_path, identify("u1"), "nonsense", {"type": "page"}))
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    with path.open("rb") as file:
        done = run_send("-", "--url", server, stdin=file)
    assert done.returncode == 2
    assert done.stderr.count("standard input:2:1: not JSON") == 1
    assert done.stderr.count("neither userId nor anonymousId") == 1
    assert (
        done.stdout.count(
            "3 came in: 1 delivered, 0 refused or rejected, 0 dropped, 1 not subscribed, 0 undelivered, 1 broken"
        )
        == 3
    )
    assert [len(users(server, name)) for name in ("email", "userid", "hybrid")] == [1, 1, 1]


def test_a_file_is_sent_as_it_is_read(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, at_first_request = 0, []
    stream_source = reading.stream_source

    def counted(source: EventSource) -> Iterator[Any]:
        nonlocal read
        for item in stream_source(source):
            read += 1
            yield item

    async def send(client: PooledClient, request: Request) -> Reply:
        at_first_request.append(read)
        return await original(client, request)

    original = PooledClient.send
    monkeypatch.setattr(reading, "stream_source", counted)
    monkeypatch.setattr(PooledClient, "send", send)
    path = written(tmp_path, *(identify(f"u{number}") for number in range(300)))
    assert main(["send", path, "--url", server, "--api-key", "hybrid-key", "--concurrency", "1"]) == 0
    assert read == 300
    assert at_first_request[0] < 20


def test_a_named_pipe_goes_to_every_project(server: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(json.dumps(identify("u1")),))
    writer.start()
    assert main(["send", str(pipe), "--url", server]) == 0
    writer.join()
    assert [len(users(server, name)) for name in ("email", "userid", "hybrid")] == [1, 1, 1]
