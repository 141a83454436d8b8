"""Rows of a Reverse ETL model that a subscription took, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_person
from conformance.properties.state import Profile, State
from conformance.properties.stored_records import TRACK
from conformance.strategies.history import Event, Persona
from conformance.strategies.mapping_analysis import AnalysedSubscription
from conformance.strategies.row_writer import EMAIL, USER_ID, identifiers_in, takes_row
from conformance.strategies.subscription_kinds import DELETED, is_row


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row that a subscription took.

    Attributes:
        step: Its delivery.
        event: The row.
        persona: Whose it is.
        position: That of the subscription.
        analysed: The subscription.
    """

    step: Step
    event: Event
    persona: Persona
    position: int
    analysed: AnalysedSubscription

    @property
    def is_deleted(self) -> bool:
        """Whether it is a deleted row."""
        return bool(self.event["event"] == DELETED)

    @property
    def is_accepted(self) -> bool:
        """Whether all that the subscription sent of it was accepted."""
        return self.step.accepted_by(self.position)

    def keys(self, project_type: str) -> list[dict[str, str]]:
        """The identifiers that the row has, that the subscription looks for, and that count in the project."""
        found = identifiers_in(self.analysed, self.event)
        keys: list[dict[str, str]] = []
        if USER_ID in found and (project_type != "email" or self.step.before.find(user_id=found[USER_ID])):
            keys.append({USER_ID: found[USER_ID]})
        if EMAIL in found and project_type != "userid":
            keys.append({EMAIL: found[EMAIL].lower()})
        return keys

    def profiles(self, project_type: str, state: State) -> list[Profile]:
        """The profiles to which its identifiers lead in a state."""
        keys = self.keys(project_type)
        return [profile for key in keys for profile in state.find(email=key.get(EMAIL), user_id=key.get(USER_ID))]

    def is_stored_for(self, profiles: list[Profile]) -> bool:
        """Whether it was stored: written to one of the profiles, or as an event of one."""
        if self.analysed.action == TRACK:
            numbers = {profile.number for profile in profiles}
            return any(event.owner in numbers for event in self.step.new_events)
        return any(profile.written == self.step.index for profile in profiles)

    def expect_stored(self, names: dict[str, str]) -> dict[str, Any]:
        """That it is stored for somebody with these identifiers, as a scenario file says it."""
        if self.analysed.action == TRACK:
            return {"counts": {"events": len(self.step.before.events) + 1}}
        return expect_person(names)

    @property
    def error(self) -> str:
        """What the destination says is wrong, as the end of a sentence; empty for nothing."""
        error = self.step.outcomes[self.position].error
        return f": {error.message}" if error is not None else ""


def taken_rows(execution: Execution) -> Iterator[TakenRow]:
    """Every single row of a history, once for each subscription that took it."""
    for step, item in execution.singles():
        for position, analysed in enumerate(execution.analysis.subscriptions):
            if is_row(item.event) and takes_row(analysed, item.event) and step.outcomes[position].matched:
                yield TakenRow(step, item.event, item.persona, position, analysed)
