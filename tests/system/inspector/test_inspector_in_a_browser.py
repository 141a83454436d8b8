"""What a person sees and does in the inspector, in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Request
from tests.system.inspector.conftest import NOW, Page

if TYPE_CHECKING:
    from simulator import Simulator

RUBBISH = "<img src=x onerror=document.title='ran'><script>document.title='ran'</script>"


def post(simulator: Simulator, path: str, project: str = "hybrid", **body: Any) -> int:
    request = Request("POST", f"/api/{path}", "", {"api-key": f"{project}-key"}, json.dumps(body).encode())
    return simulator.handle(request, NOW).status


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """A simulator to which a little has happened."""
    post(simulator, "users/update", email="ada@example.com", userId="u1", dataFields={"plan": "free", "age": 36})
    post(simulator, "users/update", userId="u1", dataFields={"plan": "pro", "address": {"city": "Paris"}})
    post(simulator, "events/track", userId="u1", eventName="Signed In", dataFields={"page": "Home"})
    post(simulator, "events/track", "email", userId="nobody", eventName="Lost")
    post(simulator, "users/update", email="grace@example.com", userId="u2")
    return simulator


def test_the_projects_stand_side_by_side_with_what_they_refused(page: Page) -> None:
    page.open()
    page.shows("POST /api/events/track UnknownUserIdError")
    assert [card.text.split()[0] for card in page.all(".cards h2")] == ["email", "userid", "hybrid"]
    page.shows("No requests yet. Try one:")
    assert f"curl {page.url}/api/users/update -H 'Api-Key: userid-key'" in page.text


def test_outcomes_are_counted_for_each_project_and_marked_at_each_request(page: Page, simulator: Simulator) -> None:
    post(simulator, "events/track", "email", email="nobody@example.com", eventName="Lost")
    page.open()
    page.shows("Recently refused or dropped")
    counts = [part.text.split("\n") for part in page.all(".card[aria-label=email] [aria-label=Outcomes] a")]
    assert counts == [["0", "applied"], ["0", "nothing changed"], ["1", "dropped"], ["1", "refused"]]
    page.all(".card[aria-label=email] [aria-label=Outcomes] a")[2].click()
    page.shows("nobody@example.com")
    assert [mark.text for mark in page.all("tbody .outcome")] == ["dropped"]
    assert page.find("select[name=outcome]").get_attribute("value") == "dropped"
    page.open("/entry/6")
    page.shows("nobody@example.com")
    page.shows("open: Email-based: is an event for an unknown email lost")
    page.shows("settings: trackUnknownEmail")


def test_a_bulk_call_that_came_to_nothing_in_part_is_marked_and_found_by_its_rule(
    page: Page, simulator: Simulator
) -> None:
    post(simulator, "users/bulkUpdate", "email", users=[{"email": "bo@example.com"}, {"userId": "nobody"}])
    page.open()
    page.shows("Recently refused or dropped")
    marks = [mark.text for mark in page.all(".card[aria-label=email] .refusals .tag")]
    assert marks == ["applied", "refused in part", "refused"]
    page.open("/journal?rule=bulk.some-refused")
    page.shows("refused in part")
    assert [mark.text for mark in page.all("tbody .tag")] == ["applied", "refused in part"]
    page.open("/entry/6")
    page.shows("refused in part")


def test_marks_and_columns_keep_their_size_beside_a_long_request_and_a_long_user_id(
    page: Page, simulator: Simulator
) -> None:
    post(simulator, "events/track", "email", userId="x" * 300, eventName="Seen")
    size = {"width": 1440, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.open("/")
        page.shows("Recently refused or dropped")
        heights = page.browser.execute_script(
            "return [...document.querySelectorAll('.refusals .tag')].map(tag => tag.offsetHeight)"
        )
        assert len(heights) == 2
        assert max(heights) < 30
        page.open("/journal")
        page.shows("xxx")
        assert (
            page.browser.execute_script(
                "const rows = document.querySelector('.rows'); return rows.scrollWidth - rows.clientWidth"
            )
            <= 0
        )
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_requests_of_a_person_are_those_too_that_named_them_by_either_identifier(
    page: Page, simulator: Simulator
) -> None:
    post(simulator, "users/update", email="ada@example.com", dataFields=1)
    post(simulator, "users/update", userId="u1", dataFields=1)
    page.open("/person/1?project=hybrid")
    page.find(".end a.button").click()
    page.shows("Journal")
    page.shows("#7")
    assert [row.text.split()[0] for row in page.all("tbody tr")] == ["#7", "#6", "#3", "#2", "#1"]


def test_people_are_found_by_a_part_of_their_address_and_shown_with_the_history_of_each_field(page: Page) -> None:
    page.open("/people?project=hybrid")
    page.shows("2 people")
    page.find("input[name=search]").send_keys("ADA@")
    page.button("Apply").click()
    page.lacks("grace@example.com")
    page.find("[data-row]").click()
    page.shows("person 1, project hybrid")
    page.shows("1 earlier change")
    page.find("details.history summary").click()
    page.shows("free → pro")
    page.shows("Signed In")


def test_a_person_is_shown_with_the_messages_that_they_were_sent_and_what_each_said(
    page: Page, simulator: Simulator
) -> None:
    page.open("/person/1?project=hybrid")
    page.shows("No messages sent.")
    post(simulator, "templates/email/upsert", clientTemplateId="hi", html="<b>Dear {{email}}</b>")
    post(simulator, "campaigns/create", name="Welcome", templateId=1)
    post(simulator, "email/target", campaignId=1, recipientEmail="ada@example.com")
    page.open("/person/1?project=hybrid")
    page.shows("1 message")
    page.shows("Welcome (1)")
    page.shows("<b>Dear ada@example.com</b>")


def test_a_request_stands_beside_its_reply_its_rules_and_what_it_changed(page: Page) -> None:
    page.open("/entry/2")
    page.shows("State changes")
    for text in ("POST /api/users/update", "users.update.hybrid.", "free → pro", '"Success"'):
        page.shows(text)
    page.find(".end a").click()
    page.shows("created")


def test_new_requests_appear_by_themselves(page: Page, simulator: Simulator) -> None:
    page.open("/journal")
    page.shows("#5")
    post(simulator, "users/update", email="late@example.com")
    page.shows("#6")
    page.shows("late@example.com")
    rows = [row.text.split()[0] for row in page.all("tbody tr")]
    assert rows == ["#6", "#5", "#4", "#3", "#2", "#1"]


def test_the_journal_is_filtered_by_status_and_by_whom_it_is_about(page: Page) -> None:
    page.open("/journal?status=400")
    page.shows("UnknownUserIdError")
    assert len(page.all("tbody tr")) == 1
    page.open("/journal?text=ada")
    page.shows("#3")
    assert len(page.all("tbody tr")) == 3


def test_the_search_finds_people_and_requests(page: Page) -> None:
    page.open()
    page.press("/", *"grace", "ENTER")
    page.shows("People in hybrid")
    page.shows("grace@example.com / u2")
    page.shows("Requests")
    assert page.address == "/search?text=grace"
    page.find("#query").clear()
    page.find("#query").send_keys("400")
    page.press("ENTER")
    page.shows("UnknownUserIdError")


def test_everything_can_be_reached_by_keys(page: Page) -> None:
    page.open("/people?project=hybrid")
    page.shows("grace@example.com")
    page.press("j")
    assert page.focused().startswith("ada@example.com")
    page.press("j")
    assert page.focused().startswith("grace@example.com")
    page.press("k", "ENTER")
    page.shows("1 earlier change")
    page.press("ESCAPE")
    page.shows("2 people")
    page.open()
    page.press("TAB")
    assert page.focused() == "Skip to content"


def test_a_fault_is_added_and_removed(page: Page, simulator: Simulator) -> None:
    page.open("/trouble")
    page.find("input[name=path]").send_keys("/api/events/*")
    page.find("input[name=times]").send_keys("2")
    page.button("Add fault").click()
    page.shows("2 left")
    [fault] = simulator.faults.to_json()
    assert isinstance(fault, dict)
    assert fault["action"] == {"status": 503}
    page.button("Remove").click()
    page.shows("No active faults.")
    assert simulator.faults.to_json() == []


def test_a_fault_with_mistakes_is_told_in_words(page: Page) -> None:
    page.open("/trouble")
    page.find("input[name=probability]").send_keys("7")
    page.button("Add fault").click()
    page.shows("probability")
    page.shows("less than or equal to 1")
    # The refusal itself is on the browser's console, as any 400 is.
    assert all("400" in line for line in page.mistakes())


def test_the_clock_is_moved(page: Page) -> None:
    page.open("/trouble")
    page.shows("2026-08-20 12:00:00 UTC")
    page.button("+ 1 hour").click()
    page.shows("2026-08-20 13:00:00 UTC")
    page.lacks("2026-08-20 12:00:00 UTC")
    page.button("Use real time").click()
    page.shows("real time")


def test_what_was_stored_is_text_and_never_markup(page: Page, simulator: Simulator) -> None:
    post(
        simulator, "users/update", userId=RUBBISH[:50], dataFields={RUBBISH: RUBBISH, "nested": {RUBBISH: [RUBBISH]}}
    )
    post(simulator, "events/track", userId="u1", eventName=RUBBISH, dataFields={RUBBISH: RUBBISH})
    simulator.handle(Request("GET", f"/api/users/{RUBBISH}", "", {"api-key": "hybrid-key", "x": RUBBISH}), NOW)
    for view in (
        "/",
        "/people?project=hybrid",
        "/person/3?project=hybrid",
        "/events?project=hybrid",
        "/journal",
        "/entry/6",
        "/entry/7",
        "/entry/8",
        "/search?text=%3Cimg",
    ):
        page.open(view)
        page.shows("<img src=x" if view != "/" else "Projects")
        assert page.all("main img, main script") == []
        assert page.browser.title != "ran"


def test_a_view_of_nobody_says_so(page: Page) -> None:
    page.open("/person/99?project=hybrid")
    page.shows("Can't show this")
    assert all("404" in line for line in page.mistakes())


@pytest.mark.parametrize("width", [390, 1440])
def test_no_view_is_wider_than_the_screen(page: Page, width: int) -> None:
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for view in (
            "/",
            "/people?project=hybrid",
            "/person/1?project=hybrid",
            "/events?project=hybrid",
            "/journal",
            "/entry/1",
            "/compare?user=u1",
            "/trouble",
        ):
            page.open(view)
            assert not page.is_wider_than(width), view
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_field_and_button_has_a_name(page: Page) -> None:
    for view in (
        "/",
        "/people?project=hybrid",
        "/journal?project=hybrid",
        "/entry/1",
        "/compare?user=u1",
        "/trouble",
    ):
        page.open(view)
        for element in page.all("input, select, textarea, button, a, summary"):
            if element.is_displayed():
                assert element.accessible_name, f"{view}: {element.get_attribute('outerHTML')}"


@pytest.mark.parametrize(
    "address",
    [
        "/%E0%A4%A",
        "%",
        "/%",
        "/people/../",
        "/constructor",
        "/__proto__",
        "/toString/1",
        "/entry",
        "/entry/..",
        "/entry/.",
        "/entry/%2E%2E%2Fprojects",
        "/entry/1%2F..%2F..%2Frules",
        "/entry/99999999999999999999",
        "/person",
        "/person/%E0%A4%A?project=hybrid",
        "/person/1?project=..",
        "/people?project=%E0%A4%A&text=%",
        "/people?project=constructor",
        "/journal?status=%25&before=x&limit=-1&project=..%2F..",
        "/events?before=%E0&project=hybrid",
        "/search?text=%E0%A4%A",
        "/search",
        "/trouble?x=%",
        "?%&=&&==",
        "/?project=%2E%2E%2F",
    ],
)
def test_any_address_shows_something(page: Page, address: str) -> None:
    page.open(address)
    assert all("Failed to load resource" in line for line in page.mistakes())
