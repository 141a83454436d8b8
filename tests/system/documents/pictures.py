"""The pictures of the README, taken of what really runs: `make pictures` writes them to docs/images."""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT: Final = Path(__file__).parents[3]
IMAGES: Final = ROOT / "docs" / "images"
_COLUMNS: Final = 96
_SHOP_DAY: Final = ROOT / "scenarios" / "events" / "shop-day.jsonl"
#: The view of somebody who is not the same in all projects.
_PERSON: Final = "#/compare?user=user-007"
_VERDICT: Final = "iterable-harness conform --mapping two-mistakes.yaml"


def verdict() -> str:
    """What `conform` says of a mapping with two mistakes, as a terminal shows it, in SVG."""
    with TemporaryDirectory() as folder:
        mapping = Path(folder) / "two-mistakes.yaml"
        mapping.write_bytes((ROOT / "examples" / "mappings" / mapping.name).read_bytes())
        output = _on_a_terminal(_VERDICT.split(), folder)
    console = Console(record=True, width=_COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ {_VERDICT}\n{output}"))
    picture = console.export_svg(title="iterable-harness", theme=DEFAULT_TERMINAL_THEME, unique_id="verdict")
    # The fonts stand on a server of somebody else's; without them it is the reader's own monospaced font.
    return re.sub(r"@font-face \{.*?\}\n", "", picture, flags=re.DOTALL)


def _on_a_terminal(command: list[str], folder: str) -> str:
    """What a command prints on a terminal's stdout; progress is left out."""
    reader, terminal = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
    program = str(Path(sys.executable).with_name(command[0]))
    process = subprocess.Popen(
        [program, *command[1:]], cwd=folder, env=environment, stdout=terminal, stderr=subprocess.DEVNULL
    )
    os.close(terminal)
    printed = b""
    try:
        while block := os.read(reader, 65536):
            printed += block
    except OSError:
        pass  # Linux says so that the other side of a terminal is closed.
    finally:
        os.close(reader)
        process.wait()
    return printed.decode().replace("\r\n", "\n")


def inspector(file: Path) -> None:
    """Take a picture of the inspector after a day in a shop: one person, side by side in three projects."""
    program = str(Path(sys.executable).with_name("iterable-harness"))
    server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        if server.stdout is None:
            raise RuntimeError("the server has no stdout")
        address = server.stdout.readline().decode().split()[-1]
        subprocess.run(
            [program, "send", "-q", str(_SHOP_DAY), "--url", address, "--concurrency", "1"],
            stdout=subprocess.DEVNULL,
            check=False,  # it ends with 1, as some events are refused
        )
        _photograph(f"{address}/{_PERSON}", file)
    finally:
        server.terminate()
        server.wait()


def _photograph(url: str, file: Path) -> None:
    browser_program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser_program is None or driver is None:
        raise RuntimeError("Debian's chromium and chromium-driver take the picture; install them")
    options = webdriver.ChromeOptions()
    options.binary_location = browser_program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--hide-scrollbars",
        "--window-size=1280,860",
    ):
        options.add_argument(argument)
    with webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver)) as browser:
        browser.get(url)
        WebDriverWait(browser, 10).until(lambda page: page.find_elements(By.CSS_SELECTOR, "main h1"))
        browser.save_screenshot(str(file))


def main() -> int:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    inspector(IMAGES / "inspector.png")
    (IMAGES / "verdict.svg").write_text(verdict(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
