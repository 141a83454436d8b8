"""Texts as JavaScript has them: rows of 16-bit units, of which a character beyond the first 65,536 takes two.

Python's texts are rows of characters; half a character stands in them by itself, as a surrogate.
"""

from __future__ import annotations


def length(text: str) -> int:
    """`text.length`: characters of two units count twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def unit(text: str, index: int) -> str:
    """`text[index]`, which may be half of a character; empty where the text has ended."""
    if text.isascii():
        return text[index : index + 1]
    return _decoded(_encoded(text)[2 * index : 2 * index + 2])


def units(text: str) -> list[str]:
    """Every unit of the text, as `text.split("")` gives them."""
    if text.isascii():
        return list(text)
    encoded = _encoded(text)
    return [_decoded(encoded[at : at + 2]) for at in range(0, len(encoded), 2)]


def joined(text: str) -> str:
    """The text with each character in one piece whose two halves have come to stand together."""
    return text if text.isascii() else _decoded(_encoded(text))


def order(text: str) -> bytes:
    """What texts are ordered by: their units."""
    return text.encode("utf-16-be", "surrogatepass")


def to_utf8(text: str) -> bytes:
    """The text in UTF-8, where half a character becomes the sign of replacement."""
    return _encoded(text).decode("utf-16-le", "replace").encode()


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _decoded(encoded: bytes) -> str:
    return encoded.decode("utf-16-le", "surrogatepass")
