"""A whole simulator as bytes, and back: projects with all that is in them, what is pending, faults, limits, clock.

The same state gives the same bytes, whichever way it came about. A snapshot is no document for users: it can be made
again from the requests, and one of another version or with damage is refused as a whole.

The bytes are a pickle that nothing but the simulator's own state can come out of: classes outside of it are refused.
"""

from __future__ import annotations

import gc
import io
import pickle
import random
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from simulator.project import Project
from simulator.project.changes import Changes
from simulator.project.events import Events
from simulator.project.people import People
from simulator.project.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.project import ProjectConfiguration

#: Changes whenever a snapshot of before could be misread, or names classes that have moved.
VERSION: Final = 5
_MAGIC: Final = b"iterable-harness snapshot "
_DIGEST_SIZE: Final = 16
#: `simulator`; below another package where pytest has a copy of ours.
_ROOT: Final = __name__.removesuffix(".engine.snapshot")
#: Where the classes of a simulator's state are.
_STATE_MODULES: Final = frozenset({f"{_ROOT}.message", f"{_ROOT}.gateway.rate_limits", f"{_ROOT}.engine.simulator"})
_STATE_PACKAGES: Final = (f"{_ROOT}.faults.", f"{_ROOT}.project.")


class SnapshotError(ValueError):
    """Bytes that are no snapshot, have been damaged, or are of another version."""


