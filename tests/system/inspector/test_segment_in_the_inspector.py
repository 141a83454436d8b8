"""What a person sees and does with messages of Segment's SDKs in the inspector, in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from conformance.recorder import record_text
from conformance.scenario.suite import run_paths
from conformance.tracking_service.surface import Place, TrackingSurface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simulator import Clock, Simulator
    from simulator.history.recording import Recorder
    from simulator.http.surface import Surface
    from tests.system.inspector.conftest import Page

IDENTIFY = {
    "type": "identify",
    "messageId": "m1",
    "userId": "ada",
    "traits": {"email": "ada@example.com", "plan": "pro"},
}
TRACK = {"type": "track", "messageId": "m2", "userId": "bob", "event": "Seen", "properties": {"page": "Home"}}
RUBBISH = "<img src=x onerror=document.title='ran'>"
VIEWS = ("/segment", "/message/1", "/message/2", "/try?source=write-key&number=2")


@pytest.fixture
def surfaces(simulator: Simulator, clock: Clock) -> Sequence[Surface]:
    return [TrackingSurface(Place(simulator, clock))]


@pytest.fixture
def recorder() -> Recorder:
    return record_text


def send(page: Page, *messages: dict[str, Any]) -> None:
    """What an SDK sends, delivered."""
    httpx.post(f"{page.url}/v1/batch", json={"batch": messages, "writeKey": "write-key"}).raise_for_status()
    httpx.post(f"{page.url}/_sim/sources/write-key/flush").raise_for_status()


def source(page: Page) -> dict[str, Any]:
    [found] = httpx.get(f"{page.url}/_sim/sources").json()
    return dict(found)


def write(page: Page, name: str, value: object) -> None:
    """Put JSON into an editor, as somebody who pastes it."""
    area = page.find(f"textarea[aria-label='{name} as JSON']")
    script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))"
    page.browser.execute_script(script, area, value if isinstance(value, str) else json.dumps(value))


def test_messages_appear_as_they_come_in_with_where_they_ended(page: Page) -> None:
    page.open("/segment")
    page.shows(f"Point an SDK at the host {page.url} with the write key write-key.")
    send(page, IDENTIFY)
    page.shows("identify")
    send(page, TRACK, TRACK)
    page.shows("#3")
    assert [row.text.split()[0] for row in page.all("tbody tr")] == ["#3", "#2", "#1"]
    assert [mark.text for mark in page.all("tbody .outcome")] == ["dropped", "refused", "delivered"]
    page.shows("the messageId m2 was received before")
    page.shows("track Seen")


def test_whoever_is_at_a_row_stays_there_when_more_come_in(page: Page) -> None:
    send(page, IDENTIFY)
    page.open("/segment")
    page.shows("#1")
    page.press("j")
    assert page.focused() == "#1"
    send(page, TRACK)
    page.shows("#2")
    assert page.focused() == "#1"
    page.press("k")
    assert page.focused() == "#2"
    page.press("ENTER")
    page.shows("By project")
    page.press("ESCAPE")
    page.shows("Write key")


def test_messages_are_filtered_by_how_they_ended(page: Page) -> None:
    send(page, IDENTIFY, TRACK)
    page.open("/segment?outcome=refused")
    page.shows("#2")
    assert len(page.all("tbody tr")) == 1


def test_one_message_is_on_one_page_from_the_sdk_to_the_profile(page: Page) -> None:
    send(page, IDENTIFY, TRACK)
    page.open("/message/2")
    for text in (
        "Received",
        "Sent to destinations",
        "UnknownUserIdError",
        "POST /api/events/track",
        "POST /v1/batch",
    ):
        page.shows(text)
    assert [card.get_attribute("aria-label") for card in page.all(".card")] == ["email", "userid", "hybrid"]
    added = {mark.get_attribute("title") for mark in page.all(".after[title]")}
    assert added >= {"segment.received-at", "segment.timestamp", "segment.original-timestamp"}
    marked = [mark.text for mark in page.all(".after[title='segment.channel'] .text")]
    assert marked == ['"server"']
    page.find(".card[aria-label=email] details.subscription:not([open]) summary").click()
    page.shows('type = "identify" does not hold: type is "track"')
    page.find(".card[aria-label=hybrid] .exchange a").click()
    page.shows("State changes")


def test_a_profile_is_reached_from_the_message_that_changed_it(page: Page) -> None:
    send(page, IDENTIFY)
    page.open("/message/1")
    page.shows("created")
    page.find(".card[aria-label=userid] .exchange a[href*=person]").click()
    page.shows("person 1, project userid")


def test_a_repeat_leads_to_the_message_before_it(page: Page) -> None:
    send(page, TRACK, TRACK)
    page.open("/message/2")
    page.shows("segment.duplicate")
    page.shows("Reached no project.")
    page.all("a[href='#/message/1']")[-1].click()
    page.shows("UnknownUserIdError")


def test_a_message_on_its_way_shows_its_end_by_itself(page: Page) -> None:
    fault = {"match": {"path": "/api/*"}, "action": {"status": 503}, "times": 3}
    httpx.post(f"{page.url}/_sim/faults", json=fault).raise_for_status()
    httpx.post(f"{page.url}/v1/batch", json={"batch": [IDENTIFY], "writeKey": "write-key"}).raise_for_status()
    page.open("/message/1")
    page.shows("waiting")
    httpx.post(f"{page.url}/_sim/sources/write-key/flush").raise_for_status()
    page.shows("2 attempts")


def test_keys_go_from_subscription_to_subscription(page: Page) -> None:
    send(page, IDENTIFY)
    page.open("/message/1")
    page.shows("By project")
    page.press("j", "j")
    assert page.focused().startswith("Identify Calls")
    page.press("j", "ENTER")
    page.shows('event = "Cart Updated" does not hold: event is absent')


def test_what_the_request_said_of_all_its_messages_is_in_the_editor(page: Page) -> None:
    body = {"sentAt": "2026-08-20T14:00:00.000Z", "context": {"app": {"name": "shop"}}, "batch": [TRACK]}
    httpx.post(f"{page.url}/v1/batch", json={**body, "writeKey": "write-key"}).raise_for_status()
    page.open("/try?source=write-key&number=1")
    text = str(page.find("textarea[aria-label='Message as JSON']").get_property("value"))
    assert json.loads(text) == {**TRACK, "sentAt": body["sentAt"], "context": body["context"]}


def test_a_changed_message_shows_at_once_what_each_project_would_make_of_it(page: Page, simulator: Simulator) -> None:
    send(page, TRACK)
    page.open("/message/1")
    page.find("a[href^='#/try']").click()
    page.shows("Preview")
    page.shows("UnknownUserIdError")
    before = simulator.journal.next_number
    write(page, "Message", {**IDENTIFY, "userId": "eve", "traits": {"email": "eve@example.com"}})
    page.lacks("UnknownUserIdError")
    page.shows("eve@example.com / eve created")
    write(page, "Message", {"type": "track", "event": "Seen"})
    page.shows("the message has neither userId nor anonymousId")
    write(page, "Message", '{"type": ')
    page.shows("Message: invalid JSON")
    assert simulator.journal.next_number == before


def test_typing_is_seen_as_well(page: Page) -> None:
    send(page, IDENTIFY)
    page.open("/try?source=write-key&number=1")
    area = page.find("textarea[aria-label='Message as JSON']")
    area.clear()
    area.send_keys('{"type": "page", "userId": "u"}')
    page.shows("not subscribed")


def test_a_changed_mapping_is_tried_and_then_used(page: Page) -> None:
    send(page, TRACK)
    page.open("/try?source=write-key&number=1")
    page.shows("UnknownUserIdError")
    mapping = [
        {
            "name": "Visits",
            "partnerAction": "trackEvent",
            "subscribe": 'type = "track"',
            "mapping": {"email": "bob@example.com", "eventName": "Visited"},
        }
    ]
    presets = str(page.find("textarea[aria-label='Mapping as JSON']").get_property("value"))
    write(page, "Mapping", mapping)
    page.shows("Visits")
    page.lacks("UnknownUserIdError")
    # Iterable answers 200 to the event of an address that nobody has in an email-based project.
    marks = [mark.text for mark in page.all(".card[aria-label=email] .exchange .outcome")]
    assert marks == ["dropped"]
    assert "mapping" not in source(page)
    page.button("Use this mapping").click()
    page.shows("Now in use for write-key.")
    assert source(page)["mapping"] == mapping
    write(page, "Mapping", [{**mapping[0], "name": "Others", "subscribe": 'type = "page"'}])
    page.shows("Others")
    write(page, "Mapping", presets)
    page.shows("UnknownUserIdError")
    assert source(page)["mapping"] == mapping
    httpx.post(f"{page.url}/_sim/projects", json={"name": "late", "type": "hybrid"}).raise_for_status()
    assert "late" in source(page)["projects"]


def test_a_mapping_with_mistakes_is_told_in_words(page: Page) -> None:
    page.open("/try")
    page.shows("Order Completed")
    write(page, "Mapping", [{"subscribe": "type = 1"}])
    page.shows("partnerAction")
    assert all("400" in line for line in page.mistakes())


def test_a_message_becomes_a_scenario(page: Page, downloads: Path) -> None:
    page.open("/try")
    page.button("Save as scenario").click()
    page.shows("Saved message.scenario.yaml to your downloads")
    played(page, downloads, projects=3)


def test_what_came_of_a_message_in_a_project_becomes_a_scenario(page: Page, downloads: Path) -> None:
    send(page, TRACK)
    page.open("/message/1")
    page.find(".card[aria-label=email] button").click()
    page.shows("Saved email-message-1.scenario.yaml to your downloads")
    played(page, downloads, projects=1)


def test_requests_are_selected_in_the_journal_and_saved_when_they_are_of_one_project(
    page: Page, downloads: Path
) -> None:
    send(page, IDENTIFY)
    page.open("/journal")
    page.button("Save as scenario").click()
    page.shows("A scenario covers one project")
    boxes = {box.accessible_name.split()[-1]: box for box in page.all("tbody input")}
    entries = httpx.get(f"{page.url}/_sim/journal").json()["entries"]
    number = next(str(entry["number"]) for entry in entries if entry["project"] == "hybrid")
    boxes[number].click()
    page.button("Save 1 request as scenario").click()
    page.shows(f"Saved hybrid-request-{number}.scenario.yaml to your downloads")
    played(page, downloads, projects=1)


def played(page: Page, folder: Path, projects: int) -> None:
    """The saved file passes."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(page.browser, 10, poll_frequency=0.05).until(lambda _: list(folder.glob("*.scenario.yaml")))
    report = run_paths(list(folder.glob("*.scenario.yaml")))
    assert (report.passed, report.failed) == (projects, 0)


