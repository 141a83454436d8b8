"""`serve --tls` and `serve --proxy`, used by clients that know nothing of a simulator: curl, Node's fetch, requests."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

CURL, NODE, NPM = shutil.which("curl"), shutil.which("node"), shutil.which("npm")
UPDATE = "https://api.iterable.com/api/users/update"
KEY = {"Api-Key": "hybrid-key"}
PERSON = {"email": "ada@example.com"}
GUIDE = Path(__file__).parents[3] / "docs" / "pointing-a-client.md"
ELSEWHERE_BY_FETCH = """
try {
  console.log((await fetch('https://example.com/')).status);
} catch (error) {
  console.log('refused');
}
"""
ELSEWHERE_BY_REQUESTS = """
try:
    requests.get("https://example.com/")
except requests.exceptions.ProxyError as error:
    print("refused", "403" in str(error))
"""


def blocks(language: str) -> list[str]:
    """The programs of the guide in a language that no other test runs: what one writes who knows of no simulator."""
    pattern = rf"(?:<!-- not run: ([^>]*)-->\n)?```{language}\n(.*?)```"
    found = re.findall(pattern, GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return [program for elsewhere, program in found if not elsewhere or Path(__file__).name in elsewhere]


@dataclass(frozen=True)
class Served:
    """A running `serve`, and what it printed."""

    address: str
    proxy: str
    authority: Path
    errors: list[str]

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment that points any client here."""
        kept = {name: value for name, value in os.environ.items() if name.lower() not in {"no_proxy", "all_proxy"}}
        trusted = str(self.authority)
        return {
            **kept,
            "HTTPS_PROXY": self.proxy,
            "HTTP_PROXY": self.proxy,
            "CURL_CA_BUNDLE": trusted,
            "NODE_EXTRA_CA_CERTS": trusted,
            "REQUESTS_CA_BUNDLE": trusted,
            "SSL_CERT_FILE": trusted,
        }


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """A `serve` in a process of its own."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().removeprefix("listening on ").strip()
        errors: list[str] = []
        while not errors or not errors[-1].startswith("clients must trust"):
            errors.append(process.stderr.readline().strip())
        proxies = [line.rpartition(" ")[2] for line in errors if line.startswith("proxy for")]
        yield Served(address, "".join(proxies), Path(errors[-1].partition(" in ")[2]), errors)
        process.terminate()
        assert process.wait(timeout=20) == 0
        left = process.stderr.read().splitlines()
        assert [line for line in left if not line.startswith(("inspector at ", "project "))] == []


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--tls", "--proxy", "0") as running:
        yield running


def said_by(command: list[str], served: Served, folder: Path, **more: str) -> list[str]:
    """The lines that a client prints, with nothing but its environment to point it here."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={**served.surroundings, **more},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_true_scheme_is_printed_and_the_certificate_is_where_it_says(served: Served) -> None:
    assert served.address.startswith("https://127.0.0.1:")
    assert served.proxy.startswith("http://127.0.0.1:")
    assert served.errors[-1] == f"clients must trust the certificate in {served.authority}"
    context = ssl.create_default_context(cafile=str(served.authority))
    assert httpx.get(f"{served.address}/_sim/health", verify=context, trust_env=False).json() == {"status": "ok"}


def test_whoever_does_not_trust_the_certificate_is_not_answered(served: Served) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate"):
        httpx.get(f"{served.address}/_sim/health", trust_env=False)


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_the_commands_of_the_guide_make_a_person_and_show_them(tmp_path: Path) -> None:
    with serving("--proxy", "0", "--tls-ca", str(tmp_path / "iterable-ca.pem")) as running:
        script = "\n".join(blocks("sh"))
        script = script.replace("http://127.0.0.1:8585", running.address).replace(
            "http://127.0.0.1:8586", running.proxy
        )
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        done = subprocess.run(
            [str(shutil.which("sh")), "-e"],
            input=script,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=kept,
            timeout=60,
            check=True,
        )
    updated, _, shown = done.stdout.partition("}{")
    assert '"code":"Success"' in updated
    assert '"email":"ada@example.com"' in shown


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_curl_with_a_fixed_host_reaches_the_simulator(served: Served, tmp_path: Path) -> None:
    command = [str(CURL), "-sS", UPDATE, "-H", "Api-Key: hybrid-key", "-d", json.dumps(PERSON)]
    [line] = said_by(command, served, tmp_path)
    assert json.loads(line)["code"] == "Success"


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_curl_reaches_the_simulator_without_a_proxy_where_it_listens_with_tls(served: Served, tmp_path: Path) -> None:
    command = [str(CURL), "-sS", f"{served.address}/api/webhooks", "-H", "Api-Key: hybrid-key"]
    assert said_by(command, served, tmp_path, NO_PROXY="127.0.0.1") == ['{"webhooks":[]}']


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
def test_curl_is_refused_every_other_host(served: Served, tmp_path: Path) -> None:
    command = [str(CURL), "-s", "-o", os.devnull, "-w", "%{http_connect}", "https://example.com/"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path, env=served.surroundings
    )
    assert (done.stdout, done.returncode) == ("403", 56)


def test_requests_with_a_fixed_host_reaches_the_simulator(served: Served, tmp_path: Path) -> None:
    program = blocks("python")[0] + ELSEWHERE_BY_REQUESTS
    assert said_by([sys.executable, "-c", program], served, tmp_path) == ["200 Success", "refused True"]


