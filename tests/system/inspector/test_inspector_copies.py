"""What is taken out of the page: commands, bodies as they were sent, and a person as every project has them."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Request
from tests.system.inspector.conftest import NOW, Page

if TYPE_CHECKING:
    from simulator import Simulator

BODY = b'{"email": "o\'hara@example.com",\n "dataFields": {"big": 12345678901234567890, "n": 1.00}}'


def post(simulator: Simulator, project: str, **body: Any) -> None:
    request = Request("POST", "/api/users/update", "", {"api-key": f"{project}-key"}, json.dumps(body).encode())
    simulator.handle(request, NOW)


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """A request by a body that no parser of JSON gives back, and somebody in two projects."""
    headers = {"Api-Key": "hybrid-key", "content-type": "application/json", "host": "there", "content-length": "9"}
    request = Request(
        "POST", "/api/users/update", "a=1", {name.lower(): value for name, value in headers.items()}, BODY
    )
    simulator.handle(request, NOW)
    post(simulator, "email", email="ada@example.com", userId="u1", dataFields={"plan": "free", "city": "Paris"})
    post(simulator, "hybrid", email="ada@example.com", userId="u1", dataFields={"plan": "pro", "city": "Paris"})
    return simulator


def copied(page: Page, button: str) -> str:
    """What a button puts into the clipboard, which a browser without a screen does not have."""
    page.browser.execute_script("navigator.clipboard.writeText = async text => { window.copied = text; }")
    page.button(button).click()
    page.shows("copied")
    return str(page.browser.execute_script("return window.copied")).replace(" \\\n", "")


def test_a_request_is_copied_as_a_command_that_sends_it_again(page: Page) -> None:
    page.open("/entry/1")
    assert shlex.split(copied(page, "Copy as curl")) == [
        *("curl", "-X", "POST", f"{page.url}/api/users/update?a=1"),
        *("-H", "api-key: hybrid-key", "-H", "content-type: application/json"),
        *("--data-raw", BODY.decode()),
    ]


def test_a_command_names_a_file_for_a_body_that_is_no_text_and_a_variable_for_a_token(
    page: Page, simulator: Simulator
) -> None:
    headers = {"api-key": "unknown", "authorization": "Bearer secret.secret.secret"}
    simulator.handle(Request("GET", "/api/users/x", "", headers, b"\xff\xfe"), NOW)
    page.open("/entry/4")
    command = shlex.split(copied(page, "Copy as curl"))
    assert command[:4] == ["curl", "-X", "GET", f"{page.url}/api/users/x"]
    assert command[4:] == [
        "-H",
        "api-key: un…wn",
        "-H",
        "authorization: $AUTHORIZATION",
        "--data-binary",
        "@request-4.bin",
    ]


def test_a_body_is_shown_as_it_was_sent_and_back(page: Page) -> None:
    page.open("/entry/1")
    page.shows("dataFields")
    raw = page.button("Raw")
    raw.click()
    page.shows("12345678901234567890")
    assert page.find("pre").get_property("textContent") == BODY.decode()
    assert raw.get_attribute("aria-pressed") == "true"
    raw.click()
    page.lacks("1.00")
    assert copied(page, "Copy") == BODY.decode()


def test_one_person_stands_side_by_side_in_all_projects_with_what_differs(page: Page) -> None:
    with page.sized(1440):
        page.open("/person/2?project=hybrid")
        page.shows("ada@example.com / u1")
        page.find("a[href*=compare]").click()
        page.shows("In 2 projects, not in userid.")
        assert [head.text.split("\n")[0] for head in page.all(".compared thead th")] == [
            "Field",
            "email",
            "userid",
            "hybrid",
        ]
        plan, city = (page.find(f".compared tbody tr:nth-child({row})") for row in rows(page, "plan", "city"))
        assert [cell.text.split("\n")[0] for cell in plan.find_elements("tag name", "td")] == [
            '"free"',
            "\u2013",
            '"pro"',
        ]
        assert (plan.get_attribute("class"), city.get_attribute("class")) == ("differs", "same")
        page.find(".compared tr.differs a").click()
        page.shows("State changes")


def rows(page: Page, *names: str) -> list[int]:
    """Which rows have these fields, counted from 1."""
    fields = [head.text.split()[0] for head in page.all(".compared tbody th")]
    return [fields.index(name) + 1 for name in names]


def test_only_differences_are_shown_when_somebody_wants_that(page: Page) -> None:
    page.open("/compare?user=ada@example.com")
    page.shows("Paris")
    page.find("main input[type=checkbox]").click()
    page.lacks("Paris")
    page.shows('"pro"')


def test_who_is_known_by_a_userid_here_is_found_by_their_email_there(page: Page, simulator: Simulator) -> None:
    post(simulator, "email", email="eve@example.com", dataFields={"plan": "free"})
    post(simulator, "hybrid", email="eve@example.com", userId="u2")
    page.open("/compare")
    page.shows("Enter an email or userId")
    page.find("input[name=user]").send_keys("u2")
    page.button("Compare").click()
    page.shows("In 2 projects, not in userid.")


def test_nobody_is_said_to_be_in_no_project(page: Page) -> None:
    page.open("/compare?user=nobody")
    page.shows("In no project.")
