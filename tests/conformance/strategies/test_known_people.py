"""Histories for a mapping that identifies nobody begin with people whom the project knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.judging.shrinker import shrink
from conformance.properties.execution import Executor
from conformance.strategies import PEOPLE, STRANGERS, History, KnownPerson, Persona, analyse
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from conformance.strategies import Family, MappingAnalysis

TRACK, IDENTIFY, CART, ORDER = PRESETS
ADA = Persona(0, "customer-0001", "ada@example.com", "+14155550100", ("laptop",))
NO_IDENTIFIES = analyse([TRACK, CART, ORDER])


def history(data: st.DataObject, family: Family, theme: str, analysis: MappingAnalysis) -> History:
    drawn: History = data.draw(family.histories(theme, analysis))
    return drawn


@pytest.mark.parametrize(
    ("subscriptions", "identifies"),
    [
        ([], False),
        ([TRACK], False),
        ([TRACK, IDENTIFY], True),
        ([Subscription("Sign-up", "updateUser", 'type = "track" and event = "Signed Up"', {})], False),
        ([Subscription("All", "updateUser", 'type = "track" or type = "identify"', {})], True),
        ([Subscription("Misspelt", "updateUser", 'type = "identfy"', {})], True),
        ([Subscription("Strict", "updateUser", 'type = "identify" and traits.plan = "pro"', {})], True),
    ],
)
def test_a_mapping_identifies_when_an_update_of_people_takes_identifies_or_is_meant_for_them(
    subscriptions: list[Subscription], identifies: bool
) -> None:
    assert analyse(subscriptions).identifies is identifies


@given(st.data())
def test_with_an_identify_subscription_the_project_knows_nobody_before(data: st.DataObject) -> None:
    assert history(data, PEOPLE, "both identifiers", analyse(PRESETS)).known == ()


@given(st.data())
def test_without_one_it_knows_everybody_whom_an_identify_names(data: st.DataObject) -> None:
    drawn = history(data, PEOPLE, "both identifiers", NO_IDENTIFIES)
    assert [(item.persona, item.email, item.user_id) for item in drawn.known] == [
        (persona, persona.email, persona.user_id) for persona in drawn.personas
    ]


@pytest.mark.parametrize(
    ("theme", "email", "user_id"),
    [
        ("e-mail only", True, False),
        ("userId only", False, True),
        ("malformed e-mail beside a userId", False, True),
        ("capitals in the e-mail", True, True),
        ("numeric userId", True, True),
        ("first one identifier, then the other", True, True),
    ],
)
@given(data=st.data())
def test_people_are_known_by_what_their_identifies_name_them_by(
    theme: str, email: bool, user_id: bool, data: st.DataObject
) -> None:
    for item in history(data, PEOPLE, theme, NO_IDENTIFIES).known:
        assert item.email == (item.persona.email if email else None)
        assert item.user_id == (item.persona.user_id if user_id else None)


@given(st.data())
def test_whoever_only_sends_an_event_stays_unknown(data: st.DataObject) -> None:
    drawn = history(data, STRANGERS, "an event by both, unknown", NO_IDENTIFIES)
    stranger = drawn.history_events[-1].persona
    assert stranger not in {item.persona for item in drawn.known}


@pytest.mark.parametrize(
    ("email", "user_id", "types"),
    [
        ("ada@example.com", "u1", ["email", "userid", "hybrid"]),
        ("ada@example.com", None, ["email", "hybrid"]),
        (None, "u1", ["userid", "hybrid"]),
        (None, None, []),
    ],
)
def test_a_project_knows_only_whom_its_type_can_have(email: Any, user_id: Any, types: list[str]) -> None:
    known = History("theme", (), (KnownPerson(ADA, email, user_id),))
    assert [kind for kind in ("email", "userid", "hybrid") if known.known_in(kind)] == types


@pytest.mark.parametrize("project_type", ["email", "userid", "hybrid"])
def test_a_history_is_executed_with_its_people_there_and_written_by_no_delivery(project_type: str) -> None:
    execution = Executor([TRACK]).execute(
        History("theme", (), (KnownPerson(ADA, ADA.email, ADA.user_id),)), project_type
    )
    [profile] = execution.end.profiles
    assert profile.identifiers == {"email": ADA.email, "userId": ADA.user_id}
    assert profile.written < 0
    assert not execution.stored_for(ADA)


def test_shrinking_leaves_out_people_who_are_not_needed_and_shortens_the_names_of_the_others() -> None:
    ben = Persona(1, "customer-0002", "ben@example.com", "+14155550101", ("phone",))
    both = History("theme", (), (KnownPerson(ADA, ADA.email, ADA.user_id), KnownPerson(ben, ben.email, None)))
    smallest = shrink(both, lambda smaller: any(item.email == ADA.email for item in smaller.known))
    assert [(item.email, item.user_id) for item in smallest.known] == [("ada@example.com", "u1")]
