"""The `@liquid` directive: python-liquid's tags, with the values, conditions, filters and errors of LiquidJS 10.30.

Still python-liquid's own: what it accepts as an expression (no operators in outputs, no `.0` in a path, no escaped
quotation mark, no `empty` as an argument) and its words for other mistakes in the writing of a template.
"""

from destination.mapping.liquid.templates import LONGEST_TEMPLATE, render_liquid

__all__ = ["LONGEST_TEMPLATE", "render_liquid"]
