"""Recorded inputs replayed through our destination, and held against what Segment's own build did with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from conformance.segment_build.differences import Difference, differences_between, shown_json
from destination import (
    PRESETS,
    AggregateAjvError,
    AggregateError,
    ConnectionFailure,
    Destination,
    DestinationError,
    HTTPError,
    Outcome,
    Reply,
    Request,
    Subscription,
    TriggerError,
)
from destination.fql import FqlError, compile_condition, from_json, generate, parse, to_json
from destination.javascript import UNDEFINED, to_json_value
from destination.mapping import (
    DEFAULT_LIQUIDJS,
    LIQUIDJS_VERSIONS,
    LiquidjsVersion,
    compile_batch_mapping,
    compile_mapping,
    resolve_batch,
)

if TYPE_CHECKING:
    from conformance.segment_build.vectors import Vector

#: The instant at which the recordings were made: 2026-08-20T12:00:00Z.
RECORDED_AT: Final = 1_787_227_200_000
_HEADERS: Final = ("api-key", "content-type", "user-agent")
_SUCCESS: Final = {"msg": "", "code": "Success", "params": None}

Json = Any


def replay(vector: Vector) -> list[Difference]:
    """Where our behaviour differs from the recorded one; empty when it does not.

    An input that breaks our own code differs too, and does not keep the other vectors from being replayed.
    """
    try:
        ours = to_json_value(_REPLAYS[vector.kind](vector.given))
    except Exception as error:  # noqa: BLE001  # whatever breaks here is what the replay has found
        return [Difference("(root)", shown_json(vector.observed), f"broke with {type(error).__name__}: {error}")]
    return differences_between(vector.observed, ours)


def _replay_mapping(given: Mapping[str, Json]) -> Json:
    try:
        resolved = compile_mapping(given["mapping"], _liquidjs(given))(given.get("input", UNDEFINED))
    except DestinationError as error:
        return {"error": _mapping_error(error)}
    return {"undefined": True} if resolved is UNDEFINED else {"output": resolved}


def _liquidjs(given: Mapping[str, Json]) -> LiquidjsVersion:
    """The LiquidJS that a recording was made with; the usual one where it says nothing."""
    version: LiquidjsVersion = given.get("liquidjs", DEFAULT_LIQUIDJS)
    if version not in LIQUIDJS_VERSIONS:
        raise ValueError(f"there is no LiquidJS {version}; known: {', '.join(LIQUIDJS_VERSIONS)}")
    return version


def _replay_mapping_batch(given: Mapping[str, Json]) -> Json:
    try:
        return {"output": resolve_batch(compile_batch_mapping(given["mapping"], _liquidjs(given)), given["inputs"])}
    except DestinationError as error:
        return {"error": _mapping_error(error)}


def _mapping_error(error: DestinationError) -> Json:
    """The error of a mapping by itself: the status is attached where an event is delivered."""
    shown = _error(error)
    shown.pop("status", None)
    return shown


def _replay_fql(given: Mapping[str, Json]) -> Json:
    try:
        tree = parse(given["fql"])
    except FqlError as error:
        return {"error": {"message": error.message}}
    try:
        return {"ast": to_json(tree), "matches": compile_condition(tree)(given.get("event", UNDEFINED))}
    except TriggerError as error:
        return {"error": {"message": error.message}}


def _replay_fql_generate(given: Mapping[str, Json]) -> Json:
    try:
        return {"fql": generate(from_json(given["ast"]))}
    except FqlError as error:
        return {"error": {"message": error.message}}


def _replay_event(given: Mapping[str, Json]) -> Json:
    return _replay_delivery(given, lambda destination, client: destination.deliver(given["events"][0], client))


def _replay_batch(given: Mapping[str, Json]) -> Json:
    return _replay_delivery(given, lambda destination, client: destination.deliver_batch(given["events"], client))


def _replay_delivery(given: Mapping[str, Json], deliver: Callable[[Destination, _Recorded], list[Outcome]]) -> Json:
    subscriptions = []
    for subscription in _subscriptions(given["subscriptions"], _liquidjs(given)):
        # Each subscription was recorded by itself, so each sees the recorded replies from the first on.
        client = _Recorded(given.get("responses"))
        destination = Destination(given["settings"], [subscription], now=lambda: RECORDED_AT)
        subscriptions += [_outcome(outcome, client) for outcome in deliver(destination, client)]
    return {"subscriptions": subscriptions}


def _subscriptions(given: Json, liquidjs: LiquidjsVersion) -> Iterable[Subscription]:
    if given == "presets":
        # None of them has a template.
        return PRESETS
    return [
        Subscription(
            name=str(item.get("name", "")),
            partner_action=item["partnerAction"],
            subscribe=item.get("subscribe"),
            mapping=item.get("mapping"),
            liquidjs=liquidjs,
        )
        for item in given
    ]


def _replay_auth(given: Mapping[str, Json]) -> Json:
    client = _Recorded(given.get("responses"))
    try:
        Destination(given["settings"], [], now=lambda: RECORDED_AT).test_authentication(client)
    except DestinationError as error:
        return {"ok": False, "error": _error(error), "requests": client.requests}
    return {"ok": True, "requests": client.requests}


class _Recorded:
    """A client that gives the recorded replies; the last one repeats."""

    def __init__(self, responses: list[Mapping[str, Json]] | None) -> None:
        self.requests: list[Json] = []
        self._responses = responses or [{"status": 200, "body": _SUCCESS}]

    def send(self, request: Request) -> Reply:
        response = self._responses[min(len(self.requests), len(self._responses) - 1)]
        shown = {
            "method": request.method,
            "url": request.url,
            "headers": {name: request.headers[name] for name in _HEADERS if name in request.headers},
        }
        self.requests.append(shown if request.json is None else {**shown, "json": request.json})
        if response.get("networkError"):
            raise ConnectionFailure("fetch failed", name="TypeError")
        return _recorded_reply(response)


def _recorded_reply(response: Mapping[str, Json]) -> Reply:
    body = response.get("body")
    headers = {name.lower(): value for name, value in response.get("headers", {}).items()}
    if "body" in response and not isinstance(body, str):
        headers.setdefault("content-type", "application/json")
        body = json.dumps(body)
    status = response["status"]
    return Reply(status, _REASONS.get(status, ""), body or "", headers)


#: Status texts as Node gives them; Python names some differently, and not the same in every version.
_REASONS: Final = {
    **{status.value: status.phrase for status in HTTPStatus},
    413: "Payload Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    418: "I'm a Teapot",
    422: "Unprocessable Entity",
    509: "Bandwidth Limit Exceeded",
}


def _outcome(outcome: Outcome, client: _Recorded) -> Json:
    shown: dict[str, Json] = {
        "partnerAction": outcome.subscription.partner_action,
        "requests": client.requests,
    }
    if outcome.error is None:
        shown["results"] = outcome.results
    else:
        shown["error"] = _error(outcome.error)
    return shown


def _error(error: DestinationError) -> Json:
    shown: dict[str, Json] = {"name": error.name, "message": error.message}
    if error.code is not None:
        shown["code"] = error.code
    if error.status is not None:
        shown["status"] = error.status
    if isinstance(error, HTTPError):
        shown["responseStatus"] = error.reply.status
    if isinstance(error, (AggregateAjvError, AggregateError)):
        shown["errors"] = [
            {"message": complaint.message, "path": complaint.path, "pointer": complaint.pointer}
            for complaint in error.complaints
        ]
    return shown


_REPLAYS: Final[Mapping[str, Callable[[Mapping[str, Json]], Json]]] = {
    "mapping": _replay_mapping,
    "mapping_batch": _replay_mapping_batch,
    "fql": _replay_fql,
    "fql_generate": _replay_fql_generate,
    "event": _replay_event,
    "batch": _replay_batch,
    "auth": _replay_auth,
}
