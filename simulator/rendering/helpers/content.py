"""Helpers of Iterable's own: variables, snippets, catalogs, metadata, and the message that is not to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.rendering.errors import RenderingError, SendSkippedError
from simulator.rendering.values import Safe, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.rendering.evaluation import Call, Helper


def _assign(call: Call) -> Safe:
    """Give a variable a value, for all that follows."""
    call.renderer.variables[text_of(call.arg(0))] = call.body() if call.block is not None else call.arg(1)
    return Safe("")


def _send_skip(call: Call) -> Any:
    given = "; ".join(f"{name}: {text_of(value)}" for name, value in call.options.items())
    details = {
        name: str(value) if isinstance(value, str) else value
        for name, value in call.options.items()
        if value is not None
    }
    raise SendSkippedError(f"the template skips the send{f' ({given})' if given else ''}", details)


def _snippet(call: Call) -> Safe:
    """A snippet, whose variables are the named arguments."""
    name = text_of(call.arg(0))
    content = call.renderer.surroundings.snippets.get(name)
    if content is None:
        raise RenderingError(f"there is no snippet '{name}'")
    return Safe(call.renderer.render_source(content, call.scope.inner(call.scope.value, call.options)))


def _catalog(call: Call) -> Any:
    """An item of a catalog; one that is not there fails, but with `required=false`."""
    catalog, item = text_of(call.arg(0)), text_of(call.arg(1))
    return _found(call, call.renderer.surroundings.catalog_item(catalog, item), f"item '{item}' in '{catalog}'")


def _metadata(call: Call) -> Any:
    table, key = text_of(call.arg(0)), text_of(call.arg(1))
    return _found(call, call.renderer.surroundings.metadata(table, key), f"metadata '{key}' in '{table}'")


def _found(call: Call, value: Any, what: str) -> Any:
    if value is None:
        if call.options.get("required") is False:
            return call.inverse()
        raise RenderingError(f"there is no {what}")
    if call.block is None:
        return value
    return call.body(call.scope.inner(value, call.named(value)))


def _collection(_call: Call) -> Any:
    raise RenderingError("catalogCollection: collections are not simulated")


HELPERS: Final[Mapping[str, Helper]] = {
    "assign": _assign,
    "catalog": _catalog,
    "catalogCollection": _collection,
    "metadata": _metadata,
    "sendSkip": _send_skip,
    "snippet": _snippet,
}
