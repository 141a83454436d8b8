"""What the Tracking API takes and refuses."""

from __future__ import annotations

import base64
import gzip
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.tracking_api.messages import Envelope
from conformance.tracking_api.requests import Accepted, Refused, is_tracking_path, read_request
from conformance.tracking_api.rules import RULES
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import Source, Sources

SOURCES = Sources().with_source(Source("shop", ("email",)))
TRACK: dict[str, Any] = {"type": "track", "event": "Mug Bought", "userId": "ada"}
TYPES = ["identify", "track", "page", "screen", "group", "alias"]


def post(path: str, body: Any, headers: dict[str, str] | None = None, sources: Sources = SOURCES) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_request("POST", path, headers or {}, raw, sources)


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def message_of(size: int) -> dict[str, Any]:
    """A message whose compact JSON has so many bytes."""
    empty = {**TRACK, "properties": {"text": ""}}
    frame = len(json.dumps(empty, separators=(",", ":")))
    return {**TRACK, "properties": {"text": "x" * (size - frame)}}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import", "/v1/b"])
def test_a_batch_is_taken_under_all_its_names(path: str, slash: str) -> None:
    accepted = post(path + slash, {"batch": [TRACK, TRACK], "writeKey": "shop", "sentAt": "2026-03-01T09:00:00Z"})
    assert accepted.messages == (TRACK, TRACK)
    assert accepted.write_keys == ("shop", "shop")
    assert accepted.envelope == Envelope(None, "2026-03-01T09:00:00Z")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("event_type", TYPES)
def test_a_single_message_is_taken_under_its_type_and_its_first_letter(event_type: str, slash: str) -> None:
    for path in (f"/v1/{event_type}{slash}", f"/v1/{event_type[0]}{slash}?debug=1"):
        accepted = post(path, {"userId": "ada", "writeKey": "shop"})
        assert accepted == Accepted(
            ({"userId": "ada", "writeKey": "shop"},), ("shop",), Envelope(event_type), (), "shop"
        )


def test_metrics_are_answered_and_dropped() -> None:
    assert post("/v1/m", b"anything") == Accepted()


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/projects/shop/settings", "/v2/track", "/api/users/update", "/v1/tracks", ""]
)
def test_other_paths_are_not_the_tracking_apis(path: str) -> None:
    assert post(path, {}) is None
    assert not is_tracking_path(path)


def test_a_get_of_a_path_of_the_tracking_api_is_refused_and_not_redirected() -> None:
    refused = read_request("GET", "/v1/track", {}, b"", SOURCES)
    assert isinstance(refused, Refused)
    assert (refused.status, refused.rule) == (405, "segment.method")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json", ""])
def test_the_body_is_json_whatever_the_content_type_says(content_type: str) -> None:
    assert post("/v1/t", TRACK, {"Content-Type": content_type}).messages == (TRACK,)


@pytest.mark.parametrize("name", ["Content-Encoding", "content-encoding"])
@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_a_body_is_unpacked_where_content_encoding_says_gzip(name: str, encoding: str) -> None:
    packed = gzip.compress(json.dumps({"batch": [TRACK]}).encode())
    assert post("/v1/batch", packed, {name: encoding}).messages == (TRACK,)


