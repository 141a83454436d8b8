"""The law of recordings: what was recorded passes when it is run, and tells of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from journals import KEY, SECRETS, Seen, journals

from conformance.inputs.yaml_file import document_of
from conformance.recorder.pseudonyms import Replacements
from conformance.report.model import Verdict
from conformance.scenario import SimulatorBackend, run_scenario, scenario_in
from simulator.history.recording import RecordingRefusedError
from simulator.project.identifiers import is_email, is_user_id
from simulator.project.phones import region_code


def verdict_of(text: str, project_type: str) -> tuple[Verdict, str]:
    with SimulatorBackend.in_process() as backend:
        backend.project_name()  # so that the project is called otherwise than where it was recorded
        result = run_scenario(scenario_in(document_of("recording", text), Path()), project_type, backend)
    return result.verdict, result.message + "".join(map(str, result.failures))


@given(journals())
@settings(max_examples=30, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_a_recording_passes_with_nothing_lost_and_names_nobody(journal: tuple[Seen, int]) -> None:
    seen, first = journal
    try:
        recording = seen.recorded(**{"from": first})
    except RecordingRefusedError as refusal:
        # Where no request is text, there is nothing to play, and the refusal says so.
        assert "is not text in UTF-8" in str(refusal)  # noqa: PT017  # only some journals are refused
        return
    assert verdict_of(recording.text, seen.project_type) == (Verdict.PASSED, "")
    assert [sentence for sentence in recording.lost if "is not text in UTF-8" not in sentence] == []
    assert [secret for secret in SECRETS if secret.lower() in recording.text.lower()] == []


def test_what_is_no_text_is_left_out_and_named() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", {"email": "new@example.com"})
    seen.call("POST", "users/update", b"\xff\x00")
    recording = seen.recorded()
    [sentence] = recording.lost
    assert sentence.startswith("request 2 is left out: the body of 2 bytes is not text in UTF-8")
    assert sentence in recording.text


def test_nothing_is_recorded_where_nothing_can_be_written() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", b"\xff")
    with pytest.raises(RecordingRefusedError, match="nothing of it can be recorded: request 1 is left out"):
        seen.recorded()


def test_what_is_nested_deeper_than_a_scenario_can_be_is_named_with_its_place() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", b'{"email":"a@x.test","dataFields":{"n":%s1%s}}' % (b'{"a":' * 150, b"}" * 150))
    with pytest.raises(RecordingRefusedError, match=r"^expect\.users\[0\]\.dataFields\.n\.a is nested deeper than"):
        seen.recorded()


@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_what_is_nested_as_deep_as_a_scenario_can_be_passes(opening: bytes, closing: bytes) -> None:
    seen = Seen("hybrid")
    body = b'{"email":"a@x.test","dataFields":{"n":%s1%s}}' % (opening * 95, closing * 95)
    seen.call("POST", "users/update", body)
    assert verdict_of(seen.recorded().text, "hybrid") == (Verdict.PASSED, "")


def test_events_that_go_with_a_person_of_before_are_recorded_with_the_state_before() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "events/track", {"userId": "u1", "eventName": "Visited"})
    seen.call("POST", "events/track", {"userId": "u1", "eventName": "Visited"})
    first = len(seen.numbers) + 1
    seen.call("DELETE", "users/byUserId/u1")
    recording = seen.recorded(**{"from": first})
    assert recording.lost == ()
    assert verdict_of(recording.text, "hybrid") == (Verdict.PASSED, "")
    assert document_of("recording", recording.text).value["expect"]["counts"]["events"] == 0


def test_one_person_has_one_replacement_in_every_place() -> None:
    seen = Seen("hybrid")
    fields = {
        "firstName": "Zelda",
        "page": "https://x.test/u/cust-77ab-9x?who=zelda.quux%40quuxcorp.biz&name=Zelda",
        "by": {"cust-77ab-9x": 1, "Zelda.Quux@quuxcorp.biz": 2},
        "birthday": "1990-04-01",
        "age": 33,
        "plan": "gold",
    }
    seen.call(
        "POST", "users/update", {"email": "Zelda.Quux@quuxcorp.biz", "userId": "cust-77ab-9x", "dataFields": fields}
    )
    seen.call("GET", "users/byUserId/cust-77ab-9x")
    text = seen.recorded().text
    body = document_of("recording", text).value["steps"][0]["call"]["body"]
    written = body["dataFields"]
    email, user_id = body["email"], body["userId"]
    assert not [secret for secret in ("zelda", "quux", "cust-77ab") if secret in text.lower()]
    name = written["firstName"]
    assert written["page"] == f"https://x.test/u/{user_id}?who={email.lower().replace('@', '%40')}&name={name}"
    assert list(written["by"]) == [user_id, email]
    assert (written["birthday"], written["age"], written["plan"]) == ("1990-04-01", 33, "gold")
    assert (email, user_id) == ("Person1@example.com", "user1")


def test_people_are_numbered_and_both_identifiers_of_a_person_have_the_same_number() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", {"email": "zelda@quuxcorp.biz", "userId": "cust-77ab"})
    seen.call("POST", "users/update", {"email": "grace@quuxcorp.biz", "userId": "cust-12ab"})
    seen.call("POST", "users/update", {"userId": "cust-33xy"})
    seen.call("POST", "users/updateEmail", {"currentEmail": "zelda@quuxcorp.biz", "newEmail": "Z+new@other.biz"})
    recording = seen.recorded()
    users = document_of("recording", recording.text).value["expect"]["users"]
    assert [(user.get("email"), user.get("userId")) for user in users] == [
        ("person2+kor@example.com", "user1"),
        ("person3@example.com", "user3"),
        (None, "user4"),
    ]
    assert "currentEmail: person1@example.com" in recording.text
    assert recording.lost == ()
    assert verdict_of(recording.text, "hybrid") == (Verdict.PASSED, "")


def test_a_recording_of_a_recording_is_the_same() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", {"email": "person7@example.com", "userId": "user7"})
    seen.call("POST", "users/update", {"email": "zelda@quuxcorp.biz", "userId": "user7"})
    text = seen.recorded().text
    assert "email: person7@example.com" in text
    assert "userId: user7" in text
    assert "zelda" not in text


@pytest.mark.parametrize(
    ("user_id", "made"),
    [("cust-77ab", "user1"), ("U1", "user1"), ("user_X", "user1"), ("user12", "user12")],
)
def test_a_usual_user_id_becomes_a_numbered_one(user_id: str, made: str) -> None:
    assert Replacements([user_id]).user_id(user_id) == made


@pytest.mark.parametrize("user_id", ["12345", "8f2c41d0-7a3b-4c5d-9e8f-001122334455", "a b", "ä1", "x" * 60, "a/b.c"])
def test_an_unusual_user_id_keeps_its_shape(user_id: str) -> None:
    made = Replacements([user_id]).user_id(user_id)
    assert (len(made), made != user_id) == (len(user_id), True)
    assert [sign for sign in made if not sign.isalnum()] == [sign for sign in user_id if not sign.isalnum()]


def test_products_keep_their_words_and_people_do_not() -> None:
    seen = Seen("hybrid")
    item = {"id": "ring-1", "sku": "R-1", "name": "A rose gold ring for every day", "price": 5, "quantity": 1}
    item["dataFields"] = {"giftMessage": "For my dear Rose, always"}
    user = {"email": "rose@quuxcorp.biz", "userId": "rose", "dataFields": {"firstName": "Rose", "lastName": "Quux"}}
    seen.call("POST", "commerce/trackPurchase", {"user": user, "items": [item], "total": 5})
    viewed = {
        "name": "Rose gold ring",
        "price": 5,
        "seenBy": "Rose Quux",
        "url": "https://shop.test/?for=rose@quuxcorp.biz",
    }
    seen.call("POST", "events/track", {"userId": "rose", "eventName": "Product Viewed", "dataFields": viewed})
    text = seen.recorded().text
    steps = document_of("recording", text).value["steps"]
    [bought] = steps[0]["call"]["body"]["items"]
    assert (bought["name"], bought["sku"]) == ("A rose gold ring for every day", "R-1")
    assert "Rose" not in bought["dataFields"]["giftMessage"]
    fields = steps[1]["call"]["body"]["dataFields"]
    assert (fields["name"], fields["url"]) == ("Rose gold ring", "https://shop.test/?for=person1@example.com")
    assert "Rose" not in fields["seenBy"]
    assert "quux" not in text.lower()


def test_personal_data_is_kept_on_demand_and_keys_are_not() -> None:
    seen = Seen("hybrid")
    seen.call("POST", "users/update", {"email": "zelda.quux@quuxcorp.biz", "apiKey": KEY, "dataFields": {"key": KEY}})
    text = seen.recorded(keepPersonalData=True).text
    assert "zelda.quux@quuxcorp.biz" in text
    assert KEY not in text


def test_a_recording_of_one_person_begins_with_that_person_only() -> None:
    seen = Seen("hybrid")
    for name in ("ada", "bob", "cyd"):
        seen.call("POST", "users/update", {"email": f"{name}@example.com"})
    seen.call("POST", "users/update", {"email": "bob@example.com", "dataFields": {"plan": "pro"}})
    recording = seen.recorded(**{"from": 4}, keepPersonalData=True)
    assert [user["email"] for user in document_of("r", recording.text).value["project"]["users"]] == [
        "bob@example.com"
    ]
    assert recording.lost == ()


def test_ids_that_the_project_makes_up_are_its_own_in_the_recording() -> None:
    seen = Seen("hybrid")
    for _ in range(3):
        seen.call("POST", "events/track", {"email": "new@example.com", "userId": "u1", "eventName": "Seen"})
    recording = seen.recorded(**{"from": 3})
    assert recording.lost == ()
    assert verdict_of(recording.text, "hybrid")[0] is Verdict.PASSED


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_replacements_are_as_valid_as_what_they_stand_for_and_differ_as_it_does(one: str, other: str) -> None:
    replacements = Replacements([one, other])
    made = replacements.text(one)
    assert is_user_id(made) == is_user_id(one) or len(made) > len(one)
    assert (made == replacements.text(other)) == (one == other)


@pytest.mark.parametrize(
    "email",
    [
        "ada@analytical.co.uk",
        "Ada.Lovelace+news@Analytical.CO.UK",
        "ada@",
        "@x.de",
        "a b@x.de",
        "ada@x",
        "ada@gmail.com",
    ],
)
def test_an_email_stays_as_valid_as_it_was(email: str) -> None:
    made = Replacements([email]).email(email)
    assert is_email(made.lower()) == is_email(email.lower())
    assert "ada" not in made.lower()


@pytest.mark.parametrize("phone", ["+442071838750", "+1 415 555 2671", "+49 (0)30 901820", "555-0123"])
def test_a_phone_number_stays_in_its_region_and_notation(phone: str) -> None:
    made = Replacements([phone]).phone(phone)
    assert made != phone
    assert region_code(made) == region_code(phone)
    assert [sign for sign in made if not sign.isdecimal()] == [sign for sign in phone if not sign.isdecimal()]