class LaterSnapshot:
    """A snapshot that comes in pieces, when it has been made."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: tuple[bytes, ...] | None = None

    @property
    def is_made(self) -> bool:
        """Whether it is there."""
        return self._pieces is not None

    def take(self, pieces: Sequence[bytes]) -> None:
        """Be a snapshot of these pieces; putting them together takes long, and waits until somebody wants them."""
        self._pieces = tuple(pieces)

    def whole(self) -> bytes:
        """The snapshot.

        Raises:
            SnapshotError: It has not been made yet.
        """
        if self._pieces is None:
            raise SnapshotError("the snapshot is still being made")
        return b"".join(self._pieces)


NamedSnapshot = bytes | LaterSnapshot


def is_made(snapshot: NamedSnapshot) -> bool:
    """Whether a snapshot is there, and not only its name."""
    return not isinstance(snapshot, LaterSnapshot) or snapshot.is_made


def whole(snapshot: NamedSnapshot) -> bytes:
    """A snapshot in one piece.

    Raises:
        SnapshotError: It has not been made yet.
    """
    return snapshot.whole() if isinstance(snapshot, LaterSnapshot) else snapshot


def capture(simulator: Simulator, clock: Clock, *, with_snapshots: bool = True) -> bytes:
    """A simulator with its clock as bytes; the journal is not part of it.

    Args:
        simulator: The simulator.
        clock: Its clock.
        with_snapshots: Whether the snapshots that the simulator holds are part of it.

    Raises:
        SnapshotError: One of these has not been made yet.
    """
    state = simulator.state()
    snapshots: dict[str, NamedSnapshot] = (
        {name: whole(held) for name, held in state.snapshots.items()} if with_snapshots else {}
    )
    content = io.BytesIO()
    pickler = _Pickler(content, protocol=5)
    # References to what came before would depend on which equal texts are one object.
    pickler.fast = True
    with _without_collection():
        pickler.dump((clock.setting(), replace(state, snapshots=snapshots)))
    body = content.getvalue()
    return b"%s%d\n%s%s" % (_MAGIC, VERSION, _digest(body), body)


def restore(snapshot: bytes, simulator: Simulator, clock: Clock) -> None:
    """Let a simulator and its clock go on from a snapshot; the simulator's journal stays as it is.

    Raises:
        SnapshotError: It is no snapshot of this version, or damaged; nothing has changed.
    """
    setting, state = _read(_checked(snapshot))
    clock.restore_from(setting)
    simulator.restore_from(state)


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_SIZE).digest()


def _checked(snapshot: bytes) -> memoryview:
    head, _, _ = snapshot[: len(_MAGIC) + 20].partition(b"\n")
    if not head.startswith(_MAGIC):
        raise SnapshotError("this is not a snapshot of a simulator")
    if head != b"%s%d" % (_MAGIC, VERSION):
        found = head.removeprefix(_MAGIC).decode("ascii", "replace")
        raise SnapshotError(f"the snapshot has version {found}; this harness reads version {VERSION}")
    begin = len(head) + 1
    body = memoryview(snapshot)[begin + _DIGEST_SIZE :]
    if snapshot[begin : begin + _DIGEST_SIZE] != blake2b(body, digest_size=_DIGEST_SIZE).digest():
        raise SnapshotError("the snapshot is damaged: its checksum does not match")
    return body


def _read(body: memoryview) -> Any:
    try:
        with _without_collection():
            return _Unpickler(io.BytesIO(body)).load()
    except (pickle.UnpicklingError, LookupError, TypeError, ValueError, AttributeError, EOFError) as error:
        raise SnapshotError(f"the snapshot cannot be read: {error}") from error


@contextmanager
def _without_collection() -> Iterator[None]:
    """Look for no garbage: nothing becomes any here, and looking takes longer than all the rest."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Pickler(pickle.Pickler):
    """Writes people once a project and refers to them by number elsewhere; leaves out what follows from the rest."""

    def reducer_override(self, part: Any) -> Any:
        if isinstance(part, Person):
            return _Unpickler.person, (part.number,)
        if isinstance(part, Changes):
            return _Unpickler.changes, ()
        if isinstance(part, Project):
            parts = part.parts()
            return _Unpickler.project, (part.configuration, {"people": parts.pop("people"), **parts})
        if isinstance(part, People):
            return _Unpickler.people, part.to_rows()
        if isinstance(part, Events):
            return _Unpickler.events, (part.per_person, part.merge, *part.to_rows())
        if isinstance(part, BaseModel):
            return _Unpickler.model, (type(part), dict(vars(part)))
        if isinstance(part, Enum):
            return type(part), (part.value,)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads the state of simulators and refuses everything else; in a project, its people are read first."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._changes = Changes()
        self._people: dict[int, Person] = {}

    def find_class(self, module: str, name: str) -> Any:
        """A class of the simulator's state, or how one of its parts is made."""
        if module == __name__:
            return getattr(self, _PARTS[name])
        if (module, name) == ("random", "Random"):
            return random.Random
        if module in _STATE_MODULES or module.startswith(_STATE_PACKAGES):
            found = getattr(import_module(module), name, None)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a simulator's state")

    def person(self, number: int) -> Person:
        """One of the people of the project that is being read."""
        return self._people[number]

    def changes(self) -> Changes:
        """Where the parts of the project that is being read note changes."""
        return self._changes

    def people(self, *rows: Any) -> People:
        """The people of the next project."""
        self._changes = Changes()
        people = People.from_rows(rows, self._changes)
        self._people = {person.number: person for person in people}
        return people

    def events(self, per_person: bool, merge: bool, *rows: Any) -> Events:  # noqa: FBT001  # as they were written
        """The events of a project."""
        events = Events(self._changes, per_person=per_person, merge=merge)
        events.take_rows(rows, self._people)
        return events

    def project(self, configuration: ProjectConfiguration, parts: dict[str, Any]) -> Project:
        """One project, after its parts."""
        project = Project(configuration)
        project.replace_parts(parts, self._changes)
        return project

    @staticmethod
    def model(model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
        """A model as it was, not validated again."""
        if not issubclass(model, BaseModel):
            raise pickle.UnpicklingError(f"{model} is not a model")
        return model.model_construct(**values)


_PARTS: Final = {
    f"{_Unpickler.__name__}.{part}": part for part in ("changes", "events", "model", "people", "person", "project")
}
