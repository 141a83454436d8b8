"""A configuration written in a form that was asked for, and what of it that form cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from conformance.inputs.configuration.model import Configuration, ConfiguredSubscription, Expression
from conformance.inputs.configuration.writers import (
    UNKNOWN_DESTINATION,
    public_api_update,
    to_own,
    to_public_api,
    to_terraform,
)
from conformance.inputs.errors import InputError, InputProblem
from destination.javascript import json_text

if TYPE_CHECKING:
    from pydantic import JsonValue

Style = Literal["terraform", "public-api", "public-api-patch", "yaml", "json"]
#: The style in which a form goes back where it came from.
OF_FORM: Final[MappingProxyType[str, Style]] = MappingProxyType(
    {
        "own": "yaml",
        "public-api": "public-api",
        "terraform": "terraform",
        "terraform-state": "terraform",
        "terraform-json": "terraform",
    }
)
_ID: Final = re.compile(r"\w+")
#: Such as `segment_destination.iterable.id`, `var.destination`, `local.ids["iterable"]`.
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:\d+|\"[\w-]+\")\])+")


def export(configuration: Configuration, style: Style, destination: str = "") -> str:
    """The configuration as text.

    Args:
        configuration: What to write.
        style: `public-api` is what the API answers, `public-api-patch` the requests that make Segment's so.
        destination: The connection of the subscriptions that do not say to which they belong: its id, or with
            `terraform` a reference to it.

    Raises:
        InputError: The destination is neither, or subscriptions cannot be changed through the API: they lack an id.
    """
    connection = _connection(destination, style)
    match style:
        case "terraform":
            return to_terraform(configuration, connection or UNKNOWN_DESTINATION)
        case "public-api":
            return _json(to_public_api(configuration))
        case "public-api-patch":
            return _json(_updates(configuration, destination))
        case "yaml" | "json":
            return to_own(configuration, style)


def not_exported(configuration: Configuration, style: Style, destination: str = "") -> Iterator[str]:
    """What the text of `export` does not hold, or holds in a way that needs attention, a sentence each."""
    items = configuration.subscriptions
    if style == "terraform":
        if not destination and any(item.destination_id is None for item in items):
            yield f"destination_id is {UNKNOWN_DESTINATION.text}, a guess; --destination says what it is"
        return
    if style != "public-api-patch":
        if names := _names(item for item in items if isinstance(item.schedule, Expression)):
            yield f"the schedule of {names} is not written, as only Terraform can evaluate it"
    else:
        if names := _names(item for item in items if not item.id):
            yield f"{names} not written: a subscription without Segment's id cannot be changed"
        return
    values = [value for item in items for value in (item.destination_id, item.model_id)]
    references = dict.fromkeys(value.text for value in values if isinstance(value, Expression))
    if references:
        yield f"references to Terraform objects are written as text: {', '.join(references)}"


def _connection(destination: str, style: Style) -> str | Expression:
    if not destination or _ID.fullmatch(destination):
        return destination
    if style == "terraform" and _REFERENCE.fullmatch(destination):
        return Expression(destination)
    expected = "an id or a reference such as segment_destination.iterable.id" if style == "terraform" else "an id"
    raise InputError([InputProblem("--destination", 0, 0, "", f"{destination!r} is not {expected}")])


def _updates(configuration: Configuration, destination: str) -> list[JsonValue]:
    known = [item for item in configuration.subscriptions if item.id]
    if not known:
        message = "no subscription has Segment's id, which the Public API needs to change it"
        raise InputError([InputProblem(configuration.file, 0, 0, "", message, "`pull` fetches them with their ids")])
    lost = [item for item in known if not _connection_id(item, destination)]
    if lost:
        raise InputError([_without_connection(configuration.file, item) for item in lost])
    return [
        {
            "method": "PATCH",
            "path": f"/destinations/{_connection_id(item, destination)}/subscriptions/{item.id}",
            "body": public_api_update(item),
        }
        for item in known
    ]


def _connection_id(item: ConfiguredSubscription, destination: str) -> str:
    return item.destination_id if isinstance(item.destination_id, str) else destination


def _without_connection(file: str, item: ConfiguredSubscription) -> InputProblem:
    message = "does not say which destination it belongs to"
    return InputProblem(file, *item.place(), item.path(), message, "set it with --destination ID")


def _names(items: Iterator[ConfiguredSubscription]) -> str:
    return ", ".join(f'"{item.name}"' for item in items)


def _json(value: JsonValue) -> str:
    return f"{json_text.stringify(value, '  ')}\n"
