"""What the merge parameters of a message are looked up in.

Sources: Iterable support articles 205480365 and 35601631606036: fields of the event or the call go before those of
the profile, which `profile.` reaches all the same, and both before those of the campaign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.rendering import Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.content import Campaign, Template
    from simulator.project.person import Person


#: The members of the content of a template that are rendered.
_TEXTS: Final = ("subject", "preheaderText", "html", "plainText", "title", "message")


def content_of(template: Template, locale: str | None) -> dict[str, Any]:
    """What a template says in a locale; in one that it lacks, what it says by default."""
    return template.locales.get(locale or "", template.locales.get("", {}))


def texts_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What is rendered of the content of a template, by name."""
    return {name: content[name] for name in _TEXTS if isinstance(content.get(name), str)}


def merge_fields(
    project: Project,
    template: Template,
    content: Mapping[str, Any],
    given: Mapping[str, Any],
    person: Person | None = None,
    campaign: Campaign | None = None,
) -> dict[str, Any]:
    """The fields of a message.

    Args:
        project: The project.
        template: Its template.
        content: What the template says, with the fields of the campaign.
        given: The fields of the event or the call.
        person: Who gets it; None for nobody, as in a preview.
        campaign: What it is sent by; None for what the template belongs to.
    """
    campaign = campaign or project.campaigns.get(template.campaign_id or 0)
    about = {
        "templateId": template.template_id,
        "templateName": template.name,
        "messageTypeId": template.message_type_id,
        "companyName": project.configuration.name,
    }
    if campaign is not None:
        about |= {"campaignId": campaign.id, "campaignName": campaign.name, **campaign.campaign_data_fields}
    profile = {} if person is None else project.profile(person)
    as_profile = {} if person is None else {"profile": profile}
    return {**about, **content.get("campaignDataFields", {}), **profile, **as_profile, **given}


def surroundings(project: Project, now: Instant, data_feed: Mapping[str, Any]) -> Surroundings:
    """What templates of a project may draw on beside their fields."""
    return Surroundings(
        now=now,
        data_feed=data_feed,
        snippets={snippet.name: snippet.content for snippet in project.snippets},
        catalog_item=lambda catalog, item: _catalog_item(project, catalog, item),
        metadata=lambda table, key: _metadata(project, table, key),
        hmac_secret=str(project.id),
    )


def _catalog_item(project: Project, catalog: str, number: str) -> Mapping[str, Any] | None:
    found = project.catalogs.get(catalog)
    item = None if found is None else found.items.get(number)
    return None if item is None else item.value


def _metadata(project: Project, table: str, key: str) -> Any:
    found = project.metadata.get(table)
    item = None if found is None else found.get(key)
    return None if item is None else item.value