def test_a_request_that_was_refused_as_a_whole_is_there_too(page: Page) -> None:
    httpx.post(f"{page.url}/v1/batch", content=b'{"batch": [{"a": NaN}]}', auth=("write-key", ""))
    page.open("/segment")
    page.shows("Invalid JSON")
    page.open("/message/1")
    page.shows("Not forwarded.")
    assert page.all("a[href^='#/try']") == []


def test_what_was_sent_is_text_and_never_markup(page: Page) -> None:
    rubbish = {
        "type": "track",
        "userId": RUBBISH,
        "event": RUBBISH,
        "properties": {RUBBISH: RUBBISH},
        "context": {RUBBISH: 1},
    }
    send(page, rubbish)
    for view in ("/segment", "/message/1", "/try?source=write-key&number=1"):
        page.open(view)
        page.shows("<img src=x" if "try" not in view else "Preview")
        assert page.all("main img, main script") == []
        assert page.browser.title != "ran"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_view_is_wider_than_the_screen_in_either_scheme(page: Page, width: int, scheme: str) -> None:
    send(page, IDENTIFY, TRACK, {"type": "track", "userId": "u" * 300, "event": "E" * 300, "messageId": "m" * 90})
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    try:
        for view in (*VIEWS, "/message/3", "/try?source=write-key&number=3"):
            page.open(view)
            assert not page.is_wider_than(width), view
            ground = page.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
            assert (ground == "rgb(20, 22, 27)") == (scheme == "dark")
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_field_and_button_has_a_name(page: Page) -> None:
    send(page, IDENTIFY, TRACK)
    for view in VIEWS:
        page.open(view)
        for element in page.all("input, select, textarea, button, a, summary"):
            if element.is_displayed():
                assert element.accessible_name, f"{view}: {element.get_attribute('outerHTML')}"


