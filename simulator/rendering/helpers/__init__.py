"""Every helper by its name.

Sources: Iterable support articles 205480365, 115003884806, 36267178160788, 36282964645396, 36488450881044 and
35601631606036; those that are not Iterable's own are of jknack/handlebars.java 4.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.rendering.helpers import conditions, content, dates, encoding, lists, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.rendering.evaluation import Helper

HELPERS: Final[Mapping[str, Helper]] = {
    **conditions.HELPERS,
    **content.HELPERS,
    **dates.HELPERS,
    **encoding.HELPERS,
    **lists.HELPERS,
    **numbers.HELPERS,
    **texts.HELPERS,
}
