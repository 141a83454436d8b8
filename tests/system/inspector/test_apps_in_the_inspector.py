"""What apps are given is looked at, added and removed in the inspector."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Request
from simulator.gateway.cross_origin import answer_preflight
from tests.system.inspector.conftest import NOW, Page

if TYPE_CHECKING:
    from simulator import Simulator

PARTS = [
    ("In-app messages", "in-app message", "No in-app messages."),
    ("Embedded messages", "embedded message", "No embedded messages."),
    ("Unknown user criteria", "criterion", "No criteria: unknown users get no profile."),
]


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """A simulator that knows Ada."""
    body = json.dumps({"email": "ada@example.com", "userId": "ada"}).encode()
    simulator.handle(Request("POST", "/api/users/update", "", {"api-key": "hybrid-key"}, body), NOW)
    return simulator


def write(page: Page, one: str, text: str) -> None:
    area = page.find(f"textarea[aria-label='New {one} as JSON']")
    page.browser.execute_script("arguments[0].value = arguments[1]", area, text)


def kept(simulator: Simulator) -> list[Any]:
    project = simulator.projects["hybrid"]
    return [*project.sent, *project.embedded, *project.criteria]


@pytest.mark.parametrize(("title", "one", "empty"), PARTS)
def test_the_example_is_added_shown_and_removed(
    page: Page, simulator: Simulator, title: str, one: str, empty: str
) -> None:
    page.open("/apps?project=hybrid")
    page.shows(empty)
    page.button(f"Add {one}").click()
    page.lacks(empty)
    assert len(kept(simulator)) == 1
    page.find(f"section[aria-label='{title}'] button[aria-label^='Remove {one}']").click()
    page.shows(empty)
    assert (kept(simulator), page.mistakes()) == ([], [])


@pytest.mark.parametrize("one", [one for _, one, _ in PARTS])
def test_what_does_not_fit_is_named_beside_its_form(page: Page, simulator: Simulator, one: str) -> None:
    page.open("/apps?project=hybrid")
    for text, told in (("{", "Invalid JSON"), ('{"nothing": 1}', "unknown member")):
        write(page, one, text)
        page.button(f"Add {one}").click()
        page.shows(told)
    assert kept(simulator) == []
    page.mistakes()


def test_the_menu_leads_there_and_the_project_is_chosen(page: Page) -> None:
    page.open()
    page.find("#views a[href*='apps']").click()
    page.shows("Unknown user criteria")
    assert page.find("main select").get_attribute("value") == "email"


def test_the_preflights_of_pages_are_found_by_their_method(page: Page, simulator: Simulator) -> None:
    simulator.transmit(Request("OPTIONS", "/api/users/update"), NOW, answer_preflight)
    page.open("/journal")
    page.find("input[name=method]").send_keys("options")
    page.button("Apply").click()
    page.shows("OPTIONS /api/users/update")
    page.lacks("POST /api/users/update")
