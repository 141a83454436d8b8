"""Templates in Handlebars, rendered as Iterable renders them.

`dotpromptz-handlebars` parses; what a template means is decided here, by the Java engine that Iterable runs and by
Iterable's own helpers. Parser and helpers are imported when the first template is rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.rendering.errors import RenderingError, SendSkippedError
from simulator.rendering.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["RenderingError", "SendSkippedError", "Surroundings", "render"]


def render(source: str, fields: Mapping[str, Any], surroundings: Surroundings) -> str:
    """The text of a template.

    Args:
        source: The template.
        fields: What its merge parameters are looked up in.
        surroundings: The instant, and what the template may draw on beside its fields.

    Raises:
        RenderingError: It cannot be parsed, or a helper refuses what it is given.
        SendSkippedError: It says that the message is not to be sent.
    """
    from simulator.rendering.evaluation import evaluate

    return evaluate(source, fields, surroundings)
