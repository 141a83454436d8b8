"""What a phone asks for at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.replies import json_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project


def get_remote_configuration(project: Project, _request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """What the project lets apps do by themselves.

    Source: Iterable/iterable-android-sdk 12748cfe (2026-07-20) and iterable-swift-sdk 25cd00e1 (2026-07-01), which
    read these two members.
    """
    settings = project.settings
    as_json = {"offlineMode": settings.mobile_offline_mode, "autoRetry": settings.mobile_auto_retry}
    return json_reply(as_json, rules=("mobile.remote-configuration",))
