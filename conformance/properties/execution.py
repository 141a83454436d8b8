"""Histories delivered through the destination to a simulated project, with its state after each delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from conformance.properties.state import Profile, State, StoredEvent
from conformance.strategies.history import PRESENT_MILLISECONDS, Delivery, History, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis, analyse
from destination import Destination, Outcome, Subscription, partial_failures
from destination import Reply as DestinationReply
from destination import Request as DestinationRequest
from destination.javascript import json_text
from simulator import Reply, Request, Simulator
from simulator.journal import NullJournal
from simulator.message import reason_phrase

_PATH: Final = re.compile(r"https?://[^/]+")
_SUCCESS: Final = range(200, 300)


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
    def was_sent(self) -> bool:
        """Whether anything of it went to Iterable."""
        return any(outcome.exchanges for outcome in self.outcomes)

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
class Execution:
    """A history that was delivered to a project of one type.

    Attributes:
        executor: What executed it; variations of the history are executed by it, too.
        project_type: `email`, `userid` or `hybrid`.
        history: What was delivered.
        begin: The project before the first delivery.
        steps: What each delivery did.
    """

    executor: Executor
    project_type: str
    history: History
    begin: State = field(default_factory=State)
    steps: list[Step] = field(default_factory=list)

    @property
    def analysis(self) -> MappingAnalysis:
        """The analysis of the mapping."""
        return self.executor.analysis

    @property
    def end(self) -> State:
        """The project after the last delivery."""
        return self.steps[-1].after if self.steps else self.begin

    def again(self, history: History) -> Execution:
        """The execution of another history, in a fresh project of the same type."""
        return self.executor.execute(history, self.project_type)

    def singles(self) -> Iterator[tuple[Step, HistoryEvent]]:
        """The deliveries of one event, batches of one included."""
        for step in self.steps:
            if len(step.delivery.history_events) == 1:
                yield step, step.delivery.history_events[0]

    def stored_for(self, persona: Persona) -> bool:
        """Whether a delivery stored something for a person: on a profile of theirs, or as an event of it."""
        profiles = self.end.of(persona)
        return any(profile.written >= 0 for profile in profiles) or bool(self.end.events_of(profiles))

    def taken(self, step: Step, action: str) -> Iterator[tuple[int, AnalysedSubscription]]:
        """The subscriptions of an action that matched, with their positions."""
        for position, analysed in enumerate(self.analysis.subscriptions):
            if analysed.action == action and step.outcomes[position].matched:
                yield position, analysed


class Executor:
    """Executes histories by one mapping, which is compiled once; each begins in a project with whom it knows.

    Args:
        subscriptions: The mapping.
    """

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self.analysis = analyse(subscriptions)
        self._now = PRESENT_MILLISECONDS
        self._simulator = Simulator(journal=NullJournal())
        self._replies: list[Reply] = []
        self._destinations = {
            name: Destination({"apiKey": f"{name}-key"}, subscriptions, now=lambda: self._now)
            for name in self._simulator.projects
        }

    def execute(self, history: History, project_type: str) -> Execution:
        """Deliver a history to a project of a type, in which there is nobody but whom the history says."""
        self._simulator.projects[project_type].reset()
        state = self._with_people(history.known_in(project_type), project_type)
        execution = Execution(self, project_type, history, state)
        for index, delivery in enumerate(history.deliveries):
            # A millisecond a delivery tells which one wrote a profile; stored times are in seconds.
            self._now = PRESENT_MILLISECONDS + index
            self._replies = []
            outcomes = self._deliver(delivery, project_type)
            after = self._state(project_type)
            execution.steps.append(Step(index, delivery, state, after, outcomes, self._replies))
            state = after
        return execution

    def _with_people(self, people: Sequence[Mapping[str, str]], project_type: str) -> State:
        """The project with some people in it."""
        if not people:
            return State()
        headers = {"api-key": f"{project_type}-key", "content-type": "application/json"}
        for identifiers in people:
            request = Request("POST", "/api/users/update", "", headers, json_text.encode(dict(identifiers)))
            # Before the first delivery, so that no delivery wrote them.
            self._simulator.handle(request, PRESENT_MILLISECONDS - 1)
        return self._state(project_type)

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
