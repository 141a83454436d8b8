"""What an email and a userId may look like."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: Characters of a userId at the most. Source: Iterable support article 9216719179796.
LONGEST_USER_ID: Final = 52
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_EMAIL: Final = re.compile(
    rf"(?:{_ATOM}(?:\.{_ATOM})*|\"[^\"\s]+\")@(?:{_LABEL}\.)+(?:[a-z]{{2,}}|xn--[a-z0-9-]+)", re.ASCII
)
_LONGEST_EMAIL: Final = 254
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]+")


def normal_email(email: str) -> str:
    """The email as Iterable stores it, in lower case. Source: Iterable support article 209082806."""
    return email.lower()


# The same people come again and again; to look them up here is a quarter of the work of looking at each character.
@lru_cache(maxsize=8192)
def is_email(email: str) -> bool:
    """Whether a lower-case text is an email address: its format only, as Apache Commons checks it.

    Source: Iterable support article 209082806. That any top-level domain of letters will do is assumed.
    """
    return len(email) <= _LONGEST_EMAIL and _EMAIL.fullmatch(email) is not None


@lru_cache(maxsize=8192)
def is_user_id(user_id: str) -> bool:
    """Whether a text may be a userId: printable ASCII, 1 to 52 characters, no blank at its end.

    Source: Iterable support article 217744303 and the API description.
    """
    return (
        0 < len(user_id) <= LONGEST_USER_ID
        and _PRINTABLE.fullmatch(user_id) is not None
        and not user_id.endswith(" ")
    )