def test_a_gzip_body_of_several_members_is_unpacked_whole() -> None:
    raw = json.dumps({"batch": [TRACK]}).encode()
    packed = gzip.compress(raw[:20], mtime=0) + gzip.compress(raw[20:])
    assert post("/v1/batch", packed, {"Content-Encoding": "gzip"}).messages == (TRACK,)


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (
            gzip.compress(b"{}", mtime=0),
            {},
            "Invalid JSON: the body is gzipped, but no Content-Encoding says so",
        ),
        (gzip.compress(b"{}", mtime=0)[:-9], {"Content-Encoding": "gzip"}, "the body is not gzip: it is truncated"),
        (b"{}", {"Content-Encoding": "gzip"}, "the body is not gzip: incorrect header check"),
        (b"", {"Content-Encoding": "gzip"}, "the body is not gzip: it is empty"),
        (b"{}", {"Content-Encoding": "br"}, "unknown Content-Encoding 'br'; only gzip is supported"),
        (b"{}", {"Content-Encoding": "gzip, gzip"}, "unknown Content-Encoding 'gzip, gzip'; only gzip is supported"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_refused_with_the_reason(
    body: bytes, headers: dict[str, str], message: str
) -> None:
    refused = post("/v1/batch", body, headers)
    assert (refused.status, refused.message, refused.rule) == (400, message, "segment.encoding")


def test_a_small_body_that_unpacks_to_a_giant_is_refused() -> None:
    packed = gzip.compress(b" " * 50_000_000, mtime=0)
    refused = post("/v1/batch", packed, {"Content-Encoding": "gzip"})
    assert refused.message == "Exceed payload limit: the decompressed request has more than 512,000 bytes"


@pytest.mark.parametrize("user", ["shop:", "shop", "shop:ignored"])
def test_the_user_of_basic_authentication_is_the_write_key_with_and_without_a_colon(user: str) -> None:
    assert post("/v1/t", {**TRACK, "writeKey": "other"}, basic(user)).write_keys == ("shop",)


def test_the_scheme_of_basic_authentication_has_any_capitals() -> None:
    assert post("/v1/t", TRACK, {"authorization": f"bAsIc {base64.b64encode(b'shop:').decode()}"}).write_keys == (
        "shop",
    )


@pytest.mark.parametrize("authorization", ["Bearer token", "Basic !!!", "Basic /w==", "Basic", "", "Digest x"])
def test_the_write_key_is_that_of_the_body_where_the_header_has_none(authorization: str) -> None:
    headers = {"Authorization": authorization}
    assert post("/v1/batch", {"batch": [TRACK], "writeKey": "shop"}, headers).write_keys == ("shop",)


def test_each_message_of_a_batch_has_its_own_write_key_where_the_envelope_has_none() -> None:
    batch = [{**TRACK, "writeKey": "shop"}, {**TRACK, "writeKey": "app"}, TRACK, 5]
    assert post("/v1/b", {"batch": batch}).write_keys == ("shop", "app", "", "")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"batch": [{}, {"traits": {"age": NaN}}]}', "Invalid JSON: batch[1].traits.age, line 1, column 35: not JSON: NaN is not JSON"),
        (b'{"batch": [{"traits": {"name": "NaN", "age": -Infinity}}]}', "Invalid JSON: batch[0].traits.age, line 1, column 46: not JSON: -Infinity is not JSON"),
        (b'{"batch": [\n{"event" "E"}]}', "Invalid JSON: batch[0].event, line 2, column 10: not JSON: expecting ':' delimiter"),
        (b'{"a": \xff}', "Invalid JSON: a, line 1, column 7: not UTF-8: invalid start byte"),
        (b"[]", "Invalid JSON: the body must be an object"),
        (b"null", "Invalid JSON: the body must be an object"),
        (b"[" * 100_000, "Invalid JSON: [0][0][0][0][0][0][0][0], line 1, column 201: nested more than 200 levels deep"),
    ],
)  # fmt: skip
def test_json_that_does_not_parse_is_refused_with_message_and_field(body: bytes, message: str) -> None:
    refused = post("/v1/batch", body)
    assert (refused.status, refused.rule, refused.code) == (400, "segment.not-json", "invalid_json")
    assert refused.message == message
    assert refused.body == {"success": False, "code": "invalid_json", "message": refused.message}


def test_a_single_message_of_the_limit_is_taken_and_one_byte_more_is_refused() -> None:
    def body(size: int) -> bytes:
        return json.dumps(message_of(size), separators=(",", ":")).encode()

    assert isinstance(post("/v1/track", body(32_768)), Accepted)
    refused = post("/v1/track", body(32_769))
    assert (refused.status, refused.rule) == (400, "segment.request-too-large")
    named = "the track message has 32,769 bytes, over 32,768; most of them in properties"
    assert refused.message == f"Exceed payload limit: {named}"


def test_one_message_of_a_batch_over_the_limit_refuses_all_of_it_and_is_named() -> None:
    assert isinstance(post("/v1/batch", {"batch": [TRACK, message_of(32_768)]}), Accepted)
    refused = post("/v1/batch", {"batch": [TRACK, message_of(32_769)]})
    assert (
        refused.message == "Exceed payload limit: batch[1] has 32,769 bytes, over 32,768; most of them in properties"
    )
    assert (refused.status, refused.rule) == (400, "segment.message-too-large")


