"""Segment's published npm package, installed once into the user's cache directory.

The package is `@segment/action-destinations` 3.497.0. `node/package-lock.json` pins it and everything that it loads,
with checksums, so every machine runs the same build: with the LiquidJS of Segment's lock file, and a newer one
beside it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Callable

#: The version of the npm package.
VERSION: Final = "3.497.0"
#: Where the package is kept instead of the platform's cache directory.
CACHE_VARIABLE: Final = "ITERABLE_HARNESS_CACHE"
#: The files that say what is installed, and the program that runs it.
NODE_FOLDER: Final = Path(__file__).parent / "node"

_OLDEST_NODE: Final = (18, 17)
_INSTALLED_FILE: Final = Path("node_modules", "@segment", "action-destinations", "package.json")
_FLAGS: Final = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--fetch-retries=1",
    "--loglevel=error",
)
_LONGEST_INSTALLATION: Final = 300.0


def cache_folder() -> Path:
    """The folder of this tool in the user's cache.

    It is `$ITERABLE_HARNESS_CACHE` when that is set; otherwise `iterable-harness` under `%LOCALAPPDATA%` on Windows,
    `~/Library/Caches` on macOS, and `$XDG_CACHE_HOME` or `~/.cache` elsewhere.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    return _platform_caches() / "iterable-harness"


def _platform_caches() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def find_node() -> str:
    """The path of Node.

    Raises:
        InputError: There is none on the `PATH`, or it is too old for the package.
    """
    node = shutil.which("node")
    if node is None:
        raise _unusable("there is no `node` on the PATH", "install Node.js 18.17 or later with npm")
    version = _version_of(node)
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < _OLDEST_NODE:
        raise _unusable(f"{node} is of version {version or 'unknown'}", "install Node.js 18.17 or later with npm")
    return node


def install(tell: Callable[[str], None] = lambda _: None) -> Path:
    """The folder in whose `node_modules` the package is; the first call downloads about 25 MB.

    Two calls at once, in one process or several, do not disturb each other.

    Args:
        tell: Called with a sentence when something is about to take long.

    Raises:
        InputError: There is no Node or no npm, or npm cannot install the package, with npm's own reason.
    """
    find_node()
    folder = cache_folder() / f"segment-build-{VERSION}-{_fingerprint()}"
    if (folder / _INSTALLED_FILE).is_file():
        return folder
    tell(f"installing Segment's build, @segment/action-destinations {VERSION}, into {folder} (once)")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="installing-") as fresh:
            _install_into(Path(fresh) / "build")
            _keep(Path(fresh) / "build", folder)
    except OSError as error:
        raise _unusable(
            f"{folder} cannot be written: {error.strerror or error}", f"set {CACHE_VARIABLE} to another folder"
        ) from error
    return folder


def _version_of(node: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the user's own Node
            [node, "--version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _fingerprint() -> str:
    """A name for exactly these packages, so that a newer set goes beside an older one."""
    return hashlib.sha256((NODE_FOLDER / "package-lock.json").read_bytes()).hexdigest()[:12]


def _install_into(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise _unusable("there is no `npm` on the PATH", "install npm, which comes with Node.js")
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(NODE_FOLDER / name, folder / name)
    try:
        done = subprocess.run(  # noqa: S603  # the user's own npm
            [npm, "ci", *_FLAGS], cwd=folder, capture_output=True, check=False, timeout=_LONGEST_INSTALLATION
        )
    except subprocess.TimeoutExpired as error:
        raise _cannot_install(f"npm did not finish in {_LONGEST_INSTALLATION:.0f} seconds") from error
    if done.returncode != 0 or not (folder / _INSTALLED_FILE).is_file():
        raise _cannot_install(_reason(done.stderr.decode(errors="replace")))


def _keep(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        # Another process was faster: what it has installed is the same.
        if not (folder / _INSTALLED_FILE).is_file():
            raise


def _reason(complaints: str) -> str:
    """What npm says went wrong, without its decoration: at most three lines of it."""
    lines = [re.sub(r"^npm (error|ERR!) ?", "", line).strip() for line in complaints.splitlines()]
    reasons = [line for line in lines if line and not line.startswith(("npm warn", "A complete log"))]
    return "; ".join(reasons[:3]) or "npm gave no reason"


def _cannot_install(reason: str) -> InputError:
    return _unusable(
        f"npm cannot install @segment/action-destinations {VERSION}: {reason}",
        "npm must reach its registry the first time",
    )


def _unusable(message: str, hint: str) -> InputError:
    return InputError([InputProblem("Segment's build", 0, 0, "", message, hint)])
