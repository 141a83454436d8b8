"""Rows of a Reverse ETL model as Segment sends them, with the columns that the mapping reads.

What a row carries: the model's columns as `properties`, its unique identifier as `__segment_id`, `messageId` and
`receivedAt`; no `userId`, `anonymousId`, `traits` or time of its own. A deleted row has nulls in all of its columns.
Sources: Segment's documentation of Reverse ETL, system, "Delete Records Payload" (since 2024-09-24); what mappings of
models read in public Terraform configurations (`$.__segment_id`, `$.receivedAt`, `$.messageId`, `$.properties.…`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from conformance.strategies.commerce_histories import filled_product, product
from conformance.strategies.event_writer import DAY, usual_value
from conformance.strategies.history import Event, HistoryEvent, Persona, value_at, with_value
from conformance.strategies.leaves import Leaf, directive_of
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis, role_of, type_of
from conformance.strategies.subscription_kinds import DELETED, NEW, Kind
from destination.actions import ACTIONS

ROW_ID: Final = "__segment_id"
EMAIL: Final = "email"
USER_ID: Final = "userId"
_COLUMNS: Final = "properties"
_USER_ID_NAMES: Final = re.compile(r"(user|customer|contact|person|client|member|external)_?id|uid")
_TRUTH_NAMES: Final = re.compile(r"^(is|has|accepts|wants)_?|_flag$|subscribed$|active$|opt(ed)?_?in$", re.IGNORECASE)
#: What a model has beside where its mapping takes all columns.
USUAL_COLUMNS: Final[Mapping[str, Any]] = {"plan": "pro", "points": 7, "is_active": True}
_MODEL_IN_ID: Final = "-row-"


def models_of(analysis: MappingAnalysis) -> tuple[str, ...]:
    """The models whose rows the mapping takes, each once; the empty text for those that are not known."""
    return tuple(dict.fromkeys(analysed.model or "" for analysed in analysis.of_kind(Kind.ROWS)))


def model_of(event: Event) -> str:
    """The model that a row of a history is of, which stands in its messageId."""
    return str(event.get("messageId")).rpartition(_MODEL_IN_ID)[0]


def takes_row(analysed: AnalysedSubscription, event: Event) -> bool:
    """Whether Segment offers a row to a subscription: rows of a model go to its own subscriptions alone."""
    return analysed.takes_rows and (analysed.model or "") == model_of(event)


def identity_roles(analysed: AnalysedSubscription) -> dict[str, str]:
    """What stands where a subscription looks for the person: `email`, `userId`, or empty where that cannot be told.

    The name of a column decides; where it says nothing, as with `__segment_id`, the field that it fills does.
    """
    roles: dict[str, str] = {}
    for leaf in analysed.leaves:
        name = leaf.target[-1] if leaf.target in {(EMAIL,), (USER_ID,), ("user", EMAIL), ("user", USER_ID)} else ""
        for path in leaf.sources if name else ():
            if path == ROW_ID or path.startswith(f"{_COLUMNS}."):
                roles.setdefault(path, _named_role(path) or ("" if _is_composed(leaf) else name))
    return roles


def _named_role(path: str) -> str:
    if role_of(path) == EMAIL:
        return EMAIL
    return USER_ID if _USER_ID_NAMES.fullmatch(path.rpartition(".")[2].lower()) else ""


def _is_composed(leaf: Leaf) -> bool:
    return leaf.text_of is None and directive_of(leaf.definition) in {"@template", "@liquid"}


def identifiers_in(analysed: AnalysedSubscription, event: Event) -> dict[str, str]:
    """Who a row is about, as far as a subscription looks: `email` and `userId`, where the row has them."""
    found: dict[str, str] = {}
    for path, role in identity_roles(analysed).items():
        value = value_at(event, path)
        if role and value not in (None, ""):
            found.setdefault(role, str(value))
    return found


@dataclass(slots=True)
class RowWriter:
    """Writes the rows of one model in one history.

    Args:
        analysis: The mapping.
        model: One of `models_of`.
    """

    analysis: MappingAnalysis
    model: str
    _count: int = field(default=0)

    @property
    def subscriptions(self) -> tuple[AnalysedSubscription, ...]:
        """The subscriptions that take the rows of the model."""
        return tuple(item for item in self.analysis.of_kind(Kind.ROWS) if (item.model or "") == self.model)

    @property
    def roles(self) -> dict[str, str]:
        """Who a row is about: for each such path `email` or `userId`."""
        roles: dict[str, str] = {}
        for analysed in self.subscriptions:
            for path, role in identity_roles(analysed).items():
                roles[path] = roles.get(path) or role
        return roles

    def free_columns(self) -> list[str]:
        """The paths of columns that may hold anything: those that fill data fields, and say nothing about who."""
        own = {
            path: None
            for analysed in self.subscriptions
            for leaf, path in _columns(analysed)
            if "dataFields" in leaf.target and path not in self.roles and not role_of(path)
        }
        usual = [f"{_COLUMNS}.{name}" for name in USUAL_COLUMNS] if self._takes_all else []
        return list(dict.fromkeys([*own, *usual]))

    def optional_columns(self) -> list[str]:
        """The paths of all columns that say nothing about who, and fill no field without which nothing is sent."""
        pairs = [(analysed, *column) for analysed in self.subscriptions for column in _columns(analysed)]
        needed = {path for analysed, leaf, path in pairs if _is_required(analysed, leaf)} | self.roles.keys()
        named = [path for _, _, path in pairs]
        return [path for path in dict.fromkeys([*self.free_columns(), *named]) if path not in needed]

    def row(
        self, persona: Persona, name: str = NEW, changes: Mapping[str, Any] | None = None, *, number: int = 0
    ) -> HistoryEvent:
        """A row about a person.

        Args:
            persona: The person.
            name: `new`, `updated` or `deleted`.
            changes: Values at paths of columns, in place of the usual ones.
            number: Which of the person's rows it is.
        """
        self._count += 1
        event: Event = {
            "type": "track",
            "event": name,
            "messageId": f"{self.model}{_MODEL_IN_ID}{self._count}".removeprefix("-"),
            "receivedAt": f"{DAY}20T11:00:{self._count % 60:02}.000Z",
            ROW_ID: self._row_id(persona, number),
            _COLUMNS: dict(USUAL_COLUMNS) if self._takes_all else {},
        }
        for analysed in self.subscriptions:
            for leaf, path in _columns(analysed):
                event = with_value(event, path, self._value(persona, analysed, leaf, path))
        for path, value in _asked_for(self.subscriptions):
            event = with_value(event, path, value)
        for path, value in (changes or {}).items():
            event = with_value(event, path, value)
        if name == DELETED:
            event[_COLUMNS] = dict.fromkeys(event[_COLUMNS])
        return HistoryEvent(persona, event)

    def completed(self, row: HistoryEvent) -> HistoryEvent:
        """A row of the model with the columns that the mapping reads and the row lacks, as another mapping had it."""
        event, names = row.event, row.event[_COLUMNS]
        for analysed in self.subscriptions:
            for leaf, path in _columns(analysed):
                if path.split(".")[1] not in names:
                    is_null = event["event"] == DELETED
                    value = None if is_null else self._value(row.persona, analysed, leaf, path)
                    event = with_value(event, path, value)
        if self.roles.get(ROW_ID):
            event = {**event, ROW_ID: self._row_id(row.persona, 0)}
        return HistoryEvent(row.persona, event)

    @property
    def _takes_all(self) -> bool:
        return any(_COLUMNS in analysed.sources for analysed in self.subscriptions)

    def _row_id(self, persona: Persona, number: int) -> str:
        role = self.roles.get(ROW_ID)
        names = {EMAIL: persona.email, USER_ID: persona.user_id}
        return names[role] if role else f"r{persona.number + 1}{number}"

    def _value(self, persona: Persona, analysed: AnalysedSubscription, leaf: Leaf, path: str) -> Any:
        role = self.roles.get(path) or _named_role(path)
        if leaf.target == ("newEmail",):
            return None
        if role:
            return persona.email if role == EMAIL else persona.user_id
        if role_of(path) == "phone":
            return persona.phone
        if leaf.target[:1] == ("items",):
            return [*map(partial(filled_product, analysed), [product(1)])]
        if leaf.target in {("id",), ("messageId",)}:
            return f"x-{persona.number}-{self._count}"
        return usual_column(path, type_of(analysed.action, leaf))


def usual_column(path: str, field_type: str = "any") -> Any:
    """A value that a column's name, and the type of the field that it fills, make likely."""
    last = path.rpartition(".")[2]
    if field_type == "boolean" or (field_type == "any" and _TRUTH_NAMES.search(last)):
        return True
    return usual_value(path, field_type)


def _columns(analysed: AnalysedSubscription) -> Iterator[tuple[Leaf, str]]:
    for leaf in analysed.leaves:
        yield from ((leaf, path) for path in leaf.sources if path.startswith(f"{_COLUMNS}."))


def _is_required(analysed: AnalysedSubscription, leaf: Leaf) -> bool:
    action = ACTIONS.get(analysed.action)
    field_of = action.fields.get(leaf.target[0]) if action is not None and leaf.target else None
    return field_of is not None and bool(field_of.required)


def _asked_for(subscriptions: tuple[AnalysedSubscription, ...]) -> Iterator[tuple[str, Any]]:
    """What the trigger of the first subscription asks of a row beside its name."""
    wanted = subscriptions[0].trigger.intended[0].get(_COLUMNS)
    if isinstance(wanted, dict):
        yield from ((f"{_COLUMNS}.{name}", value) for name, value in wanted.items())
