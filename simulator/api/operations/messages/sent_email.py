"""An email that was sent, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.identifiers import identifiers_in_query
from simulator.api.operations.messages.delivery import sent_texts
from simulator.api.query import Query
from simulator.api.replies import refused, text_reply
from simulator.api.resolution import require_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project


def view_in_browser(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The HTML of an email that a user was sent, rendered for them as they are now."""
    number = Query(request).required("messageId")
    person, rule = require_person(project, *identifiers_in_query(request), "messages.view-in-browser")
    message = project.sent.get(number)
    if message is None or message.person is not person or message.medium != "Email":
        raise refused("BadParams", f"Invalid messageId: {number}", rule="messages.view-in-browser.unknown")
    html = sent_texts(project, message).get("html", "")
    return text_reply(html, rule, users=person.identifiers, content_type="text/html")
