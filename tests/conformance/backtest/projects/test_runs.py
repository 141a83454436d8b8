"""Records on disk: however they were put into runs, they come back in order; and what is connected stays together."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.backtest.projects.connections import Connections
from conformance.backtest.projects.runs import Record, RunWriter, merged

RECORDS = st.lists(
    st.builds(Record, st.binary(max_size=3), st.integers(0, 2**64 - 1), st.integers(0, 9), st.binary(max_size=5))
)


@given(RECORDS, st.integers(1, 3), st.integers(2, 3))
def test_records_come_back_in_order_from_any_number_of_runs(
    records: list[Record], length: int, most_open: int
) -> None:
    with TemporaryDirectory() as folder:
        writer = RunWriter(Path(folder), "run", length)
        for record in records:
            writer.add(record)
        assert list(merged(writer.close(), Path(folder), most_open)) == sorted(records)


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=3)))
def test_items_are_in_one_group_exactly_when_something_leads_from_one_to_the_other(edges: list[list[int]]) -> None:
    connections: Connections[int] = Connections()
    groups = [{item} for item in range(13)]
    for items in edges:
        connections.connect(items)
        touched = [group for group in groups if group & set(items)]
        groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    for group in groups:
        assert {connections.root(item) for item in group} == {min(group)}


@pytest.mark.parametrize("count", [10_000])
def test_a_long_chain_is_followed(count: int) -> None:
    connections: Connections[int] = Connections()
    for number in range(count, 0, -1):
        connections.connect((number, number - 1))
    assert connections.root(count) == 0