def test_a_message_of_a_batch_is_counted_without_the_blanks_and_escapes_that_it_was_sent_with() -> None:
    message = {**TRACK, "properties": {"text": "é" * 10_000}}
    body = json.dumps({"batch": [message]}, indent=4).encode()
    assert len(body) > 60_000
    assert isinstance(post("/v1/batch", body), Accepted)


def test_a_batch_of_the_limit_is_taken_and_one_byte_more_is_refused() -> None:
    body = json.dumps({"batch": [message_of(32_000)] * 15}).encode()
    assert isinstance(post("/v1/batch", body.ljust(512_000)), Accepted)
    refused = post("/v1/batch", body.ljust(512_001))
    assert refused.message == "Exceed payload limit: the request has more than 512,000 bytes"


def test_messages_behind_the_2500th_are_dropped_with_a_reason_after_a_200() -> None:
    accepted = post("/v1/batch", {"batch": [{"n": number} for number in range(2502)], "writeKey": "shop"})
    assert len(accepted.messages) == len(accepted.write_keys) == 2500
    assert [dropped.received for dropped in accepted.dropped] == [{"n": 2500}, {"n": 2501}]
    assert {dropped.rule for dropped in accepted.dropped} == {"segment.too-many-messages"}


@pytest.mark.parametrize("body", [{}, {"batch": {}}, TRACK])
def test_a_batch_request_without_a_batch_is_dropped_with_a_reason_after_a_200(body: dict[str, Any]) -> None:
    accepted = post("/v1/batch", body)
    assert accepted.messages == ()
    assert [(dropped.received, dropped.rule) for dropped in accepted.dropped] == [(body, "segment.no-batch")]


def test_the_limits_are_those_of_the_source() -> None:
    small = Sources().with_source(Source("shop", ("email",), settings=SourceSettings(message_limit=60)))
    assert isinstance(post("/v1/t", TRACK, basic("shop:"), small), Accepted)
    assert isinstance(post("/v1/t", {**TRACK, "name": "a longer one"}, basic("shop:"), small), Refused)
    assert isinstance(post("/v1/t", {**TRACK, "name": "a longer one"}, basic("other:"), small), Accepted)


def test_a_source_may_take_more_than_segment_does() -> None:
    large = Sources().with_source(Source("shop", ("email",), settings=SourceSettings(batch_limit=2_000_000)))
    body = json.dumps({"batch": [message_of(32_000)] * 40}).encode()
    assert isinstance(post("/v1/batch", body, basic("shop:"), large), Accepted)
    assert isinstance(post("/v1/batch", body, basic("other:"), large), Refused)


@given(
    method=st.sampled_from(["POST", "GET", "post"]),
    path=st.sampled_from(["/v1/batch", "/v1/b/", "/v1/t", "/v1/identify", "/v1/m", "/x"]),
    headers=st.dictionaries(
        st.sampled_from(["Authorization", "Content-Encoding", "content-type"]),
        st.sampled_from(["gzip", "Basic ", "Basic /w==", "Bearer x"]) | st.text(string.printable, max_size=20),
    ),
    body=st.binary(max_size=60)
    | st.binary(max_size=60).map(gzip.compress)
    | st.text('{}[]",:batchNaN1 \\ud83c', max_size=60).map(lambda text: text.encode()),
)
def test_no_bytes_make_it_raise_and_every_refusal_names_a_rule(
    method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    answer = read_request(method, path, headers, body, SOURCES)
    if isinstance(answer, Refused):
        assert answer.rule in RULES
        assert 400 <= answer.status < 500
        json.dumps(answer.body)


@pytest.mark.parametrize("depth", [100, 500, 900, 990, 5000])
def test_a_deeply_nested_message_is_taken_or_refused_but_never_an_error(depth: int) -> None:
    nested = '{"a":' * depth + '"' + "x" * 33_000 + '"' + "}" * depth
    body = f'{{"batch":[{{"userId":"ada","properties":{nested}}}]}}'.encode()
    assert isinstance(post("/v1/batch", body), Refused)
