"""The people of histories."""

from __future__ import annotations

from typing import Final

from conformance.strategies.choice import Draw, choose, number
from conformance.strategies.history import Persona

_NAMES: Final = ("ada", "ben", "cleo", "dai", "eve")
_USER_IDS: Final = ("u{0}", "customer-{0:04}", "5f2c{0}a7e-41d0-4b7e-9c55-0a4b7f3d1e2c", "auth0|{0}")


def personas(draw: Draw, most: int = 3, fewest: int = 1) -> list[Persona]:
    """Some people, who share nothing that names them."""
    form = choose(draw, _USER_IDS)
    return [_persona(index, form) for index in range(fewest + number(draw, most - fewest))]


def _persona(index: int, form: str) -> Persona:
    name = _NAMES[index]
    return Persona(
        index,
        form.format(index + 1),
        f"{name}@example.com",
        f"+1415555010{index}",
        tuple(f"anonymous-{name}-{device}" for device in ("laptop", "phone")),
    )


def name_of(persona: Persona) -> str:
    """What a person is called."""
    return _NAMES[persona.number].capitalize()
