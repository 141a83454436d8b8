"""The search meets what people type: words, endings, other spellings, whole error messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.scenario import load_scenarios
from conformance.scenario.library import Library, shipped_library
from conformance.scenario.library.words import likeness, phrase_of, words_of

LIBRARY = Library(load_scenarios([shipped_library()]))


def found(text: str) -> list[str]:
    return [Path(finding.loaded.file).name.split(".")[0] for finding in LIBRARY.find(text)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("duplicate record userId", "one-user-id-on-two-profiles"),
        ("placeholder profile", "placeholder-profile-is-not-taken-over"),
        ("e-mail is called email_address", "email-under-another-key"),
        ("Quantity must be an integer but it was a number.", "weighed-goods"),
        ("The root value is missing the required field 'total'.", "revenue-instead-of-total"),
        ("Campaign ID must be an integer but it was a string.", "property-called-campaign-id"),
        ("This action does not support batched requests.", "purchases-stop-with-batching"),
        ("BatchTooLarge", "too-many-in-one-batch"),
        ("events in January 1970", "seconds-taken-for-milliseconds"),
        ("abandoned cart only last product", "last-product-replaces-the-cart"),
        ("birthday a day earlier", "birthday-moved-by-a-day"),
        ("trigger OR capitals", "or-in-capitals"),
        ("some users show up twice", "user-id-falls-back-to-anonymous-id"),
        ("anonymous visitors who only gave an email are gone", "guest-order-with-an-email-only"),
        ("order events gone", "guest-order-with-an-email-only"),
        (
            "Since we switched our Iterable project to userID-based, order events of anonymous web visitors who only gave "
            "an email are gone, and some users show up twice",
            "guest-order-with-an-email-only",
        ),
        ("userId must be specified", "guest-order-with-an-email-only"),
    ],
)
def test_the_scenario_that_is_meant_comes_first(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_a_pasted_error_is_found_in_spite_of_its_names_and_numbers() -> None:
    pasted = (
        "Project 10216: The request does not have the same data types as the data previously submitted. "
        "Field 'signupDate' already exists for type 'user'"
    )
    assert "one-wrong-type-loses-the-whole-identify" in found(pasted)
    assert "identify-with-user-id-only" in found("400 UnknownUserIdError No user exists with userId 8f2c-771")


def test_a_text_that_stands_word_for_word_comes_before_its_words_elsewhere() -> None:
    top = LIBRARY.find("Must include email or userId.")[0].loaded
    assert "Must include email or userId." in (top.document.value["name"] + str(top.scenario.tags))


def test_an_exact_reply_finds_a_known_issue_before_an_open_question() -> None:
    names = found("userId must be specified")
    assert names.index("guest-order-with-an-email-only") < names.index("userid-based-email-only")


def test_words_that_say_nothing_find_nothing_and_suggest_nothing() -> None:
    assert found("our") == []
    assert LIBRARY.unknown("our") == {"our": []}
    assert found("our phone number") == found("phone number")


def test_the_theme_finds_its_scenarios() -> None:
    assert {Path(finding.loaded.file).parent.name for finding in LIBRARY.find("phone number")[:5]} == {"phone"}


def test_what_nobody_wrote_about_finds_nothing() -> None:
    assert found("quaternion") == []
    assert LIBRARY.unknown("quaternion profles") == {"profles": ["profiles", "profile"], "quaternion": []}


def test_words_have_no_case_no_humps_and_no_hyphen_in_email() -> None:
    assert words_of("UserID of an E-Mail") == words_of("userid user id of an email")
    assert words_of("UnknownUserIdError") >= {"unknownuseriderror", "unknown", "user", "id", "error"}


def test_a_phrase_keeps_the_order_of_its_words_and_nothing_else() -> None:
    assert phrase_of("The value at /items/0, 'id'!") == " the value at items 0 id "


@pytest.mark.parametrize(
    ("typed", "there", "expected"),
    [
        ("cart", "cart", 1.0),
        ("profil", "profile", 0.6),
        ("profiles", "profile", 0.6),
        ("duplicated", "duplicate", 0.6),
        ("car", "cart", 0.0),
        ("identified", "identify", 0.6),
        ("twice", "duplicates", 0.5),
        ("gone", "lost", 0.5),
        ("guests", "visitor", 0.5),
        ("cartography", "cart", 0.0),
        ("400", "4001", 0.0),
    ],
)
def test_endings_are_forgiven_synonyms_are_known_and_short_words_are_not(
    typed: str, there: str, expected: float
) -> None:
    assert likeness(typed, there) == expected


def test_every_title_finds_its_own_scenario_among_the_first() -> None:
    missed = [
        loaded.scenario.name
        for loaded in LIBRARY.scenarios
        if loaded not in [finding.loaded for finding in LIBRARY.find(loaded.scenario.name)[:3]]
    ]
    assert missed == []
