"""Previews and proofs: templates rendered with fields that are given, or for somebody who is there.

Sources: Iterable's API description; Iterable/api-client 981eeb5 (2026-07-09), integration tests of templates, for
what a proof answers. What a template that cannot be rendered answers is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.operations.messages.merge_fields import content_of, merge_fields, surroundings, texts_of
from simulator.api.query import Query
from simulator.api.replies import refused, success, text_reply
from simulator.api.resolution import require_person
from simulator.rendering import RenderingError, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.content import Template

_PREVIEW: Final = ObjectSchema({"dataFields": "object", "dataFeed": "object", "fetchDataFeeds": "boolean"})
_PROOF: Final = ObjectSchema(
    {
        "templateId": "integer",
        "recipientEmail": "string",
        "recipientUserId": "string",
        "dataFields": "object",
        "locale": "string",
    },
    frozenset({"templateId"}),
)


@dataclass(frozen=True, slots=True)
class RenderedMedium:
    """The calls that render the templates of one medium.

    Attributes:
        name: The medium.
    """

    name: str

    def preview(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """The HTML of a template with the fields that are given; those that are not are empty."""
        query = Query(request)
        locale = query.text("locale")
        template = self._require_template(project, query.required_number("templateId"), "templates.preview.unknown")
        if locale and locale not in template.locales:
            text = f"Template not found: {template.template_id} in locale {locale}"
            raise refused("NotFound", text, 404, rule="templates.preview.locale")
        body = read_body(request.path, request.body or b"{}", _PREVIEW)
        content, feed = content_of(template, locale), body.get("dataFeed", {})
        given = body.get("dataFields", {})
        if content.get("mergeDataFeedContext"):
            given = {**feed, **given}
        fields = merge_fields(project, template, content, given)
        try:
            html = render(content.get("html", ""), fields, surroundings(project, now, feed))
        except RenderingError as error:
            raise _cannot_render(error, "templates.preview.fails") from error
        return text_reply(html, "templates.preview", content_type="text/html")

    def proof(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Send a template to somebody who is there, to look at: it is rendered for them, and nothing leaves."""
        body = read_body(request.path, request.body, _PROOF)
        email, user_id = identifiers_of(body, "recipientEmail", "recipientUserId")
        template = self._require_template(project, body["templateId"], "templates.proof.unknown")
        person, rule = require_person(project, email, user_id, "templates.proof")
        locale = body.get("locale") or person.fields.get("locale")
        content = content_of(template, locale if isinstance(locale, str) else None)
        fields = merge_fields(project, template, content, body.get("dataFields", {}), person)
        try:
            around = surroundings(project, now, {})
            for text in texts_of(content).values():
                render(text, fields, around)
        except RenderingError as error:
            raise _cannot_render(error, "templates.proof.fails") from error
        return success(rule, person.identifiers, f"Sent proof to {email or user_id}")

    def _require_template(self, project: Project, number: int, rule: str) -> Template:
        template = project.templates.get(number)
        if template is None or template.message_medium != self.name:
            raise refused("BadParams", f"Template ID: {number} does not exist for this project", rule=rule)
        return template


def _cannot_render(error: RenderingError, rule: str) -> Exception:
    return refused("BadParams", f"Template could not be rendered: {error}", rule=rule)


EMAIL: Final = RenderedMedium("Email")
PUSH: Final = RenderedMedium("Push")
IN_APP: Final = RenderedMedium("InApp")
SMS: Final = RenderedMedium("SMS")
