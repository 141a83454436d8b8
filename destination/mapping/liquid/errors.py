"""What goes wrong in a template, under LiquidJS's names."""

from __future__ import annotations


class Failure(Exception):
    """Something went wrong where nobody knows the place: a plain error in LiquidJS.

    Whoever reads or renders the tag or the output around it makes a `LiquidError` of it.

    Attributes:
        text: LiquidJS's text.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class LiquidError(Exception):
    """An error with its place, as the caller gets it.

    Attributes:
        name: `TokenizationError`, `ParseError`, `RenderError` or `UndefinedVariableError`.
        message: The text, with line and column.
    """

    def __init__(self, name: str, text: str, source: str, index: int) -> None:
        self.name = name
        self.message = f"{text}, {place_of(source, index)}"
        super().__init__(self.message)


def place_of(source: str, index: int) -> str:
    """Line and column of a place in a template, counted from 1."""
    index = min(index, len(source))
    line, column = source.count("\n", 0, index) + 1, index - source.rfind("\n", 0, index)
    return f"line:{line}, col:{column}"
