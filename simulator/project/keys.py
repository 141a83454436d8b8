"""API keys, and what each type may call.

Sources: Iterable support articles 360043464871 and 41044692130196 (types of keys), 360050801231 (keys with JWT).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32


class KeyType(StrEnum):
    """What a key is for, by the name that the control surface uses."""

    SERVER = "server"
    MOBILE = "mobile"
    WEB = "web"
    READ_ONLY = "read-only"

    @property
    def reply_name(self) -> str:
        """The name that Iterable's replies use; `ServerSide` is recorded, the others are assumed."""
        return {"server": "ServerSide", "mobile": "Mobile", "web": "Javascript", "read-only": "ReadOnly"}[self.value]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key.

    Attributes:
        key: The key itself, as the header carries it.
        type: What it may call.
        jwt_secret: The secret with which tokens are signed (HS256); None for a key that asks for none.
    """

    key: str
    type: KeyType = KeyType.SERVER
    jwt_secret: str | None = None

    @property
    def identifier(self) -> str:
        """The eight hexadecimal digits by which replies name a key without telling it; how is assumed."""
        return f"{crc32(self.key.encode()):08x}"
