"""Lines that are kept in a file once they are many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.delivery.kept_lines import KeptLines


@given(
    lines=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)),
    most=st.integers(0, 30),
)
def test_they_come_back_in_order_however_many_fit_in_memory(lines: list[str], most: int) -> None:
    kept = KeptLines(most)
    for number, line in enumerate(lines, start=1):
        kept.add(line)
        if number % 3 == 0:
            assert list(kept) == lines[:number]
    assert list(kept) == lines
    kept.close()
    assert list(kept) == []
