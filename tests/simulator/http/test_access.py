"""Who may use the control surface: nobody from elsewhere without the token, and no page of another site."""

from __future__ import annotations

import base64

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Clock, Request, Server, Simulator
from simulator.http.control_access import Access

NOW = 1_787_227_200_000
TOKEN = "correct horse".replace(" ", "-")
KEY = {"Api-Key": "hybrid-key"}


def status(access: Access, path: str = "/_sim/projects", **headers: str) -> int:
    """The status of a refusal, 200 for none; underscores in names of headers stand for hyphens."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = access.refuse(Request("GET", path, "", {"host": "127.0.0.1:8585", **given}))
    return 200 if reply is None else reply.status


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("host", "token", "expected"),
    [
        ("127.0.0.1", None, True),
        ("::1", None, True),
        ("localhost", None, True),
        ("127.9.9.9", None, True),
        ("0.0.0.0", None, False),  # noqa: S104  # that is what is tested
        ("::", None, False),
        ("192.168.1.5", None, False),
        ("build.example.com", None, False),
        ("0.0.0.0", TOKEN, True),  # noqa: S104  # the same
        ("127.0.0.1", TOKEN, True),
    ],
)
def test_elsewhere_than_on_the_loopback_address_it_is_open_with_a_token_only(
    host: str, token: str | None, expected: bool
) -> None:
    assert Access(host, token=token).is_open is expected


@pytest.mark.parametrize("path", ["/", "/_sim/projects", "/_sim/reset"])
@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer   {TOKEN} "}, 200),
        ({"authorization": basic("", TOKEN)}, 200),
        ({"authorization": basic("anybody", TOKEN)}, 200),
        ({"authorization": f"Bearer {TOKEN}x"}, 401),
        ({"authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"authorization": "Bearer "}, 401),
        ({"authorization": "Bearer"}, 401),
        ({"authorization": TOKEN}, 401),
        ({"authorization": f"Token {TOKEN}"}, 401),
        ({"authorization": basic(TOKEN, "")}, 401),
        ({"authorization": "Basic %%%"}, 401),
        ({"authorization": "Bearer \udcff"}, 401),
        ({"api-key": TOKEN}, 401),
    ],
)
def test_with_a_token_every_request_must_carry_it(path: str, credentials: dict[str, str], expected: int) -> None:
    assert status(Access("127.0.0.1", token=TOKEN), path, **credentials) == expected


@pytest.mark.parametrize(("host", "token"), [("127.0.0.1", None), ("127.0.0.1", TOKEN), ("192.168.1.5", None)])
def test_everybody_may_ask_whether_the_simulator_is_up(host: str, token: str | None) -> None:
    access = Access(host, token=token)
    assert status(access, "/_sim/health", host="rebound.example.com", origin="https://rebound.example.com") == 200


def test_the_token_does_not_get_behind_the_check_with_the_question_whether_the_simulator_is_up() -> None:
    request = Request("GET", "/_sim/health", headers={"authorization": f"Bearer {TOKEN}"})
    assert Access("127.0.0.1", token=TOKEN).without_token(request).headers == {}


@given(st.text(max_size=30))
def test_no_other_text_is_taken_for_the_token(text: str) -> None:
    assert (status(Access("0.0.0.0", token=TOKEN), authorization=f"Bearer {text}") == 200) is (text.strip() == TOKEN)  # noqa: S104  # that is what is tested


def test_the_token_goes_no_further_and_a_token_of_the_api_does() -> None:
    access = Access("127.0.0.1", token=TOKEN)
    headers = {"authorization": f"Bearer {TOKEN}", "host": "x"}
    assert access.without_token(Request("POST", "/_sim/reset", "", headers)).headers == {"host": "x"}
    for path, door in (("/api/users/update", access), ("/_sim/reset", Access("127.0.0.1"))):
        assert door.without_token(Request("POST", path, "", headers)).headers == headers


def test_a_browser_is_told_to_ask_for_the_token() -> None:
    reply = Access("127.0.0.1", token=TOKEN).refuse(Request("GET", "/", "", {"host": "127.0.0.1"}))
    assert reply is not None
    assert "Basic realm=" in reply.headers["WWW-Authenticate"]
    assert b"token" in reply.body


@pytest.mark.parametrize("path", ["/api/users/update", "/api/_sim/health", "/robots.txt", "/sim"])
def test_the_api_is_not_asked_for_the_token(path: str) -> None:
    assert status(Access("0.0.0.0", token=TOKEN), path) == 200  # noqa: S104  # that is what is tested


@pytest.mark.parametrize("path", ["/", "/_sim/reset"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "rebound.attacker.com"},
        {"host": "rebound.attacker.com:8585", "origin": "http://rebound.attacker.com:8585"},
        {"origin": "https://attacker.com"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1.attacker.com"},
        {"origin": "http://localhost.attacker.com"},
        {"origin": "http://127.0.0.1@attacker.com"},
        {"origin": "http://[::1"},
    ],
)
def test_a_page_of_another_site_is_refused_and_so_is_a_name_that_was_pointed_here(
    path: str, headers: dict[str, str]
) -> None:
    assert status(Access("127.0.0.1"), path, **headers) == 403


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": "https://attacker.com"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "build.lan:8585", "origin": "http://other.lan:8585"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"host": "build.lan:8585", "origin": "http://build.lan:8585"}, 200),
        ({"host": "build.lan:8585", "origin": "https://BUILD.lan:8585"}, 200),
        ({"host": "build.lan:8585"}, 200),
        ({"host": "192.168.1.5:8585", "origin": "http://192.168.1.5:8585"}, 200),
    ],
)
def test_a_browser_that_knows_the_password_does_not_lend_it_to_other_sites(
    headers: dict[str, str], expected: int
) -> None:
    credentials = {"authorization": basic("me", TOKEN)}
    assert status(Access("0.0.0.0", token=TOKEN), **headers, **credentials) == expected  # noqa: S104  # that is what is tested


async def test_over_a_socket_the_token_opens_what_is_closed_without_it() -> None:
    server = Server(Simulator(), Clock(NOW), host="0.0.0.0", port=0, token=TOKEN)  # noqa: S104  # that is what is tested
    port = (await server.start()).rpartition(":")[2]
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            for path in ("/_sim/projects", "/"):
                async with session.get(path) as reply:
                    assert reply.status == 401
                async with session.get(path, headers={"Authorization": f"Bearer {TOKEN}"}) as reply:
                    assert reply.status == 200
            async with session.get("/api/webhooks", headers=KEY) as reply:
                assert reply.status == 200
    finally:
        await server.stop()
