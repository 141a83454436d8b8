"""A connection's subscriptions, fetched from Segment's Public API.

Source: https://docs.segmentapis.com (Destinations; Rate Limits), as the package
`@segment/public-api-sdk-typescript` 47.0.0-b8398 has it: the calls about subscriptions are in their alpha version,
so only its media type is certain to be answered.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import httpx

from conformance.inputs.configuration.actions import CATALOGUE_ID
from conformance.inputs.configuration.rate_limit import seconds_to_wait
from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from pydantic import JsonValue

Region = Literal["us", "eu"]
HOSTS: Final = MappingProxyType({"us": "https://api.segmentapis.com", "eu": "https://eu1.api.segmentapis.com"})
PAGE_SIZE: Final = 200
MOST_PAGES: Final = 500
MOST_TRIES: Final = 5
LONGEST_WAIT: Final = 60.0
_ACCEPTED: Final = "application/vnd.segment.v1alpha+json, application/vnd.segment.v1+json, application/json"
_ID: Final = re.compile(r"[A-Za-z0-9]+")
_TOKEN: Final = re.compile(r"[!-~]+")
_WORTH_ANOTHER_TRY: Final = frozenset({429, 502, 503, 504})


def fetch_subscriptions(
    destination_id: str,
    token: str,
    region: Region,
    client: httpx.Client,
    sleep: Callable[[float], object] = time.sleep,
) -> dict[str, JsonValue]:
    """All subscriptions of a connection, as one reply of the Public API; every page is followed.

    Neither the token nor what the connection is set up with is in the result or in an error.

    Args:
        destination_id: The id of the connection in the workspace.
        token: A token of the Public API that may read the workspace.
        region: Where the workspace is.
        client: Does the calls.
        sleep: Waits for so many seconds; the API says how many when it is asked too often.

    Raises:
        InputError: The API refuses or cannot be reached, or the destination is not Iterable's.
    """
    if not _ID.fullmatch(destination_id):
        raise _failure(
            "a destination's id has only letters and digits", "it is in the URL of its page in Segment's app"
        )
    if not _TOKEN.fullmatch(token.strip()):
        raise _failure("the token is empty or has invalid characters", "create one in Settings > Access Management")
    api = _Api(f"{HOSTS[region]}/destinations/{destination_id}", token.strip(), region, client, sleep)
    _refuse_others(api.get("", {}), destination_id)
    subscriptions: list[JsonValue] = list(_pages(api))
    return {
        "data": {
            "pagination": {"current": "MA==", "totalEntries": len(subscriptions)},
            "subscriptions": subscriptions,
        }
    }


def _refuse_others(data: dict[str, Any], destination_id: str) -> None:
    destination = data.get("destination")
    metadata = destination.get("metadata") if isinstance(destination, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("id"), str):
        raise _failure(f"destination {destination_id} came back without its metadata", "report this with the date")
    if metadata["id"] != CATALOGUE_ID:
        name = metadata.get("name")
        raise _failure(
            f"destination {destination_id} is of {name!r:.60}, not of Iterable (Actions)", "use the id of another"
        )


def _pages(api: _Api) -> list[JsonValue]:
    found: list[JsonValue] = []
    cursors: set[str] = set()
    query = {"pagination.count": str(PAGE_SIZE)}
    for _ in range(MOST_PAGES):
        data = api.get("/subscriptions", query)
        items, pagination = data.get("subscriptions"), data.get("pagination")
        if not isinstance(items, list):
            raise _failure("the reply has no list of subscriptions", "report this with the date")
        found += items
        cursor = pagination.get("next") if isinstance(pagination, dict) else None
        if not isinstance(cursor, str) or not cursor:
            return found
        if cursor in cursors:
            break
        cursors.add(cursor)
        query = {"pagination.count": str(PAGE_SIZE), "pagination.cursor": cursor}
    raise _failure("the list never ends", "try again")


@dataclass(frozen=True, slots=True)
class _Api:
    """The part of the API below one destination."""

    address: str
    token: str
    region: Region
    client: httpx.Client
    sleep: Callable[[float], object]

    def get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """The `data` of a reply."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": _ACCEPTED}
        response = self._response(path, query, headers)
        for number in range(1, MOST_TRIES):
            if response.status_code not in _WORTH_ANOTHER_TRY:
                break
            self.sleep(_wait(response, number))
            response = self._response(path, query, headers)
        return self._data(response)

    def _response(self, path: str, query: dict[str, str], headers: dict[str, str]) -> httpx.Response:
        try:
            return self.client.get(self.address + path, params=query, headers=headers)
        except httpx.HTTPError as error:
            # What the client says of a request may quote its headers, so nothing of it is passed on.
            message = f"{HOSTS[self.region]} cannot be reached: {type(error).__name__}"
            raise _failure(message, "check the network, and try again") from None

    def _data(self, response: httpx.Response) -> dict[str, Any]:
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response.status_code)
        try:
            body = response.json()
        except (ValueError, RecursionError):
            body = None
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict):
            raise _failure(
                f"what answers at {HOSTS[self.region]} is not Segment's Public API", "is there a proxy in between?"
            )
        return data

    def _refusal(self, status: int) -> InputError:
        other = "eu" if self.region == "us" else "us"
        if status == httpx.codes.UNAUTHORIZED:
            return _failure("Segment refuses the token (401)", f"check $SEGMENT_TOKEN, or try --region {other}")
        if status == httpx.codes.FORBIDDEN:
            return _failure("the token may not read this destination (403)", "it needs the role Workspace Owner")
        if status == httpx.codes.NOT_FOUND:
            message = "the workspace has no such destination (404)"
            return _failure(message, f"check the id, or try --region {other}")
        tries = f" after {MOST_TRIES} tries" if status in _WORTH_ANOTHER_TRY else ""
        return _failure(f"Segment's Public API answers {status}{tries}", "try again later")


def _wait(response: httpx.Response, number: int) -> float:
    """How long to wait before another try.

    Raises:
        InputError: The API asks for longer than anybody would watch.
    """
    asked = seconds_to_wait(response, number, time.time())
    if asked > LONGEST_WAIT:
        raise _failure(
            f"Segment's Public API asks to wait {asked:,.0f} s; the limit here is {LONGEST_WAIT:.0f}", "try later"
        )
    return asked


def _failure(message: str, hint: str) -> InputError:
    return InputError([InputProblem("pull", 0, 0, "", message, hint)])
