"""What passes for a URI.

Source: the grammar of RFC 3986 as ajv-formats 2.1.1 has it. It differs from the RFC in this: an authority may follow
one slash as well as two, an octet may begin with zeros, and something must follow the scheme.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = "%[0-9a-f]{2}"
_OF_USER: Final = rf"(?:[a-z0-9._~!$&'()*+,;=:-]|{_ESCAPE})"
_OF_PATH: Final = rf"(?:[a-z0-9._~!$&'()*+,;=:@/-]|{_ESCAPE})"
_OF_QUERY: Final = rf"(?:[a-z0-9._~!$&'()*+,;=:@/?-]|{_ESCAPE})"

_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_PIECE: Final = "[0-9a-f]{1,4}"
_LAST_TWO_PIECES: Final = rf"(?:{_PIECE}:{_PIECE}|{_OCTET}(?:\.{_OCTET}){{3}})"


def _shortened(before: int, after: str) -> str:
    """An IPv6 address in which `::` stands behind at most `before` pieces and in front of `after`."""
    pieces = rf"(?:(?:{_PIECE}:){{0,{before - 1}}}{_PIECE})?" if before else ""
    return f"{pieces}::{after}"


_IPV6: Final = "|".join(
    [
        rf"(?:{_PIECE}:){{6}}{_LAST_TWO_PIECES}",
        *(_shortened(before, rf"(?:{_PIECE}:){{{5 - before}}}{_LAST_TWO_PIECES}") for before in range(6)),
        _shortened(6, _PIECE),
        _shortened(7, ""),
    ]
)
_LATER_VERSION: Final = r"v[0-9a-f]+\.[a-z0-9._~!$&'()*+,;=:-]+"
# Without brackets an authority is of nothing but characters that a path may have too.
_BEHIND_SCHEME: Final = (
    rf"(?://?(?:{_OF_USER}*@)?\[(?:{_IPV6}|{_LATER_VERSION})\](?::[0-9]*)?(?:/{_OF_PATH}*)?|{_OF_PATH}+)"
)
_URI: Final = re.compile(
    rf"[a-z][a-z0-9+.-]*:{_BEHIND_SCHEME}(?:\?{_OF_QUERY}*)?(?:\#{_OF_QUERY}*)?", re.ASCII | re.IGNORECASE
)


def is_uri(text: str) -> bool:
    """Whether the text is a URI with a scheme."""
    return _URI.fullmatch(text) is not None
