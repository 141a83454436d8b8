"""Bodies packed with gzip, unpacked up to a limit."""

from __future__ import annotations

import zlib
from typing import Final

_GZIP_ONLY: Final = 16 + zlib.MAX_WBITS
#: Bytes of a broken body that are searched for its beginning.
_LOOKED_AT: Final = 65_536


class BadGzip(ValueError):
    """Bytes that are not gzip, or not all of it."""


def unpack(body: bytes, limit: int) -> bytes:
    """The bytes that were packed; of more than `limit`, one byte too many and nothing behind it.

    Raises:
        BadGzip: The body is not gzip, is cut off, or has something behind it.
    """
    parts: list[bytes] = []
    left = limit + 1
    rest = body
    while rest and left > 0:
        unpacker = zlib.decompressobj(_GZIP_ONLY)
        try:
            part = unpacker.decompress(rest, left)
        except zlib.error as error:
            raise BadGzip(_reason(error)) from error
        parts.append(part)
        left -= len(part)
        if left > 0 and not unpacker.eof:
            raise BadGzip("it is truncated")
        rest = unpacker.unused_data
    if not body:
        raise BadGzip("it is empty")
    return b"".join(parts)


def unpacked_beginning(body: bytes, most: int) -> bytes:
    """What can be read of the beginning of a body that is not whole; of one that is no gzip, the body itself."""
    unpacker = zlib.decompressobj(_GZIP_ONLY)
    found = bytearray()
    try:
        # Byte by byte, because what stands before a fault is lost when it comes in one piece with it.
        for place in range(min(len(body), _LOOKED_AT)):
            found += unpacker.decompress(body[place : place + 1], most - len(found))
            if unpacker.eof or len(found) >= most:
                break
    except zlib.error:
        pass
    return bytes(found) or body[:most]


def _reason(error: zlib.error) -> str:
    """The words of zlib, without the number in front of them."""
    return str(error).partition(": ")[2] or str(error)
