"""Segment in front of what is served: which sources there are at first, and after a start in the same directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.inputs.errors import InputError
from conformance.inputs.mapping_file import load_subscriptions
from conformance.serving.listening import Listening, listener
from conformance.serving.projects import configured_projects
from conformance.serving.segment import with_segment
from conformance.serving.simulator import open_simulator

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = [{"name": "Seen", "partnerAction": "trackEvent", "subscribe": 'type = "track"', "mapping": {}}]


async def sources(directory: Path | None = None, *, change: Any = None, **asked: Any) -> Any:
    """The sources of a server, after a change over its control surface."""
    served = open_simulator(configured_projects(), directory=directory, required=False)
    try:
        served = with_segment(served, directory=directory, **asked)
    except InputError:
        if served.durable is not None:
            await served.durable.close()
        raise
    with listener(served, Listening(port=0)) as (server, _):
        url = await server.start()
        try:
            async with httpx.AsyncClient(base_url=url) as client:
                if change is not None:
                    (await client.post("/_sim/sources", json=change)).raise_for_status()
                return (await client.get("/_sim/sources")).json()
        finally:
            await server.stop()


def keys(found: Any) -> list[str]:
    return [source["writeKey"] for source in found]


async def test_without_options_one_source_feeds_every_project() -> None:
    [source] = await sources()
    assert (source["writeKey"], source["projects"]) == ("write-key", ["email", "userid", "hybrid"])


async def test_sources_mapping_and_batches_are_as_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(MAPPING))
    found = await sources(
        sources=["shop:hybrid,email", "app"], subscriptions=load_subscriptions(file), in_batches=True
    )
    assert [(source["writeKey"], source["projects"]) for source in found] == [
        ("shop", ["hybrid", "email"]),
        ("app", ["email", "userid", "hybrid"]),
    ]
    assert all(source["mapping"] == MAPPING and source["settings"] == {"batchDeliveries": True} for source in found)


async def test_a_mapping_alone_is_that_of_the_only_source(tmp_path: Path) -> None:
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(MAPPING))
    [source] = await sources(subscriptions=load_subscriptions(file))
    assert (source["writeKey"], source["mapping"]) == ("write-key", MAPPING)


async def test_the_sources_of_a_directory_come_back_and_so_do_those_that_were_added(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert keys(await sources(data, sources=["shop:hybrid"])) == ["shop"]
    assert keys(await sources(data, change={"writeKey": "app", "mapping": MAPPING})) == ["shop", "app"]
    [shop, app] = await sources(data)
    assert (shop["projects"], app["mapping"]) == (["hybrid"], MAPPING)
    assert keys(await sources(data, sources=["other"])) == ["other"]
    assert keys(await sources(data)) == ["other"]


@pytest.mark.parametrize("text", ["{", "[1]", '[{"writeKey": ""}]', '{"writeKey": "a"}'])
async def test_a_directory_that_holds_no_sources_any_more_is_told(tmp_path: Path, text: str) -> None:
    data = tmp_path / "data"
    await sources(data, sources=["shop"])
    (data / "sources.json").write_text(text)
    with pytest.raises(InputError, match="no longer contains sources"):
        await sources(data)


async def test_a_project_that_is_not_served_is_told() -> None:
    with pytest.raises(InputError, match="no project 'emial' is served"):
        await sources(sources=["shop:emial"])
