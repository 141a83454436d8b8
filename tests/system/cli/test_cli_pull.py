from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import respx

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "conformance" / "inputs" / "configuration" / "examples"
ID = "66a0c0ffee0000000000beef"
TOKEN = "sgp_aSecretToken"
US = f"https://api.segmentapis.com/destinations/{ID}"
EU = f"https://eu1.api.segmentapis.com/destinations/{ID}"
DESTINATION = json.loads((EXAMPLES / "destination.json").read_text())
LIST = json.loads((EXAMPLES / "public_api.json").read_text())
EVENT = '{"type": "track", "event": "Visited", "userId": "u1", "properties": {"email": "ada@example.com"}}'


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    monkeypatch.setenv("SEGMENT_TOKEN", TOKEN)
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def answer(api: respx.MockRouter, address: str = US) -> None:
    api.get(address).respond(json=DESTINATION)
    api.get(f"{address}/subscriptions").respond(json=LIST)


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    captured = capsys.readouterr()
    for secret in (TOKEN, "not-a-real-key"):
        assert secret not in captured.out + captured.err
    return captured.out, captured.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on stderr of a `pull` that ends with 2."""
    assert main(["pull", ID, *arguments]) == 2
    out, err = said(capsys)
    assert (out, err.count("\n")) == ("", 1)
    return err


def page(number: int, following: str | None) -> httpx.Response:
    item = {**LIST["data"]["subscriptions"][0], "id": f"s{number}", "name": f"Number {number}"}
    pagination = {"current": f"c{number}", "totalEntries": 3, **({} if following is None else {"next": following})}
    return httpx.Response(200, json={"data": {"pagination": pagination, "subscriptions": [item]}})


def test_what_was_fetched_is_written_and_is_a_mapping(
    api: respx.MockRouter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(api)
    out = tmp_path / "folder" / "mapping.json"
    assert main(["pull", ID, "--out", str(out)]) == 0
    assert said(capsys) == ("", f"5 subscriptions, 1 disabled; written to {out}\n")
    assert json.loads(out.read_text())["data"]["subscriptions"] == LIST["data"]["subscriptions"]
    assert main(["map", EVENT, "--mapping", str(out), "-q"]) == 0
    assert said(capsys)[0].splitlines()[-1] == "1 mapped, 0 refused, 0 not subscribed"


def test_without_a_file_it_goes_to_stdout(api: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    answer(api)
    assert main(["pull", ID, "-q"]) == 0
    out, err = said(capsys)
    assert (len(json.loads(out)["data"]["subscriptions"]), err) == (5, "")


def test_every_page_is_in_the_result(api: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    api.get(US).respond(json=DESTINATION)
    api.get(f"{US}/subscriptions").side_effect = [page(1, "c2"), page(2, "c3"), page(3, None)]
    assert main(["pull", ID, "-v"]) == 0
    out, err = said(capsys)
    assert [item["name"] for item in json.loads(out)["data"]["subscriptions"]] == ["Number 1", "Number 2", "Number 3"]
    assert "  Number 2: trackEvent\n" in err


def test_a_workspace_in_europe_is_asked_there(api: respx.MockRouter) -> None:
    answer(api, EU)
    assert main(["pull", ID, "--region", "eu", "-q"]) == 0


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "Segment refuses the token (401) (check $SEGMENT_TOKEN, or try --region eu)"),
        (403, "the token may not read this destination (403) (it needs the role Workspace Owner)"),
        (404, "the workspace has no such destination (404) (check the id, or try --region eu)"),
        (500, "Segment's Public API answers 500 (try again later)"),
        (503, "Segment's Public API answers 503 after 5 tries (try again later)"),
    ],
)
def test_a_refusal_is_one_sentence_and_writes_nothing(
    api: respx.MockRouter,
    status: int,
    sentence: str,
    tmp_path: Path,
    waits: list[float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "mapping.json"
    out.write_text("as it was")
    api.get(US).respond(status, json={"errors": [{"type": "x", "message": TOKEN}]})
    assert refused(capsys, "--out", str(out), "-q") == f"error: pull: {sentence}\n"
    assert out.read_text() == "as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["mapping.json"]
    assert len(waits) == (4 if status == 503 else 0)


def test_what_fails_after_the_first_page_writes_nothing(
    api: respx.MockRouter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api.get(US).respond(json=DESTINATION)
    api.get(f"{US}/subscriptions").side_effect = [page(1, "c2"), httpx.ConnectError("gone")]
    assert "cannot be reached: ConnectError" in refused(capsys, "--out", str(tmp_path / "mapping.json"))
    assert list(tmp_path.iterdir()) == []


def test_it_waits_as_long_as_the_api_asks_and_says_so(
    api: respx.MockRouter, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    error = {"type": "RequestError", "message": "Too many requests", "data": {"msBeforeNext": 57647}}
    api.get(US).side_effect = [
        httpx.Response(429, headers={"retry-after": "7"}),
        httpx.Response(429, json={"errors": [error]}),
        httpx.Response(200, json=DESTINATION),
    ]
    api.get(f"{US}/subscriptions").respond(json=LIST)
    assert main(["pull", ID]) == 0
    assert waits == [7, 58]
    assert "note: Segment's Public API answers later, in 58 s\n" in said(capsys)[1]


def test_a_destination_that_is_not_iterables_is_named(
    api: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    metadata = {"id": "54521fd525e721e32a72ee91", "name": "Amplitude"}
    api.get(US).respond(json={"data": {"destination": {"id": ID, "metadata": metadata}}})
    assert f"destination {ID} is of 'Amplitude', not of Iterable (Actions)" in refused(capsys)


@pytest.mark.parametrize(("value", "state"), [(None, "is not set"), ("", "is empty"), (" \n", "is empty")])
def test_a_token_that_is_missing_is_asked_for(
    value: str | None, state: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SEGMENT_TOKEN")
    if value is not None:
        monkeypatch.setenv("SEGMENT_TOKEN", value)
    assert f"error: pull: $SEGMENT_TOKEN {state} (a token of Segment's Public API" in refused(capsys)


def test_a_file_that_cannot_be_written_is_told_before_anything_is_asked(
    api: respx.MockRouter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--out: cannot be written: is a directory" in refused(capsys, "--out", str(tmp_path))
    assert api.calls.call_count == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "nonsense://user:sgp_aSecretToken@proxy"), ("SSL_CERT_FILE", "/not/there.pem")],
)
def test_an_environment_that_cannot_be_used_is_one_sentence_without_its_passwords(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert "the proxy or the certificates that the environment names cannot be used" in refused(capsys)


def test_no_fault_of_ours_shows_the_token(
    monkeypatch: pytest.MonkeyPatch, api: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault")

    answer(api)
    monkeypatch.setattr("destination.javascript.json_text.stringify", broken)
    assert main(["pull", ID, "-v"]) == 1
    assert "a fault" in said(capsys)[1]