@pytest.fixture(scope="module")
def undici(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options that let Node's own fetch go by HTTPS_PROXY: a switch of Node, or a preloaded package where it has none."""
    if NODE is None:
        pytest.skip("Node is not installed")
    switch = subprocess.run([NODE, "--help"], capture_output=True, text=True, timeout=60, check=True)
    if "--use-env-proxy" in switch.stdout:
        return ["--use-env-proxy"]
    if NPM is None:
        pytest.skip("this Node has no --use-env-proxy, and npm is not installed")
    folder = tmp_path_factory.mktemp("undici")
    install = [NPM, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", "undici@6.29.1"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode != 0:
        pytest.skip(f"npm cannot install undici: {done.stderr[-200:]}")
    preload = folder / "proxy.mjs"
    preload.write_text(blocks("mjs")[0], encoding="utf-8")
    return ["--import", preload.as_uri()]


@pytest.mark.timeout(300)
def test_node_s_fetch_with_a_fixed_host_reaches_the_simulator(
    served: Served, undici: list[str], tmp_path: Path
) -> None:
    program = tmp_path / "client.mjs"
    program.write_text(blocks("js")[0] + ELSEWHERE_BY_FETCH, encoding="utf-8")
    assert said_by([str(NODE), *undici, str(program)], served, tmp_path) == ["200 Success", "refused"]


def test_the_european_data_centre_has_its_own_host(served: Served) -> None:
    context = ssl.create_default_context(cafile=str(served.authority))
    with httpx.Client(proxy=served.proxy, verify=context, trust_env=False) as client:
        control = f"{served.address}/_sim/projects"
        european = {"name": "eu", "type": "hybrid", "settings": {"dataCenter": "europe"}}
        httpx.post(control, json=european, verify=context, trust_env=False).raise_for_status()
        for host, key, status in (
            ("api.eu.iterable.com", "eu-key", 200),
            ("api.iterable.com", "eu-key", 401),
            ("api.iterable.com", "hybrid-key", 200),
            ("api.eu.iterable.com", "hybrid-key", 401),
        ):
            reply = client.get(f"https://{host}/api/webhooks", headers={"Api-Key": key})
            assert reply.status_code == status, (host, key)


def test_without_tls_the_server_speaks_http_and_the_proxy_still_https(tmp_path: Path) -> None:
    authority = tmp_path / "deep" / "ca.pem"
    with serving("--proxy", "0", "--tls-ca", str(authority)) as running:
        assert running.address.startswith("http://")
        assert running.authority == authority
        context = ssl.create_default_context(cafile=str(authority))
        with httpx.Client(proxy=running.proxy, verify=context, trust_env=False) as client:
            assert client.post(UPDATE, headers=KEY, json=PERSON).json()["code"] == "Success"
    assert "BEGIN CERTIFICATE" in authority.read_text()
    assert "PRIVATE KEY" not in authority.read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--tls-ca", "ca.pem"], "--tls-ca goes with --tls or --proxy"),
        (["--proxy", "x"], "'x' is not a valid integer"),
        (["--proxy", "65536"], "65536 is not in the range"),
        (["--control-token", "a b"], "printable ASCII characters, without spaces"),
        (["--control-token", ""], "it is empty"),
        (["--tls", "--tls-ca", "/proc/nothing/ca.pem"], "cannot be written"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", *arguments]) == 2
    captured = capsys.readouterr()
    [line] = captured.err.splitlines()
    assert complaint in line
    assert captured.out == ""


def test_a_port_of_the_proxy_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", "0", "--proxy", port]) == 2
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "status", "without", "warning"),
    [
        ([], 403, 403, "the control surface and the inspector are closed there (--control-token opens them)"),
        (["--control-token", "open-sesame"], 200, 401, "with the token the control surface"),
    ],
)
def test_another_address_than_the_loopback_one_warns_and_wants_a_token(
    options: list[str], status: int, without: int, warning: str
) -> None:
    with serving("--host", "0.0.0.0", "--tls", *options) as running:  # noqa: S104  # that is what is tested
        assert running.errors[0].startswith("warning: anyone who can reach 0.0.0.0 can use the simulated API")
        assert warning in running.errors[0]
        context = ssl.create_default_context(cafile=str(running.authority))
        address = running.address.replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # the same
        with httpx.Client(base_url=address, verify=context, trust_env=False) as client:
            credentials = {"Authorization": "Bearer open-sesame"}
            assert client.get("/_sim/projects", headers=credentials).status_code == status
            assert client.get("/_sim/projects").status_code == without
            assert client.get("/api/webhooks", headers=KEY).status_code == 200


def test_a_scenario_runs_against_a_served_simulator_with_tls_and_a_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = str(Path(__file__).parents[3] / "scenarios/seed/event-for-unknown-user-id.scenario.yaml")
    monkeypatch.setenv("ITERABLE_HARNESS_CONTROL_TOKEN", "open-sesame")
    with serving("--tls") as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
        assert main(["run", "--url", running.address, scenario]) == 0
        assert "0 failed" in capsys.readouterr().out
        monkeypatch.delenv("ITERABLE_HARNESS_CONTROL_TOKEN")
        assert main(["run", "--url", running.address, scenario]) == 2
        assert "needs its control token" in capsys.readouterr().err
    assert not running.authority.exists(), "a temporary certificate goes with the server"
