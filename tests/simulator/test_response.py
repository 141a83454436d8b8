"""Replies as bytes: what JSON looks like in each room, and what no UTF-8 can hold."""

from __future__ import annotations

from simulator.response import ASCII, COMPACT, SPACED, code_reply, error_reply, json_reply, text_reply


def test_json_is_compact_for_iterable_spaced_for_people_and_ascii_for_faults() -> None:
    value = {"a": ["é", 1]}
    bodies = [json_reply(value, encoder=encoder).body for encoder in (COMPACT, SPACED, ASCII)]
    assert bodies == ['{"a":["é",1]}'.encode(), '{"a": ["é", 1]}'.encode(), b'{"a": ["\\u00e9", 1]}']


def test_half_of_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert json_reply("\ud800").body == b'"?"'
    assert text_reply("\ud800").body == b"?"


def test_a_refusal_has_the_form_of_its_surface() -> None:
    assert code_reply(401, "BadApiKey", "no").body == b'{"msg":"no","code":"BadApiKey","params":null}'
    assert error_reply(404, "no").body == b'{"error": "no"}'
    named = error_reply(400, "no", [{"path": "a", "message": "b"}], {"Allow": "GET"})
    assert named.body == b'{"error": "no", "mistakes": [{"path": "a", "message": "b"}]}'
    assert named.headers == {"Content-Type": "application/json", "Allow": "GET"}
