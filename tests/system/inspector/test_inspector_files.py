"""The files of the page: which there are, how they are sent, and that nothing else is."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from simulator import Clock, Request, Simulator
from simulator.service import Service

PAGE = files("simulator.inspector").joinpath("page")
NAMES = sorted(entry.name for entry in PAGE.iterdir() if entry.name != "index.html")


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    service = Service(Simulator(), Clock(0))
    reply = service.respond(
        Request(method, path, "", {name.replace("_", "-"): value for name, value in headers.items()})
    ).reply
    assert reply is not None
    return reply.status, reply.body, dict(reply.headers)


@pytest.mark.parametrize("path", ["/", *(f"/_sim/inspector/{name}" for name in NAMES)])
def test_every_file_is_sent_as_what_it_is_and_may_load_from_here_only(path: str) -> None:
    status, body, headers = ask(path)
    assert status == 200
    assert body
    assert headers["Content-Type"].split(";")[0] in {"text/html", "text/css", "text/javascript", "image/svg+xml"}
    assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", NAMES)
def test_no_file_names_another_host_or_writes_markup(name: str) -> None:
    text = PAGE.joinpath(name).read_text("utf-8")
    assert set(re.findall(r"https?://[^\s\"'`]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


def test_every_import_of_a_module_is_a_file_of_the_page() -> None:
    for name in NAMES:
        text = PAGE.joinpath(name).read_text("utf-8")
        for path in re.findall(r'from "(/[^"]+)"', text):
            assert ask(path)[0] == 200, f"{name} imports {path}"


@pytest.mark.parametrize(
    "path",
    [
        "/_sim/inspector/",
        "/_sim/inspector/../__init__.py",
        "/_sim/inspector/%2e%2e/__init__.py",
        "/_sim/inspector/..%2f..%2fserver.py",
        "/_sim/inspector//etc/passwd",
        "/_sim/inspector/index.html",
        "/_sim/inspector/style.css/",
        "/_sim/inspector/main.js\x00",
    ],
)
def test_no_path_reaches_what_is_no_file_of_the_page(path: str) -> None:
    assert ask(path)[0] == 404


def test_a_browser_that_has_a_file_is_not_sent_it_again() -> None:
    status, _, headers = ask("/_sim/inspector/main.js")
    assert ask("/_sim/inspector/main.js", if_none_match=headers["ETag"])[:2] == (304, b"")
    assert ask("/_sim/inspector/main.js", if_none_match='"other"')[0] == status


def test_a_head_request_gets_no_body_and_others_are_refused() -> None:
    assert ask("/", "HEAD")[:2] == (200, b"")
    status, _, headers = ask("/", "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "faint", "accent", "good", "bad", "warn"])
def test_text_stands_out_from_its_ground_as_wcag_asks(scheme: str, ink: str) -> None:
    pairs = re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", PAGE.joinpath("style.css").read_text("utf-8")
    )
    colours = {name: light if scheme == "light" else dark for name, light, dark in pairs}
    grounds = ["ground", "raised", *(["accent-ground"] if ink in {"text", "faint", "accent"} else [])]
    grounds += ["bad-ground"] if ink in {"bad", "text"} else []
    for ground in grounds:
        one, other = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (one + 0.05) / (other + 0.05) >= 4.5, f"{ink} on {ground}"
