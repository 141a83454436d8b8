"""JavaScript's view of a JSON value: absence, truth, numbers, text, dates and the text of JSON itself."""

from destination.javascript import json_text
from destination.javascript.dates import LARGEST_INSTANT, iso_parts, parse_date
from destination.javascript.values import (
    UNDEFINED,
    in_json_form,
    member,
    text_to_number,
    to_json_value,
    to_number,
    to_text,
    without_undefined,
)

__all__ = [
    "LARGEST_INSTANT",
    "UNDEFINED",
    "in_json_form",
    "iso_parts",
    "json_text",
    "member",
    "parse_date",
    "text_to_number",
    "to_json_value",
    "to_number",
    "to_text",
    "without_undefined",
]
