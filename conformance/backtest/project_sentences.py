"""What would come of requests in projects of each type, in sentences and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.backtest.cells import Cell, Table, count_of, filled, number, place, value

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

_EVENTS: Final = {
    "events": "total",
    "carried out": "carriedOut",
    "dropped": "dropped",
    "nobody found": "nobodyFound",
    "conflict": "conflict",
    "other type": "otherType",
    "refused": "refused",
}
_PEOPLE: Final = {
    "people": "total",
    "profiles": "profiles",
    "without a profile": "withoutProfile",
    "split": "split",
    "joined": "joined",
    "shared addresses": "sharedAddresses",
}
_NOTHING: Final = ("requests", "project", "what", "action", "subscription", "why", "first at")
_FIELDS: Final = ("values", "project", "of", "field", "type", "values of type", "for example", "first at")
_FOUND: Final = ("count", "project", "what", "for example", "with", "first at")


def project_sentences(document: Json) -> Iterator[str]:
    """One sentence for each project."""
    for project in document["projects"] or ():
        events, people = project["events"], project["people"]
        lost = events["dropped"] + events["nobodyFound"]
        yield (
            f"{project['type']}: {lost:,} of {count_of(events['total'], 'event')} would find nobody, "
            f"{events['otherType']:,} meet another type; of {people['total']:,} people {people['split']:,} would be "
            f"split, {people['joined']:,} joined, {people['withoutProfile']:,} without a profile"
        )


def project_tables(document: Json) -> Iterator[Table]:
    """The tables of projects; none is empty."""
    projects = document["projects"] or ()
    yield from _summary("Events in a project of each type", "events", _EVENTS, projects)
    yield from _summary("People in a project of each type", "people", _PEOPLE, projects)
    yield from filled("Requests that come to nothing there", _NOTHING, _nothing_rows(projects))
    yield from filled("Values of another type than their field has there", _FIELDS, _field_rows(projects))
    yield from filled("People there", _FOUND, _found_rows(projects))


def _summary(title: str, part: str, columns: dict[str, str], projects: Json) -> Iterator[Table]:
    compared = any(project["before"] is not None for project in projects)
    head = ("project", *(("mapping",) if compared else ()), *columns)
    yield from filled(title, head, _summary_rows(part, columns, projects))


def _summary_rows(part: str, columns: dict[str, str], projects: Json) -> Iterator[tuple[Cell, ...]]:
    for project in projects:
        sides = {"": project} if project["before"] is None else {"before": project["before"], "after": project}
        for side, summary in sides.items():
            first = (Cell(project["type"]), *((Cell(side),) if side else ()))
            yield (*first, *(number(summary[part][name]) for name in columns.values()))


def _nothing_rows(projects: Json) -> Iterator[tuple[Cell, ...]]:
    for project in projects:
        for item in project["notCarriedOut"]:
            yield (
                number(item["count"]),
                Cell(project["type"]),
                Cell(item["what"]),
                Cell(item["action"], code=True),
                Cell(item["subscription"], code=True),
                Cell(item["statement"]),
                place(item),
            )


def _field_rows(projects: Json) -> Iterator[tuple[Cell, ...]]:
    for project in projects:
        for item in project["otherTypes"]:
            yield (
                number(item["count"]),
                Cell(project["type"]),
                Cell(item["category"], code=True),
                Cell(item["field"], code=True),
                Cell(item["expected"]),
                Cell(item["incoming"]),
                Cell(value(item["examples"][0]["value"]), code=True),
                place(item),
            )


def _found_rows(projects: Json) -> Iterator[tuple[Cell, ...]]:
    for project in projects:
        for item in project["found"]:
            yield (
                number(item["count"]),
                Cell(project["type"]),
                Cell(item["what"]),
                Cell(", ".join(_named(item["examples"][0])), code=True),
                Cell(_how_many(item["examples"][0])),
                place(item),
            )


def _named(example: Json) -> list[str]:
    return [*example.get("userId", ()), *example.get("email", ())]


def _how_many(example: Json) -> str:
    return " ".join(f"{example[name]:,} {name}" for name in ("profiles", "people") if name in example)
