"""The query parameters of control requests; the first one that is wrong is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from simulator.control.replies import ControlError

if TYPE_CHECKING:
    from simulator.message import Request

_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_QUOTED: Final = 40
_DEFAULT_LIMIT: Final = 50
_LARGEST_LIMIT: Final = 1000


class Parameters:
    """The parameters of one request.

    Args:
        request: The request.
        known: The names that it may give.

    Raises:
        ControlError: It gives another.
    """

    def __init__(self, request: Request, *known: str) -> None:
        self._given = {name: values[-1] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
        unknown = sorted(set(self._given) - set(known))
        if unknown:
            names = ", ".join(sorted(known)) or "none"
            raise ControlError(400, f"unknown parameter {unknown[0][:_QUOTED]!r}; known: {names}")

    def text(self, name: str) -> str | None:
        """A text; None when it is not given."""
        return self._given.get(name)

    def required(self, name: str) -> str:
        """A text that must be there.

        Raises:
            ControlError: It is not given, or empty.
        """
        text = self._given.get(name)
        if not text:
            raise ControlError(400, f"the parameter `{name}` is required")
        return text

    def number(self, name: str) -> int | None:
        """A whole number; None when it is not given.

        Raises:
            ControlError: It is none.
        """
        text = self._given.get(name)
        if text is None:
            return None
        if not _WHOLE_NUMBER.fullmatch(text):
            raise ControlError(400, f"{name} must be a whole number of at most 15 digits, not {text[:_QUOTED]!r}")
        return int(text)

    def flag(self, name: str) -> bool:
        """`true` or `false`; what is not given is false.

        Raises:
            ControlError: It is neither.
        """
        text = self._given.get(name, "false")
        if text not in {"true", "false"}:
            raise ControlError(400, f"{name} must be true or false, not {text[:_QUOTED]!r}")
        return text == "true"

    def page(self) -> int:
        """How many things a page holds: `limit`, 50 unless said otherwise.

        Raises:
            ControlError: It is not from 1 to 1000.
        """
        limit = self.number("limit")
        if limit is None:
            return _DEFAULT_LIMIT
        if not 1 <= limit <= _LARGEST_LIMIT:
            raise ControlError(400, f"limit must be between 1 and {_LARGEST_LIMIT}, not {limit}")
        return limit
