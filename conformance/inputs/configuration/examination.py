"""What becomes of one subscription that was found: kept, left out, or full of problems."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any, Final

from conformance.inputs.configuration.actions import IDS, NAMES, SLUGS
from conformance.inputs.configuration.content import content_problems
from conformance.inputs.configuration.entries import OWN, TERRAFORM, Entry, Unusable
from conformance.inputs.configuration.model import ConfiguredSubscription, Expression, LeftOut, Reason
from conformance.inputs.configuration.terraform_form import needs_evaluation
from conformance.inputs.errors import InputProblem, nearest
from conformance.inputs.json_values import BadJson, parse_json
from destination import CompiledSubscription, Subscription
from destination.mapping import DEFAULT_LIQUIDJS, LIQUIDJS_VERSIONS, LiquidjsVersion

#: Ids are random, so two that are so alike are one and a slip.
_ALIKE: Final = 0.85
_TRUTH: Final = {"true": True, "false": False}
_SHAPE: Final = "with a name, an action, a trigger and a mapping"


def examine(entry: Entry) -> ConfiguredSubscription | LeftOut | tuple[InputProblem, ...]:
    """The subscription; or that it is left out and why; or its problems."""
    if not isinstance(entry.members, dict):
        return (entry.document.problem(entry.location, "a subscription must be an object", _SHAPE),)
    return _Examination(entry).result()


def _shown(value: object) -> str:
    return "null" if value is None else repr(value)


class _Examination:
    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._problems: list[InputProblem] = []

    def result(self) -> ConfiguredSubscription | LeftOut | tuple[InputProblem, ...]:
        action = self._action()
        if action is None and not self._problems:
            return self._left_out("other destination")
        with_action = len(self._problems)
        self._check_keys()
        enabled = self._enabled()
        if not enabled and not self._problems:
            return self._left_out("disabled")
        found = self._subscription(action or "")
        if self._problems and len(self._problems) == with_action:
            # Only the action is wrong, which says nothing of the trigger and the mapping.
            self._problems += content_problems([replace(found, compiled=CompiledSubscription(found.subscription))])
        return tuple(self._problems) or found

    def _left_out(self, reason: Reason) -> LeftOut:
        name = self._entry.get("name")
        shown = name if isinstance(name, str) and name else self._entry.label
        return LeftOut(shown, reason, self._entry.document.place(self._entry.location))

    def _blame(self, key: str, message: str, hint: str = "") -> None:
        self._problems.append(self._entry.problem(key, message, hint))

    def _value(self, key: str) -> Any:
        """What the entry says; None, with the problems noted, if that cannot be read."""
        value = self._entry.get(key)
        if isinstance(value, Unusable):
            self._problems += value.problems
            return None
        return value

    def _action(self) -> str | None:
        """The slug of the action; None with no problem noted for that of another destination."""
        action_id, slug = self._value("action_id"), self._value("action")
        if self._problems:
            return None
        for key, value in (("action_id", action_id), ("action", slug)):
            if value is not None and not isinstance(value, str):
                self._blame(key, f"must be text, not {_shown(value)}")
                return None
        if action_id:
            return self._by_id(action_id, slug)
        if slug:
            return self._by_slug(slug)
        self._missing("action" if self._entry.form is OWN else "action_id")
        return None

    def _by_id(self, action_id: str, slug: str | None) -> str | None:
        known = SLUGS.get(action_id)
        if known is None:
            if close := difflib.get_close_matches(action_id, SLUGS, n=1, cutoff=_ALIKE):
                hint = f"did you mean {close[0]}, that of {SLUGS[close[0]]}?"
                self._blame("action_id", f"no destination has an action {action_id!r}", hint)
        elif slug in IDS and slug != known:
            message = f"is {slug}, and the id of the action is that of {known}"
            self._blame("action", message, "remove one of the two")
        return known

    def _by_slug(self, slug: str) -> str:
        found = SLUGS.get(slug, slug)
        if found not in IDS:
            meant = NAMES.get(slug.casefold())
            hint = f"did you mean {meant}?" if meant else nearest(slug, tuple(IDS))
            self._blame("action", f"there is no action {slug!r}", hint)
        return found

    def _missing(self, key: str) -> None:
        where = self._entry.document.problem(
            self._entry.location, f"`{self._entry.form.keys[key]}` is missing", "add it"
        )
        self._problems.append(where)

    def _check_keys(self) -> None:
        known = self._entry.form.known
        for key in self._entry.members:
            if key not in known:
                location = (*self._entry.location, key)
                problem = self._entry.document.problem(location, f"unknown key {key!r}", nearest(str(key), known))
                self._problems.append(problem)

    def _enabled(self) -> bool:
        enabled = self._value("enabled")
        if self._entry.form is TERRAFORM and isinstance(enabled, str):
            enabled = _TRUTH.get(enabled, enabled)  # Terraform converts such texts
        if enabled is not None and not isinstance(enabled, bool):
            self._blame("enabled", f"must be true or false, not {_shown(enabled)}")
        return enabled is not False

    def _subscription(self, action: str) -> ConfiguredSubscription:
        self._problems += needs_evaluation(self._entry)
        name = self._text("name") if self._entry.get("name") else self._entry.label or action
        trigger = self._text("subscribe")
        subscription = Subscription(name, action, trigger, self._mapping(), self._liquidjs())
        return ConfiguredSubscription(
            subscription,
            name=name,
            id=str(self._reference("id") or ""),
            model_id=self._reference("model_id"),
            destination_id=self._reference("destination_id"),
            schedule=self._schedule(),
            label=self._entry.label,
            entry=self._entry,
        )

    def _text(self, key: str) -> str:
        if not self._entry.says(key) or self._entry.get(key) is None:
            self._missing(key)
            return ""
        before = len(self._problems)
        value = self._value(key)
        if isinstance(value, str):
            return value
        if len(self._problems) == before:
            self._blame(key, f"must be text, not {_shown(value)}")
        return ""

    def _mapping(self) -> Any:
        before = len(self._problems)
        value = self._value("mapping")
        no_mapping = self._entry.says("mapping") if self._entry.form is OWN else value is not None
        if no_mapping and len(self._problems) == before and not isinstance(value, dict):
            self._blame("mapping", f"must be an object of fields, not {_shown(value):.40}")
        return value

    def _liquidjs(self) -> LiquidjsVersion:
        version = self._value("liquidjs") if self._entry.form is OWN else None
        if version is None or version in LIQUIDJS_VERSIONS:
            return version or DEFAULT_LIQUIDJS
        self._blame("liquidjs", f"there is no {version!r}", f"write {' or '.join(LIQUIDJS_VERSIONS)}, as text")
        return DEFAULT_LIQUIDJS

    def _reference(self, key: str) -> str | Expression | None:
        """An id, or what stands for it in a Terraform file; nothing of it needs to be known."""
        value = self._entry.get(key)
        if isinstance(value, Unusable):
            return Expression(value.text)
        return str(value) if value else None

    def _schedule(self) -> Any:
        """The schedule, whose `config` Terraform keeps as JSON text and the Public API as an object."""
        value = self._entry.get("schedule")
        if isinstance(value, Unusable):
            return Expression(value.text)
        if isinstance(value, dict) and isinstance(value.get("config"), str):
            try:
                return {**value, "config": parse_json(value["config"].encode("utf-8", "surrogatepass"))}
            except BadJson:
                return value
        return value
