"""How long a reply is delayed: a fixed time, or one drawn from a distribution.

The distributions are those of other fault injectors (WireMock, Toxiproxy); all times are in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

if TYPE_CHECKING:
    import random

#: Seconds. No client waits longer: a delay that long looks like no reply at all.
_LONGEST: Final = 3600.0
Seconds = Annotated[float, Field(strict=True, ge=0, le=_LONGEST)]


class _Distribution(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uniform(_Distribution):
    """Uniform between two times."""

    distribution: Literal["uniform"]
    min: Seconds = 0.0
    max: Seconds

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} is greater than max {self.max:g}")
        return self


class Exponential(_Distribution):
    """Mostly short, occasionally long, like the gaps between random events."""

    distribution: Literal["exponential"]
    mean: Seconds
    max: Seconds = Field(_LONGEST, description="Upper limit of a delay.")


class Normal(_Distribution):
    """Around a mean; negative draws mean no delay."""

    distribution: Literal["normal"]
    mean: Seconds
    deviation: Seconds
    max: Seconds = Field(_LONGEST, description="Upper limit of a delay.")


class Lognormal(_Distribution):
    """Around a median with a long tail, like real servers."""

    distribution: Literal["lognormal"]
    median: Annotated[float, Field(strict=True, gt=0, le=_LONGEST)]
    sigma: Annotated[float, Field(strict=True, ge=0, le=10)] = Field(
        description="The spread: at 0.5, one delay in twenty exceeds 2.3 medians; at 1, 5.2 medians."
    )
    max: Seconds = Field(_LONGEST, description="Upper limit of a delay.")


_DISTRIBUTIONS: Final = ("uniform", "exponential", "normal", "lognormal")


def _kind(value: Any) -> str | None:
    """Which form a delay is meant to have; None for an unknown distribution."""
    name = value.get("distribution") if isinstance(value, dict) else getattr(value, "distribution", "seconds")
    return name if name == "seconds" or name in _DISTRIBUTIONS else None


Delay = Annotated[
    Annotated[Seconds, Tag("seconds")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Normal, Tag("normal")]
    | Annotated[Lognormal, Tag("lognormal")],
    Discriminator(
        _kind,
        custom_error_type="delay",
        custom_error_message=f"a delay is a number of seconds, or has a distribution: {', '.join(_DISTRIBUTIONS)}",
    ),
]


def drawn(delay: float | Uniform | Exponential | Normal | Lognormal, chance: Callable[[], random.Random]) -> float:
    """The seconds that one reply is delayed.

    Args:
        delay: What the fault says.
        chance: Returns the random source; not called for a fixed delay.
    """
    match delay:
        case Uniform():
            return chance().uniform(delay.min, delay.max)
        case Exponential():
            return min(delay.max, chance().expovariate(1 / delay.mean)) if delay.mean else 0.0
        case Normal():
            return min(delay.max, max(0.0, chance().normalvariate(delay.mean, delay.deviation)))
        case Lognormal():
            return min(delay.max, chance().lognormvariate(math.log(delay.median), delay.sigma))
        case float() | int():
            return delay
