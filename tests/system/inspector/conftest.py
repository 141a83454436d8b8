"""The page in a real browser: Debian's Chromium without a screen, and a simulator in a thread beside it."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from simulator import Clock, Simulator
from simulator.http.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

    from simulator.history.recording import Recorder
    from simulator.http.surface import Surface

PATIENCE = 10
NOW = 1_787_227_200_000
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all tests of a process; whatever a page says on its console that is wrong is kept."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("chromium and chromedriver are not installed (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(tmp_path_factory.mktemp("downloads"))}
    )
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield chrome
    chrome.quit()


class Page:
    """The page, and what a person does with it."""

    def __init__(self, browser: webdriver.Chrome, url: str, simulator: Simulator) -> None:
        self.browser = browser
        self.url = url
        self.simulator = simulator
        self._wait = WebDriverWait(browser, PATIENCE, poll_frequency=0.05)

    def open(self, address: str = "/") -> None:
        """Show a view, and wait until it is there."""
        self.browser.get("about:blank")
        self.browser.get(f"{self.url}/#{address}")
        self._wait.until(lambda browser: browser.find_elements(By.CSS_SELECTOR, "main h1"))

    def shows(self, text: str) -> None:
        """Wait until a text is to be read in the page."""
        self._wait.until(lambda _: text in self.text, f"{text!r} does not appear in: {self.text[:600]}")

    def lacks(self, text: str) -> None:
        """Wait until a text is no longer to be read."""
        self._wait.until(lambda _: text not in self.text, f"{text!r} goes on appearing")

    def until(self, condition: str) -> None:
        """Wait until an expression of JavaScript holds."""
        self._wait.until(lambda browser: browser.execute_script(f"return {condition}"), condition)

    @property
    def text(self) -> str:
        return str(self.browser.execute_script("return document.body.innerText"))

    @property
    def address(self) -> str:
        return str(self.browser.current_url).partition("#")[2]

    def find(self, selector: str) -> WebElement:
        return self._wait.until(lambda browser: browser.find_element(By.CSS_SELECTOR, selector))

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def button(self, name: str) -> WebElement:
        return self._wait.until(
            lambda browser: next(item for item in browser.find_elements(By.TAG_NAME, "button") if item.text == name),
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.browser.switch_to.active_element.send_keys(getattr(Keys, key, key))

    @contextmanager
    def sized(self, width: int) -> Iterator[None]:
        """On a screen of this width meanwhile; a narrow one is that of a phone."""
        size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def is_wider_than(self, width: int) -> bool:
        """Whether something goes beyond the screen, or beyond what scrolls in it."""
        script = """const main = document.querySelector('main');
            return [document.documentElement.scrollWidth, main.scrollWidth - main.clientWidth]"""
        document, beyond = self.browser.execute_script(script)
        return bool(document > width or beyond > 0)

    def focused(self) -> str:
        return self.browser.switch_to.active_element.text

    def mistakes(self) -> list[str]:
        """What the browser complained about since the last time."""
        lines = self.browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium has no types for it
        return [line["message"] for line in lines if line["level"] == "SEVERE"]


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def surfaces() -> Sequence[Surface]:
    """What else is served; nothing, unless a module says otherwise."""
    return ()


@pytest.fixture
def recorder() -> Recorder | None:
    """What makes scenarios of a journal; nothing, unless a module says otherwise."""
    return None


@pytest.fixture
def page(
    chromium: webdriver.Chrome,
    simulator: Simulator,
    clock: Clock,
    surfaces: Sequence[Surface],
    recorder: Recorder | None,
) -> Iterator[Page]:
    """The page of a simulator whose clock stands; a test fails when the browser has complained."""
    server = Server(simulator, clock, port=0, surfaces=surfaces, recorder=recorder)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = None
    try:
        opened = Page(chromium, asyncio.run_coroutine_threadsafe(server.start(), loop).result(PATIENCE), simulator)
        opened.mistakes()
        yield opened
        mistakes = opened.mistakes()
    finally:
        chromium.get("about:blank")
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
    assert mistakes == []


@pytest.fixture
def downloads(chromium: webdriver.Chrome, tmp_path: Path) -> Path:
    """Where the browser saves files."""
    settings: dict[str, Any] = {"behavior": "allow", "downloadPath": str(tmp_path)}
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", settings)
    return tmp_path
