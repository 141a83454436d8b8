"""What processes find side by side is what one of them finds."""

from __future__ import annotations

from typing import Any

from conformance.judging import Judgement, judge, shipped_baseline
from destination import PRESETS, Subscription

SWAPPED: Any = {"email": {"@path": "$.userId"}, "userId": {"@path": "$.traits.email"}}


def contents(judgement: Judgement) -> list[Any]:
    return [
        (
            result.property.id,
            result.project_type,
            result.examples,
            result.accepted,
            [(item.theme, item.also, item.violation, item.history, item.example) for item in result.findings],
        )
        for result in judgement.results
    ]


def test_two_processes_find_what_one_finds_and_tell_of_every_history() -> None:
    identify = PRESETS[1]
    mapping = [Subscription(identify.name, identify.partner_action, identify.subscribe, SWAPPED), PRESETS[0]]
    chosen: dict[str, Any] = {
        "examples": 120,
        "properties": ["identity", "attribution"],
        "baseline": shipped_baseline(),
    }
    told: list[int] = []
    alone = judge(mapping, **chosen)
    together = judge(mapping, workers=2, progress=lambda: told.append(1), **chosen)
    assert contents(together) == contents(alone)
    assert alone.findings
    assert len(told) > 100
