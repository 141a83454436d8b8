"""The words and tables of a report, from its JSON document, for the terminal, for Markdown and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from destination.javascript import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

#: Characters of a value that are shown in a row.
_LONGEST: Final = 60


class Cell(NamedTuple):
    """What stands in a row: a text, which is code when it comes from the events or the mapping."""

    text: str
    code: bool = False


class Table(NamedTuple):
    """Rows below a title."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def verdict(document: Json) -> str:
    """The report in one sentence."""
    changes = document["changes"]
    if changes is None:
        return figures_sentence(document)
    events = document["events"]["total"]
    if changes["differs"]:
        share = _percent(changes["events"], events)
        return f"{changes['events']:,} of {_counted(events, 'event')} would be delivered otherwise ({share})"
    if not document["complete"]:
        return f"no difference in {_counted(events, 'event')}, but not everything could be read"
    return f"no difference in {_counted(events, 'event')}"


def figures_sentence(document: Json) -> str:
    """What became of the events, in one line."""
    events = document["events"]
    dropped = sum(item["count"] for item in document["dropped"])
    return (
        f"{_counted(events['total'], 'event')}: {events['sent']:,} sent, {events['refused']:,} refused, "
        f"{events['notSubscribed']:,} not subscribed"
        f"{f'; {dropped:,} dropped by Segment' if dropped else ''}"
    )


def tables(document: Json) -> Iterator[Table]:
    """The tables of a report, the ones that say most first; none is empty."""
    changes = document["changes"]
    if changes is not None:
        yield _requests(changes)
        yield from _filled("Requests and refusals that are not the same", _CHANGES, _change_rows(changes))
        yield from _filled("Fields that differ", _FIELDS, _field_rows(changes))
    yield from _filled("Subscriptions", _SUBSCRIPTIONS, _subscription_rows(document))
    yield from _filled("Why events are refused", _REASONS, _reason_rows(document))
    yield from _filled("Dropped by Segment", _DROPPED, _dropped_rows(document))
    yield from _filled("Lines that are no events", _PROBLEMS, _problem_rows(document["broken"]))
    yield from _filled("Not read to the end", _PROBLEMS, _problem_rows(document["missing"]))


_CHANGES: Final = ("", "events", "share", "action", "subscription", "because", "first at")
_FIELDS: Final = ("field", "", "requests", "share", "action", "before", "after", "first at")
_SUBSCRIPTIONS: Final = ("subscription", "action", "sent", "refused", "not subscribed", "first sent at")
_REASONS: Final = ("events", "subscription", "reason", "first at")
_DROPPED: Final = ("messages", "rule", "first at", "why")
_PROBLEMS: Final = ("file", "lines", "first", "why")


def _filled(title: str, head: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]) -> Iterator[Table]:
    found = tuple(rows)
    if found:
        yield Table(title, head, found)


def _requests(changes: Json) -> Table:
    old, new = changes["requests"]["old"], changes["requests"]["new"]
    rows = [
        (Cell(action, code=True), _number(old.get(action, 0)), _number(new.get(action, 0)))
        for action in sorted({*old, *new})
    ]
    return Table("Requests", ("action", "before", "after"), tuple(rows))


def _change_rows(changes: Json) -> Iterator[tuple[Cell, ...]]:
    for item in changes["found"]:
        yield (
            Cell(item["kind"]),
            _number(item["count"]),
            Cell(_percent(item["count"], item["of"])),
            Cell(item["action"], code=True),
            Cell(item["subscription"], code=True),
            Cell(item["reason"]),
            _place(item),
        )


def _field_rows(changes: Json) -> Iterator[tuple[Cell, ...]]:
    for item in changes["fields"]:
        first = item["examples"][0]
        yield (
            Cell(item["field"], code=True),
            Cell(item["kind"]),
            _number(item["count"]),
            Cell(_percent(item["count"], item["of"])),
            Cell(item["action"], code=True),
            Cell("" if item["kind"] == "added" else _value(first["before"]), code=True),
            Cell("" if item["kind"] == "removed" else _value(first["after"]), code=True),
            _place(item),
        )


def _subscription_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["subscriptions"]:
        counts = (_number(item[name]) for name in ("sent", "refused", "notSubscribed"))
        yield (Cell(item["name"], code=True), Cell(item["action"], code=True), *counts, _place(item))


def _reason_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["subscriptions"]:
        for reason in item["reasons"]:
            yield _number(reason["count"]), Cell(item["name"], code=True), Cell(reason["reason"]), _place(reason)


def _dropped_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["dropped"]:
        yield (
            _number(item["count"]),
            Cell(item["rule"], code=True),
            _place(item),
            Cell(item["examples"][0]["message"]),
        )


def _problem_rows(problems: Json) -> Iterator[tuple[Cell, ...]]:
    for item in problems:
        yield (
            Cell(item["file"], code=True),
            _number(item["count"]),
            _place(item),
            Cell(item["examples"][0]["message"]),
        )


def _place(item: Json) -> Cell:
    return Cell(item["examples"][0]["place"] if item["examples"] else "", code=True)


def _value(value: Json) -> str:
    text = json_text.stringify(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _number(number: int) -> Cell:
    return Cell(f"{number:,}")


def _percent(count: int, of: int) -> str:
    return f"{count / of:.2%}" if of else ""


def _counted(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
