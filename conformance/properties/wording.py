"""Numbers in the sentences of violations."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """So many of something: `no profile`, `1 profile`, `2 profiles`."""
    return f"no {noun}" if number < 1 else f"1 {noun}" if number == 1 else f"{number} {noun}s"


def there_are(number: int, noun: str) -> str:
    """That there are so many of something: `there is 1 profile`."""
    return f"there {'are' if number > 1 else 'is'} {counted(number, noun)}"


def so_many_are(number: int) -> str:
    """How many of some things are what they should be: `none is`, `1 is`, `2 are`."""
    return "none is" if number < 1 else "1 is" if number == 1 else f"{number} are"
