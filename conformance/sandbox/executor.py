"""Histories executed in a real project, so that properties judge what the service itself does."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from hypothesis import reject

from conformance.properties.execution import Execution, Executor, Step
from conformance.properties.state import MANAGED, Profile, State, StoredEvent
from conformance.sandbox.state_comparison import redate_to_scenario_clock
from conformance.scenario import BackendError, NotPlayableError
from conformance.strategies.history import PRESENT, PRESENT_MILLISECONDS
from destination import Destination
from simulator import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.sandbox.session import Session
    from conformance.strategies import History
    from destination import Reply as DestinationReply
    from destination import Request, Subscription

_OF_AN_EVENT: Final = frozenset({"email", "userId", "createdAt", "eventName", "eventType", "id", "dataFields"})
_UPDATED: Final = "profileUpdatedAt"


class SandboxExecutor(Executor):
    """An `Executor` whose histories begin without people in a real project of one type.

    Each is executed in a simulator first, which says what there is to wait for.

    Args:
        subscriptions: The mapping.
        session: The session in the project.
        models: The Reverse ETL model of each subscription, or None; without it triggers tell who takes rows.
    """

    def __init__(
        self, subscriptions: Sequence[Subscription], session: Session, models: Sequence[str | None] = ()
    ) -> None:
        super().__init__(subscriptions, models)
        self._session = session
        self._real = Destination({"apiKey": session.sandbox.api_key}, subscriptions, now=lambda: PRESENT_MILLISECONDS)

    def execute(self, history: History, project_type: str) -> Execution:
        """Execute a history; everybody in it is gone from the project afterwards.

        A history that is not safe to send is rejected, and Hypothesis generates another.

        Raises:
            BackendError: The service went away, or somebody could not be removed.
        """
        try:
            return self._execute(history, project_type)
        except NotPlayableError:
            reject()

    def _execute(self, history: History, project_type: str) -> Execution:
        beside = super().execute(history, project_type)
        reader = _StateReader()
        with self._session.visit():
            begin = self._with_people_there(history.known_in(project_type), beside.begin, reader)
            execution = Execution(self, project_type, history, begin)
            for index, delivery in enumerate(history.deliveries):
                client = _RecordingClient(self._session)
                outcomes = self.deliver(self._real, delivery, client)
                before = reader.state
                document = self._session.settled(_document(beside.steps[index].after), self._dated)
                after = reader.read(document, index)
                execution.steps.append(Step(index, delivery, before, after, outcomes, client.replies))
        return execution

    def _with_people_there(self, people: Sequence[Mapping[str, str]], expected: State, reader: _StateReader) -> State:
        """The project once some people can be seen in it.

        Raises:
            BackendError: One of them was refused.
        """
        if not people:
            return reader.state
        for identifiers in people:
            response = self._session.post("/api/users/update", identifiers)
            if response.is_error:
                reason = f"{response.status_code} {response.text[:200]}"
                raise BackendError(f"a history cannot start: /api/users/update was answered {reason}")
        return reader.read(self._session.settled(_document(expected), self._dated), -1)

    def _dated(self, state: dict[str, Any]) -> dict[str, Any]:
        return redate_to_scenario_clock(state, self._session.began, self._session.sleeper.now(), PRESENT)


class _RecordingClient:
    """A client that keeps the replies; which rules decided them, a real service does not say."""

    def __init__(self, session: Session) -> None:
        self._client = session.client
        self.replies: list[Reply] = []

    def send(self, request: Request) -> DestinationReply:
        reply = self._client.send(request)
        self.replies.append(Reply(reply.status, reply.text.encode(), reply.headers))
        return reply


class _StateReader:
    """Who is who, from one look to the next: a person goes on being the same when one identifier changes."""

    def __init__(self) -> None:
        self.state = State()
        self._numbers = count(1)
        self._updated: dict[int, Any] = {}

    def read(self, document: dict[str, Any], delivery: int) -> State:
        """The state that a document shows after a delivery."""
        profiles: list[Profile] = []
        for user in document["users"]:
            taken = {profile.number for profile in profiles}
            before = next((old for old in self._same(user) if old.number not in taken), None)
            profiles.append(self._profile(user, before, delivery))
        self.state = State(tuple(profiles), tuple(_events(document, profiles)))
        return self.state

    def _same(self, user: dict[str, Any]) -> Iterator[Profile]:
        email, user_id = user.get("email"), user.get("userId")
        known = self.state.profiles
        yield from (old for old in known if (old.email, old.user_id) == (email, user_id))
        yield from (old for old in known if user_id is not None and old.user_id == user_id)
        yield from (old for old in known if email is not None and old.email == email)

    def _profile(self, user: dict[str, Any], before: Profile | None, delivery: int) -> Profile:
        number = next(self._numbers) if before is None else before.number
        fields = {name: value for name, value in user["dataFields"].items() if name not in MANAGED}
        email, user_id = user.get("email"), user.get("userId")
        updated = user["dataFields"].get(_UPDATED)
        same = before is not None and (before.email, before.user_id, before.fields) == (email, user_id, fields)
        unwritten = same and self._updated.get(number) == updated
        self._updated[number] = updated
        written = before.written if before is not None and unwritten else delivery
        return Profile(number, email, user_id, fields, written)


def _events(document: dict[str, Any], profiles: Sequence[Profile]) -> Iterator[StoredEvent]:
    for event in document["events"]:
        owner = next((profile for profile in profiles if _is_of(event, profile)), None)
        if owner is None:
            continue
        yield StoredEvent(
            event["id"],
            event["eventType"],
            event.get("eventName"),
            owner.number,
            _seconds(event["createdAt"]),
            event.get("dataFields", {}),
            {name: value for name, value in event.items() if name not in _OF_AN_EVENT},
        )


def _is_of(event: dict[str, Any], profile: Profile) -> bool:
    pairs = ((event.get("email"), profile.email), (event.get("userId"), profile.user_id))
    return all(named is None or named == own for named, own in pairs)


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text.replace(" +00:00", "+00:00")).timestamp())


def _document(state: State) -> dict[str, Any]:
    """A state of the executor as a state document, as far as it is waited for."""
    owners = {profile.number: profile for profile in state.profiles}
    return {
        "users": [{**profile.identifiers, "dataFields": profile.fields} for profile in state.profiles],
        "events": [
            {
                **owners[event.owner].identifiers,
                "createdAt": datetime.fromtimestamp(event.created_at, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00"),
                **({} if event.name is None else {"eventName": event.name}),
                "eventType": event.type,
                "id": event.id,
                **event.members,
                "dataFields": event.fields,
            }
            for event in state.events
        ],
    }
