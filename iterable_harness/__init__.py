"""The one name under which the harness is started, whatever else is on the import path.

`destination`, `simulator` and `conformance` are ordinary words, and a user may well have a module of one of these
names. So the entry points of the distribution name this package, and it finds the three beside itself:

* The command has a process of its own: there the three names are bound to ours before anything is imported (`main`).
* pytest shares its process with the user's tests, which may import a `simulator` of their own. There our packages are
  imported below this one, as `iterable_harness.simulator` and so on, and the plain names are left to the user. The
  imports inside them say `simulator` all the same: `__import__` sends those to the copy below this package. What a
  fixture gives is of the classes that `from simulator import ...` gives, wherever that name is ours (`import_ours`).
"""

from __future__ import annotations

import builtins
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

__version__: Final = "0.1.0"
PACKAGES: Final = ("destination", "simulator", "conformance")
WRONG_INPUT: Final = 2
INTERRUPTED: Final = 1
#: Where the three packages are: beside this one, in a checkout as in site-packages.
_ROOT: Final = __path__[0].rpartition(os.sep)[0]


def main() -> int:
    """What the command `iterable-harness` does, as its exit code."""
    for name in PACKAGES:
        taken = sys.modules.get(name)
        if taken is not None and not _is_ours(taken):
            place = getattr(taken, "__file__", None) or "a module without a file"
            sys.stderr.write(
                f"error: {place} was imported as `{name}` before iterable-harness started, which has a package of "
                "that name: rename it, or keep whatever imports it at start-up out of this environment\n"
            )
            return WRONG_INPUT
    sys.meta_path.insert(0, _OwnPackages())
    try:
        run: Callable[[], int] = import_module("conformance.cli").main
        return run()
    except KeyboardInterrupt:
        # It came before the command could take it, or once more while it was being taken.
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write("interrupted\n")
        return INTERRUPTED


def start_worker() -> None:
    """What a process does first that a command starts: the three names are ours in it, as in the command's own.

    An interrupt from the keyboard, which every process of a terminal gets, is left to the command.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not all(map(_is_free, PACKAGES)):
        sys.meta_path.insert(0, _OwnPackages())


def import_ours(name: str) -> ModuleType:
    """A module of ours: by its plain name where the three names are ours in this process, else its copy.

    Args:
        name: Its plain name, such as `simulator.clock`.
    """
    return import_module(name if all(map(_is_free, PACKAGES)) else f"{__name__}.{name}")


def _is_free(name: str) -> bool:
    """Whether a name means our package, or will mean it when it is first imported."""
    imported = sys.modules.get(name)
    if imported is not None:
        return _is_ours(imported)
    spec = find_spec(name)
    return spec is not None and _place(name) in (spec.submodule_search_locations or ())


def _is_ours(module: ModuleType) -> bool:
    return _place(module.__name__) in getattr(module, "__path__", ())


def _place(name: str) -> str:
    return f"{_ROOT}{os.sep}{name}"


class _OwnPackages:
    """Finds our three packages under their own names, whatever the import path says."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [_ROOT]) if name in PACKAGES else None


class _PrivateCopies:
    """Finds our three packages below this one: `iterable_harness.simulator`, and every module in it."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parent, _, rest = name.partition(".")
        if parent != __name__ or rest.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(name, [_ROOT] if rest in PACKAGES else path)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _PrivateLoader(name, spec.loader.path)
        return spec


class _PrivateLoader(SourceFileLoader):
    """Runs a module of ours with an `__import__` that knows where its neighbours are."""

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = _PRIVATE_BUILTINS
        super().exec_module(module)


def _import(name: str, namespace: Any = None, names: Any = None, wanted: Sequence[str] = (), level: int = 0) -> Any:
    """`__import__` for our own modules: the three names mean the copies below this package."""
    first = name.partition(".")[0]
    if level or first not in PACKAGES:
        return builtins.__import__(name, namespace, names, wanted, level)
    found = builtins.__import__(f"{__name__}.{name}", namespace, names, wanted, 0)
    # Without a list of what is wanted, `import simulator.clock` binds the first part of the name.
    return found if wanted else sys.modules[f"{__name__}.{first}"]


_PRIVATE_BUILTINS: Final = {**vars(builtins), "__import__": _import}
sys.meta_path.insert(0, _PrivateCopies())
