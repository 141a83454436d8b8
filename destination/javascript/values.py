"""JavaScript's idea of absence, truth, numbers and text, as far as it shows in what Segment sends."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Undefined(Enum):
    """The type of JavaScript's `undefined`; its only member is `UNDEFINED`.

    An enum, so that type checkers narrow on `value is UNDEFINED`.
    """

    UNDEFINED = "undefined"


UNDEFINED: Final = Undefined.UNDEFINED
