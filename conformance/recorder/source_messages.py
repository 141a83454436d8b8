"""What came through a source of Segment, as a part of a journal to be recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.tracking_api.settings import MessageSettings
from destination import Subscription
from destination.mapping import DEFAULT_LIQUIDJS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.control_client import ControlClient
    from conformance.recorder.client import RecordingSelection

_OPTION: Final = "--source"
#: What a message has from its request, and a scenario does not.
_OF_REQUEST: Final = frozenset({"type", "messageId", "sentAt"})
_MERGED: Final = ("context.", "integrations.")

Json = dict[str, Any]


def select_source(
    control: ControlClient, write_key: str, selection: RecordingSelection, project: str | None
) -> tuple[RecordingSelection, str]:
    """The requests of a project that came of the messages of a source, and these messages.

    They are the messages as they were received, which go through Segment again; as they were passed on where the
    source delivers in batches, or something was tried more than once.

    Args:
        control: The simulator's control surface.
        write_key: The source.
        selection: What else is asked for.
        project: The project; the only one that the source feeds when None.

    Returns:
        The selection and the name of the project.

    Raises:
        InputError: There is no such source, it feeds several projects, or nothing came of its messages.
    """
    source = _source(control, write_key)
    name = _fed_project(source, project)
    rows = [row for row in control.messages(write_key) if isinstance(row["received"], dict)]
    requests = [request for row in rows for request in _requests(row, name)]
    numbers = [request["number"] for request in requests]
    if not numbers:
        message = f"nothing came through the source {write_key!r} to the project {name!r}"
        raise InputError([InputProblem(_OPTION, 0, 0, "", message, "send something with its write key first")])
    in_batches = source["settings"].get("batchDeliveries", False)
    again = not in_batches and all(item["tries"] <= 1 for row in rows for item in _subscriptions(row, name))
    taken = rows if again else [row for row in rows if row["rule"] is None]
    mapping = source.get("mapping")
    return (
        replace(
            selection,
            first=selection.first or min(numbers),
            last=selection.last or max(numbers),
            events=[row["passedOn"] if row["rule"] is None else {} for row in taken],
            received=[{"at": row["receivedAt"], "message": _before_segment(row)} for row in taken] if again else None,
            source_settings=_of_messages(source["settings"]) if again else None,
            subscriptions=None if mapping is None else _as_subscriptions(mapping),
        ),
        name,
    )


def _of_messages(settings: Json) -> Json:
    """The settings of a source that a scenario takes: the others decide on requests."""
    known = {field.alias for field in MessageSettings.model_fields.values()}
    return {name: value for name, value in settings.items() if name in known}


def _source(control: ControlClient, write_key: str) -> Json:
    sources: list[Json] = control.call("GET", "/_sim/sources")
    found = next((source for source in sources if source["writeKey"] == write_key), None)
    if found is None:
        known = ", ".join(source["writeKey"] for source in sources) or "none"
        raise InputError([InputProblem(_OPTION, 0, 0, "", f"no source is {write_key!r}", f"there are {known}")])
    return found


def _fed_project(source: Json, project: str | None) -> str:
    fed: list[str] = source["projects"]
    known = ", ".join(fed)
    if project is None and len(fed) == 1:
        return fed[0]
    if project is None:
        message = f"the source {source['writeKey']!r} feeds {known}"
        raise InputError([InputProblem("--project", 0, 0, "", message, "say which one: --project NAME")])
    if project not in fed:
        message = f"the source {source['writeKey']!r} does not feed {project!r}"
        raise InputError([InputProblem("--project", 0, 0, "", message, f"it feeds {known}")])
    return project


def _subscriptions(row: Json, project: str) -> Iterator[Json]:
    return (item for part in row["projects"] if part["project"] == project for item in part["subscriptions"])


def _requests(row: Json, project: str) -> Iterator[Json]:
    return (request for item in _subscriptions(row, project) for request in item["requests"])


def _before_segment(row: Json) -> Json:
    """The message as it was received, with what it has from the request that brought it."""
    message: Json = dict(row["received"])
    for change in row["added"]:
        outer, _, inner = change["field"].partition(".")
        if outer in _OF_REQUEST:
            message[outer] = change["after"]
        elif change["field"].startswith(_MERGED):
            own = message.get(outer)
            message[outer] = {**(own if isinstance(own, dict) else {}), inner: change["after"]}
    return message


def _as_subscriptions(mapping: Sequence[Json]) -> list[Subscription]:
    return [
        Subscription(
            item.get("name", ""),
            item["partnerAction"],
            item.get("subscribe"),
            item.get("mapping"),
            item.get("liquidjs", DEFAULT_LIQUIDJS),
        )
        for item in mapping
    ]
