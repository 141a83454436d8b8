"""Field types: inferred from the first value, fixed for the project, enforced from then on.

Sources: Iterable support article 208183076; the mismatch reply was recorded in 2021.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.project.dates import stored_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.project.changes import Changes
    from simulator.project.settings import ProjectSettings

#: The category of profile fields; events have one for each name.
USER: Final = "user"
#: Written by Iterable alone; what a request or a document says about them is not taken.
MANAGED_FIELDS: Final = frozenset({"profileUpdatedAt", "itblInternal", "itblUserId", "itblDS", "phoneNumberDetails"})
#: Fields of every project.
_BUILT_IN: Final = {
    "email": "string",
    "userId": "string",
    "signupDate": "date",
    "signupSource": "string",
    "profileUpdatedAt": "date",
    "phoneNumber": "string",
    "subscribedMessageTypeIds": "long",
    "unsubscribedMessageTypeIds": "long",
    "unsubscribedChannelIds": "long",
    "emailListIds": "long",
    "userListIds": "long",
    "devices": "object",
    "devices.token": "string",
    "devices.platform": "string",
    "devices.applicationName": "string",
    "devices.endpointEnabled": "boolean",
    "browserTokens": "string",
    "shoppingCartItems": "object",
    "itblInternal.regionCode": "string",
    "itblInternal.documentCreatedAt": "date",
    "itblInternal.documentUpdatedAt": "date",
    "itblInternal.emailDomain": "string",
}
#: Which field types a value can go into, the first being the one that it gives to a new field.
_TEXT: Final = ("string", "keyword")
_DATE: Final = ("date", "string", "keyword")
_INTEGER: Final = ("long", "double")
_FRACTION: Final = ("double",)
_BOOLEAN: Final = ("boolean",)
_OBJECT: Final = ("object",)
_PLACE: Final = ("geo_location", "object")
#: Of the kinds of values whose types do not follow from their content.
_SIMPLE: Final[Mapping[type, tuple[str, ...]]] = {bool: _BOOLEAN, int: _INTEGER, float: _FRACTION}
#: Field types into which every value of a kind goes, whatever it is: nearly all values need no closer look.
_FITTING: Final[Mapping[type, tuple[str, ...]]] = {**_SIMPLE, str: _TEXT}
_FITTING_KINDS: Final = frozenset((name, kind) for kind, names in _FITTING.items() for name in names)
_PLACE_SUFFIX: Final = "_geo_location"
_NO_TYPES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that does not go into its field."""

    field: str
    category: str
    expected: str
    incoming: tuple[str, ...]
    value: Any


class FieldTypes:
    """The types of a project's fields, by category and dotted name."""

    def __init__(self, settings: ProjectSettings, changes: Changes) -> None:
        self._changes = changes
        self._strict_dates = settings.date_forms == "strict"
        self._coerce_text = settings.numeric_text == "coerce"
        self._normalises = settings.normalise_dates
        self.categories: dict[str, dict[str, str]] = {USER: dict(_BUILT_IN)}

    def known(self, category: str) -> Mapping[str, str]:
        """The types of a category so far."""
        return self.categories.get(category, {})

    def fix(self, category: str, types: Mapping[str, str]) -> None:
        """Fix the types of new fields; a category without any has been seen all the same."""
        if not types and category in self.categories:
            return
        fixed = self.categories.get(category, {})
        if self._changes.undoable:
            before = self.categories

            def undo() -> None:
                self.categories = before

            self._changes.on_undo(undo)
            self.categories = {**before, category: {**fixed, **types}}
            return
        self.categories.setdefault(category, fixed)
        fixed.update(types)

    def check(
        self, category: str, fields: Mapping[str, Any], pending: dict[str, str], mismatches: list[Mismatch]
    ) -> None:
        """Hold values against the types that are fixed, and those pending from the same request.

        Args:
            category: `user`, or an event's name.
            fields: Data fields; nulls fix and break nothing.
            pending: Types that the request is about to fix; new ones are added.
            mismatches: What does not fit is added.
        """
        known = self.categories.get(category, _NO_TYPES)
        for name, value in fields.items():
            kind = type(value)
            expected = known.get(name)
            # Nearly every value fits like this, and nothing is done more often.
            if (
                (expected, kind) in _FITTING_KINDS
                or (kind is str and expected == "date" and stored_date(value, strict=self._strict_dates) is not None)
                or (kind is list and value and (expected, type(value[0])) in _FITTING_KINDS)
            ):
                continue
            self._check(category, name, value, known, pending, mismatches)

    def conform(
        self, category: str, fields: Mapping[str, Any], pending: dict[str, str], mismatches: list[Mismatch]
    ) -> Mapping[str, Any]:
        """Hold values against types as `check` does; gives the fields as the project stores them."""
        self.check(category, fields, pending, mismatches)
        if not self._normalises or mismatches:
            return fields
        strict = self._strict_dates
        return {name: normalised(value, strict=strict) for name, value in fields.items()}

    def _check(
        self,
        category: str,
        name: str,
        value: Any,
        known: Mapping[str, str],
        pending: dict[str, str],
        mismatches: list[Mismatch],
    ) -> None:
        expected = known.get(name) or pending.get(name)
        first = value[0] if type(value) is list and value else value
        if expected in _FITTING.get(type(first), ()):
            return
        possible = self._possible(name, value)
        if not possible:
            return
        if expected is None:
            pending[name] = possible[0]
        elif expected not in possible and not self._reads_as(expected, value):
            mismatches.append(Mismatch(name, category, expected, possible, value))
            return
        if possible is _OBJECT:
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    for key, inner in item.items():
                        self._check(category, f"{name}.{key}", inner, known, pending, mismatches)

    def _possible(self, name: str, value: Any) -> tuple[str, ...]:
        """The types that a value can go into; empty for null and for an empty list, which fix nothing."""
        kind = type(value)
        if kind is str:
            return _DATE if stored_date(value, strict=self._strict_dates) is not None else _TEXT
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if isinstance(value, dict):
            return _PLACE if _is_place(name, value) else _OBJECT
        if isinstance(value, list):
            for item in value:
                if types := self._possible(name, item):
                    return types
        return ()

    def _reads_as(self, expected: str, value: Any) -> bool:
        if not self._coerce_text or not isinstance(value, str) or expected not in {"long", "double"}:
            return False
        try:
            number = float(value)
        except ValueError:
            return False
        return expected == "double" or number.is_integer()


def _is_place(name: str, value: Mapping[str, Any]) -> bool:
    return name.endswith(_PLACE_SUFFIX) and all(
        isinstance(value.get(key), (int, float)) and not isinstance(value.get(key), bool) for key in ("lat", "lon")
    )


def normalised(value: Any, *, strict: bool) -> Any:
    """The value with every date in the form in which it is stored."""
    if isinstance(value, str):
        return stored_date(value, strict=strict) or value
    if isinstance(value, dict):
        return {key: normalised(item, strict=strict) for key, item in value.items()}
    if isinstance(value, list):
        return [normalised(item, strict=strict) for item in value]
    return value
