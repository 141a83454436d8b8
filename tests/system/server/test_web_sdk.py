"""Iterable's web SDK, unmodified, on a page of another origin in Chromium, in the three project types.

The page is `web_sdk/app.js`; what it did is read from the journal and the state of the simulator.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from tests.system.inspector.conftest import chromium as chromium  # noqa: PLC0414  # a fixture, named so that it is one
from tests.system.server.segment_sdks.installation import NODE, NPM, ran

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from selenium import webdriver

SOURCE: Final = Path(__file__).parent / "web_sdk"
SECRET: Final = "a secret of more than thirty-two bytes"
KEY: Final = "page-key"
PROJECT: Final = "shop"
#: How the person of the tests logs in, by project type.
LOGINS: Final = [("email", "email"), ("userid", "userId"), ("hybrid", "email"), ("hybrid", "userId")]
ADA: Final = {"email": "ada@example.com", "userId": "ada"}
CRITERION: Final = {
    "criteriaId": "12",
    "name": "Has looked at a shoe",
    "searchQuery": {
        "combinator": "And",
        "searchQueries": [
            {
                "combinator": "Or",
                "searchQueries": [
                    {
                        "dataType": "customEvent",
                        "searchCombo": {
                            "combinator": "And",
                            "searchQueries": [
                                {
                                    "dataType": "customEvent",
                                    "field": "eventName",
                                    "comparatorType": "Equals",
                                    "value": "Looked",
                                    "fieldType": "string",
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    },
}
PLACEMENT: Final = 3
BANNER: Final = {
    "messageId": "e1",
    "placementId": PLACEMENT,
    "campaignId": 7,
    "elements": {
        "title": "Shoes",
        "body": "Half the price",
        "buttons": [{"id": "buy", "title": "Buy", "action": {"type": "action://buy", "data": ""}}],
    },
    "payload": {"season": "winter"},
}
WAIT: Final = 20
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK as npm installs it, one file."""
    if NODE is None or NPM is None:
        pytest.skip("Node and npm are not installed")
    folder = tmp_path_factory.mktemp("web_sdk")
    shutil.copy(SOURCE / "package.json", folder)
    command = [NPM, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
    installed = ran(command, cwd=folder, timeout=240)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install @iterable/web-sdk: {installed.stderr[-200:]}")
    return folder / "node_modules" / "@iterable" / "web-sdk" / "index.js"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(sdk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, on an origin of its own."""
    folder = tmp_path_factory.mktemp("shop")
    for file in (sdk, SOURCE / "index.html", SOURCE / "app.js"):
        shutil.copy(file, folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://localhost:{served.server_port}/index.html"
        served.shutdown()
        thread.join()


class Shop:
    """The page, and the project that it speaks to."""

    def __init__(self, browser: webdriver.Chrome, address: str, server: str, project_type: str) -> None:
        self.browser = browser
        self.address = address
        self.server = server
        self.type = project_type
        web_key = {"key": KEY, "type": "web", "jwtSecret": SECRET}
        self.control("POST", "projects", {"name": PROJECT, "type": project_type, "keys": [web_key]})
        browser.set_script_timeout(WAIT)
        browser.get(address)
        browser.execute_async_script(
            "localStorage.clear(); const all = indexedDB.deleteDatabase('keyval-store');"
            "all.onsuccess = all.onerror = all.onblocked = () => arguments[0]()"
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = httpx.request(method, f"{self.server}/_sim/{path}", json=body).raise_for_status()
        return reply.json() if reply.content else None

    def start(self, **options: Any) -> None:
        """Load the page and let it start the SDK."""
        self.browser.get(self.address)
        self.browser.execute_script("shop.start(...arguments)", self.server, KEY, SECRET, options)

    def run(self, call: str, *arguments: Any) -> Any:
        """What a call of the SDK comes to: its value, or the status and the text of its refusal."""
        script = """
            const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);
            (async () => { const value = await (async (a, b) => %s)(...given); return value?.status ?? value; })().then(
                (value) => done(value ?? null),
                (error) => done({failed: error.response?.status ?? String(error.message ?? error)}));
        """
        return self.browser.execute_async_script(script % call, *arguments)

    def log_in(self, by: str) -> Any:
        return self.run(f"shop.iterable.{'setEmail' if by == 'email' else 'setUserID'}(a)", ADA[by])

    def entries(self, path: str = "", method: str = "POST") -> list[dict[str, Any]]:
        entries = self.control("GET", f"journal?method={method}&path=/api/{path}&limit=1000")["entries"]
        return [entry for entry in entries if entry["project"] in {PROJECT, ""}]

    def statuses(self, path: str) -> list[int]:
        return [entry["status"] for entry in self.entries(path)]

    def state(self) -> Any:
        return self.control("GET", f"projects/{PROJECT}/state")

    def person(self, by: str) -> Any:
        [found] = [user for user in self.state()["users"] if user[by] == ADA[by]]
        return found

    def events(self) -> list[tuple[str, Any]]:
        return [
            (event["eventType"], event.get("messageId") or event.get("eventName")) for event in self.state()["events"]
        ]

    def wait_for(self, holds: Callable[[], object], what: str) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, WAIT, poll_frequency=0.1).until(lambda _: holds(), what)


@pytest.fixture
def open_shop(chromium: webdriver.Chrome, address: str, server: str) -> Iterator[Callable[[str], Shop]]:
    yield functools.partial(Shop, chromium, address, server)
    chromium.get("about:blank")


@pytest.mark.parametrize(("project_type", "by"), LOGINS)
def test_whoever_logs_in_is_written_and_tracked(open_shop: Callable[[str], Shop], project_type: str, by: str) -> None:
    shop = open_shop(project_type)
    shop.start()
    assert str(shop.log_in(by)).count(".") == 2, "a token"
    item = {"id": "1", "name": "Shoe", "price": 5.5, "quantity": 2}
    assert shop.run("sdk.updateUser({dataFields: {plan: 'pro'}})") == 200
    assert shop.run("sdk.track({eventName: 'Looked', dataFields: {shoe: 1}})") == 200
    assert shop.run("sdk.updateCart({items: [a]})", item) == 200
    assert shop.person(by)["dataFields"]["shoppingCartItems"] == [item]
    assert shop.run("sdk.trackPurchase({items: [a], total: 11})", item) == 200
    assert shop.run("sdk.updateSubscriptions({unsubscribedChannelIds: [1]})") == 200
    fields = shop.person(by)["dataFields"]
    assert (fields["plan"], fields["unsubscribedChannelIds"]) == ("pro", [1])
    assert shop.events() == [("customEvent", "Looked"), ("cartUpdate", None), ("purchase", None)]
    if by == "email":
        assert shop.run("sdk.updateUserEmail('countess@example.com')") == 200
        assert shop.run("sdk.updateUser({dataFields: {plan: 'free'}})") == 200
        [countess] = shop.state()["users"]
        assert (countess["email"], countess["dataFields"]["plan"]) == ("countess@example.com", "free")
    assert {entry["status"] for entry in shop.entries()} == {200}


def test_an_email_is_refused_where_only_a_userid_is_a_key(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop("userid")
    shop.start()
    assert "failed" in shop.log_in("email")
    assert set(shop.statuses("users/update")) == {400}


def test_a_page_asks_with_preflights_and_names_headers_that_the_service_admits(
    open_shop: Callable[[str], Shop],
) -> None:
    shop = open_shop("hybrid")
    # By another name, as the browser remembers for some seconds what it has been told.
    shop.server = shop.server.replace("127.0.0.1", "localhost")
    shop.start()
    shop.log_in("userId")
    asked = shop.entries("users/update", "OPTIONS")
    assert [entry["status"] for entry in asked] == [200]
    assert asked[0]["headers"]["access-control-request-headers"] == "api-key,authorization,content-type"
    assert "api-key" not in asked[0]["headers"]


def test_after_a_new_email_the_sdk_names_the_email_even_where_a_userid_logged_in(
    open_shop: Callable[[str], Shop],
) -> None:
    shop = open_shop("userid")
    shop.start()
    shop.log_in("userId")
    assert shop.run("sdk.updateUserEmail('countess@example.com')") == 200
    assert shop.run("sdk.updateUser({dataFields: {plan: 'free'}})") == {"failed": 400}
    assert shop.entries("users/update")[-1]["body"] == {"email": "countess@example.com"} | {
        "dataFields": {"plan": "free"},
        "preferUserId": True,
    }


@pytest.mark.parametrize(("project_type", "by"), LOGINS)
def test_a_refused_token_is_renewed_and_the_call_made_again(
    open_shop: Callable[[str], Shop], project_type: str, by: str
) -> None:
    shop = open_shop(project_type)
    shop.start(wrong=1)
    shop.log_in(by)
    assert shop.statuses("users/update") == [401, 200]
    assert shop.browser.execute_script("return shop.asked") == [{by: ADA[by]}] * 2
    assert shop.run("sdk.track({eventName: 'Looked'})") == 200


@pytest.mark.parametrize(("project_type", "by"), LOGINS)
def test_an_in_app_message_is_painted_delivered_opened_clicked_and_consumed_once(
    open_shop: Callable[[str], Shop], project_type: str, by: str
) -> None:
    shop = open_shop(project_type)
    shop.start()
    shop.log_in(by)
    message = {by: ADA[by], "messageId": "m1", "html": "<p>Half the price<p><a id='buy' href='action://buy'>Buy</a>"}
    shop.control("POST", f"projects/{PROJECT}/in-app-messages", message)
    assert shop.run("shop.show()") == ["m1"]
    # The SDK says so as soon as the message is painted and listens for clicks.
    shop.wait_for(lambda: ("inAppOpen", "m1") in shop.events(), "nothing is opened")
    painted = "document.getElementById('iterable-iframe')"
    shop.wait_for(lambda: shop.browser.execute_script(f"return {painted}.offsetHeight > 1"), "it stays hidden")
    inside = f"{painted}.contentDocument"
    assert "Half the price" in shop.browser.execute_script(f"return {inside}.body.textContent")
    shop.browser.execute_script(f"{inside}.querySelector('a').click()")
    expected = {"inAppDelivery", "inAppOpen", "inAppDelete", "inAppClick", "inAppClose"}
    shop.wait_for(lambda: {kind for kind, _ in shop.events()} == expected, "not every event came")
    assert {name for _, name in shop.events()} == {"m1"}
    for call in ("trackInAppDelivery", "trackInAppOpen", "inAppConsume", "trackInAppClick"):
        [entry] = shop.entries(f"events/{call}")
        assert ("email" in entry["body"], entry["users"][0]) == (False, ADA[by]), "the token says whose it is"
    shop.start()
    shop.log_in(by)
    assert shop.run("shop.show()") == []


@pytest.mark.parametrize(("project_type", "by"), LOGINS)
def test_an_embedded_message_is_shown_clicked_seen_and_dismissed(
    open_shop: Callable[[str], Shop], project_type: str, by: str
) -> None:
    shop = open_shop(project_type)
    shop.start()
    shop.log_in(by)
    shop.control("POST", f"projects/{PROJECT}/embedded-messages", {**BANNER, by: ADA[by]})
    shop.control("POST", f"projects/{PROJECT}/embedded-messages", {**BANNER, "messageId": "e2", "placementId": 4})
    assert shop.run("shop.embed(a)", PLACEMENT) == ["e1"]
    assert "Half the price" in shop.browser.find_element("id", "placement").text
    shop.browser.execute_script("document.getElementById('buy').click()")
    shop.run("shop.look()")
    # The bundle of 2.2.1 exports no function for it, but the one that all of them go through.
    dismissal = {"method": "POST", "url": "/embedded-messaging/events/dismiss", "data": {"messageId": "e1"}}
    assert shop.run("sdk.baseIterableRequest(a)", dismissal) == 200
    expected = {"embeddedReceived", "embeddedClick", "embeddedSession", "embeddedImpression", "embeddedDismiss"}
    shop.wait_for(lambda: {kind for kind, _ in shop.events()} == expected, "not every event came")
    [click] = [event for event in shop.state()["events"] if event["eventType"] == "embeddedClick"]
    assert (click["buttonIdentifier"], click["targetUrl"]) == ("buy", "action://buy")


@pytest.mark.parametrize(("project_type", "by"), LOGINS)
def test_an_unknown_visitor_becomes_a_profile_and_is_merged_into_whoever_logs_in(
    open_shop: Callable[[str], Shop], project_type: str, by: str
) -> None:
    shop = open_shop(project_type)
    shop.control("POST", f"projects/{PROJECT}/criteria", CRITERION)
    resolution: Mapping[str, bool] = {"replayOnVisitorToKnown": True, "mergeOnUnknownToKnown": True}
    shop.start(enableUnknownActivation=True, identityResolution=resolution)
    shop.browser.execute_script("shop.iterable.setVisitorUsageTracked(true)")
    shop.wait_for(lambda: shop.browser.execute_script("return localStorage.getItem('criteria')"), "no criteria")
    shop.run("sdk.updateUser({dataFields: {size: 42}})")
    shop.run("sdk.track({eventName: 'Seen'})")
    assert shop.state()["users"] == [], "what was done so far meets no criterion"
    shop.run("sdk.track({eventName: 'Looked'})")
    shop.wait_for(lambda: len(shop.statuses("events/track")) == 2, "what the visitor did is not sent")
    shop.wait_for(lambda: len(shop.statuses("users/update")) == 1, "what is known of the visitor is not sent")
    [visitor] = shop.browser.execute_script("return shop.visitors")
    [profile] = shop.state()["users"]
    assert (profile["userId"], profile["dataFields"]["size"]) == (visitor, 42)
    assert shop.statuses("unknownuser/consent") == [200]
    [session] = shop.entries("unknownuser/events/session")
    assert (session["status"], "authorization" in session["headers"]) == (200, False)
    shop.log_in(by)
    [merge] = shop.entries("users/merge")
    assert (merge["status"], merge["body"]["sourceEmail"]) == (200, None)
    [ada] = shop.state()["users"]
    assert (ada[by], ada["dataFields"]["size"]) == (ADA[by], 42)
    assert sorted(shop.events(), key=str) == [
        ("customEvent", "Looked"),
        ("customEvent", "Seen"),
        ("unknownSession", None),
    ]
