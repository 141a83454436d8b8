"""A simulator to be served, made from plain arguments in Python."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.serving.errors import OptionError
from conformance.serving.listening import Listening, listener
from conformance.serving.projects import configured_projects
from conformance.serving.simulator import instant_of, open_simulator

if TYPE_CHECKING:
    from pathlib import Path


def test_projects_keys_and_settings_come_from_texts() -> None:
    first, second = configured_projects(
        ["hybrid:one", "hybrid:two"], ["hybrid-2:mobile:three"], ["trackUnknownUserId=drop"]
    )
    assert (first.name, second.name) == ("hybrid", "hybrid-2")
    assert [key.key for key in second.keys] == ["two", "three"]
    assert first.settings.track_unknown_user_id == "drop"


def test_with_no_texts_there_is_a_project_of_each_type() -> None:
    assert [project.type.value for project in configured_projects()] == ["email", "userid", "hybrid"]


@pytest.mark.parametrize(
    ("arguments", "option"),
    [((["post:key"], [], []), "--project"), (([], ["email"], []), "--key"), (([], [], ["no=1"]), "--set")],
)
def test_a_wrong_text_names_the_option_that_takes_it(arguments: tuple[list[str], ...], option: str) -> None:
    with pytest.raises(OptionError) as caught:
        configured_projects(*arguments)
    assert caught.value.option == option


def test_a_clock_that_is_no_instant_names_its_option() -> None:
    assert instant_of("real") is None
    with pytest.raises(OptionError) as caught:
        instant_of("noon")
    assert caught.value.option == "--clock"


def test_what_a_directory_was_begun_with_stays_unless_other_projects_are_required(tmp_path: Path) -> None:
    served = open_simulator(configured_projects(["email:one"]), directory=tmp_path / "kept")
    assert served.durable is not None
    asyncio.run(served.durable.close())
    again = open_simulator(configured_projects(), directory=tmp_path / "kept", required=False)
    assert list(again.simulator.projects) == ["email"]
    assert again.durable is not None
    asyncio.run(again.durable.close())
    with pytest.raises(OptionError):
        open_simulator(configured_projects(["hybrid:two"]), directory=tmp_path / "kept")


async def test_it_answers_where_it_listens() -> None:
    with listener(open_simulator(configured_projects()), Listening(port=0)) as (server, remarks):
        address = await server.start()
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{address}/_sim/health")).json() == {"status": "ok"}
        await server.stop()
    assert remarks() == []
