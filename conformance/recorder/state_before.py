"""What was there before the first request: everything, or only what the requests can have met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from conformance.recorder.content import values_in_body, values_in_request
from conformance.scenario.state_expectations import MANAGED
from simulator import Simulator
from simulator.project.field_types import USER
from simulator.project.forgotten import forgotten_hash

if TYPE_CHECKING:
    from simulator.journal import Entry
    from simulator.project import ProjectConfiguration
    from simulator.project.pending import Pending

Document = dict[str, Any]
#: Requests under these meet people, events, lists and field types only.
_PEOPLE_AREAS: Final = frozenset({"users", "events", "commerce", "lists"})
_PEOPLE_PARTS: Final = frozenset({"users", "events", "lists", "fields", "forgotten", "revokedTokens", "version"})
#: A scenario has the ids that follow from itself, and files that hold everybody are none of its business.
_LEFT_OUT: Final = frozenset({"version", "ids", "exportJobs"})


class Extent(IntEnum):
    """How much of the state is taken along."""

    MENTIONED = 1
    WITH_EVENTS = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What the requests and replies speak of."""

    texts: frozenset[str]
    areas: frozenset[str]

    def person(self, user: Mapping[str, Any]) -> bool:
        """Whether they speak of a person."""
        return any(
            isinstance(user.get(name), str) and user[name].lower() in self.texts for name in ("email", "userId")
        )


def mentioned_in(entries: Sequence[Entry], waiting: Sequence[Pending]) -> Mentioned:
    """What some requests and their replies speak of."""
    requests = [*(item.request for item in waiting), *(entry.request for entry in entries)]
    replies = [entry.reply for entry in entries if entry.reply is not None]
    spoken_of = [*(item.users for item in waiting), *(entry.users for entry in entries)]
    texts = {user.lower() for users in spoken_of for user in users}
    for request in requests:
        texts.update(text.strip().lower() for _, value in values_in_request(request) for text in _texts(value))
    for reply in replies:
        texts.update(text.strip().lower() for _, value in values_in_body(reply.body) for text in _texts(value))
    areas = {pieces[2] for request in requests if len(pieces := request.path.split("/")) > 2}  # noqa: PLR2004  # /api/area
    return Mentioned(frozenset(texts), frozenset(areas))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_texts(item))]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def chosen(
    state: Mapping[str, Any], mentioned: Mentioned, extent: Extent, configuration: ProjectConfiguration
) -> Document:
    """The part of a state document that is taken along; what every project begins with is left out."""
    first = Simulator([configuration]).projects[configuration.name].state_document()
    document = {part: value for part, value in state.items() if part not in _LEFT_OUT and value != first.get(part)}
    document["fields"] = _own_types(state.get("fields", {}), first["fields"])
    if extent is not Extent.WHOLE:
        document["users"] = [user for user in state["users"] if mentioned.person(user)]
        document["events"] = [event for event in state["events"] if _is_met(event, mentioned, extent)]
        document = _of_people(document, mentioned)
    return {part: value for part, value in document.items() if value}


def _is_met(event: Document, mentioned: Mentioned, extent: Extent) -> bool:
    if str(event.get("id", "")).lower() in mentioned.texts:
        return True
    return extent is Extent.WITH_EVENTS and mentioned.person(event)


def _of_people(document: Document, mentioned: Mentioned) -> Document:
    document["forgotten"] = _forgotten(document.get("forgotten", {}), mentioned)
    document["fields"] = _types_spoken_of(document, mentioned)
    document["revokedTokens"] = [
        item for item in document.get("revokedTokens", []) if item["user"].lower() in mentioned.texts
    ]
    messages = {
        part: [message for message in document.get(part, []) if _is_for(message, mentioned)]
        for part in ("sentMessages", "scheduledMessages", "embeddedMessages")
    }
    if mentioned.areas <= _PEOPLE_AREAS and not messages["scheduledMessages"]:
        document = {part: value for part, value in document.items() if part in _PEOPLE_PARTS}
    return {**document, **{part: value for part, value in messages.items() if part in document}}


def _is_for(message: Document, mentioned: Mentioned) -> bool:
    """Whether a message is for somebody who is taken along, or for everybody."""
    return mentioned.person(message) or not (message["email"] or message["userId"])


def _types_spoken_of(document: Document, mentioned: Mentioned) -> Document:
    """The types of fields that the requests speak of, but for those that the people taken along bring with them."""
    brought = {name for user in document["users"] for name in user["dataFields"]}
    kept: Document = {}
    for category, types in document["fields"].items():
        own = brought if category == USER else set()
        spoken_of = {
            name: kind
            for name, kind in types.items()
            if (top := name.partition(".")[0]) not in own and top.lower() in mentioned.texts
        }
        if spoken_of:
            kept[category] = spoken_of
    return kept


def _own_types(types: Mapping[str, Mapping[str, str]], first: Mapping[str, Mapping[str, str]]) -> Document:
    own = {
        category: {name: kind for name, kind in fields.items() if first.get(category, {}).get(name) != kind}
        for category, fields in types.items()
    }
    return {category: fields for category, fields in own.items() if fields}


def _forgotten(forgotten: Mapping[str, Sequence[str]], mentioned: Mentioned) -> Document:
    hashes = {forgotten_hash(text) for text in mentioned.texts}
    kept = {part: [item for item in items if item in hashes] for part, items in forgotten.items()}
    return kept if any(kept.values()) else {}


def difference(after: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[list[Document], list[Document]]:
    """The people who are there otherwise than before, and those who are there no more."""
    old = [_shown(user) for user in before["users"]]
    changed = [user for user in after["users"] if _shown(user) not in old]
    names: Sequence[Callable[[Document], Any]] = (lambda user: user.get("email"), lambda user: user.get("userId"))
    gone = []
    for user in before["users"]:
        if all(name(user) is None or name(user) not in map(name, after["users"]) for name in names):
            gone.append(user)
    return changed, gone


def _shown(user: Document) -> Document:
    fields = {name: value for name, value in user["dataFields"].items() if name not in MANAGED}
    return {"email": user.get("email"), "userId": user.get("userId"), "dataFields": fields}
