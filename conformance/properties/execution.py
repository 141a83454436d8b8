"""A history played through the destination against a simulated project, with the state after every delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.strategies.history import PRESENT_MILLISECONDS, Delivery, Happening, History, Human
from conformance.strategies.knowledge import Knowledge, KnownSubscription, know
from destination import Destination, Outcome, Subscription, partial_failures
from destination import Reply as DestinationReply
from destination import Request as DestinationRequest
from destination.javascript import json_text
from simulator import Reply, Request, Simulator
from simulator.journal import NullJournal
from simulator.message import reason_phrase

#: Fields of a profile that Iterable writes by itself (support article 217744303), and the identifiers.
MANAGED: Final = frozenset(
    {"email", "userId", "profileUpdatedAt", "signupDate", "signupSource"}
    | {"itblInternal", "itblUserId", "itblDS", "phoneNumberDetails"}
)
_PATH: Final = re.compile(r"https?://[^/]+")
_SUCCESS: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile at some moment.

    Attributes:
        number: Which person of the project it is; it stays when identifiers change.
        email: In lower case, or None.
        user_id: Or None.
        fields: The data fields, without what only Iterable writes.
        written: In which delivery it was written last, counted from 0.
    """

    number: int
    email: str | None
    user_id: str | None
    fields: dict[str, Any]
    written: int

    @property
    def identifiers(self) -> dict[str, str]:
        """Who it is, as a scenario file names it."""
        named = {"email": self.email, "userId": self.user_id}
        return {name: value for name, value in named.items() if value is not None}

    def is_of(self, human: Human) -> bool:
        """Whether it has an identifier of a person."""
        return any(value.lower() in human.identifiers for value in self.identifiers.values())


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event at some moment; `owner` is the number of a profile, `created_at` is in seconds."""

    id: str
    type: str
    name: str | None
    owner: int
    created_at: int
    fields: dict[str, Any]
    members: dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What a project holds at some moment."""

    profiles: tuple[Profile, ...] = ()
    events: tuple[StoredEvent, ...] = ()

    def of(self, human: Human) -> list[Profile]:
        """The profiles that have an identifier of a person."""
        return [profile for profile in self.profiles if profile.is_of(human)]

    def find(self, *, email: str | None = None, user_id: str | None = None) -> list[Profile]:
        """The profiles with an e-mail, or with a userId."""
        if email is not None:
            return [profile for profile in self.profiles if profile.email == email.lower()]
        return [profile for profile in self.profiles if profile.user_id == user_id]

    def events_of(self, profiles: Sequence[Profile]) -> list[StoredEvent]:
        """The events of some profiles."""
        numbers = {profile.number for profile in profiles}
        return [event for event in self.events if event.owner in numbers]


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery, and what came of it.

    Attributes:
        index: Which delivery it is, counted from 0.
        delivery: What was delivered.
        before: The project before it.
        after: The project after it.
        outcomes: What became of each subscription, in their order.
        replies: What the simulator answered, with the rules that decided.
    """

    index: int
    delivery: Delivery
    before: State
    after: State
    outcomes: list[Outcome]
    replies: list[Reply]

    @property
    def written(self) -> list[Profile]:
        """The profiles that it wrote, as they were afterwards."""
        return [profile for profile in self.after.profiles if profile.written == self.index]

    @property
    def new_events(self) -> list[StoredEvent]:
        """The events that it stored, those that took the place of others included."""
        return [event for event in self.after.events if event not in self.before.events]

    def accepted_by(self, position: int) -> bool:
        """Whether everything that a subscription sent was taken; the position is that of the subscription."""
        outcome = self.outcomes[position]
        return outcome.matched and outcome.error is None and bool(outcome.exchanges) and not partial_failures(outcome)


@dataclass(slots=True)
class Trial:
    """A history, played in a project of one type.

    Attributes:
        laboratory: Where it was played; it plays variations of the history, too.
        project_type: `email`, `userid` or `hybrid`.
        history: What was played.
        steps: What each delivery did.
    """

    laboratory: Laboratory
    project_type: str
    history: History
    steps: list[Step] = field(default_factory=list)

    @property
    def knowledge(self) -> Knowledge:
        """What there is to know about the mapping."""
        return self.laboratory.knowledge

    @property
    def end(self) -> State:
        """The project after the last delivery."""
        return self.steps[-1].after if self.steps else State()

    def again(self, history: History) -> Trial:
        """Another history, played in a fresh project of the same type."""
        return self.laboratory.play(history, self.project_type)

    def singles(self) -> Iterator[tuple[Step, Happening]]:
        """The deliveries of one event, batches of one included."""
        for step in self.steps:
            if len(step.delivery.happenings) == 1:
                yield step, step.delivery.happenings[0]

    def taken(self, step: Step, action: str) -> Iterator[tuple[int, KnownSubscription]]:
        """The subscriptions of an action that matched, with their positions."""
        for position, known in enumerate(self.knowledge.subscriptions):
            if known.action == action and step.outcomes[position].matched:
                yield position, known


class Laboratory:
    """Plays histories through one mapping, which is compiled once; every history begins in an empty project.

    Args:
        subscriptions: The mapping.
    """

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self.knowledge = know(subscriptions)
        self._now = PRESENT_MILLISECONDS
        self._simulator = Simulator(journal=NullJournal())
        self._replies: list[Reply] = []
        self._destinations = {
            name: Destination({"apiKey": f"{name}-key"}, subscriptions, now=lambda: self._now)
            for name in self._simulator.projects
        }

    def play(self, history: History, project_type: str) -> Trial:
        """Play a history in an empty project of a type."""
        self._simulator.projects[project_type].reset()
        trial = Trial(self, project_type, history)
        state = State()
        for index, delivery in enumerate(history.deliveries):
            # A millisecond a delivery tells which one wrote a profile; stored times are in seconds.
            self._now = PRESENT_MILLISECONDS + index
            self._replies = []
            outcomes = self._deliver(delivery, project_type)
            after = self._state(project_type)
            trial.steps.append(Step(index, delivery, state, after, outcomes, self._replies))
            state = after
        return trial

    def _deliver(self, delivery: Delivery, project_type: str) -> list[Outcome]:
        destination = self._destinations[project_type]
        if delivery.is_batch:
            return destination.deliver_batch(delivery.events, self)
        return destination.deliver(delivery.events[0], self)

    def send(self, request: DestinationRequest) -> DestinationReply:
        """The simulator's reply to a request of the destination, without a socket between them."""
        body = b"" if request.json is None else json_text.encode(request.json)
        sent = Request(request.method, _PATH.sub("", request.url, count=1), "", request.headers, body)
        reply = self._simulator.handle(sent, self._now)
        self._replies.append(reply)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return DestinationReply(reply.status, reason_phrase(reply.status), reply.body.decode(), headers)

    def _state(self, project_type: str) -> State:
        project = self._simulator.projects[project_type]
        return State(
            tuple(
                Profile(
                    person.number,
                    person.email,
                    person.user_id,
                    dict(person.fields),
                    person.updated_at - PRESENT_MILLISECONDS,
                )
                for person in project.people
            ),
            tuple(
                StoredEvent(
                    event.id,
                    event.type,
                    event.name,
                    event.person.number,
                    event.created_at,
                    event.fields,
                    event.members,
                )
                for event in project.events
            ),
        )
