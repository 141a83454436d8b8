"""The words and tables of a report, from its JSON document, for the terminal, for Markdown and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.backtest.cells import Cell, Table, count_of, filled, number, place, value
from conformance.backtest.comparison import OTHER_PERSON
from conformance.backtest.project_sentences import project_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any


def verdict(document: Json) -> str:
    """The report in one sentence."""
    if not document["events"]["total"] and not document["dropped"]:
        return "no events were read"
    changes = document["changes"]
    sentence = figures_sentence(document) if changes is None else _comparison(changes, document["events"]["total"])
    return sentence if document["complete"] else f"{sentence}, but not everything could be read"


def _comparison(changes: Json, events: int) -> str:
    if not events:
        return "no events to compare: all are dropped by Segment"
    if changes["differs"]:
        share = _percent(changes["events"], events)
        return f"{changes['events']:,} of {count_of(events, 'event')} ({share}) would be delivered differently"
    return f"no difference in {count_of(events, 'event')}"


def figures_sentence(document: Json) -> str:
    """What became of the events, in one line."""
    events = document["events"]
    dropped = sum(item["count"] for item in document["dropped"])
    return (
        f"{count_of(events['total'], 'event')}: {events['sent']:,} sent, {events['refused']:,} refused, "
        f"{events['notSubscribed']:,} not subscribed"
        f"{f'; {dropped:,} dropped by Segment' if dropped else ''}"
    )


def tables(document: Json) -> Iterator[Table]:
    """The tables of a report, the ones that say most first; none is empty."""
    changes = document["changes"]
    if changes is not None:
        yield from filled("Requests", ("action", "before", "after"), _request_rows(changes))
        yield from filled("Changed requests and refusals", _CHANGES, _change_rows(changes))
        yield from filled("Fields that differ", _FIELDS, _field_rows(changes))
    yield from project_tables(document)
    yield from filled("Subscriptions", _SUBSCRIPTIONS, _subscription_rows(document))
    yield from filled("Why events are refused", _REASONS, _reason_rows(document))
    yield from filled("Dropped by Segment", _DROPPED, _dropped_rows(document))
    yield from filled("Lines that are not events", _PROBLEMS, _problem_rows(document["broken"]))
    yield from filled("Not read to the end", _PROBLEMS, _problem_rows(document["missing"]))


#: Files of which it is told one by one what is wrong with them.
_MOST_FILES: Final = 10
_CHANGES: Final = ("change", "events", "share", "action", "subscription", "because", "first at")
_FIELDS: Final = ("field", "change", "requests", "share", "action", "before", "after", "first at")
_SUBSCRIPTIONS: Final = ("subscription", "action", "sent", "refused", "not subscribed", "first sent at")
_REASONS: Final = ("events", "subscription", "reason", "first at")
_DROPPED: Final = ("messages", "rule", "first at", "why")
_PROBLEMS: Final = ("file", "lines", "first", "why")


def _request_rows(changes: Json) -> Iterator[tuple[Cell, ...]]:
    old, new = changes["requests"]["old"], changes["requests"]["new"]
    for action in sorted({*old, *new}):
        yield Cell(action, code=True), number(old.get(action, 0)), number(new.get(action, 0))


def _change_rows(changes: Json) -> Iterator[tuple[Cell, ...]]:
    for item in changes["found"]:
        yield (
            Cell(item["kind"]),
            number(item["count"]),
            Cell(_percent(item["count"], item["of"])),
            Cell(item["action"], code=True),
            Cell(item["subscription"], code=True),
            Cell(item["reason"]),
            place(item),
        )


def _field_rows(changes: Json) -> Iterator[tuple[Cell, ...]]:
    for item in changes["fields"]:
        first = item["examples"][0]
        yield (
            Cell(item["field"], code=True),
            Cell(item["kind"]),
            number(item["count"]),
            Cell(_percent(item["count"], item["of"])),
            Cell(item["action"], code=True),
            Cell(_shown(item["kind"], "added", first["before"]), code=True),
            Cell(_shown(item["kind"], "removed", first["after"]), code=True),
            place(item),
        )


def _shown(kind: str, absent: str, of_field: Json) -> str:
    """A value of a field; nothing where the field is not there, as an identifier may be that nothing replaces."""
    is_there = kind != absent and not (kind == OTHER_PERSON and of_field is None)
    return value(of_field) if is_there else ""


def problem_lines(document: Json) -> Iterator[str]:
    """What is no event and what could not be read, the first of each file, a line each."""
    problems = [*document["missing"], *document["broken"]]
    for item in problems[:_MOST_FILES]:
        for example in item["examples"]:
            yield f"{example['place']}: {example['message']}"
        more = item["count"] - len(item["examples"])
        if more:
            yield f"{item['file']}: {more:,} more of this kind"
    if len(problems) > _MOST_FILES:
        yield f"{len(problems) - _MOST_FILES:,} more files have lines that are not events, or could not be read"


def _subscription_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["subscriptions"]:
        counts = (number(item[name]) for name in ("sent", "refused", "notSubscribed"))
        yield (Cell(item["name"], code=True), Cell(item["action"], code=True), *counts, place(item))


def _reason_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["subscriptions"]:
        for reason in item["reasons"]:
            yield number(reason["count"]), Cell(item["name"], code=True), Cell(reason["reason"]), place(reason)


def _dropped_rows(document: Json) -> Iterator[tuple[Cell, ...]]:
    for item in document["dropped"]:
        yield (
            number(item["count"]),
            Cell(item["rule"], code=True),
            place(item),
            Cell(item["examples"][0]["message"]),
        )


def _problem_rows(problems: Json) -> Iterator[tuple[Cell, ...]]:
    for item in problems:
        yield (
            Cell(item["file"], code=True),
            number(item["count"]),
            place(item),
            Cell(item["examples"][0]["message"]),
        )


def _percent(count: int, of: int) -> str:
    return f"{count / of:.2%}" if of else ""
