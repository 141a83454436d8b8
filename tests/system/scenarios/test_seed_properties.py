"""Claims of Segment's page that hold for every event, through the destination into the simulator."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from destination import Destination, HttpxClient
from simulator import Clock, ProjectConfiguration, ProjectType, Simulator, SimulatorTransport

NOW = 1_787_227_200_000
PROJECT_TYPES = st.sampled_from(list(ProjectType))
EMAILS = st.sampled_from(["a@x.test", "b@x.test", "c@x.test"])
USER_IDS = st.sampled_from(["u1", "u2", "u3"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=5,
)


class World:
    """A connection with the presets, and the project that it feeds."""

    def __init__(self, project_type: ProjectType) -> None:
        clock = Clock(NOW)
        self.simulator = Simulator([ProjectConfiguration("p", project_type, ("key",))])
        self.client = HttpxClient(transport=SimulatorTransport(self.simulator, clock))
        self.destination = Destination({"apiKey": "key"}, now=clock.now)

    def send(self, event: Any) -> list[Any]:
        outcomes = self.destination.deliver(event, self.client)
        return [exchange.request.json for outcome in outcomes for exchange in outcome.exchanges]

    def send_batch(self, events: list[Any]) -> None:
        self.destination.deliver_batch(events, self.client)

    def state(self) -> dict[str, Any]:
        return self.simulator.projects["p"].state_document()


def identify(email: str | None, user_id: str | None, **more: Any) -> dict[str, Any]:
    traits = {"email": email} if email is not None else {}
    event: dict[str, Any] = {"type": "identify", "traits": traits, **more}
    return event if user_id is None else {**event, "userId": user_id}


@given(PROJECT_TYPES, st.lists(st.tuples(st.none() | EMAILS, st.none() | USER_IDS), max_size=8))
def test_no_sequence_of_identifies_gives_two_people_one_unique_identifier(
    project_type: ProjectType, people: list[tuple[str | None, str | None]]
) -> None:
    world = World(project_type)
    for email, user_id in people:
        world.send(identify(email, user_id))
    users = world.state()["users"]
    emails = [user["email"] for user in users if user["email"]]
    user_ids = [user["userId"] for user in users if user["userId"]]
    if project_type is not ProjectType.USER_ID:
        assert len(set(emails)) == len(emails)
    if project_type is not ProjectType.EMAIL:
        assert len(set(user_ids)) == len(user_ids)


CONTEXT_KEYS = st.sampled_from(["app", "device", "ip", "locale", "page", "timezone", "os", "campaign", "library"])


@given(st.dictionaries(CONTEXT_KEYS, JSON), st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_an_identify_is_the_same_whatever_the_context_says(context: dict[str, Any], traits: dict[str, Any]) -> None:
    world = World(ProjectType.HYBRID)
    event = {"type": "identify", "userId": "u1", "traits": traits}
    assert world.send({**event, "context": context}) == world.send({**event, "context": {}})


@given(st.dictionaries(st.sampled_from(["plan", "name", "phone", "age", "address"]), JSON))
def test_only_what_the_mapping_gives_is_written_to_the_profile(traits: dict[str, Any]) -> None:
    world = World(ProjectType.HYBRID)
    world.send({"type": "identify", "userId": "u1", "traits": traits})
    users = world.state()["users"]
    managed = {"userId", "signupDate", "signupSource", "profileUpdatedAt", "itblInternal", "itblUserId"}
    for user in users:
        assert set(user["dataFields"]) - managed <= {*traits, "phoneNumber"}


@given(
    PROJECT_TYPES,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=12),
    st.booleans(),
)
def test_when_everybody_is_identified_first_every_event_is_on_its_person_once(
    project_type: ProjectType, tracked: list[tuple[int, int]], batched: bool
) -> None:
    world = World(project_type)
    people = [identify(f"p{number}@x.test", f"p{number}") for number in range(3)]
    # The same number is the same messageId: an event that is delivered twice.
    events = [
        {
            "type": "track",
            "event": "Seen",
            "userId": f"p{person}",
            "messageId": f"m-{person}-{number}",
            "properties": {},
        }
        for person, number in tracked
    ]
    if batched:
        world.send_batch(people)
        world.send_batch(events)
    else:
        for event in (*people, *events):
            world.send(event)
    state = world.state()
    assert len(state["users"]) == 3
    assert {user["userId"]: user["email"] for user in state["users"]} == {f"p{n}": f"p{n}@x.test" for n in range(3)}
    stored = sorted((event["userId"], event["id"]) for event in state["events"])
    assert stored == sorted({(f"p{person}", f"m-{person}-{number}") for person, number in tracked})
