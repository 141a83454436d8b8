"""Webhooks; Segment lists them to test an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.replies import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project


def list_webhooks(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Every webhook of the project."""
    return json_reply({"webhooks": project.webhooks}, rules=("webhooks.list",))
