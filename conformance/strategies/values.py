"""Values of traits and properties: every JSON type, and dates in the notations that sources use."""

from __future__ import annotations

from typing import Any, Final

from conformance.strategies.choice import Draw, choose

TEXTS: Final = ("pro", "A & B / O'Neil", "1234", "été", "")
NUMBERS: Final = (41, 0, -3, 2026)
FRACTIONS: Final = (19.99, 0.5, -2.25)
LISTS: Final[tuple[list[Any], ...]] = (["a", "b"], ["a"], [1, 2])
OBJECTS: Final[tuple[dict[str, Any], ...]] = (
    {"city": "Rome"},
    {"city": "Rome", "zip": "00100"},
    {"deep": {"er": "x"}, "n": 1},
)
#: The value of a trait by the JSON type that a source gives it.
BY_TYPE: Final[dict[str, tuple[Any, ...]]] = {
    "text": TEXTS,
    "a whole number": NUMBERS,
    "a fraction": FRACTIONS,
    "a truth value": (True, False),
    "a list": LISTS,
    "an object": OBJECTS,
}
#: One instant, or one day, in each notation of ISO 8601 that sources use; and what it means, to the second.
NOTATIONS: Final[dict[str, tuple[str, str]]] = {
    "a date": ("2026-05-17", "2026-05-17T00:00:00+00:00"),
    "UTC with milliseconds": ("2026-05-17T22:49:53.310Z", "2026-05-17T22:49:53+00:00"),
    "UTC with seconds": ("2026-05-17T22:49:53Z", "2026-05-17T22:49:53+00:00"),
    "with minutes only": ("2026-05-17T22:49Z", "2026-05-17T22:49:00+00:00"),
    "without a zone": ("2026-05-17T22:49:53", "2026-05-17T22:49:53+00:00"),
    "with a blank": ("2026-05-17 22:49:53", "2026-05-17T22:49:53+00:00"),
    "another zone": ("2026-05-17T22:49:53+02:00", "2026-05-17T20:49:53+00:00"),
    "a zone without colon": ("2026-05-17T22:49:53+0530", "2026-05-17T17:19:53+00:00"),
    "a zone of hours only": ("2026-05-17T22:49:53+05", "2026-05-17T17:49:53+00:00"),
    "a comma before the fraction": ("2026-05-17T22:49:53,310Z", "2026-05-17T22:49:53+00:00"),
    "without colons in the time": ("2026-05-17T224953Z", "2026-05-17T22:49:53+00:00"),
    "the basic form": ("20260517T224953Z", "2026-05-17T22:49:53+00:00"),
}
#: A phone number as sources send it.
PHONES: Final[dict[str, Any]] = {
    "international form": "+14155550100",
    "national form": "(415) 555-0100",
    "international form with blanks": "+1 415 555 0100",
    "a JSON number": 14155550100,
}


def of_type(draw: Draw, kind: str) -> Any:
    """A value of a JSON type, by its name in `BY_TYPE`."""
    return choose(draw, BY_TYPE[kind])
