"""What a message would come to, with another mapping or as it is: nothing is sent, and no project changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from conformance.explanation import Explainer
from conformance.inputs.mapping_file import mapping_document
from conformance.tracking_api.instants import read_instant, write_instant
from conformance.tracking_api.messages import Dropped
from conformance.tracking_api.single_messages import SingleMessages
from conformance.tracking_service.formatting import added_fields, request_of_entry
from conformance.tracking_service.kept_messages import DELIVERED, DROPPED, NOT_SUBSCRIBED, REFUSED
from destination import CompiledSubscription, Destination
from simulator import Clock, Request, Simulator
from simulator.engine.snapshot import capture, restore
from simulator.message import reason_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.explanation import Explanation, Route
    from conformance.tracking_api.sources import Source
    from simulator.project import Project

#: People and events of projects that are copied to try requests in them; more takes too long while somebody types.
_MOST_COPIED: Final = 50_000
_TOO_MUCH: Final = "the projects hold too much data to try requests on copies of them"


def _is_instant(text: str) -> str:
    if read_instant(text) is None:
        raise ValueError("is not a date and time such as 2026-08-20T12:00:00Z")
    return text


class PreviewDocument(BaseModel):
    """A message to be looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message: dict[str, JsonValue]
    mapping: JsonValue = Field(None, description="The mapping, as in a mapping file; that of the source without.")
    received_at: Annotated[str, AfterValidator(_is_instant)] | None = Field(
        None, alias="receivedAt", description="When the message comes in; now without."
    )

    def instant(self, now: int) -> int:
        """When the message comes in."""
        given = None if self.received_at is None else read_instant(self.received_at)
        return now if given is None else given


@dataclass(frozen=True, slots=True)
class Preview:
    """What is to be looked at.

    Attributes:
        source: The source, with the mapping that is to hold.
        message: The message as an SDK sends it.
        received_at: When it comes in, in milliseconds since 1970.
    """

    source: Source
    message: dict[str, JsonValue]
    received_at: int


def preview_to_json(
    preview: Preview, projects: Sequence[Project], copy: Simulator | None, now: int
) -> dict[str, Any]:
    """What Segment and each project would make of a message.

    Args:
        preview: What is to be looked at.
        projects: The projects that the source feeds.
        copy: Where requests can be tried; None for nowhere.
        now: The present, in milliseconds since 1970.
    """
    outcome = SingleMessages(preview.source).take(preview.message, preview.received_at)
    dropped = isinstance(outcome, Dropped)
    document: dict[str, Any] = {
        "receivedAt": write_instant(preview.received_at),
        "outcome": DROPPED if dropped else None,
        "rule": outcome.rule if isinstance(outcome, Dropped) else None,
        "reason": outcome.reason if isinstance(outcome, Dropped) else "",
        "passedOn": outcome.message,
        "added": [] if isinstance(outcome, Dropped) else list(added_fields(outcome)),
        "mapping": mapping_document(preview.source.subscriptions),
        "projects": [],
    }
    if not isinstance(outcome, Dropped):
        compiled = tuple(map(CompiledSubscription, preview.source.subscriptions))
        destination = Destination({"apiKey": ""}, compiled, now=lambda: now)
        explained = Explainer(destination).explain(outcome.message)
        document["projects"] = [_in_project(explained, destination, project, copy, now) for project in projects]
        outcomes = {project["outcome"] for project in document["projects"]}
        document["outcome"] = _worst(outcomes)
    return document


def _worst(outcomes: set[str]) -> str:
    return next((outcome for outcome in (REFUSED, DELIVERED) if outcome in outcomes), NOT_SUBSCRIBED)


def _in_project(
    explained: Explanation, destination: Destination, project: Project, copy: Simulator | None, now: int
) -> dict[str, Any]:
    rows = [
        _subscription(route, compiled, copy, project, now)
        for route, compiled in zip(explained.routes, destination.subscriptions, strict=True)
    ]
    configuration = project.configuration
    return {
        "project": configuration.name,
        "type": configuration.type.value,
        "outcome": _worst({row["outcome"] for row in rows}),
        "note": _TOO_MUCH if copy is None else None,
        "subscriptions": rows,
    }


def copied(simulator: Simulator, clock: Clock) -> Simulator | None:
    """A copy of all projects, in which requests can be tried; None where there is too much in them."""
    size = sum(project.counts()["users"] + project.counts()["events"] for project in simulator.projects.values())
    if size > _MOST_COPIED:
        return None
    copy = Simulator(())
    restore(capture(simulator, clock), copy, Clock(0))
    return copy


def _subscription(
    route: Route, compiled: CompiledSubscription, copy: Simulator | None, project: Project, now: int
) -> dict[str, Any]:
    requests = list(_requests(route, copy, project, now)) if route.error is None else []
    outcome, reason = _outcome(route, requests)
    return {
        "subscription": route.name,
        "action": route.action,
        "subscribe": compiled.subscription.subscribe,
        "mapping": compiled.subscription.mapping,
        "outcome": outcome,
        "reason": reason,
        "tries": int(outcome != NOT_SUBSCRIBED),
        "uncertain": False,
        "requests": requests,
    }


def _outcome(route: Route, requests: Sequence[dict[str, Any]]) -> tuple[str, str]:
    if route.error is not None:
        complaints = route.error.get("complaints") or [route.error]
        return REFUSED, "; ".join(str(item["message"]).strip() for item in complaints)
    if not route.matched:
        return NOT_SUBSCRIBED, "; ".join(route.against)
    refused = next((item for item in requests if (item.get("status") or 0) >= 400), None)  # noqa: PLR2004  # of HTTP
    if refused is None:
        return DELIVERED, ""
    reply = refused["reply"]
    code = reply.get("code") if isinstance(reply, dict) else None
    words = f"{refused['status']} {reason_phrase(refused['status'])}"
    return REFUSED, f"{words}, {code}" if code else words


def _requests(route: Route, copy: Simulator | None, project: Project, now: int) -> Iterator[dict[str, Any]]:
    """The requests of a subscription, with what a copy of the project replies."""
    for request in route.requests:
        path = "/" + request["url"].split("/", 3)[-1]
        if copy is None:
            yield {"method": request["method"], "path": path, "body": request["body"]}
            continue
        headers = {"api-key": next(iter(project.configuration.api_keys), ""), "content-type": "application/json"}
        body = json.dumps(request["body"]).encode()
        number = copy.journal.next_number
        copy.handle(Request(request["method"], path, "", headers, body), now)
        # Its number is one of the copy, where nobody can look.
        yield {**request_of_entry(copy.journal, number), "number": None}
