"""How large and how deep YAML may become once its aliases are written out: a small file must not make large work."""

from __future__ import annotations

import re
from typing import Final

_BRACKET: Final = re.compile(r"[\[\]{}]")
#: Objects and lists inside each other. A mapping of Segment's app has fewer than twenty.
DEEPEST: Final = 100
#: Values, those that aliases repeat included. A subscription has about a hundred, a long scenario some thousands.
MOST_VALUES: Final = 100_000


def may_be_unreasonable(text: str) -> bool:
    """Whether a text is worth checking before it is read.

    Without an alias nothing stands for more than what is written, and what is not nested is not deep. Nested brackets
    are those that take ruamel.yaml long; what is deep by its indentation it gives up at once.
    """
    if "*" in text and "&" in text:
        return True
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return False


def check_yaml(file: str, text: str) -> None:
    """Refuse YAML that becomes too large or too deep once its aliases are written out.

    It reads the events of the parser, so it never holds what the text stands for. What is no YAML passes: the
    reader of YAML says what is wrong with it.

    Raises:
        InputError: It has too many values, or is nested too deeply; with the place where that shows.
    """
    from conformance.inputs.yaml_size import check_size

    check_size(file, text)
