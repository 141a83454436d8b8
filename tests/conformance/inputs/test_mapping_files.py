from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.inputs.errors import InputError
from conformance.inputs.mapping_file import load_compiled_subscriptions, load_subscriptions
from destination import PRESETS, Destination, delivery
from destination.mapping import compile_batch_mapping

if TYPE_CHECKING:
    from pathlib import Path

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "a@b.co", "5"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": VALUES,
            "partnerAction": st.sampled_from(["updateUser", "trackEvent", "nope"]) | VALUES,
            "subscribe": st.sampled_from(['type = "track"', "((", ""]) | VALUES,
            "mapping": VALUES | st.dictionaries(st.sampled_from(["@path", "@if", "a"]), VALUES, max_size=2),
            "enabled": VALUES,
            "other": VALUES,
        },
    )
    | VALUES,
    max_size=3,
)


@given(document=ENTRIES | VALUES)
def test_a_mapping_file_is_usable_or_its_problems_are_named(
    document: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("mapping") / "mapping.json"
    path.write_text(json.dumps(document))
    try:
        subscriptions = load_subscriptions(str(path))
    except InputError as error:
        assert {problem.file for problem in error.problems} == {str(path)}  # noqa: PT017  # either end is right
    else:
        assert isinstance(document, list)
        assert len({item.name for item in subscriptions}) == len(subscriptions)


def test_a_mapping_is_compiled_once_on_its_way_from_the_file_to_the_destinations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[object] = []

    def compile_and_count(mapping: Any, *version: Any) -> Any:
        compiled.append(mapping)
        return compile_batch_mapping(mapping, *version)

    monkeypatch.setattr(delivery, "compile_batch_mapping", compile_and_count)
    path = tmp_path / "mapping.json"
    mapping = {"email": {"@path": "$.traits.email"}}
    path.write_text(
        json.dumps([{"partnerAction": "updateUser", "subscribe": 'type = "identify"', "mapping": mapping}])
    )
    subscriptions = load_compiled_subscriptions(str(path))
    destinations = [Destination({"apiKey": key}, subscriptions) for key in ("email-key", "hybrid-key")]
    assert compiled == [mapping]
    assert all(destination.subscriptions == subscriptions for destination in destinations)


def test_without_a_file_the_presets_are_compiled() -> None:
    assert tuple(item.subscription for item in load_compiled_subscriptions(None)) == PRESETS
