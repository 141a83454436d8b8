"""Histories of the rows of a Reverse ETL model: new, updated and deleted; none for a mapping that takes no rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from conformance.strategies.choice import Draw, choose, interleaved, maybe
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, Persona
from conformance.strategies.mapping_analysis import MappingAnalysis, is_number, is_time
from conformance.strategies.personas import personas
from conformance.strategies.row_writer import EMAIL, ROW_ID, RowWriter, models_of, usual_column
from conformance.strategies.subscription_kinds import DELETED, NEW, UPDATED, Kind

Parts = list["HistoryEvent | Delivery"]
_Draft = Callable[[Draw, RowWriter, Persona], Parts]
#: A timestamp as a warehouse gives it: with the zone, or as in Segment's documentation of arrays in models.
_TIMES: Final = ("2026-05-17T22:49:53.310Z", "2026-05-17 22:49:53.310")
_OTHER_TEXT: Final = "another one"


def _of_a_model(make: _Draft) -> Maker:
    def maker(draw: Draw, analysis: MappingAnalysis) -> Parts:
        models = models_of(analysis)
        # Nothing is drawn for a mapping without rows, so that there is one history, and an empty one.
        if not models:
            return []
        return make(draw, RowWriter(analysis, choose(draw, models)), personas(draw, 1)[0])

    return maker


def _new(_: Draw, writer: RowWriter, persona: Persona) -> Parts:
    return [writer.row(persona)]


def _changed(draw: Draw, writer: RowWriter, persona: Persona) -> Parts:
    columns = writer.free_columns()
    if not columns:
        return [writer.row(persona), writer.row(persona, UPDATED)]
    path = choose(draw, columns)
    usual = usual_column(path)
    other = not usual if isinstance(usual, bool) else usual + 1 if isinstance(usual, int) else _OTHER_TEXT
    other = _TIMES[0] if is_time(path) else other
    return [writer.row(persona), writer.row(persona, UPDATED, {path: other})]


def _deleted(_: Draw, writer: RowWriter, persona: Persona) -> Parts:
    return [writer.row(persona), writer.row(persona, DELETED)]


def _null_column(draw: Draw, writer: RowWriter, persona: Persona) -> Parts:
    columns = writer.optional_columns()
    if not columns:
        return []
    path = choose(draw, columns)
    if maybe(draw):
        return [writer.row(persona), _single_or_batch(draw, writer, writer.row(persona, UPDATED, {path: None}))]
    other = replace(persona, number=1, user_id=f"{persona.user_id}-b", email="ben@example.com")
    return [writer.row(persona), _single_or_batch(draw, writer, writer.row(other, NEW, {path: None}))]


def _without_email(draw: Draw, writer: RowWriter, persona: Persona) -> Parts:
    empty = _empty_emails(writer)
    if not empty:
        return []
    return [_single_or_batch(draw, writer, writer.row(persona, NEW, empty))]


def _single_or_batch(draw: Draw, writer: RowWriter, row: HistoryEvent) -> Delivery:
    return Delivery((row,), is_batch=maybe(draw) and all(item.batches for item in writer.subscriptions))


def _empty_emails(writer: RowWriter) -> dict[str, None]:
    return {path: None for path, role in writer.roles.items() if role == EMAIL and path != ROW_ID}


def _typed(draw: Draw, writer: RowWriter, persona: Persona) -> Parts:
    columns = writer.free_columns()
    if not columns:
        return []
    path = choose(draw, columns)
    usual = usual_column(path)
    if is_time(path):
        return [writer.row(persona, NEW, {path: choose(draw, _TIMES)})]
    values = [41, 0, 19.99] if is_number(path) else [True, False] if isinstance(usual, bool) else ["pro", 41, 0, True]
    return [writer.row(persona, NEW, {path: choose(draw, values)})]


def _two_rows(_: Draw, writer: RowWriter, persona: Persona) -> Parts:
    # Where the unique identifier says who it is, a person has one row.
    if writer.roles.get(ROW_ID):
        return []
    return [writer.row(persona), writer.row(persona, number=1)]


def _people(draw: Draw, analysis: MappingAnalysis) -> Parts:
    models = models_of(analysis)
    if not models:
        return []
    writer = RowWriter(analysis, choose(draw, models))
    people = personas(draw, 3, fewest=2)
    empty = _empty_emails(writer) if maybe(draw) else {}
    lanes = [[writer.row(persona, NEW, empty), writer.row(persona, UPDATED, empty)] for persona in people]
    return list(interleaved(draw, lanes))


def _are_people_elsewhere(analysis: MappingAnalysis) -> bool:
    """Whether rows only say what people did, so that something else has to have told of the people."""
    return not any(analysed.action == "updateUser" for analysed in analysis.of_kind(Kind.ROWS))


ROWS: Final = Family(
    "rows",
    {
        "a new row": _of_a_model(_new),
        "the same row, changed": _of_a_model(_changed),
        "a deleted row": _of_a_model(_deleted),
        "a null column": _of_a_model(_null_column),
        "a row without an e-mail": _of_a_model(_without_email),
        "a column as the warehouse gives it": _of_a_model(_typed),
        "two rows of one person": _of_a_model(_two_rows),
        "rows of several people": _people,
    },
    _are_people_elsewhere,
)
