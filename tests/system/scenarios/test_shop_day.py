"""The day in the shop is the one that its script makes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "scenarios" / "events"
SCRIPT: dict[str, Any] = runpy.run_path(str(FOLDER / "make_shop_day.py"))
EVENTS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "shop-day.jsonl").read_text(encoding="utf-8").split("\n") if line
]


def test_the_script_makes_the_file_byte_for_byte(tmp_path: Path) -> None:
    assert SCRIPT["main"](["--out", str(tmp_path / "day.jsonl")]) == 0
    assert (tmp_path / "day.jsonl").read_bytes() == (FOLDER / "shop-day.jsonl").read_bytes()


def test_another_seed_makes_another_day() -> None:
    assert SCRIPT["Day"](1, 5).events() == SCRIPT["Day"](1, 5).events()
    assert SCRIPT["Day"](2, 5).events() != SCRIPT["Day"](1, 5).events()


def test_about_sixty_people_make_about_five_hundred_events_of_every_kind() -> None:
    assert 450 <= len(EVENTS) <= 600
    assert len({event["anonymousId"] for event in EVENTS}) == 60
    assert {event["type"] for event in EVENTS} >= {"identify", "track", "page", "screen"}
    assert {event.get("event") for event in EVENTS} >= {"Cart Updated", "Order Completed", "Product Added"}


@pytest.mark.parametrize(
    "untidy",
    [
        lambda event: event["type"] == "identify" and event["traits"] is None,
        lambda event: isinstance(event.get("userId"), int),
        lambda event: "revenue" in event.get("properties", {}),
        lambda event: "phoneNumber" in (event.get("traits") or {}),
        lambda event: (event.get("traits") or {}).get("email", "").startswith(" "),
        lambda event: event.get("event") == "Email Changed",
    ],
)
def test_the_day_is_as_untidy_as_promised(untidy: Any) -> None:
    assert any(untidy(event) for event in EVENTS)


def test_some_events_are_sent_twice_with_one_message_id() -> None:
    assert len({event["messageId"] for event in EVENTS}) < len(EVENTS)
