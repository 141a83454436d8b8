"""What would come of requests in projects of each type, as a part of the JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.backtest.figures import Figures, Played, Tally, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.backtest.figures import NotCarriedOut, OtherType

Json = Any

_TYPES: Final = ("email", "userid", "hybrid")
_FATES: Final = {
    "carriedOut": "carried out",
    "dropped": "dropped",
    "nobodyFound": "nobody found",
    "conflict": "conflict",
    "otherType": "other type",
    "refused": "refused",
}
_COUNTS: Final = {
    "total": "people",
    "withoutProfile": "without a profile",
    "split": "split",
    "joined": "joined",
    "sharedAddresses": "shared address",
    "profiles": "profiles",
    "storedEvents": "events",
    "replacedBySamePerson": "replaced, same person",
    "replacedByOtherPerson": "replaced, other person",
}
#: What is said of single people, and of addresses.
_FINDINGS: Final = ("without a profile", "split", "joined", "shared address")


def projects_to_json(
    figures: Figures, examples: Callable[[Tally, tuple[str, ...]], list[Json]], *, compared: bool
) -> list[Json] | None:
    """What would come of the requests in projects of each type that was played; None where none was.

    Args:
        figures: The figures.
        examples: Shows the examples of a tally; values in them belong to the field that the path leads to.
        compared: Whether there was another mapping to compare with.
    """
    played = {key.project_type for key in (*figures.fates, *figures.people)}
    return [_project(kind, figures, examples, compared=compared) for kind in _TYPES if kind in played] or None


def _project(
    kind: str, figures: Figures, examples: Callable[[Tally, tuple[str, ...]], list[Json]], *, compared: bool
) -> Json:
    return {
        "type": kind,
        **_summary("new", kind, figures),
        "before": _summary("old", kind, figures) if compared else None,
        "notCarriedOut": [
            _not_carried_out(key, tally, examples) for key, tally in _own(figures.not_carried_out, kind)
        ],
        "otherTypes": [_other_type(key, tally, examples) for key, tally in _own(figures.other_types, kind)],
        "found": [
            {"what": what, "count": tally.count, "examples": examples(tally, ())}
            for what in _FINDINGS
            if (tally := figures.people.get(Played("new", kind, what))) is not None
        ],
    }


def _summary(mapping: str, kind: str, figures: Figures) -> Json:
    fates = {key: tally for key, tally in figures.fates.items() if key[:2] == (mapping, kind)}
    return {
        "events": {
            "total": total(fates),
            **{name: _count(figures.fates, Played(mapping, kind, fate)) for name, fate in _FATES.items()},
        },
        "people": {name: _count(figures.people, Played(mapping, kind, what)) for name, what in _COUNTS.items()},
        "fields": {"otherType": _fields_of_other_type(mapping, kind, figures)},
    }


def _fields_of_other_type(mapping: str, kind: str, figures: Figures) -> int:
    return len({(key.category, key.field) for key in figures.other_types if key.played[:2] == (mapping, kind)})


def _count(tallies: Mapping[Played, Tally], key: Played) -> int:
    tally = tallies.get(key)
    return 0 if tally is None else tally.count


def _own(tallies: Mapping[Any, Tally], kind: str) -> Iterable[tuple[Any, Tally]]:
    """What the new mapping makes in a project of a type, what there is most of first."""
    own = [(key, tally) for key, tally in tallies.items() if key.played[:2] == ("new", kind)]
    return sorted(own, key=lambda item: (-item[1].count, item[0]))


def _not_carried_out(
    key: NotCarriedOut, tally: Tally, examples: Callable[[Tally, tuple[str, ...]], list[Json]]
) -> Json:
    # The rules come with the simulator, which a backtest without projects does not need.
    from simulator.rulebook import RULES

    rule = RULES.get(key.rule)
    return {
        "what": key.played.what,
        "action": key.action,
        "subscription": key.subscription,
        "rule": key.rule,
        "statement": key.rule if rule is None else rule.statement,
        "count": tally.count,
        "examples": examples(tally, ()),
    }


def _other_type(key: OtherType, tally: Tally, examples: Callable[[Tally, tuple[str, ...]], list[Json]]) -> Json:
    return {
        "category": key.category,
        "field": key.field,
        "expected": key.expected,
        "incoming": key.incoming,
        "count": tally.count,
        "examples": examples(tally, tuple(key.field.split("."))),
    }
