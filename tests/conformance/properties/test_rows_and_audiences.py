"""Rows of a model and audiences are judged by what is true of them, and good mappings of them have no findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.judging import build_report, judge, shipped_baseline
from conformance.properties import PROPERTIES
from conformance.properties.execution import Executor
from conformance.report import Verdict
from destination import PRESETS, Subscription

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from conformance.properties.execution import Execution
    from conformance.strategies import History

NEW_OR_UPDATED = 'event = "new" or event = "updated"'
BOTH_WAYS = 'event = "Audience Entered" or event = "Audience Exited"'
ALL = ("email", "userid", "hybrid")
BY_EMAIL = ("email", "hybrid")
OWN = [name for name in PROPERTIES if name.startswith(("rows.", "audiences."))]


def path(text: str) -> JsonValue:
    return {"@path": text}


def upsert(trigger: str = NEW_OR_UPDATED, **mapping: JsonValue) -> Subscription:
    return Subscription("Upsert User", "updateUser", trigger, mapping)


def custom_event(trigger: str = 'event = "new"', **mapping: JsonValue) -> Subscription:
    return Subscription("Custom Event", "trackEvent", trigger, mapping)


def of_somebody(**mapping: JsonValue) -> dict[str, JsonValue]:
    return {"userId": path("$.userId"), "email": path("$.context.traits.email"), **mapping}


#: Good mappings, each with the project types that it is for.
GOOD: dict[str, tuple[list[Subscription], tuple[str, ...]]] = {
    "a column of an object, for the e-mail that is the unique identifier": (
        [
            upsert(
                email=path("$.__segment_id"), dataFields={"name": path("$.properties.ADDRESS.name")}, batch_size=1001
            )
        ],
        BY_EMAIL,
    ),
    "all columns": (
        [
            upsert(
                'event = "new"',
                dataFields=path("$.properties"),
                email=path("$.properties.email"),
                userId=path("$.properties.userid"),
            )
        ],
        ALL,
    ),
    "capitals in the names of columns, in batches": (
        [upsert(dataFields=path("$.properties"), userId=path("$.properties.USER_ID"), enable_batching=True)],
        ALL,
    ),
    "events called as a column says, at the time of the sync": (
        [
            custom_event(
                eventName=path("$.properties.event_name"),
                userId=path("$.properties.user_Id"),
                email=path("$.properties.EMAIL"),
                dataFields=path("$.properties"),
                createdAt=path("$.receivedAt"),
                id=path("$.messageId"),
            )
        ],
        ALL,
    ),
    "events with their own time": (
        [
            custom_event(
                eventName="Renewed",
                userId=path("$.__segment_id"),
                createdAt=path("$.properties.occurred_at"),
                dataFields={"Plan Name": path("$.properties.plan_name"), "amount": path("$.properties.amount")},
            )
        ],
        ALL,
    ),
    "deleted rows marked": (
        [
            upsert(
                email=path("$.properties.email"),
                userId=path("$.__segment_id"),
                dataFields={"plan": path("$.properties.plan"), "isDeleted": False},
            ),
            Subscription(
                "Deleted",
                "updateUser",
                'event = "deleted"',
                {"userId": path("$.__segment_id"), "dataFields": {"isDeleted": True}},
            ),
        ],
        ALL,
    ),
    "orders": (
        [
            Subscription(
                "Orders",
                "trackPurchase",
                'event = "new"',
                {
                    "id": path("$.properties.order_id"),
                    "total": path("$.properties.order_total"),
                    "user": {"email": path("$.properties.customer_email")},
                    "items": {
                        "@arrayPath": [
                            "$.properties.lines",
                            {key: path(f"$.{key}") for key in ("id", "name", "price", "quantity")},
                        ]
                    },
                },
            )
        ],
        BY_EMAIL,
    ),
    "one address for want of another": (
        [
            upsert(
                email={
                    "@if": {
                        "exists": path("$.properties.email"),
                        "then": path("$.properties.email"),
                        "else": path("$.properties.work_email"),
                    }
                },
                userId=path("$.properties.customer_id"),
                dataFields={"score": path("$.properties.lead_score"), "optedIn": path("$.properties.is_opted_in")},
            )
        ],
        ALL,
    ),
    "an audience as events": (
        [
            custom_event(
                BOTH_WAYS,
                **of_somebody(
                    eventName=path("$.event"),
                    dataFields={"audience": path("$.properties.audience_key")},
                    id=path("$.messageId"),
                    createdAt=path("$.timestamp"),
                ),
            )
        ],
        ALL,
    ),
    "an audience as events of one's own name": (
        [
            custom_event(
                'event = "Audience Entered"',
                **of_somebody(eventName="Joined VIPs", id=path("$.messageId"), createdAt=path("$.timestamp")),
            )
        ],
        ALL,
    ),
    "an audience as a field, set and taken back": (
        [
            Subscription("In", "updateUser", 'event = "Audience Entered"', of_somebody(dataFields={"isVip": True})),
            Subscription("Out", "updateUser", 'event = "Audience Exited"', of_somebody(dataFields={"isVip": False})),
        ],
        ALL,
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_mapping_of_rows_or_audiences_has_no_finding(name: str) -> None:
    mapping, project_types = GOOD[name]
    judgement = judge(mapping, examples=10, project_types=project_types, baseline=shipped_baseline())
    found = {(item.property.id, item.violation.detail) for item in judgement.findings}
    # Whatever takes events of people who are not known has this one; of audiences it is not.
    assert {item for item in found if item[0] != "attribution.drops-are-reported"} == set()
    assert any(item.verdict() is Verdict.PASSED for item in judgement.results if item.property.id in OWN)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_mapping_of_rows_or_audiences_adds_no_finding_to_the_presets(name: str) -> None:
    mapping, project_types = GOOD[name]
    judgement = judge([*PRESETS, *mapping], examples=5, project_types=project_types, baseline=shipped_baseline())
    assert [(item.property.id, item.violation.detail) for item in judgement.findings] == []


def test_nothing_of_rows_and_audiences_is_applicable_to_the_presets() -> None:
    judgement = judge(examples=10, properties=OWN)
    assert {result.verdict() for result in judgement.results} == {Verdict.NOT_APPLICABLE}
    assert {result.examples for result in judgement.results} == {0}


def test_the_presets_have_one_empty_history_for_each_theme_of_rows_and_audiences() -> None:
    executed: list[int] = []

    class Counting(Executor):
        def execute(self, history: History, project_type: str) -> Execution:
            executed.append(len(history.deliveries))
            return super().execute(history, project_type)

    judge(examples=50, properties=OWN, project_types=["hybrid"], executor=Counting(PRESETS))
    assert len(executed) == 13
    assert set(executed) == {0}


def test_rows_of_a_model_do_not_reach_the_subscriptions_of_events() -> None:
    rows = upsert(dataFields=path("$.properties"), email=path("$.properties.email"), userId=path("$.__segment_id"))
    judgement = judge([*PRESETS, rows], examples=6, properties=["rows"], project_types=["hybrid"])
    assert [(item.property.id, item.violation.detail) for item in judgement.findings] == []


def test_rows_of_one_model_do_not_reach_the_subscriptions_of_another() -> None:
    people = upsert(userId=path("$.properties.user_id"), dataFields={"plan": path("$.properties.plan")})
    orders = custom_event(NEW_OR_UPDATED, userId=path("$.properties.buyer"), eventName=path("$.properties.what"))
    apart = judge(
        [people, orders],
        examples=6,
        properties=["rows"],
        project_types=["userid"],
        executor=Executor([people, orders], ["people", "orders"]),
    )
    assert apart.holds
    assert {item.verdict() for item in apart.results if item.property.id == "rows.row-arrives"} == {Verdict.PASSED}


def test_a_model_tells_that_rows_are_taken_whatever_the_trigger_says() -> None:
    mapping = [upsert('type = "track"', email=path("$.traits.email"))]
    by_model = judge(
        mapping, examples=6, properties=["rows"], project_types=["email"], executor=Executor(mapping, ["m"])
    )
    by_trigger = judge(mapping, examples=6, properties=["rows"], project_types=["email"])
    assert {item.property.id for item in by_model.findings} == {"rows.person-is-named"}
    assert by_trigger.holds


@pytest.mark.parametrize("others", [(), PRESETS], ids=["alone", "beside the presets"])
def test_a_finding_about_rows_or_audiences_shows_again_as_a_scenario(
    others: tuple[Subscription, ...], tmp_path: Path
) -> None:
    rows = upsert(
        f'{NEW_OR_UPDATED} or event = "deleted"', userId=path("$.messageId"), email=path("$.properties.email")
    )
    audience = custom_event('event = "Audience entered"', **of_somebody(eventName=path("$.event")))
    judgement = judge([*others, rows, audience], examples=6, properties=OWN)
    report = build_report(judgement, tmp_path)
    assert len({item.property.id for item in judgement.findings}) > 3
    assert [case for case in report.cases if case.verdict is Verdict.ERROR] == []
