"""Triggers: what is told of them, and good ones of which nothing is."""

from __future__ import annotations

import pytest
from lint_cases import findings, path, rules, subscription

#: Of the preset of a custom event these depend on properties of a track.
FREE = {"eventName": {"@template": "{{type}}"}, "email": None, "dataFields": path("$.context")}


def told(trigger: str) -> list[str]:
    changes = {**FREE, "campaignId": None, "templateId": None}
    return rules(subscription("trackEvent", changes, trigger))


@pytest.mark.parametrize(
    ("trigger", "rule"),
    [
        ('type = "track" and type = "identify"', "error trigger.never"),
        ('type = "track" and event = "A" and event = "B"', "error trigger.never"),
        ('type = "track" and properties.n > 5 and properties.n < 3', "error trigger.never"),
        ('event = "A" and contains(event, "B")', "error trigger.never"),
        ('event == "Order Completed"', "error trigger.double-equals"),
        ('type = "track" and event == "Order Completed"', "error trigger.double-equals"),
        ("type = 'track'", "error trigger.quotes"),
        ('type = "Track"', "error trigger.comparison"),
        ('type != "trak"', "error trigger.comparison"),
        ('event in ("A", "B")', "error trigger.comparison"),
        ('type = "track" and event > 5', "error trigger.comparison"),
        ('type = "track" and properties.total > "much"', "error trigger.comparison"),
        ('type = "track" and properties.paid != true', "error trigger.comparison"),
        ('type = "track" and event = null', "error trigger.comparison"),
        ('type = "track" and properties != null', "warning trigger.comparison"),
        ('type = "track" and properties.total = "100"', "warning trigger.number"),
        ('type = "track" and properties.order_id = 100', "warning trigger.number"),
        ('type = "track" OR event = "x"', "error trigger.ignored"),
        ('type = "track" AND event = "x"', "warning trigger.ignored"),
        ('type = "track" AND (event = "x" or event = "y")', "error trigger.ignored"),
        ('type = "track" and properties.plan != "free"', "note trigger.missing"),
        ('type = "track" and not event = "A"', "error trigger.ignored"),
        ('!(event = "A") and type = "track"', "error trigger.ignored"),
        ('type = "track" and messageId = "x"', "error trigger.ignored"),
        ('type = "track" and contains(type, "x")', "error trigger.ignored"),
        ('type = "track" and startsWith(event, "x")', "error trigger.ignored"),
        ('type = "track" and event = Signed Up', "error trigger.ignored"),
        ('type = "track" and event.name = "x"', "error trigger.ignored"),
        ('event = "A" or event = "B" and type = "track"', "error trigger.mixed"),
        ('type = "track" and (contains(event, "a") or event = "b")', "error trigger.group"),
        ('type = "track" and ()', "error trigger.empty-parentheses"),
        ('type = "identify" and event = "Ready"', "error trigger.root"),
        ('type = "track" and traits.plan = "pro"', "error trigger.root"),
        ('type = "track" and traits.plan != "pro"', "error trigger.root"),
        ('type = "identify" and properties.plan = "pro"', "error trigger.root"),
        ('(type = "page" or type = "screen") and event = "Home"', "error trigger.root"),
        ('type = "track" or type != "track"', "error trigger.always"),
        ('event != "A" or event != "B"', "error trigger.always"),
        ('type = "track" and (event != "A" or event != "B")', "error trigger.always"),
        ('type = "track" or event = "Ready"', "warning trigger.redundant"),
    ],
)
def test_a_trigger_that_does_not_do_what_it_says_is_told_once(trigger: str, rule: str) -> None:
    assert told(trigger) == [rule]


@pytest.mark.parametrize(
    "trigger",
    [
        'type = "track"',
        "type = track",
        'type = "track" or type = "identify"',
        'type = "track" and event != "A" and event != "B"',
        'type = "track" and (event = "A" or event = "B")',
        'type = "track" and (event = "b" or contains(event, "a"))',
        'type = "track" and !contains(event, "test")',
        'type = "track" and match(event, "Order*") and match(event, "*Shipped")',
        'type = "track" and contains(event, "A") and contains(event, "B")',
        'type = "track" and event contains "A"',
        'type = "track" and properties.total > 100',
        'type = "track" and properties.total > "100"',
        'type = "track" and properties.n > 3 and properties.n < 5',
        'type = "track" and properties.room = "100"',
        'type = "track" and properties.paid = true',
        'type = "track" and properties.plan != null',
        'type = "track" and properties.plan\\ name = "pro"',
        'type = "track" and properties.a.b = 1 and properties.a.c = 2',
        'type = "track" and context.traits.plan = "pro"',
        'type = "identify" and traits.plan = "pro"',
        'type = "identify" and context.account_updated = false',
        'type = "page" and name = "Home"',
        'type = "identify" and userId != null',
        'type = "track" or event = "Audience Entered"',
        'event = "Audience Entered" or event = "Audience Exited"',
        'event = "new" or event = "updated"',
        'type = "track" and event = "type = x, (and) or"',
    ],
)
def test_of_a_trigger_that_does_what_it_says_nothing_is_told(trigger: str) -> None:
    assert told(trigger) == []


