"""A terminal as a reader of one document has it: a folder, a simulator in the background, one command after another."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from not_run import reason_not_to_run
from pages import ROOT

from conformance.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT: Final = "8585"
_SHELL_SIGNS: Final = frozenset("|;<>$&*`")
_SECONDS: Final = 60
#: Recipes of the Makefile that are one command of ours are that command.
_RECIPE: Final = re.compile(r"^(\w+):[^\n]*\n\t@\$\(BIN\)/(iterable-harness[^\n]*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    output: str


NOTHING: Final = Outcome(0, "")


def started(arguments: Sequence[str], folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A simulator in a process of its own on any free port, and its address."""
    command = [sys.executable, "-m", "conformance", "serve", *arguments, "--port", "0"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_environment()
    )
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith("listening on "), f"`serve {shlex.join(arguments)}` did not begin: {line}"
    return process, line.removeprefix("listening on ")


def stopped(process: subprocess.Popen[str]) -> None:
    """End a simulator that was started here."""
    process.terminate()
    process.communicate(timeout=20)


def _environment(packages: Path | None = None) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # Our own plugins of pytest are none of the reader's.
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "conformance.pytest_plugin.plugin"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    folders = os.pathsep.join(str(folder) for folder in (ROOT, packages) if folder is not None)
    return {**inherited, **plugins, "PATH": path, "COLUMNS": "118", "PYTHONPATH": folders}


class ShellSession:
    """Runs the commands of one document in a copy of what the reader has cloned.

    Args:
        folder: Where to.
        shared_simulator: The address of the simulator that stands for one without options.
        packages: A folder with packages of Python that the reader has installed as well.
    """

    def __init__(self, folder: Path, shared_simulator: str, packages: Path | None = None) -> None:
        self.folder = folder
        self._packages = packages
        self._shared = shared_simulator
        self._address: str | None = None
        self._own: subprocess.Popen[str] | None = None
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__", ".*"))
        shutil.copytree(ROOT / "docs", folder / "docs")
        for name in ("Makefile", "README.md", "CONTRIBUTING.md"):
            shutil.copy(ROOT / name, folder)

    def close(self) -> None:
        """End what was started."""
        if self._own is not None:
            stopped(self._own)
            self._own = None

    def write(self, name: str, text: str) -> None:
        """Write a file as the document says."""
        path = self.folder / name
        assert path.resolve().is_relative_to(self.folder.resolve()), f"{name} is outside"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")

    def run(self, command: str) -> Outcome:
        """Run one line: its parts between `&&` one after the other, in process where they are ours."""
        outcome = NOTHING
        printed = ""
        for part in _parts(command):
            outcome = self._run_part(part)
            printed += outcome.output
            if outcome.code != 0:
                break
        return Outcome(outcome.code, printed)

    def _run_part(self, part: str) -> Outcome:
        words = shlex.split(part, comments=True)
        if words and words[0] == "make":
            part = _recipe(words[1]) or part
            words = shlex.split(part)
        if not words or reason_not_to_run(words) is not None:
            return NOTHING
        if words[:2] == ["iterable-harness", "serve"]:
            return self._serve(words[2:])
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return NOTHING
        if words[0] == "iterable-harness" and not _SHELL_SIGNS & set(part):
            return self._ours([self.there(word) for word in words[1:]])
        return self._other(self.there(part))

    def _serve(self, arguments: Sequence[str]) -> Outcome:
        self.close()
        if arguments:
            self._own, self._address = started(arguments, self.folder)
        else:
            self._address = self._emptied()
        return Outcome(0, f"listening on http://127.0.0.1:{PORT}\n")

    def _emptied(self) -> str:
        httpx.post(f"{self._shared}/_sim/reset").raise_for_status()
        return self._shared

    def there(self, text: str) -> str:
        """The text with the address of the simulator that the reader would have at port 8585."""
        if PORT not in text:
            return text
        if self._address is None:
            self._address = self._emptied()
        return re.sub(rf"https?://(127\.0\.0\.1|localhost):{PORT}", self._address, text)

    def _here(self, text: str) -> str:
        return text if self._address is None else text.replace(self._address, f"http://127.0.0.1:{PORT}")

    def _ours(self, arguments: Sequence[str]) -> Outcome:
        if arguments[:1] == ["send"] and not any(word.startswith("--url") for word in arguments):
            arguments = [*arguments, "--url", self.there(f"http://127.0.0.1:{PORT}")]
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main(arguments)
        return Outcome(code, self._here(out.getvalue() or errors.getvalue()))

    def _other(self, command: str) -> Outcome:
        done = subprocess.run(
            ["bash", "-c", command],  # noqa: S607  # the shell that readers have
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=_environment(self._packages),
            timeout=_SECONDS,
            check=False,
        )
        printed = done.stdout or done.stderr
        return Outcome(
            done.returncode, self._here(printed if printed.endswith("\n") or not printed else printed + "\n")
        )


def _parts(command: str) -> list[str]:
    """The commands between `&&`; one that needs a shell for more than that stays whole."""
    words = shlex.shlex(command, posix=False, punctuation_chars=True)
    words.whitespace_split = True
    if "<<" in command or any(word in {"|", ";", ">", ">>", "||"} for word in words):
        return [command]
    return command.split(" && ")


def _recipe(target: str) -> str | None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(_RECIPE.findall(makefile)).get(target)
