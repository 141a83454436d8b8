"""How the page looks: themes, the clock, and identifiers on screens of every width."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from simulator import Clock, Request
from tests.system.inspector.conftest import NOW, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator import Simulator

LIGHT, DARK = "rgb(247, 248, 250)", "rgb(20, 22, 27)"
#: As long as identifiers are that people have.
EMAIL, USER_ID = "augusta.ada.king@mail.example.com", "0190f5a4-7b1c-7d02"
VIEWS = (
    "/",
    "/people?project=hybrid",
    "/person/1?project=hybrid",
    "/events?project=hybrid",
    "/journal",
    "/entry/1",
    "/entry/3",
    f"/compare?user={EMAIL}",
    f"/search?text={EMAIL}",
)


def post(simulator: Simulator, path: str, project: str = "hybrid", **body: Any) -> None:
    request = Request("POST", f"/api/{path}", "", {"api-key": f"{project}-key"}, json.dumps(body).encode())
    simulator.handle(request, NOW)


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """A simulator with somebody in it, and a refusal whose code is long."""
    post(simulator, "users/update", email=EMAIL, userId=USER_ID, dataFields={"shoppingPreferences": {"a": "b" * 90}})
    post(simulator, "events/track", userId=USER_ID, eventName="Order Completed", dataFields={"page": "x" * 300})
    post(simulator, "commerce/updateCart", "email", user={"userId": USER_ID}, items=[])
    post(simulator, "users/update", "hybrid", email=1)
    return simulator


def ground(page: Page) -> str:
    return str(page.browser.execute_script("return getComputedStyle(document.body).backgroundColor"))


@pytest.fixture
def scheme(page: Page) -> Iterator[None]:
    """A machine that is set to dark, and a browser that remembers nothing."""
    page.open()
    page.browser.execute_script("localStorage.clear()")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    yield
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.usefixtures("scheme")
def test_a_theme_is_chosen_and_remembered_and_auto_is_that_of_the_machine(page: Page) -> None:
    page.open()
    assert ground(page) == DARK
    page.find("#theme label:nth-of-type(2)").click()
    assert ground(page) == LIGHT
    page.open("/journal")
    assert ground(page) == LIGHT
    assert page.find("#theme input[value=light]").is_selected()
    page.find("#theme input[value=light]").send_keys(Keys.ARROW_RIGHT)
    assert page.find("#theme input[value=dark]").is_selected()
    page.find("#theme label").click()
    assert ground(page) == DARK


@pytest.mark.parametrize("width", [390, 1440])
def test_no_identifier_is_cut_or_wrapped(page: Page, width: int) -> None:
    script = """return [...document.querySelectorAll('main .id')].filter(item => item.offsetParent).map(item => {
        const range = document.createRange();
        range.selectNodeContents(item);
        const box = range.getBoundingClientRect(), line = parseFloat(getComputedStyle(item).lineHeight);
        let clip = item;
        while (clip && !/hidden|auto/.test(getComputedStyle(clip).overflowX)) clip = clip.parentElement;
        return [item.textContent, box.height < 1.6 * line, box.right <= clip.getBoundingClientRect().right + 1];
    })"""
    with page.sized(width):
        for view in VIEWS:
            page.open(view)
            page.shows("API key" if view == "/" else "updateCart" if view == "/entry/3" else EMAIL)
            found = page.browser.execute_script(script)
            assert found
            assert [item for item in found if not (item[1] and item[2])] == [], view
            assert not page.is_wider_than(width), view


def test_rows_are_blocks_on_a_phone_that_say_all_that_they_say_elsewhere(page: Page) -> None:
    with page.sized(390):
        page.open("/events?project=hybrid")
        page.shows("Order Completed")
        [row] = page.all("tbody tr")
        for text in ("Order Completed", "2026-08-20 12:00:00", f"{EMAIL} / {USER_ID}", "page: xxx"):
            assert text in row.text
        assert row.size["height"] < 120
        row.find_element("tag name", "summary").click()
        page.shows('page: "xxx')
        assert not page.is_wider_than(390)


def test_filters_are_folded_on_a_phone_until_one_is_set(page: Page) -> None:
    with page.sized(390):
        page.open("/journal")
        assert not page.find("input[name=text]").is_displayed()
        page.find(".filter summary").click()
        page.find("input[name=text]").send_keys("cart")
        page.button("Apply").click()
        page.lacks("#1")
        assert page.find("input[name=text]").is_displayed()
        page.find(".filter a").click()
        page.shows("#1")


def test_a_clock_that_stands_is_said_to_be_stopped(page: Page) -> None:
    page.open()
    page.shows("2026-08-20 12:00:00 UTC stopped")


class TestAClockThatRuns:
    """A clock that runs with a machine on which no time passes."""

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock(read=lambda: NOW)

    def test_it_ticks_between_two_readings(self, page: Page) -> None:
        page.open()
        page.shows("2026-08-20 12:00:00 UTC real time")
        page.shows("2026-08-20 12:00:01 UTC")

    def test_it_is_said_to_be_ahead_once_it_was_moved(self, page: Page) -> None:
        page.open("/trouble")
        page.button("+ 1 hour").click()
        page.shows("ahead of real time")
        page.shows("Clock set")
        page.shows("2026-08-20 13:00:0")


@pytest.fixture
def long_journal(simulator: Simulator) -> None:
    """More requests than a screen shows."""
    for number in range(60):
        post(simulator, "users/update", email=f"{number}@example.com")


@pytest.mark.usefixtures("long_journal")
def test_keys_that_scroll_do_so_from_the_start(page: Page) -> None:
    page.open("/journal")
    page.shows("#64")
    ActionChains(page.browser).send_keys(Keys.PAGE_DOWN).perform()
    page.until("document.querySelector('main').scrollTop > 0")


@pytest.mark.usefixtures("long_journal")
def test_a_view_begins_at_its_top_and_the_way_back_leads_to_where_one_was(page: Page) -> None:
    page.open("/journal")
    page.shows("#64")
    page.browser.execute_script("document.querySelector('main').scrollTop = 300")
    page.until("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    page.browser.execute_script("location.hash = '#/entry/1'")
    page.shows("State changes")
    page.until("document.querySelector('main').scrollTop === 0")
    page.browser.back()
    page.shows("#64")
    page.until("document.querySelector('main').scrollTop >= 300")
