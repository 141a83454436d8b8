"""However a `send` is interrupted, its account and the file of `--failed` add up to what came in.

The instants are counted: requests that the server has seen, or calls of functions in the process. `INTERRUPTED_SENDS`
says how many are tried of each kind; the profile `nightly` tries more.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
TRIALS = int(os.environ.get("INTERRUPTED_SENDS", "400" if NIGHTLY else "40"))
EVENTS = 80


@dataclass
class Server:
    """Answers what `send` sends as Iterable would, remembers whom it answered, and tells when a request came.

    Attributes:
        seen: The events of each request, as the identifiers that the tests gave them.
        taken: The events that were answered with 200.
        on_request: Called with the number of each request, once before and once after it is answered.
        on_connection: Called with the number of each connection.
        silent_from: From this request on nothing is answered.
    """

    seen: list[list[str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    on_request: Callable[[int, str], object] = lambda *_: None
    on_connection: Callable[[int], object] = lambda _: None
    silent_from: int = sys.maxsize
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with ours._lock:
                    ours.connections += 1
                    number = ours.connections
                ours.on_connection(number)

            def do_POST(self) -> None:  # the name that the base class calls
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with ours._lock:
                    ours.seen.append(identifiers(body))
                    number = len(ours.seen)
                ours.on_request(number, "before")
                if number >= ours.silent_from:
                    ours.ended.wait(60)
                    self.close_connection = True
                    return
                self._answer(body)
                ours.on_request(number, "after")

            def _answer(self, body: dict[str, Any]) -> None:
                bad = [user for user in identifiers(body) if user.startswith("bad")]
                good = [user for user in identifiers(body) if user not in bad]
                with ours._lock:
                    ours.taken.update(good)
                single = "users" not in body and "events" not in body
                counts = {"successCount": len(good), "failCount": len(bad), "notFoundUserIds": bad}
                reply = json.dumps({"code": "BadParams" if bad else "Success"} if single else counts).encode()
                status = "400 Bad Request" if single and bad else "200 OK"
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(reply)}\r\n\r\n"
                self.wfile.write(head.encode() + reply)

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:  # whoever was interrupted listens no more
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


def seeded(seed: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(seed)  # noqa: S311  # nothing secret


def identifiers(body: dict[str, Any]) -> list[str]:
    """Whose events a request carries; each has a userId of its own, but for those about nobody, which go out in bulk."""
    return [item.get("userId", "nobody") for item in body.get("users", body.get("events", [body]))]


class Program:
    """The program, preloaded; each run is a fork."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("preloaded_program.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, **trial: Any) -> int:
        """Start a run and give its process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(trial) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def status(self) -> int:
        """The status with which the run ended."""
        return int(self._answer()["status"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _answer(self) -> dict[str, int]:
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.close()


@dataclass(frozen=True)
class Input:
    """A file of events: what each should come to when nothing interrupts."""

    path: Path
    lines: int
    sendable: frozenset[str]


def written(folder: Path, chance: random.Random, events: int = EVENTS) -> Input:
    """A mixture: most can be delivered; some are refused, by either side, match nothing, or are no events."""
    lines, sendable = [], set()
    for number in range(events):
        kind = chance.choices(["identify", "track", "bad", "page", "nobody", "broken"], [8, 8, 1, 1, 1, 1])[0]
        user = f"{kind}-{number}"
        if kind == "broken":
            lines.append('{"type": ')
        elif kind == "identify":
            lines.append(json.dumps({"type": "identify", "userId": user, "traits": {"plan": "pro"}}))
        else:
            event = {"type": "page" if kind == "page" else "track", "event": "Seen", "messageId": f"m{number}"}
            lines.append(json.dumps({**event, **({} if kind == "nobody" else {"userId": user})}))
        if kind in {"identify", "track", "bad"}:
            sendable.add(user)
    path = folder / "events.jsonl"
    path.write_text("\n".join(['{"type": "page"}', *lines]))
    return Input(path, len(lines) + 1, frozenset(sendable))


def check(server: Server, given: Input, folder: Path) -> dict[str, Any] | None:
    """The account of the run, after it was held against the file and against what the server saw; None without one."""
    shown = (folder / "stdout").read_text()
    errors = (folder / "stderr").read_text()
    # Python tells of an interrupt in a callback of its own, and goes on; the signal counts all the same.
    assert "Traceback" not in errors or "Exception ignored in" in errors
    assert "fault of" not in errors
    failed = folder / "failed.jsonl"
    if not shown:
        assert server.seen == []
        assert not failed.exists()
        return None
    [account] = json.loads(shown)["projects"]
    outcomes = account["outcomes"]
    assert account["received"] == given.lines == sum(outcomes.values()) + json.loads(shown)["broken"]
    missing = [
        item.get("event", item) if "subscriptions" in item else item
        for item in map(json.loads, failed.read_text().splitlines())
    ]
    assert len(missing) == outcomes["refused"] + outcomes["dropped"] + outcomes["undelivered"]
    names = {item["userId"] for item in missing if "userId" in item}
    assert given.sendable - names <= server.taken
    assert len(names & server.taken) <= account["uncertain"]
    assert len([item for item in folder.iterdir() if ".new" in item.name]) == 0
    return dict(account)


def arguments(server: Server, given: Input, folder: Path, *more: str) -> list[str]:
    failed = str(folder / "failed.jsonl")
    fixed = ("--api-key", "key", "--json", "--failed", failed, "--retry-delay", "0")
    return ["send", str(given.path), "--url", server.url, *fixed, *more]


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_signal_at_any_request_leaves_an_account_that_adds_up(program: Program, tmp_path: Path, seed: int) -> None:
    chance = seeded(seed)
    given = written(tmp_path, chance)
    moment = (chance.randint(1, EVENTS), chance.choice(["before", "after", "silent"]))
    second = moment[0] + chance.randint(1, 3) if chance.random() < 0.3 else None
    sent = chance.choice(SIGNALS)
    more = ["--concurrency", str(chance.choice([1, 2, 4, 16])), *(["--batch"] if chance.random() < 0.2 else [])]
    started = threading.Event()
    pid = 0

    def signalled(number: int, when: str) -> None:
        if number in {moment[0], second} and when in {moment[1], "before" if moment[1] == "silent" else ""}:
            started.wait(20)
            os.kill(pid, sent)

    silent_from = moment[0] if moment[1] == "silent" else sys.maxsize
    with Server(on_request=signalled, silent_from=silent_from) as server:
        pid = program.start(
            arguments=arguments(server, given, tmp_path, *more),
            stdout=str(tmp_path / "stdout"),
            stderr=str(tmp_path / "stderr"),
        )
        started.set()
        program.status()
        account = check(server, given, tmp_path)
    assert account is not None
    if moment[1] != "after" and not more[2:] and moment[0] <= len(server.seen):
        assert account["stoppedBecause"] == "interrupted"


@pytest.fixture(scope="module")
def calls(program: Program, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many calls of functions an undisturbed run makes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    given = written(folder, seeded(0), 20)
    with Server() as server:
        program.start(
            arguments=arguments(server, given, folder),
            stdout=str(folder / "stdout"),
            stderr=str(folder / "stderr"),
            count=True,
        )
        assert program.status() == 2
    return int((folder / "stdout.calls").read_text())


@pytest.mark.parametrize("seed", range(TRIALS))
def test_a_signal_at_any_call_of_a_function_leaves_an_account_that_adds_up_or_nothing_sent(
    program: Program, calls: int, tmp_path: Path, seed: int
) -> None:
    chance = seeded(seed)
    given = written(tmp_path, chance, 20)
    disturbance = {"call": chance.randint(1, calls), "signal": chance.choice(SIGNALS)}
    with Server() as server:
        program.start(
            arguments=arguments(server, given, tmp_path, *(["--batch"] if chance.random() < 0.3 else [])),
            stdout=str(tmp_path / "stdout"),
            stderr=str(tmp_path / "stderr"),
            signal=disturbance,
            count=True,
        )
        program.status()
        check(server, given, tmp_path)


def test_a_signal_ends_a_send_of_many_events_to_a_server_that_never_answers(program: Program, tmp_path: Path) -> None:
    """Without the signal, the first replies would be given up after 30 s; the limit of this test is below that."""
    given = written(tmp_path, seeded(0), 20_000)
    started = threading.Event()
    pid = 0

    def signalled(number: int, when: str) -> None:
        if (number, when) == (16, "before"):
            started.wait(20)
            os.kill(pid, signal.SIGINT)

    with Server(on_request=signalled, silent_from=1) as server:
        pid = program.start(
            arguments=arguments(server, given, tmp_path, "--concurrency", "16"),
            stdout=str(tmp_path / "stdout"),
            stderr=str(tmp_path / "stderr"),
        )
        started.set()
        program.status()
        account = check(server, given, tmp_path)
    assert account is not None
    assert account["outcomes"]["delivered"] == 0
    assert account["uncertain"] == 16


@pytest.mark.parametrize("sent", SIGNALS, ids=[item.name for item in SIGNALS])
def test_a_real_process_ends_with_an_account_too(tmp_path: Path, sent: signal.Signals) -> None:
    given = written(tmp_path, seeded(1))
    started = threading.Event()

    def signalled(number: int, when: str) -> None:
        if (number, when) == (10, "before"):
            started.wait(20)
            process.send_signal(sent)

    with (
        Server(on_request=signalled) as server,
        (tmp_path / "stdout").open("w") as stdout,
        (tmp_path / "stderr").open("w") as stderr,
    ):
        command = [sys.executable, "-m", "conformance", *arguments(server, given, tmp_path)]
        with subprocess.Popen(command, stdout=stdout, stderr=stderr) as process:
            started.set()
            assert process.wait(60) == 2
        account = check(server, given, tmp_path)
    assert account is not None
    assert account["stoppedBecause"] == "interrupted"