@pytest.mark.parametrize(
    "address",
    [
        "/message",
        "/message/..",
        "/message/99",
        "/try?number=..",
        "/try?number=99",
        "/try?source=nobody",
        "/segment?source=%&outcome=x&before=-1",
    ],
)
def test_any_address_shows_something(page: Page, address: str) -> None:
    page.open(address)
    assert all("Failed to load resource" in line for line in page.mistakes())


@pytest.mark.usefixtures("page")
class TestWithoutSegment:
    """A simulator that nothing stands in front of."""

    @pytest.fixture
    def surfaces(self) -> Sequence[Surface]:
        return ()

    def test_the_view_says_that_there_is_none(self, page: Page) -> None:
        page.open("/segment")
        page.shows("Can't show this")
        assert all("404" in line for line in page.mistakes())


@pytest.fixture
def narrow(page: Page) -> Iterator[None]:
    """A screen of 390 pixels."""
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of a name has the focus, as somebody without a mouse."""
    script = "return document.activeElement.ariaLabel || document.activeElement.textContent"
    for _ in range(80):
        if page.browser.execute_script(script) == name:
            return
        # To wherever the focus is, also where it is on nothing.
        ActionChains(page.browser).send_keys(Keys.TAB).perform()
    raise AssertionError(f"no Tab leads to {name}")


def enter(page: Page) -> None:
    """Press Enter where the focus is."""
    ActionChains(page.browser).send_keys(Keys.ENTER).perform()


def type_over(page: Page, text: str) -> None:
    """Type in the place of everything that a field has."""
    keys = ActionChains(page.browser)
    keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()


@pytest.mark.usefixtures("narrow")
def test_message_and_mapping_are_changed_by_keyboard_on_a_phone(page: Page) -> None:
    send(page, TRACK)
    page.open("/segment")
    page.shows("Seen")
    tab_to(page, "#1")
    enter(page)
    page.shows("By project")
    tab_to(page, "Edit and try")
    enter(page)
    page.shows("UnknownUserIdError")
    tab_to(page, "Message as JSON")
    type_over(page, json.dumps(IDENTIFY))
    page.shows("ada@example.com / ada created")
    tab_to(page, "Mapping as JSON")
    type_over(page, json.dumps([{"name": "None", "partnerAction": "trackEvent", "subscribe": 'type = "page"'}]))
    page.shows("not subscribed")
    tab_to(page, "Use this mapping")
    enter(page)
    page.shows("Now in use for write-key.")
    assert source(page)["mapping"][0]["name"] == "None"