def test_what_segment_makes_of_a_trigger_is_shown() -> None:
    (finding,) = findings(subscription("updateUser", trigger='event = "A" or event = "B" and type = "identify"'))[:1]
    assert 'Segment reads event = "A" and event = "B" and type = "identify"' in finding.message


def test_a_trigger_of_more_cases_than_can_be_tried_is_checked_condition_by_condition() -> None:
    many = " and ".join(f'properties.p{number} != "{number}"' for number in range(30))
    assert told(f'type = "track" and {many} and properties.x == "y"') == ["error trigger.double-equals"]


@pytest.mark.parametrize("action", ["updateCart", "trackPurchase"])
def test_every_track_event_is_too_much_for_a_cart_or_an_order(action: str) -> None:
    assert rules(subscription(action, trigger='type = "track"')) == ["warning trigger.too-wide"]
    assert rules(subscription(action, trigger='type = "track" and contains(event, "Basket")')) == []
    assert rules(subscription(action, trigger='type = "track" and properties.products != null')) == []


def test_two_subscriptions_of_one_action_that_take_the_same_event_are_told_at_the_second() -> None:
    track = subscription("trackEvent")
    signed_up = subscription("trackEvent", trigger='type = "track" and event = "Signed Up"', name="Own")
    (finding,) = findings(track, signed_up)
    assert (finding.rule, finding.subscription) == ("trigger.overlap", "Own")
    assert finding.message == 'the event "Signed Up" also matches "Track Calls", so it is sent twice'


def test_subscriptions_that_exclude_each_other_or_do_different_things_are_no_overlap() -> None:
    track = subscription("trackEvent", trigger='type = "track" and event != "Signed Up"')
    signed_up = subscription("trackEvent", trigger='type = "track" and event = "Signed Up"', name="Own")
    profile = subscription(
        "updateUser", {"email": path("$.context.traits.email"), "dataFields": path("$.properties")}
    )
    profile |= {"subscribe": 'type = "track"', "mapping": {**profile["mapping"], "phoneNumber": None}}
    assert rules(track, signed_up, profile) == []


def test_a_disabled_twin_is_no_overlap() -> None:
    assert rules(subscription("updateUser", enabled=False), subscription("updateUser")) == []


def test_rows_of_two_models_do_not_overlap() -> None:
    trigger = 'event = "new" or event = "updated"'
    free = {"email": None, "phoneNumber": None, "dataFields": path("$.properties"), "userId": path("$.properties.ID")}
    both = [subscription("updateUser", free, trigger, modelId=model, name=model) for model in ("a", "b")]
    assert rules(*both) == []
    assert rules(*[{**item, "modelId": "a"} for item in both]) == ["warning trigger.overlap"]


@pytest.mark.parametrize("trigger", ['type = "track" and', 'type = "track" or ', 'and type = "track"'])
def test_a_conditional_without_a_condition_on_one_side_is_told(trigger: str) -> None:
    assert rules(subscription("trackEvent", trigger=trigger)) == ["warning trigger.ignored"]


def test_a_windows_line_ending_in_a_trigger_is_told_as_what_it_is() -> None:
    (finding,) = findings(subscription("trackEvent", trigger='type = "track"\r\nand event = "Booked"'))
    assert (
        finding.message == 'Segment reads only type = "track": a Windows line ending is not whitespace in a trigger'
    )


@pytest.mark.parametrize(
    ("condition", "advice"), [('userid = "x"', "write userId"), ('plan = "pro"', ": write properties.plan")]
)
def test_a_condition_about_nothing_that_segment_knows_is_told_with_what_is_meant(condition: str, advice: str) -> None:
    (finding,) = findings(subscription("trackEvent", trigger=f'type = "track" and {condition}'))
    assert finding.rule == "trigger.ignored"
    assert finding.advice.endswith(advice)


def test_a_type_in_the_place_of_a_name_is_told() -> None:
    (finding,) = findings(subscription("trackEvent", trigger='event = "track"'))
    assert (finding.severity, finding.advice) == ("warning", 'write type = "track"')


def test_a_truth_value_as_text_is_a_note() -> None:
    assert rules(subscription("trackEvent", trigger='type = "track" and properties.vip = "true"')) == [
        "note trigger.number"
    ]


def test_the_traits_of_the_context_are_seldom_those_of_an_identify() -> None:
    trigger = 'type = "identify" and context.traits.plan = "pro"'
    assert rules(subscription("updateUser", trigger=trigger)) == ["warning path.context-traits"]
    assert rules(subscription("updateUser", trigger='type = "identify" and context.beta = true')) == []
