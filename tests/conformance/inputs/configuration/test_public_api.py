from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from conformance.inputs.configuration import configuration_of, read_configuration
from conformance.inputs.configuration.public_api import MOST_PAGES, MOST_TRIES, Region, fetch_subscriptions
from conformance.inputs.configuration.rate_limit import seconds_to_wait
from conformance.inputs.errors import InputError, InputProblem

EXAMPLES = Path(__file__).parent / "examples"
ID = "66a0c0ffee0000000000beef"
TOKEN = "sgp_aSecretToken"
US = f"https://api.segmentapis.com/destinations/{ID}"
EU = f"https://eu1.api.segmentapis.com/destinations/{ID}"
DESTINATION = json.loads((EXAMPLES / "destination.json").read_text())
LIST = json.loads((EXAMPLES / "public_api.json").read_text())


class Waits(list[float]):
    """Sleeps that take no time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def fetch(
    region: Region = "us", token: str = TOKEN, destination: str = ID, waits: Waits | None = None
) -> dict[str, Any]:
    with httpx.Client() as client:
        return fetch_subscriptions(destination, token, region, client, waits if waits is not None else Waits())


def refusal(**options: Any) -> InputProblem:
    with pytest.raises(InputError) as caught:
        fetch(**options)
    [problem] = caught.value.problems
    assert TOKEN not in str(problem)
    assert "not-a-real-key" not in str(problem)
    return problem


def page(number: int, count: int, total: int) -> dict[str, Any]:
    items = [
        {**LIST["data"]["subscriptions"][0], "id": f"s{number}-{index}", "name": f"n{number}-{index}"}
        for index in range(count)
    ]
    following = {} if number == total else {"next": f"cursor{number + 1}"}
    return {"data": {"pagination": {"current": f"cursor{number}", **following}, "subscriptions": items}}


@respx.mock
def test_what_is_fetched_is_a_configuration() -> None:
    respx.get(US).respond(json=DESTINATION)
    respx.get(f"{US}/subscriptions").respond(json=LIST)
    found = fetch()
    assert (
        configuration_of("pulled", json.dumps(found)).subscriptions
        == read_configuration(EXAMPLES / "public_api.json").subscriptions
    )
    assert "not-a-real-key" not in json.dumps(found)


@respx.mock
def test_the_token_goes_into_the_header_and_the_media_type_is_that_of_the_calls_version() -> None:
    respx.get(US).respond(json=DESTINATION)
    route = respx.get(f"{US}/subscriptions").respond(json=LIST)
    fetch(token=f" {TOKEN}\n")
    request = route.calls[0].request
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "application/vnd.segment.v1alpha+json" in request.headers["accept"]
    assert request.url.params["pagination.count"] == "200"


@respx.mock
def test_every_page_is_followed() -> None:
    respx.get(US).respond(json=DESTINATION)
    route = respx.get(f"{US}/subscriptions")
    route.side_effect = [httpx.Response(200, json=page(number, 200 if number < 3 else 7, 3)) for number in (1, 2, 3)]
    data = fetch()["data"]
    assert [call.request.url.params.get("pagination.cursor") for call in route.calls] == [None, "cursor2", "cursor3"]
    assert len({item["id"] for item in data["subscriptions"]}) == 407
    assert data["pagination"] == {"current": "MA==", "totalEntries": 407}


@respx.mock
@pytest.mark.parametrize("cursor", ["cursor2", ""])
def test_pages_that_do_not_end_are_given_up(cursor: str) -> None:
    respx.get(US).respond(json=DESTINATION)
    route = respx.get(f"{US}/subscriptions")
    numbers = iter(range(2, MOST_PAGES + 10))
    route.side_effect = lambda _: httpx.Response(
        200, json={"data": {"subscriptions": [], "pagination": {"next": cursor or f"cursor{next(numbers)}"}}}
    )
    assert "never ends" in refusal().message
    assert route.call_count <= MOST_PAGES


@respx.mock
def test_a_workspace_in_europe_has_a_host_of_its_own() -> None:
    respx.get(EU).respond(json=DESTINATION)
    respx.get(f"{EU}/subscriptions").respond(json=LIST)
    assert len(fetch(region="eu")["data"]["subscriptions"]) == 5


@respx.mock
@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (401, "Segment refuses the token (401)", "--region eu"),
        (403, "the token may not read this destination (403)", "Workspace Owner"),
        (404, "the workspace has no such destination (404)", "--region eu"),
        (302, "Segment's Public API answers 302", "try again"),
        (422, "Segment's Public API answers 422", "try again"),
        (500, "Segment's Public API answers 500", "try again"),
    ],
)
def test_a_refusal_is_one_sentence(status: int, message: str, hint: str) -> None:
    errors = {"errors": [{"type": "x", "message": f"no access for {TOKEN} with not-a-real-key"}]}
    respx.get(US).respond(status, json=errors, headers={"location": "https://example.com"})
    problem = refusal()
    assert problem.message == message
    assert hint in problem.hint


@respx.mock
def test_a_refusal_of_a_later_call_is_one_sentence_too() -> None:
    respx.get(US).respond(json=DESTINATION)
    respx.get(f"{US}/subscriptions").respond(403, json={"errors": []})
    assert "403" in refusal().message


@respx.mock
def test_when_asked_too_often_the_api_says_how_long_to_wait() -> None:
    waits = Waits()
    replies = [
        httpx.Response(429, headers={"retry-after": "7"}),
        httpx.Response(429),
        httpx.Response(503),
        httpx.Response(200, json=DESTINATION),
    ]
    respx.get(US).side_effect = replies
    respx.get(f"{US}/subscriptions").respond(json=LIST)
    fetch(waits=waits)
    assert waits == [7.0, 2.0, 4.0]


@respx.mock
@pytest.mark.parametrize(
    ("data", "seconds"),
    [({"msBeforeNext": 57647}, 58.0), ({"msBeforeNext": 0}, 0.0), ({}, 1.0), ({"msBeforeNext": "soon"}, 1.0)],
)
def test_a_rate_limit_error_says_how_long_to_wait(data: dict[str, Any], seconds: float) -> None:
    waits = Waits()
    error = {"type": "RequestError", "message": "Too many requests", "data": data}
    respx.get(US).side_effect = [
        httpx.Response(429, json={"errors": [error]}),
        httpx.Response(200, json=DESTINATION),
    ]
    respx.get(f"{US}/subscriptions").respond(json=LIST)
    fetch(waits=waits)
    assert waits == [seconds]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "Wed, 21 Oct 2015 07:28:30 GMT"}, 30.0),
        ({"x-ratelimit-reset": "Wed, 21 Oct 2015 07:28:30 GMT", "retry-after": "5"}, 5.0),
        ({"x-ratelimit-reset": "soon"}, 4.0),
    ],
)
def test_the_header_says_when_the_limit_is_lifted(headers: dict[str, str], seconds: float) -> None:
    now = 1445412480.0  # 07:28:00
    assert seconds_to_wait(httpx.Response(429, headers=headers, text="no JSON"), 3, now) == seconds


@respx.mock
def test_a_date_may_say_until_when_to_wait() -> None:
    waits = Waits()
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    respx.get(US).side_effect = [
        httpx.Response(429, headers={"retry-after": past}),
        httpx.Response(200, json=DESTINATION),
    ]
    respx.get(f"{US}/subscriptions").respond(json=LIST)
    fetch(waits=waits)
    assert waits == [0.0]


@respx.mock
@pytest.mark.parametrize("header", ["nonsense", "-5", ""])
def test_nonsense_about_waiting_is_let_be(header: str) -> None:
    waits = Waits()
    respx.get(US).side_effect = [
        httpx.Response(429, headers={"retry-after": header}),
        httpx.Response(200, json=DESTINATION),
    ]
    respx.get(f"{US}/subscriptions").respond(json=LIST)
    fetch(waits=waits)
    assert waits == [1.0]


@respx.mock
def test_tries_are_counted() -> None:
    waits = Waits()
    route = respx.get(US).respond(429)
    assert f"still answers 429 after {MOST_TRIES} tries" in refusal(waits=waits).message.replace(
        "answers", "still answers"
    )
    assert (route.call_count, len(waits)) == (MOST_TRIES, MOST_TRIES - 1)


@respx.mock
def test_no_wait_is_longer_than_a_minute() -> None:
    waits = Waits()
    respx.get(US).respond(429, headers={"retry-after": "3600"})
    assert refusal(waits=waits).message == "Segment's Public API asks to wait 3,600 s; the limit here is 60"
    assert waits == []


@respx.mock
def test_a_destination_of_another_kind_is_named() -> None:
    other = {
        "data": {
            "destination": {
                **DESTINATION["data"]["destination"],
                "metadata": {"id": "54521fd525e721e32a72ee91", "name": "Amplitude"},
            }
        }
    }
    respx.get(US).respond(json=other)
    assert refusal().message == f"destination {ID} is of 'Amplitude', not of Iterable (Actions)"


@respx.mock
@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        "[]",
        '{"data": 5}',
        "[" * 5000,
        '{"data": {"destination": {"settings": {"apiKey": "not-a-real-key"}}}}',
    ],
)
def test_what_is_no_reply_of_the_public_api_is_named(body: str) -> None:
    respx.get(US).respond(200, text=body)
    refusal()


@respx.mock
def test_a_list_that_is_none_is_named() -> None:
    respx.get(US).respond(json=DESTINATION)
    respx.get(f"{US}/subscriptions").respond(json={"data": {"subscriptions": 5}})
    assert "no list of subscriptions" in refusal().message


@respx.mock
def test_a_host_that_cannot_be_reached_is_named_without_what_was_sent() -> None:
    respx.get(US).mock(side_effect=httpx.ConnectError(f"Bearer {TOKEN}"))
    assert refusal().message == "https://api.segmentapis.com cannot be reached: ConnectError"


@pytest.mark.parametrize("token", ["", "  ", "a b", "naïve", "a\nb"])
def test_a_token_that_can_be_none_is_refused_before_it_is_sent(token: str) -> None:
    assert "the token is empty or has invalid characters" in refusal(token=token).message


@pytest.mark.parametrize("destination", ["", "../sources", "a/b", "a?b", TOKEN])
def test_an_id_that_can_be_none_is_refused_before_it_is_sent(destination: str) -> None:
    assert "only letters and digits" in refusal(destination=destination).message
