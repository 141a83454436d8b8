"""Bytes in pieces, as they come through a pipe: too many to be put together."""

from __future__ import annotations


def cut_off(pieces: list[bytes], size: int) -> bytes:
    """So many bytes from the beginning of pieces, which then begin after them."""
    head = b""
    while len(head) < size:
        rest = size - len(head)
        head += pieces[0][:rest]
        pieces[0] = pieces[0][rest:]
        if not pieces[0]:
            del pieces[0]
    return head
