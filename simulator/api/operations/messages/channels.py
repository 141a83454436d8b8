"""Message channels and message types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.replies import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project


def list_channels(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every channel, the newest first."""
    listed = sorted(project.channels, key=lambda part: -part.id)
    return json_reply({"channels": [part.to_json() for part in listed]}, rules=("channels.list",))


def list_message_types(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every message type, the newest first."""
    listed = [part.to_json() for part in sorted(project.message_types, key=lambda part: -part.id)]
    return json_reply({"messageTypes": listed}, rules=("message-types.list",))
