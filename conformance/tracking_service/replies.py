"""Replies as Segment gives them, readable for pages of every origin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.tracking_api.requests import SUCCESS
from simulator.message import Reply, WireResult
from simulator.response import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Request

#: A browser's SDK waits after 429 only where it may read `Retry-After`.
_CORS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, X-RateLimit-Reset",
}
_METHODS: Final = "GET, POST, OPTIONS"
_ALLOWED_HEADERS: Final = "authorization, content-type, x-retry-count"
#: Answered to each request that is taken, whatever becomes of its messages.
TAKEN: Final = json_reply(dict(SUCCESS))


def failure(status: int, code: str, message: str, rule: str = "", headers: Mapping[str, str] | None = None) -> Reply:
    """A refusal in Segment's form.

    Args:
        status: The status.
        code: A word for programs.
        message: Why, with the message and the field.
        rule: The rule that refused it, for the journal.
        headers: Headers beside `Content-Type`.
    """
    body = {"success": False, "code": code, "message": message}
    reply = json_reply(body, status, rules=(rule,) if rule else ())
    return reply if headers is None else replace(reply, headers={**reply.headers, **headers})


def preflight(request: Request) -> WireResult:
    """What a browser is answered that asks whether a page of another origin may send a request."""
    asked = request.headers.get("access-control-request-headers", _ALLOWED_HEADERS)
    headers = {**_CORS, "Access-Control-Allow-Methods": _METHODS, "Access-Control-Allow-Headers": asked}
    if request.headers.get("access-control-request-private-network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return WireResult(Reply(204, b"", headers))


def for_every_origin(result: WireResult) -> WireResult:
    """What goes over the wire, with what lets pages of every origin read it; also where a fault answers."""
    if result.reply is None:
        return result
    reply = result.reply
    return WireResult(Reply(reply.status, reply.body, {**_CORS, **reply.headers}), result.delay)


def library_settings(write_key: str, request: Request, *, secure: bool) -> Reply:
    """What analytics.js and the SDKs for phones ask for before they begin.

    They send to `apiHost` then, so that an app only has to be told where its settings are.

    Args:
        write_key: The source.
        request: The request, whose Host header names the address that the app reaches.
        secure: Whether it came over HTTPS.
    """
    segment: dict[str, Any] = {
        "apiKey": write_key,
        "unbundledIntegrations": [],
        "addBundledMetadata": True,
        "maybeBundledConfigIds": {},
        "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
    }
    if host := request.headers.get("host"):
        segment |= {"apiHost": f"{host}/v1", "protocol": "https" if secure else "http"}
    return json_reply(
        {
            "integrations": {"Segment.io": segment},
            "plan": {"track": {"__default": {"enabled": True}}, "identify": {"__default": {"enabled": True}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )
