"""What became of requests, in figures: of one project, and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.clock import format_instant
from simulator.control.outcome_counts import Bin, add_bin, count_outcomes, outcomes_to_json
from simulator.control.parameters import Parameters
from simulator.control.replies import ControlError, json_reply

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.control.outcome_counts import OutcomeCounts
    from simulator.message import Reply

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY
#: How many seconds a bar may stand for, up to a week.
_STEPS: Final = (
    *(1, 2, 5, 10, 20, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 20, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    _DAY,
    _WEEK,
)
_MILLISECONDS: Final = 1000
_LONGEST: Final = 366 * _DAY
#: The first and the last second that a calendar of four-digit years can show.
_CALENDAR: Final = (-62_135_596_800, 253_402_300_799)


def get_outcomes(call: ControlCall) -> Reply:
    """How many of a project's requests had each outcome."""
    project = call.project()
    Parameters(call.request)
    counts, more = count_outcomes(call.simulator.journal)
    name = project.configuration.name
    return json_reply({"outcomes": counts.totals(name), "lost": counts.lost(name), "more": more})


def get_timeline(call: ControlCall) -> Reply:
    """How many requests had each outcome over time, in bars of a whole number of seconds; empty bars are left out."""
    given = Parameters(call.request, "project", "seconds", "limit")
    name, seconds, limit = given.text("project"), given.number("seconds"), max(2, given.page())
    if seconds is not None and not 1 <= seconds <= _LONGEST:
        raise ControlError(400, f"seconds must be between 1 and {_LONGEST}, not {seconds}")
    counts, more = count_outcomes(call.simulator.journal)
    now = call.clock.now() // _MILLISECONDS
    first, last = (counts.span(name) or (now, now)) if seconds is None else (now - seconds + 1, now)
    step = _step(first, last, limit)
    first, last = first // step * step, last // step * step
    bars = _bars(counts, name, step, first, last)
    return json_reply(
        {
            "from": _format(first),
            "to": _format(last + step),
            "step": step,
            "bars": [_bar_to_json(at, bars[at]) for at in sorted(bars)],
            "outcomes": outcomes_to_json(bars.values()),
            "more": more,
        }
    )


def _step(first: int, last: int, limit: int) -> int:
    """The shortest step with which there are at most `limit` bars.

    Two are always possible: steps begin at full minutes, hours and so on, between which requests can lie.
    """
    for step in _STEPS:
        if last // step - first // step < limit:
            return step
    return _WEEK * -(-(last - first + 1) // (_WEEK * (limit - 1)))


def _bars(counts: OutcomeCounts, project: str | None, step: int, first: int, last: int) -> dict[int, Bin]:
    """The bars that begin from one second to another, by the second with which each begins."""
    bars: dict[int, Bin] = {}
    for at, counted in counts.bins(step, project):
        if first <= (start := at // step * step) <= last:
            add_bin(bars, start, counted)
    return bars


def _bar_to_json(at: int, bar: Bin) -> dict[str, Any]:
    return {"at": _format(at), "outcomes": outcomes_to_json([bar]), "first": bar[-2], "last": bar[-1]}


def _format(second: int) -> str:
    first, last = _CALENDAR
    return format_instant(min(max(second, first), last) * _MILLISECONDS)
