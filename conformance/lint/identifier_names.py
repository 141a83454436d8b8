"""Names that are nearly those of a person's identifiers, which are worth a warning wherever they are read."""

from __future__ import annotations

import re
from typing import Final

from conformance.lint.near_misses import distance, squeezed

_IDENTIFIERS: Final = ("email", "phone", "userId")
#: Both forms are in use for names of one's own.
_RIGHT: Final = frozenset({*_IDENTIFIERS, "user_id"})
#: Words of their own, a letter away from an identifier.
_OTHER_WORDS: Final = frozenset({"mail", "gmail", "vmail", "iphone"})
_NUMBERED: Final = re.compile(r"\d+$")


def identifier_meant(name: str) -> str | None:
    """The identifier that differs from a name in letter case, separators or one letter; None without such.

    A plural and a numbered name are names of their own.
    """
    if name in _RIGHT:
        return None
    if is_its_own(name):
        return None
    own = squeezed(name)
    return next((item for item in _IDENTIFIERS if _is_near(own, item.casefold())), None)


def is_its_own(name: str) -> bool:
    """Whether a name that is a letter away from a known one is hardly a slip: another word, or a second one."""
    own = squeezed(name)
    return own in _OTHER_WORDS or _NUMBERED.search(own) is not None


def _is_near(own: str, identifier: str) -> bool:
    return own != f"{identifier}s" and distance(own, identifier) <= 1
