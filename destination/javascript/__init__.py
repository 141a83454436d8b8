"""JavaScript's view of a JSON value: absence, truth, numbers, text, dates and the text of JSON itself."""

from destination.javascript import json_text
from destination.javascript.values import UNDEFINED, in_json_form, member, to_json_value, without_undefined

__all__ = ["UNDEFINED", "in_json_form", "json_text", "member", "to_json_value", "without_undefined"]
