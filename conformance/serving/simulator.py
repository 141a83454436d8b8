"""A simulator to be served: new, or as it was left in a directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.serving.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.http.surface import Surface
    from simulator.message import Instant
    from simulator.persistence.durable_simulator import Durable
    from simulator.project import ProjectConfiguration


@dataclass(frozen=True, slots=True)
class ServedSimulator:
    """A simulator with what goes with it.

    Attributes:
        simulator: The simulator.
        clock: The time that it goes by.
        durable: Where it is kept, if it is.
        surfaces: What else is served with it.
    """

    simulator: Simulator
    clock: Clock
    durable: Durable | None = None
    surfaces: tuple[Surface, ...] = ()

    @property
    def remark(self) -> str:
        """What a salvage has to say; empty when there is nothing."""
        return "" if self.durable is None else self.durable.remark

    def store(self) -> None:
        """Let what it holds outlive this process, if it is kept in a directory.

        Raises:
            OptionError: That is impossible.
        """
        from simulator.persistence import UnusableDirectoryError

        if self.durable is not None:
            try:
                self.durable.store()
            except UnusableDirectoryError as error:
                raise OptionError("--data", str(error)) from error


def open_simulator(
    projects: Sequence[ProjectConfiguration],
    *,
    seed: int = 0,
    instant: Instant | None = None,
    directory: Path | None = None,
    required: bool = True,
    salvage: bool = False,
) -> ServedSimulator:
    """A simulator with these projects, or the one that a directory holds.

    Args:
        projects: The projects.
        seed: The random seed of faults.
        instant: Where its clock stands still; None for real time.
        directory: Where everything is kept; None for in memory.
        required: Whether a directory that was begun with other projects, seed or clock is refused. Otherwise it
            goes on with those that it was begun with.
        salvage: Whether to go on with what is sound of a damaged directory.

    Raises:
        OptionError: The directory cannot be used, or is damaged.
    """
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator

    if directory is None:
        if salvage:
            raise OptionError("--salvage", "--salvage needs --data DIR")
        return ServedSimulator(Simulator(projects, seed=seed), Clock(instant))
    from simulator.journal import InitialState
    from simulator.persistence import UnusableDirectoryError
    from simulator.persistence.durable_simulator import Durable

    try:
        initial_state = InitialState(tuple(projects), seed, (instant, 0))
        durable = Durable(directory, initial_state, asked=required, salvage=salvage)
    except UnusableDirectoryError as error:
        raise OptionError("--data", str(error)) from error
    return ServedSimulator(durable.simulator, durable.clock, durable)


def instant_of(text: str) -> Instant | None:
    """The instant that a clock is to stand still at; None for `real`.

    Raises:
        OptionError: The text is neither.
    """
    from simulator.clock import parse_instant

    if text == "real":
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise OptionError("--clock", str(error)) from error
