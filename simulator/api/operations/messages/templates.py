"""Templates of five media: stored and read; `rendered` renders them.

Sources: Iterable's API description; the schemas of Iterable's TypeScript client, which read instants as
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.query import Query, sorted_by
from simulator.api.replies import RefusedError, json_reply, refused, success
from simulator.project.content import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_ABOUT: Final = {
    "name": "string",
    "clientTemplateId": "string",
    "creatorUserId": "string",
    "messageTypeId": "integer",
    "campaignId": "integer",
    "locale": "string",
    "isDefaultLocale": "boolean",
}
_GET_BY: Final = frozenset({"templateId", "createdAt", "updatedAt", "metadata", *_ABOUT})
_BAD_REQUEST: Final = 400
_BULK_DELETE: Final = ObjectSchema({"ids": ["integer"]}, frozenset({"ids"}))
_TEXTS: Final = {"message": "string", "title": "string", "subject": "string", "html": "string", "plainText": "string"}


@dataclass(frozen=True, slots=True)
class TemplateMedium:
    """The calls of the templates of one medium.

    Attributes:
        name: The medium.
    """

    name: Literal["Email", "Push", "InApp", "SMS", "Embedded"]

    def get(self, project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
        """One template, in one locale."""
        query = Query(request)
        number, locale = query.required_number("templateId"), query.text("locale") or ""
        template = project.templates.get(number)
        if template is None or template.message_medium != self.name:
            raise _unknown(project, number)
        if locale not in template.locales:
            text = f"Template not found: {number}" + (f" in locale {locale}" if locale else "")
            raise refused("NotFound", text, 404, rule="templates.locale")
        as_json = {
            **template.locales[locale],
            "templateId": template.template_id,
            "name": template.name,
            "messageTypeId": template.message_type_id,
            "creatorUserId": template.creator_user_id,
            "isDefaultLocale": locale == "",
        }
        beside = {"clientTemplateId": template.client_template_id, "campaignId": template.campaign_id}
        as_json |= {name: value for name, value in beside.items() if value is not None}
        if locale:
            as_json["locale"] = locale
        return json_reply(as_json, rules=("templates.get",))

    def update(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Change one template."""
        schema = ObjectSchema({**_ABOUT, **_TEXTS, "templateId": "integer"}, frozenset({"templateId"}))
        body = read_body(request.path, request.body, schema)
        template = project.templates.get(body["templateId"])
        if template is None or template.message_medium != self.name:
            raise refused("BadParams", _not_there(body["templateId"]), rule="templates.update.unknown")
        project.templates.put(template.template_id, _written(template, body, now))
        return success("templates.update")

    def upsert(self, project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
        """Change every template with a client id, or make one."""
        schema = ObjectSchema({**_ABOUT, **_TEXTS}, frozenset({"clientTemplateId"}))
        body = read_body(request.path, request.body, schema)
        client_id = body["clientTemplateId"]
        found = [
            template
            for template in project.templates
            if template.client_template_id == client_id and template.message_medium == self.name
        ]
        if not found:
            number = project.templates.next_number()
            fresh = {"templateId": number, "name": body.get("name", client_id), "clientTemplateId": client_id}
            instants = {"createdAt": now, "updatedAt": now}
            found = [Template.model_validate({**fresh, "messageMedium": self.name, **instants})]
        for template in found:
            project.templates.put(template.template_id, _written(template, body, now))
        numbers = ", ".join(str(template.template_id) for template in found)
        return success("templates.upsert", (), f"Upserted {len(found)} templates with IDs: {numbers}")


def _not_there(number: int) -> str:
    return f"Template ID: {number} does not exist for this project"


def _unknown(project: Project, number: int) -> RefusedError:
    status = int(project.settings.unknown_template)
    return refused(
        "BadParams" if status == _BAD_REQUEST else "NotFound", _not_there(number), status, rule="templates.unknown"
    )


EMAIL: Final = TemplateMedium("Email")
PUSH: Final = TemplateMedium("Push")
IN_APP: Final = TemplateMedium("InApp")
SMS: Final = TemplateMedium("SMS")
EMBEDDED: Final = TemplateMedium("Embedded")


def _written(template: Template, body: Mapping[str, Any], now: Instant) -> Template:
    """The template with what a body says about it, and with the content of one locale."""
    locale = body.get("locale", "")
    content = {name: value for name, value in body.items() if name not in _GET_BY and value is not None}
    stored = template.locales.get(locale, {})
    about = {
        "name": body.get("name", template.name),
        "client_template_id": body.get("clientTemplateId", template.client_template_id),
        "creator_user_id": body.get("creatorUserId", template.creator_user_id),
        "message_type_id": body.get("messageTypeId", template.message_type_id),
        "campaign_id": body.get("campaignId", template.campaign_id),
    }
    locales = {**template.locales, locale: {**stored, **content}}
    return template.model_copy(update={**about, "locales": locales, "updated_at": now})


def list_templates(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The templates, by pages."""
    query = Query(request)
    kind, medium = query.text("templateType"), query.text("messageMedium")
    start, end = query.seconds("startDateTime"), query.seconds("endDateTime")
    chosen = [
        template
        for template in project.templates
        if kind in {None, template.template_type}
        and medium in {None, template.message_medium}
        and (start is None or template.created_at >= start * 1000)
        and (end is None or template.created_at < end * 1000)
    ]
    listed = [
        {
            name: value
            for name, value in template.to_json().items()
            if name not in {"locales", "messageMedium", "templateType"}
        }
        for template in chosen
    ]
    page, links = query.page(sorted_by(query.text("sort"), listed, "templateId"), default_size=20)
    return json_reply({"templates": page, "totalTemplatesCount": len(listed), **links}, rules=("templates.list",))


def get_by_client_id(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """The templates with a client id, with their locales."""
    client_id = Query(request).required("clientTemplateId")
    listed = [
        {
            "templateId": template.template_id,
            "locales": sorted(locale for locale in template.locales if locale),
            **({} if template.campaign_id is None else {"campaignId": template.campaign_id}),
        }
        for template in project.templates
        if template.client_template_id == client_id
    ]
    return json_reply({"templates": listed}, rules=("templates.by-client-id",))


def delete_templates(project: Project, request: Request, _now: Instant, _: Mapping[str, str]) -> Reply:
    """Delete templates; those of a campaign stay."""
    numbers = read_body(request.path, request.body, _BULK_DELETE)["ids"]
    used = {campaign.template_id for campaign in project.campaigns}
    deleted = [number for number in dict.fromkeys(numbers) if number in project.templates and number not in used]
    failed = [number for number in dict.fromkeys(numbers) if number not in deleted]
    for number in deleted:
        project.templates.remove(number)
    as_json: dict[str, Any] = {"success": deleted, "failed": failed}
    if failed:
        as_json["failureReason"] = "Templates that do not exist or that a campaign uses cannot be deleted"
    return json_reply(as_json, rules=("templates.delete",))
