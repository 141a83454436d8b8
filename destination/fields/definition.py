"""What a field is: the attributes that matter when an event is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pydantic import JsonValue

FieldType = Literal["string", "text", "number", "integer", "datetime", "boolean", "password", "object"]


@dataclass(frozen=True, slots=True)
class RequiredWhen:
    """A field that is required only under conditions on other fields.

    Attributes:
        match: Whether `all` conditions must hold, or `any`.
        conditions: Field key (one level of dots reaches into objects), `is` or `is_not`, and the value;
            a value of None means absent or null.
    """

    match: Literal["all", "any"]
    conditions: tuple[tuple[str, Literal["is", "is_not"], JsonValue], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an action or of the settings.

    Attributes:
        label: The name that complaints use; empty for none.
        type: Segment's field type.
        required: True, False, or the conditions under which the field is required.
        allow_null: Whether null is a value of its own and not an absence.
        multiple: Whether the field is a list; a single value is put into one.
        choices: The permitted values; empty for all.
        format: `email`, `text`, `uri` and so on; empty for none. A datetime is always checked as date-like.
        minimum: The least length of a string, or the least number.
        maximum: The greatest length of a string, or the greatest number.
        properties: The declared members of an object, or of the objects in a list.
        additional_properties: Whether members that are not declared stay.
        default: What a new mapping starts with; never applied to an event.
    """

    label: str
    type: FieldType
    required: bool | RequiredWhen = False
    allow_null: bool = False
    multiple: bool = False
    choices: tuple[JsonValue, ...] = ()
    format: str = ""
    minimum: float | None = None
    maximum: float | None = None
    properties: Mapping[str, Field] = field(default_factory=dict)
    additional_properties: bool = False
    default: JsonValue = None
