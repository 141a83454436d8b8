"""The texts of refusals that people ask about: which code each comes with, and by which rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from simulator.rulebook.book import RULES

_WORD: Final = re.compile(r"[a-z0-9]+")
#: Fewer words than these are part of too many texts.
_FEWEST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Message:
    """One text.

    Attributes:
        text: The text, up to the first name or number in it.
        code: The code that it comes with.
        rules: Globs over the ids of the rules that answer with it.
    """

    text: str
    code: str
    rules: tuple[str, ...]

    def decided(self) -> list[str]:
        """The ids of the rules that answer with it."""
        return [rule for rule in RULES if any(fnmatchcase(rule, pattern) for pattern in self.rules)]


# fmt: off
MESSAGES: Final = (
    Message("userId must be specified", "BadParams", ("*.userid-based.email-only",)),
    Message("Either email or userId must be set", "BadParams", ("users.*.no-identifier", "commerce.*.no-identifier", "lists.*.no-identifier")),
    Message("Either email or userId must be specified in a track call", "BadParams", ("events.track*.no-identifier", "engagement.track.*.no-identifier")),
    Message("No user exists with userId", "UnknownUserIdError", ("*.email-based.unknown-user-id",)),
    Message("No user exists with email", "UnknownEmailError", ("events.track*.email-based.unknown-email",)),
    Message("Email and userId belong to different users", "ExternalKeyConflict", ("*.hybrid.both.different-users", "*.hybrid.both.known-email-with-other-user-id")),
    Message("Several users have the userId", "ExternalKeyConflict", ("*.email-based.shared-user-id",)),
    Message("User has been forgotten", "ForgottenUserError", ("users.forget.forgotten", "*.forgotten")),
    Message("Email already exists", "EmailAlreadyExists", ("rename.email-taken",)),
    Message("UserId already exists", "UserIdAlreadyExists", ("rename.user-id-taken",)),
    Message("Batch too large", "BatchTooLarge", ("bulk.too-large",)),
    Message("The request does not have the same data types as the data previously submitted", "RequestFieldsTypesMismatched", ("fields.mismatch",)),
    Message("No API key found on request", "Unauthorized", ("gate.no-key",)),
    Message("Invalid API key", "Unauthorized", ("gate.unknown-key",)),
)
# fmt: on


def messages_in(text: str) -> list[Message]:
    """The messages that a text contains, or is part of; of two of which one contains the other, the longer."""
    asked = _words(text)
    if len(asked.split()) < _FEWEST_WORDS:
        return []
    contained = [one for one in MESSAGES if _words(one.text) in asked]
    if contained:
        return [max(contained, key=lambda one: len(one.text))]
    return [one for one in MESSAGES if asked in _words(one.text)]


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "
