"""What the errors of the destination say, and under which names."""

from __future__ import annotations

import pytest

from destination import AggregateError, Complaint, ConnectionFailure, RootMappingError
from destination.mapping import compile_mapping


def test_the_mistakes_of_a_mapping_stand_in_one_message_line_by_line() -> None:
    with pytest.raises(AggregateError) as caught:
        compile_mapping({"v": {"@nope": 1}, "w": {"@nope": 2}})
    assert caught.value.message.split("\n") == [
        "",
        "    ValidationError: /v has an invalid directive: @nope.",
        "    ValidationError: /w has an invalid directive: @nope.",
    ]
    assert str(caught.value) == caught.value.message


def test_a_mistake_at_the_root_of_a_mapping_is_a_complaint_about_the_whole() -> None:
    with pytest.raises(RootMappingError) as caught:
        compile_mapping({"@nope": 1})
    assert (caught.value.name, caught.value.status) == ("ValidationError", 400)
    assert caught.value.complaints == (Complaint("/ has an invalid directive: @nope.", "$", "/"),)


def test_a_failed_connection_is_an_error_of_no_particular_name_unless_it_is_given_one() -> None:
    assert (ConnectionFailure("gone").name, ConnectionFailure("gone").code) == ("Error", None)
    assert ConnectionFailure("gone", name="TypeError").name == "TypeError"
