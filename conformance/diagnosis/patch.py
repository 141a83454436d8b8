"""Changes as they are written in the form in which the customer's configuration is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from conformance.diagnosis.changes import TRIGGER, Change, Removed
from conformance.diagnosis.sentences import parts
from conformance.inputs.configuration import Configuration
from conformance.inputs.configuration.hcl_writer import quoted
from conformance.inputs.configuration.writers import to_own
from destination import Subscription
from destination.javascript import json_text

_TERRAFORM: Final = "terraform"
_BARE: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Patch:
    """What to write in one place.

    Attributes:
        file: The file of the configuration; empty for the presets.
        line: The line of what is changed, or of what the new is added to; 0 where that is not known.
        column: The column.
        path: The dotted path of the place, in the words of the form.
        removed: What stands there, as the form writes it; empty where nothing does.
        added: What is to stand there; empty where nothing is to.
    """

    file: str
    line: int
    column: int
    path: str
    removed: str
    added: str


def patches(change: Change, configuration: Configuration | None) -> tuple[Patch, ...]:
    """A change as what to write where, in the form of a configuration; as YAML for the presets.

    Args:
        change: The change.
        configuration: What it changes, as it was read; None for the presets.
    """
    return tuple(_patch(part, configuration) for part in parts(change))


def _patch(change: Change, configuration: Configuration | None) -> Patch:
    form = _written_form(configuration)
    removed, added = (_text(change, value, form) for value in (change.before, change.after))
    subscriptions = () if configuration is None else configuration.subscriptions
    if configuration is None or change.position >= len(subscriptions):
        return Patch("" if configuration is None else configuration.file, 0, 0, "", removed, added)
    subscription = subscriptions[change.position]
    line, column = subscription.place(change.keys)
    return Patch(configuration.file, line, column, subscription.path(change.keys), removed, added)


def _written_form(configuration: Configuration | None) -> str:
    """The form, or nothing for YAML, which needs no quotation marks around keys."""
    if configuration is None or (configuration.form == "own" and not configuration.file.endswith(".json")):
        return ""
    return configuration.form


def _text(change: Change, value: Any, form: str) -> str:
    if value is Removed.NOTHING:
        return ""
    if isinstance(value, Subscription):
        return _whole(value)
    key = change.keys[-1]
    if change.keys == TRIGGER and form not in {"", "own"}:
        key = "trigger"
    if isinstance(key, int):
        return _value(value, form)
    if form == _TERRAFORM:
        return f"{key if change.keys == TRIGGER else quoted(key)} = {_value(value, form)}"
    is_bare = not form and _BARE.fullmatch(key) is not None
    return f"{key if is_bare else json_text.stringify(key)}: {_value(value, form)}"


def _whole(subscription: Subscription) -> str:
    from conformance.inputs.configuration.model import ConfiguredSubscription

    item = ConfiguredSubscription(subscription, subscription.name)
    return to_own(Configuration("own", (item,))).rstrip()


def _value(value: Any, form: str) -> str:
    if form == _TERRAFORM:
        return _hcl(value)
    return json_text.stringify(value)


def _hcl(value: Any) -> str:
    """A value on one line of Terraform."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{quoted(key)} = {_hcl(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    return quoted(value) if isinstance(value, str) else json_text.stringify(value)
