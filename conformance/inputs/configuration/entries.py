"""Subscriptions as they were found in a file, whatever its form, before anything about them has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.inputs.errors import InputProblem
from conformance.inputs.places import Location
from conformance.inputs.yaml_file import Document


@dataclass(frozen=True, slots=True)
class Unusable:
    """A value that could not be read: it needs evaluation, or is JSON text with a problem in it.

    Attributes:
        text: How it is written.
        problems: Why it cannot be read; of interest only if the value is.
    """

    text: str
    problems: tuple[InputProblem, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which subscriptions exist.

    Attributes:
        id: A short name, for programs: `own`, `public-api`, `terraform`, `terraform-state`, `terraform-json`.
        name: What to call it.
        keys: The form's word for each thing a subscription has: `name`, `action`, `action_id`, `subscribe`,
            `mapping`, `enabled`, `id`, `model_id`, `destination_id`, `schedule`.
        others: Keys that the form carries beside these and that say nothing of what a subscription does.
    """

    id: str
    name: str
    keys: Mapping[str, str]
    others: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that the form is known to carry."""
        return (*self.keys.values(), *self.others)


OWN = Form(
    "own",
    "a list of subscriptions",
    {
        "name": "name",
        "action": "partnerAction",
        "subscribe": "subscribe",
        "mapping": "mapping",
        "enabled": "enabled",
        "id": "id",
        "action_id": "actionId",
        "model_id": "modelId",
        "destination_id": "destinationId",
        "schedule": "reverseETLSchedule",
        "liquidjs": "liquidjs",
    },
    ("type", "eventSlug"),  # a preset of the destination's own source has these
)
PUBLIC_API = Form(
    "public-api",
    "a reply of Segment's Public API",
    {
        "name": "name",
        "action": "actionSlug",
        "subscribe": "trigger",
        "mapping": "settings",
        "enabled": "enabled",
        "id": "id",
        "action_id": "actionId",
        "model_id": "modelId",
        "destination_id": "destinationId",
        "schedule": "reverseETLSchedule",
    },
)
_ATTRIBUTES = {
    "name": "name",
    "action": "action_slug",
    "subscribe": "trigger",
    "mapping": "settings",
    "enabled": "enabled",
    "id": "id",
    "action_id": "action_id",
    "model_id": "model_id",
    "destination_id": "destination_id",
    "schedule": "reverse_etl_schedule",
}
TERRAFORM = Form(
    "terraform",
    "Terraform",
    _ATTRIBUTES,
    ("count", "for_each", "provider", "depends_on", "lifecycle"),  # what any resource may have
)
TERRAFORM_STATE = Form("terraform-state", "a state file of Terraform", _ATTRIBUTES)
TERRAFORM_JSON = Form("terraform-json", "the output of `terraform show -json`", _ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription as it was found.

    Attributes:
        form: The form of the file.
        document: The file.
        location: Where in the document it stands.
        members: What it says, by the form's own keys; anything at all in a list of the harness's own form.
        label: The name of the Terraform resource; empty elsewhere.
    """

    form: Form
    document: Document
    location: Location
    members: Any
    label: str = ""

    def get(self, key: str) -> Any:
        """What the entry says under the form's word for one of `Form.keys`; None without it."""
        return self.members.get(self.form.keys.get(key, ""))

    def says(self, key: str) -> bool:
        """Whether the entry has such a key at all."""
        return self.form.keys.get(key, "") in self.members

    def at(self, key: str, *inside: str | int) -> Location:
        """Where that stands."""
        return (*self.location, self.form.keys.get(key, key), *inside)

    def problem(self, key: str, message: str, hint: str = "") -> InputProblem:
        """A problem about what the entry says under a key; about the whole entry where it has no such key."""
        if not self.says(key):
            return self.document.problem(self.location, message, hint)
        return self.document.problem(self.at(key), message, hint)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds.

    Attributes:
        form: Its form.
        document: The file.
        entries: The subscriptions, of whatever destination.
        remarks: What the user should know of the file as a whole, such as that it is one page of several.
        problems: What is wrong with it beside its subscriptions.
    """

    form: Form
    document: Document
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = ()
