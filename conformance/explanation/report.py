"""An explanation as text for a person, and as a JSON document for a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.explanation.changes import Change
    from conformance.explanation.explanation import Explanation, Route

_BOLD: Final = "\x1b[1m"
_RED: Final = "\x1b[31m"
_RESET: Final = "\x1b[0m"
#: What is not known of what is mapped.
_NOT_YET_ACCEPTED: Final = (
    "mapped is not accepted: each reply is taken to be 200; run and send show Iterable's replies"
)


def to_json(explanations: Sequence[Explanation], *, broken: int = 0) -> dict[str, Any]:
    """Everything as one JSON object, as `map --json` prints it.

    Args:
        explanations: What was explained.
        broken: How many inputs were no events.
    """
    return {
        "harnessVersion": __version__,
        "broken": broken,
        "refused": sum(item.refused for item in explanations),
        "events": [event_to_json(item) for item in explanations],
    }


def event_to_json(item: Explanation) -> dict[str, Any]:
    """One explanation as a JSON object, as it stands in that document."""
    return {
        "place": item.place,
        "event": item.event,
        "batch": item.batch,
        "refused": item.refused,
        "subscriptions": [asdict(route) for route in item.routes],
    }


def format_text(
    explanations: Sequence[Explanation],
    *,
    broken: int = 0,
    quiet: bool = False,
    verbose: bool = False,
    color: bool = False,
) -> str:
    """Everything as text, as `map` prints it: the blocks of `text_blocks`, one below the other."""
    return "\n".join(text_blocks(explanations, broken=broken, quiet=quiet, verbose=verbose, color=color))


def text_blocks(
    explanations: Iterable[Explanation],
    *,
    broken: int | Callable[[], int] = 0,
    quiet: bool = False,
    verbose: bool = False,
    color: bool = False,
) -> Iterator[str]:
    """A block of lines for each explanation, as soon as there is one, and at the end one line of figures.

    Args:
        explanations: What was explained.
        broken: How many inputs were no events, or a function that knows it once all is explained.
        quiet: Show only what is refused, and the figures.
        verbose: Show the payloads as well.
        color: Whether titles and errors carry the escape sequences of a terminal.
    """
    mapped = refused = unmatched = 0
    for item in explanations:
        if item.refused:
            refused += 1
        elif item.matched:
            mapped += 1
        else:
            unmatched += 1
        if not quiet or item.refused:
            yield "\n".join(_event_lines(item, verbose=verbose, color=color))
    if verbose and mapped:
        yield _NOT_YET_ACCEPTED
    yield figures_line(mapped, refused, unmatched, broken() if callable(broken) else broken)


def figures_line(mapped: int, refused: int, unmatched: int, broken: int) -> str:
    """The last line of a report: how many events ended how."""
    parts = [f"{mapped} mapped", f"{refused} refused", f"{unmatched} not subscribed"]
    return ", ".join([*parts, f"{broken} broken"] if broken else parts)


def _event_lines(item: Explanation, *, verbose: bool, color: bool) -> Iterator[str]:
    title = item.place if item.batch else f"{item.place}  {event_title(item.event)}".lstrip()
    yield _styled(title, _BOLD, color=color)
    for route in item.routes:
        yield from _route_lines(route, follows=item.followed is not None, verbose=verbose, color=color)
    yield ""


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"{style}{text}{_RESET}" if color else text


def event_title(event: Any) -> str:
    """What an event is, in a few words: its type, its name and its user."""
    words = [event.get("type"), event.get("event") or event.get("name"), event.get("userId")]
    title = " ".join(str(word) for word in words if isinstance(word, (str, int)) and word != "")
    return "".join(character if character.isprintable() else "?" for character in title)


def _route_lines(route: Route, *, follows: bool, verbose: bool, color: bool) -> Iterator[str]:
    if not route.matched:
        yield f"  {route.name}: not matched"
        yield from (f"    {reason}" for reason in route.against)
        if route.error is not None:
            yield from _error_lines(route, color=color)
        return
    yield f"  {route.name}: matched, {route.action}"
    if follows:
        yield from _field_lines(route)
    else:
        yield from _payload_lines(route, verbose=verbose)
    if route.error is not None:
        yield from _error_lines(route, color=color)


def _payload_lines(route: Route, *, verbose: bool) -> Iterator[str]:
    for resolved in route.resolved:
        yield f"    resolved  {_compact(resolved)}"
    for changes in route.changes:
        for change in changes:
            if change.what == "removed":
                yield f"    removed   {change.path}{_removed_value(change)}: {change.why}"
            else:
                yield f"    coerced   {change.path} = {_compact(change.before)} to {_compact(change.after)}"
    if verbose:
        for payload in route.payloads:
            yield f"    payload   {_compact(payload)}"
    for request in route.requests:
        yield f"    request   {request['method']} {request['url']}"
        body = json.dumps(request["body"], indent=2, ensure_ascii=False)
        yield from (f"      {line}" for line in body.splitlines())
    yield from _node_lines(route)


def _removed_value(change: Change) -> str:
    """What was removed; nothing is said twice where the reason says that it was empty."""
    return "" if change.before is None or change.before == "" else f" = {_compact(change.before)}"


def _node_lines(route: Route) -> Iterator[str]:
    """The results of a batch, event by event, where they are errors."""
    for result in route.results or []:
        for position, node in enumerate(result.get("multistatus", [])):
            if "errormessage" in node:
                yield f"    event {position}   {node['status']} {node['errortype']}: {node['errormessage']}"
            elif route.partial_failures and position in route.partial_failures:
                theirs = route.partial_failures[position]
                yield f"    event {position}   Segment: {node['status']}, delivered; Iterable: {theirs}"


def _field_lines(route: Route) -> Iterator[str]:
    for step in route.field:
        value = "absent" if step.absent else _compact(step.value)
        note = f"  ({step.note})" if step.note else ""
        yield f"    {step.stage:9} {step.path}: {value}{note}"


def _error_lines(route: Route, *, color: bool) -> Iterator[str]:
    status = f" {route.error['status']}" if "status" in route.error else ""
    code = f" {route.error['code']}" if "code" in route.error else ""
    yield _styled(f"    error     {route.error['name']}{status}{code}:", _RED, color=color)
    complaints = route.error.get("complaints")
    messages = [item["message"] for item in complaints] if complaints else [route.error["message"].strip()]
    yield from (f"      {message}" for message in messages)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
