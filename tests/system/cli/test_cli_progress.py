"""Progress of work whose end nobody knows."""

from __future__ import annotations

import itertools

import pytest

from conformance.cli.progress import Progress, followed


def test_a_line_now_and_then_says_how_many_were_taken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=4)
    monkeypatch.setattr("conformance.cli.progress.time.monotonic", lambda: next(clock))
    with Progress("mapping", None) as progress:
        assert sum(1 for _ in followed(range(2600), progress)) == 2600
    assert capsys.readouterr().err.splitlines() == ["mapping: 1000", "mapping: 2000", "mapping: 2600"]


def test_items_are_handed_on_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    taken = []
    with Progress("mapping", None) as progress:
        for item in followed(iter([1, 2]), progress):
            taken.append(item)
            assert taken == list(range(1, item + 1))
    assert capsys.readouterr().err == ""
