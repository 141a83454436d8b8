"""The `@liquid` directive: python-liquid's tags and expressions, LiquidJS 10.30's values, filters and errors."""

from destination.mapping.liquid.templates import LONGEST_TEMPLATE, render_liquid

__all__ = ["LONGEST_TEMPLATE", "render_liquid"]
