"""What is there before the first step of a recording, by the keys of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.project.settings import ProjectSettings

if TYPE_CHECKING:
    from conformance.recorder.masking import Masking
    from conformance.recorder.state_before import Document
    from simulator.history.recording import RecordingRequest

_MANAGED_IN_STATE: Final = frozenset({"email", "userId", "itblUserId", "profileUpdatedAt"})


def initial_state(taken: Document, request: RecordingRequest, masking: Masking) -> Document:
    """Settings, people, lists and events by the keys of a scenario, and the rest as a state document."""
    document: Document = {}
    settings = _settings(request.project.settings)
    if settings:
        document["settings"] = settings
    rest = {part: _masked_part(part, value, masking) for part, value in taken.items()}
    if "users" in rest:
        document["users"] = [_existing(user) for user in rest.pop("users")]
    if "lists" in rest:
        document["lists"] = [_brief_list(item) for item in rest.pop("lists")]
    if rest.get("events") and all(_is_plain(event) for event in rest["events"]):
        document["events"] = [_existing_event(event) for event in rest.pop("events")]
    return {**document, "state": rest} if rest else document


def _masked_part(part: str, value: Any, masking: Masking) -> Any:
    if part != "fields":
        return masking.value(value, (part.lower(),))
    return {
        masking.segment(category): dict(
            zip(masking.value(dict.fromkeys(types, 0), ("datafields",)), types.values(), strict=True)
        )
        for category, types in value.items()
    }


def _settings(settings: ProjectSettings) -> Document:
    """The settings that are not as usual; limits are recorded as what they did, and do nothing more."""
    usual = ProjectSettings.model_validate({}).model_dump(by_alias=True, mode="json")
    given = settings.model_dump(by_alias=True, mode="json")
    return {name: value for name, value in given.items() if value != usual[name] and name != "enforceRateLimits"}


def _existing(user: Document) -> Document:
    fields = {name: value for name, value in user["dataFields"].items() if name not in _MANAGED_IN_STATE}
    internal = fields.get("itblInternal")
    if isinstance(internal, dict):
        fields["itblInternal"] = {name: value for name, value in internal.items() if name.startswith("document")}
    return {**{name: user[name] for name in ("email", "userId") if user.get(name) is not None}, "dataFields": fields}


def _brief_list(item: Document) -> Document:
    usual = {"description": "", "listType": "Standard"}
    # Members are named by the numbers of people, which nobody has in a scenario.
    return {name: value for name, value in item.items() if usual.get(name) != value and name != "members"}


def _is_plain(event: Document) -> bool:
    return event["eventType"] == "customEvent" and not event.keys() - {
        "email", "userId", "createdAt", "eventName", "eventType", "id", "dataFields"
    }  # fmt: skip


def _existing_event(event: Document) -> Document:
    made = {name: value for name, value in event.items() if name != "eventType"}
    made["createdAt"] = str(made["createdAt"]).replace(" +00:00", "+00:00")
    return made
