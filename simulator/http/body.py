"""Bodies as they were before they were packed: all of them, or none."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes of a body that are read at the most; what is longer is too large for every project.
LARGEST_BODY: Final = 64 * 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW_DEFLATE: Final = -zlib.MAX_WBITS
_DEFLATED: Final = 8


class BadBodyError(Exception):
    """A body that is not what its `Content-Encoding` says, is cut off, or has something behind its end."""


class TooLargeError(Exception):
    """A body that is longer than any that is accepted."""


def unpacker(encoding: str) -> Callable[[bytes], bytes] | None:
    """What unpacks a body; None for one that is not packed, or in a way that is not known.

    It raises `BadBodyError`, or `TooLargeError` before it has unpacked more than is accepted.

    Args:
        encoding: The value of `Content-Encoding`.
    """
    return _UNPACKERS.get(encoding.strip().lower())


def _from_gzip(packed: bytes) -> bytes:
    parts: list[bytes] = []
    rest, size = packed, 0
    # One member behind another is gzip as well (RFC 1952, 2.2).
    while rest:
        part, rest = _inflated(rest, _GZIP, LARGEST_BODY - size)
        size += len(part)
        parts.append(part)
    return b"".join(parts)


def _from_deflate(packed: bytes) -> bytes:
    """RFC 9110 means the zlib format; some clients send what is inside of it only."""
    if not packed:
        return b""
    wrapped = packed[0] & 0x0F == _DEFLATED
    body, rest = _inflated(packed, zlib.MAX_WBITS if wrapped else _RAW_DEFLATE, LARGEST_BODY)
    if rest:
        raise BadBodyError
    return body


def _inflated(packed: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """What was packed, and what stands behind it."""
    inflating = zlib.decompressobj(window)
    try:
        body = inflating.decompress(packed, limit + 1)
    except zlib.error as error:
        raise BadBodyError from error
    if len(body) > limit:
        raise TooLargeError
    if not inflating.eof:
        raise BadBodyError
    return body, inflating.unused_data


def _unknown(_: bytes) -> bytes:
    raise BadBodyError


_UNPACKERS: Final = {
    "gzip": _from_gzip,
    "x-gzip": _from_gzip,
    "deflate": _from_deflate,
    "br": _unknown,
    "zstd": _unknown,
}
