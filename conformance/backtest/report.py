"""Figures as one JSON document, of which every other report is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.backtest.comparison import INSTEAD_OF, OTHER_PERSON
from conformance.backtest.figures import APPEARS, NO_LONGER_REFUSED, REFUSED_NOW, Figures, Share, total
from conformance.backtest.project_report import projects_to_json
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.backtest.figures import Change, Example, FieldChange, Tally

Json = Any

#: Digits of a share.
_DIGITS: Final = 6


def to_json(figures: Figures, *, compared: bool, masked: bool = False) -> dict[str, Json]:
    """The figures as a JSON document, in an order that the figures alone decide.

    Args:
        figures: The figures.
        compared: Whether there was another mapping to compare with.
        masked: Whether personal values in examples are replaced by what they are.
    """
    examples = _Examples(masked=masked)
    return {
        "harnessVersion": __version__,
        "events": {
            "total": total(figures.events),
            **{_camel(fate): _count(figures.events.get(fate)) for fate in ("sent", "refused", "not subscribed")},
        },
        "subscriptions": _subscriptions(figures, examples),
        "dropped": [
            {"rule": rule, "count": tally.count, "examples": examples.of(tally)}
            for rule, tally in _most_first(figures.dropped.items())
        ],
        "changes": _changes(figures, examples) if compared else None,
        "projects": projects_to_json(figures, examples.of, compared=compared),
        "broken": _problems(figures.broken),
        "missing": _problems(figures.missing),
        "complete": figures.complete,
    }


class _Examples:
    """Shows examples, with personal values or without."""

    def __init__(self, *, masked: bool) -> None:
        self._masked = masked

    def of(self, tally: Tally, path: tuple[str, ...] = (), *, before: tuple[str, ...] = ()) -> list[Json]:
        """The examples of a tally; single values in them belong to the field that `path` leads to.

        Args:
            tally: The tally.
            path: The names of the field, outermost first.
            before: Those of the field of the old value, where that is another.
        """
        return [{"place": str(item.position), **self._shown(item, path, before or path)} for item in tally.examples]

    def text(self, text: str) -> str:
        """A sentence that may name a value."""
        if not self._masked:
            return text
        from conformance.backtest.masking import mask_text

        return mask_text(text)

    def _shown(self, example: Example, path: tuple[str, ...], before: tuple[str, ...]) -> dict[str, Json]:
        shown: dict[str, Json] = example.shown
        if not self._masked:
            return shown
        # What is personal is known to the recorder, which a report without masks does not need.
        from conformance.backtest.masking import mask

        if not path:
            masked: dict[str, Json] = mask(shown)
            return masked
        paths = {"before": before, "after": path, "value": path}
        return {name: mask(value, paths.get(name, (name,))) for name, value in shown.items()}


def _subscriptions(figures: Figures, examples: _Examples) -> list[Json]:
    """The share of each subscription, in the order of their names; reasons with the most events first."""
    grouped: dict[tuple[str, str], dict[Share, Tally]] = {}
    for share, tally in figures.shares.items():
        grouped.setdefault((share.subscription, share.action), {})[share] = tally
    return [_subscription(*key, grouped[key], examples) for key in sorted(grouped)]


def _subscription(name: str, action: str, shares: Mapping[Share, Tally], examples: _Examples) -> Json:
    refused = [(share, tally) for share, tally in shares.items() if share.outcome == "refused"]
    sent = shares.get(Share(name, action, "sent"))
    return {
        "name": name,
        "action": action,
        "sent": _count(sent),
        "refused": sum(tally.count for _, tally in refused),
        "notSubscribed": _count(shares.get(Share(name, action, "not subscribed"))),
        "examples": [] if sent is None else examples.of(sent),
        "reasons": [
            {"reason": examples.text(share.reason), "count": tally.count, "examples": examples.of(tally)}
            for share, tally in _most_first(refused)
        ],
    }


def _changes(figures: Figures, examples: _Examples) -> Json:
    return {
        "differs": figures.differs,
        "events": _count(figures.changed.get("events")),
        "requests": {side: _requests(figures, side) for side in ("old", "new")},
        "found": [
            _change(change, tally, figures, examples) for change, tally in _most_first(figures.changes.items())
        ],
        "fields": [_field(change, tally, figures, examples) for change, tally in _most_first(figures.fields.items())],
    }


def _change(change: Change, tally: Tally, figures: Figures, examples: _Examples) -> Json:
    if change.kind in {REFUSED_NOW, NO_LONGER_REFUSED}:
        of = total(figures.events)
    else:
        of = _count(figures.requests.get(("new" if change.kind == APPEARS else "old", change.action)))
    return {
        "kind": change.kind,
        "action": change.action,
        "subscription": change.subscription,
        "reason": examples.text(change.reason),
        **_share(tally.count, of),
        "examples": examples.of(tally),
    }


def _field(change: FieldChange, tally: Tally, figures: Figures, examples: _Examples) -> Json:
    of = _count(figures.requests.get(("new", change.action)))
    after, _, before = change.field.partition(INSTEAD_OF) if change.kind == OTHER_PERSON else (change.field, "", "")
    shown = examples.of(tally, _path(after), before=_path(before or after))
    return {**change._asdict(), **_share(tally.count, of), "examples": shown}


def _path(field: str) -> tuple[str, ...]:
    return tuple(field.replace("[]", "").split("."))


def _share(count: int, of: int) -> dict[str, Json]:
    return {"count": count, "of": of, "share": round(count / of, _DIGITS) if of else None}


def _requests(figures: Figures, side: str) -> dict[str, int]:
    counts = {action: tally.count for (mapping, action), tally in figures.requests.items() if mapping == side}
    return dict(sorted(counts.items()))


def _problems(tallies: Mapping[str, Tally]) -> list[Json]:
    return [
        {
            "file": file,
            "count": tallies[file].count,
            "examples": [{"place": str(item.position), **item.shown} for item in tallies[file].examples],
        }
        for file in sorted(tallies)
    ]


def _most_first(tallies: Iterable[tuple[Any, Tally]]) -> list[tuple[Any, Tally]]:
    return sorted(tallies, key=lambda item: (-item[1].count, item[0]))


def _count(tally: Tally | None) -> int:
    return 0 if tally is None else tally.count


def _camel(words: str) -> str:
    first, *others = words.split()
    return first + "".join(map(str.capitalize, others))
