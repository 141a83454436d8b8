"""Requests by outcome over time, as somebody who looks or somebody at a keyboard meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from simulator import Request
from tests.system.inspector.conftest import NOW, Page

if TYPE_CHECKING:
    from simulator import Simulator


def update(simulator: Simulator, second: int, project: str = "hybrid", **body: Any) -> None:
    request = Request("POST", "/api/users/update", "", {"api-key": f"{project}-key"}, json.dumps(body).encode())
    simulator.handle(request, NOW + 1000 * second)


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """Three requests in the first second, and two in the eleventh, of which one is refused."""
    for number in range(3):
        update(simulator, 0, email=f"{number}@example.com")
    update(simulator, 10, email="ada@example.com", dataFields=1)
    update(simulator, 10, "email", email="ada@example.com")
    return simulator


def drawn(page: Page) -> list[list[str]]:
    """The outcomes of which each bar is made, from the ground."""
    script = """return [...document.querySelectorAll('.plot g')].map(bar =>
        [...bar.querySelectorAll('rect')].map(part => part.getAttribute('class')))"""
    return list(page.browser.execute_script(script))


def key(page: Page, *keys: str) -> None:
    ActionChains(page.browser).send_keys(*keys).perform()


def test_bars_are_made_of_outcomes_and_stand_where_their_second_is(page: Page) -> None:
    page.open()
    page.shows("Each bar is 1 second.")
    assert drawn(page) == [["applied"], ["applied", "refused"]]
    places = page.browser.execute_script(
        "return [...document.querySelectorAll('.plot g rect:first-child')].map(p => p.x.baseVal.value)"
    )
    width = page.browser.execute_script("return document.querySelector('.plot svg').clientWidth")
    # Thirty seconds are shown at the least, beside the numbers on the left.
    assert places[1] - places[0] == pytest.approx((width - 44) / 30 * 10, abs=1)


def test_sums_of_each_outcome_lead_to_those_requests(page: Page) -> None:
    page.open()
    page.shows("applied 4")
    assert [item.text for item in page.all(".legend a")] == [
        "applied 4",
        "nothing changed 0",
        "dropped 0",
        "refused 1",
    ]
    page.all(".legend a")[3].click()
    page.shows("Journal")
    assert page.address == "/journal?outcome=refused"


def test_the_plot_of_the_journal_is_that_of_its_project(page: Page) -> None:
    page.open("/journal?project=email")
    page.shows("applied 1")
    assert drawn(page) == [["applied"]]


def test_requests_are_drawn_and_counted_as_they_come_in(page: Page, simulator: Simulator) -> None:
    page.open()
    page.shows("applied 4")
    update(simulator, 12, "email", userId="nobody", dataFields=1)
    page.shows("refused 2")
    assert drawn(page) == [["applied"], ["applied", "refused"], ["refused"]]
    page.shows("2\nrequests")


def test_a_bar_is_chosen_by_keys_told_and_opened(page: Page) -> None:
    page.open()
    page.shows("Each bar is 1 second.")
    page.browser.execute_script("document.querySelector('.plot').focus()")
    key(page, Keys.ARROW_LEFT)
    page.shows("2026-08-20 12:00:10, 1 second: 2 requests (1 applied, 1 refused)")
    key(page, Keys.ARROW_LEFT)
    page.shows("2026-08-20 12:00:00, 1 second: 3 requests (3 applied)")
    key(page, Keys.ENTER)
    page.shows("Requests #1 to #3")
    assert [row.text.split()[0] for row in page.all("tbody tr")] == ["#3", "#2", "#1"]
    page.find("main p a.button").click()
    page.shows("#5")


def test_a_range_shows_the_last_seconds_of_the_simulators_clock(page: Page) -> None:
    page.open()
    page.shows("applied 4")
    # The clock stands at the first second; what came later is not in the minute before it.
    page.find(".timeline select option[value='60']").click()
    page.shows("applied 3")
    page.find(".timeline select option[value='']").click()
    page.shows("applied 4")


def test_no_requests_are_said_to_be_none(page: Page) -> None:
    page.open("/journal?project=userid")
    page.shows("No requests in this range.")
    assert drawn(page) == []
