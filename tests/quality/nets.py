"""What a planted problem is looked for with, and how it is told when it is found."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from conformance.judging import judge, shipped_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planted_faults import Plant

    from destination import Subscription

REFERENCE = Path(__file__).parents[1] / "simulator" / "project" / "test_against_reference.py"


@dataclass(frozen=True, slots=True)
class Found:
    """How a problem was found.

    Attributes:
        properties: The ids of the properties that it broke, or what else told of it.
        example: In which history with its theme it was found first, counted from 1.
        events: How many events the smallest history that shows it has.
    """

    properties: tuple[str, ...]
    example: int
    events: int


def by_the_suite(
    subscriptions: Sequence[Subscription] | None = None,
    *,
    examples: int = 10,
    properties: Sequence[str] | None = None,
) -> Found | None:
    """What the properties find of a mapping, beyond what is known of the presets; None for nothing."""
    arguments: dict[str, Any] = {} if subscriptions is None else {"subscriptions": subscriptions}
    judgement = judge(**arguments, examples=examples, properties=properties, baseline=shipped_baseline())
    findings = judgement.findings
    if not findings:
        return None
    return Found(
        tuple(sorted({finding.property.id for finding in findings})),
        min(finding.example for finding in findings),
        min(len(finding.minimal_history().history_events) for finding in findings),
    )


def with_planted_fault(plant: Plant) -> Found | None:
    """What the properties find when a problem is planted in the destination or the simulator."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        return by_the_suite()


@cache
def _machine() -> Any:
    specification = importlib.util.spec_from_file_location("the_reference_machine", REFERENCE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.Agreement


def by_the_reference(plant: Plant) -> bool:
    """Whether the naive account of the documents parts with a simulator that has a problem planted."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        for project_type in ("email", "userid", "hybrid"):
            machine = type("Machine", (_machine(),), {"project_type": project_type})
            case: Any = machine.TestCase  # type: ignore[attr-defined]  # Hypothesis adds it to every machine
            case.settings = settings(
                max_examples=250,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            try:
                case().runTest()
            except (AssertionError, KeyError, BaseExceptionGroup):
                return True
    return False
