"""What an id, a code, or the beginning of several ids stands for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.definitions import definitions, similar_ids
from conformance.lint import RULES as LINT_RULES
from conformance.properties import PROPERTIES
from conformance.tracking_api.rules import RULES as SEGMENT_RULES
from simulator.project import ProjectSettings
from simulator.rulebook import CODES, RULES
from simulator.rulebook.messages import MESSAGES
from simulator.rulebook.rule_document import settings_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", ["UnknownUserIdError", "unknownuseriderror"])
def test_an_error_code_is_explained_in_any_case_with_what_to_do(code: str) -> None:
    [found] = definitions(code)
    assert found.id == "UnknownUserIdError"
    assert "identify the person first" in found.lines[1]
    assert "events.track.email-based.unknown-user-id" in found.lines[3]


def test_an_error_code_names_the_rules_of_every_call_that_says_the_same() -> None:
    [found] = definitions("UnknownUserIdError")
    assert "commerce.track-purchase.email-based.unknown-user-id" in found.lines[3]
    assert "commerce.track-purchase.email-based.unknown-user-id" in found.document["rules"]


def test_an_error_code_does_not_name_rules_that_only_have_its_status() -> None:
    [conflict] = definitions("Conflict")
    assert conflict.document["rules"] == ["lists.delete.in-use"]


def test_an_error_code_of_one_person_says_what_segment_shows() -> None:
    [found] = definitions("UnknownUserIdError")
    assert found.lines[2] == (
        "in Segment: sent on its own, the event is shown as failed; in a batch it is shown as delivered. "
        "Purchases and carts have no batch form."
    )
    [other] = definitions("NotFound")
    assert not any(line.startswith("in Segment") for line in other.lines)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (
            "BadParams",
            "in Segment: sent on its own, the event is shown as failed; in a batch it is shown as delivered.",
        ),
        ("RequestFieldsTypesMismatched", "in Segment: the event, or every event of the batch, is shown as failed"),
        ("RateLimitExceeded", "in Segment: the event, or the whole batch, is delivered again later"),
    ],
)
def test_a_code_says_what_segment_does_with_its_status(code: str, shown: str) -> None:
    [found] = definitions(code)
    assert found.lines[2].startswith(shown)
    assert found.document["inSegment"] in found.lines[2]


def test_a_code_of_many_rules_shows_a_few_and_has_the_rest() -> None:
    [found] = definitions("BadParams")
    assert len(found.more) + 4 == len(found.document["rules"])
    assert f"and {len(found.more)} more (-v lists them)" in found.lines[3]


@pytest.mark.parametrize(
    ("text", "message", "code"),
    [
        ("userId must be specified", "userId must be specified", "BadParams"),
        ("must be specified", "userId must be specified", "BadParams"),
        ("400: No user exists with userId 8f2c-771", "No user exists with userId", "UnknownUserIdError"),
        ("Invalid API key", "Invalid API key", "Unauthorized"),
    ],
)
def test_the_message_of_a_reply_leads_to_its_code_and_rules(text: str, message: str, code: str) -> None:
    [first, second, *_] = definitions(text)
    assert (first.id, first.lines[0], second.id) == (message, f"a message of {code}", code)
    assert first.document["rules"]


def test_the_rules_of_a_message_begin_with_those_of_the_calls_of_the_destination() -> None:
    [first, _] = definitions("userId must be specified")
    assert first.document["rules"][0] == "commerce.track-purchase.userid-based.email-only"


def test_every_message_is_one_that_the_simulator_answers_and_has_rules_and_a_code() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "simulator").rglob("*.py"))
    here = (ROOT / "simulator" / "rulebook" / "messages.py").read_text(encoding="utf-8")
    assert [one.text for one in MESSAGES if sources.count(one.text) == here.count(one.text)] == []
    assert [one.text for one in MESSAGES if not one.decided() or one.code not in CODES] == []


def test_a_rule_a_property_and_a_rule_of_lint_are_each_found_by_their_id() -> None:
    for identifier in ("fields.mismatch", "segment.duplicate", "identity.event-is-theirs", "trigger.double-equals"):
        assert [one.id for one in definitions(identifier)] == [identifier]


def test_a_rule_that_a_setting_changes_names_it_beside_its_open_question() -> None:
    [found] = definitions("events.track.email-based.unknown-email")
    assert found.lines[0].endswith("dropped, or refused, depending on the setting trackUnknownEmail.")
    assert found.lines[2].startswith("open: Email-based: is an event for an unknown email lost")
    assert found.lines[3] == "settings: trackUnknownEmail"
    assert (found.document["open"], found.document["settings"]) == (found.lines[2][6:], ["trackUnknownEmail"])


def test_a_setting_is_explained_with_its_values_and_the_rules_that_depend_on_it() -> None:
    [found] = definitions("trackunknownemail")
    assert found.id == "trackUnknownEmail"
    assert found.lines[0].startswith("setting of a project: Email-based: events/track for an unknown email; `drop`")
    assert found.lines[1] == "values: drop (the default), error"
    assert "events.track.email-based.unknown-email" in found.lines[2]
    assert found.document["values"] == ["drop", "error"]
    [lag] = definitions("visibilityLag")
    assert lag.lines[1].startswith("default: 0")
    [source] = definitions("clockCorrection")
    assert source.lines[0].startswith("setting of a source: ")
    [timestamps] = definitions("unreadableTimestamps")
    assert timestamps.document["rules"] == ["segment.unreadable-timestamp"]


def test_every_setting_is_explained() -> None:
    names = [name for name, field in ProjectSettings.model_json_schema(by_alias=True)["properties"].items()]
    assert [[found.id for found in definitions(name)] for name in names] == [[name] for name in names]


def test_every_setting_that_a_rule_names_is_one() -> None:
    names = {name for rule in RULES.values() for name in settings_of(rule)}
    assert "forgetAgain" in names
    assert names <= ProjectSettings.model_json_schema(by_alias=True)["properties"].keys()


def test_no_rule_leaves_the_setting_that_changes_it_unnamed() -> None:
    vague = ("a setting", "configured that way")
    rules = (*RULES.values(), *SEGMENT_RULES.values())
    assert [rule.id for rule in rules if any(words in rule.statement for words in vague)] == []


def test_a_rule_of_lint_says_what_to_do() -> None:
    [found] = definitions("identifier.device")
    assert found.lines[0].startswith("warning: An anonymousId identifies a device")
    assert found.lines[1].startswith("Map only $.userId")
    assert found.document["advice"] == found.lines[1]


def test_an_id_stands_for_itself_where_other_ids_begin_like_it() -> None:
    ids = [*RULES, *CODES, *LINT_RULES, *PROPERTIES]
    begun = [one for one in ids if any(other != one and other.startswith(one) for other in ids)]
    assert "fields.unknown" in begun
    assert [[found.id for found in definitions(one)] for one in begun] == [[one] for one in begun]


def test_a_beginning_finds_everything_below_it_at_a_dot() -> None:
    ids = [one.id for one in definitions("events.track")]
    assert ids
    assert all(identifier.startswith("events.track.") for identifier in ids)


def test_a_word_finds_rules_and_properties_alike() -> None:
    ids = {one.id for one in definitions("events")}
    assert {"events.time-is-kept"} | {identifier for identifier in RULES if identifier.startswith("events.")} <= ids


def test_a_part_of_a_word_finds_what_begins_with_it() -> None:
    assert {one.id for one in definitions("trigger.double")} == {"trigger.double-equals"}


def test_nothing_is_found_for_what_stands_for_nothing_but_what_resembles_it_is_named() -> None:
    assert definitions("UnkownUserIdEror") == []
    assert similar_ids("UnkownUserIdEror")[0] == "UnknownUserIdError"


def test_every_rule_that_a_code_names_exists() -> None:
    assert [(code.code, rule) for code in CODES.values() for rule in code.rules if rule not in RULES] == []


def test_every_code_that_the_simulator_answers_with_is_explained() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "simulator").rglob("*.py")]
    answered = {
        code
        for text in sources
        for code in re.findall(r"(?:refused|conflicted|code_reply)\([^\"]*\"([A-Z]\w+)\"", text)
    }
    assert {"UnknownUserIdError", "BadParams", "Unauthorized"} <= answered
    assert answered - set(CODES) == {"Success"}


def test_ids_are_of_one_thing_only() -> None:
    both = [*RULES, *CODES, *LINT_RULES, *PROPERTIES]
    assert [identifier for identifier in set(both) if both.count(identifier) > 1] == []


def test_an_assumption_without_a_source_is_called_one_once() -> None:
    lines = [line for rule in RULES for found in definitions(rule) for line in found.lines]
    assert "assumed" in lines
    assert "assumed: assumed" not in lines
