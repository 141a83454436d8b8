"""The report of `send`: what became of the events, as text and as JSON."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.delivery import Account, Fate, Result
from iterable_harness import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_REASONS: Final = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """One project's share.

    Attributes:
        project: Its name; empty where only its key is known.
        account: What became of the events.
        stopped_because: Why not all was sent; empty when all was.
        seconds: How long it took.
        broken: How many lines were no events.
        faults: Errors of our own.
    """

    project: str
    account: Account
    stopped_because: str
    seconds: float
    broken: int
    faults: tuple[Exception, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything arrived that was to arrive."""
        return not self.account.missed_deliveries and not self.stopped_because

    @property
    def balance(self) -> str:
        """Everything that came in, by what became of it; the parts add up."""
        account = self.account
        parts = ", ".join(f"{account.ended(fate)} {_IN_WORDS[fate]}" for fate in Fate)
        return f"{account.events + self.broken} came in: {parts}, {self.broken} broken"


_IN_WORDS: Final = {
    Fate.DELIVERED: "delivered",
    Fate.REFUSED: "refused or rejected",
    Fate.DROPPED: "dropped",
    Fate.NOT_SUBSCRIBED: "not subscribed",
    Fate.UNDELIVERED: "undelivered",
}
#: The columns of the table: the destination refuses, and Iterable rejects.
_COLUMNS: Final = {Result.DISCARDED: "rejected", Result.REJECTED: "dropped"}
_BY_WHOM: Final = {Result.REFUSED: "refused by the destination", Result.DISCARDED: "rejected by Iterable"}


def summary(done: Sequence[Sent], url: str) -> str:
    """The report as text, one project after the other."""
    return "\n".join(line for sent in done for line in _lines(sent, url))


def document(done: Sequence[Sent], url: str) -> dict[str, object]:
    """The report as a JSON object."""
    return {
        "harnessVersion": __version__,
        "url": url,
        "broken": done[0].broken,
        "projects": [
            {
                "project": sent.project or None,
                "stoppedBecause": sent.stopped_because or None,
                "seconds": round(sent.seconds, 3),
                "received": sent.account.events + sent.broken,
                "faults": len(sent.faults),
                **sent.account.to_json(),
            }
            for sent in done
        ],
    }


def _lines(sent: Sent, url: str) -> list[str]:
    account = sent.account
    where = f"{url} ({sent.project})" if sent.project else url
    return [
        f"{account.events} events to {where} in {sent.seconds:.1f} s",
        *_table(account),
        *_reasons(account),
        *_remarks(sent),
        sent.balance,
        f"{account.count(Result.DELIVERED)} delivered, {account.missed_deliveries} not delivered",
    ]


def _table(account: Account) -> list[str]:
    from rich.console import Console
    from rich.table import Table

    if not account.actions:
        return []
    shown = [result for result in Result if result is not Result.REJECTED or account.count(result)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("action")
    for result in shown:
        table.add_column(_COLUMNS.get(result, result.value), justify="right")
    for action in account.actions:
        table.add_row(action, *(str(account.count(result, action)) for result in shown))
    # Not to stdout: the console writes to it even when it captures, and nothing is printed yet.
    text = io.StringIO()
    Console(file=text, width=shutil.get_terminal_size().columns, highlight=False).print(table)
    return text.getvalue().splitlines()


def _reasons(account: Account) -> list[str]:
    lines = [
        f"  {count} x {f'{action} ' if action else ''}{_in_full(result)}: {reason}"
        for action, result, reason, count in account.reasons[:_MOST_REASONS]
    ]
    if len(account.reasons) > _MOST_REASONS:
        lines.append(f"  and {len(account.reasons) - _MOST_REASONS} more reasons: --json names all")
    return lines


def _in_full(result: Result) -> str:
    return _BY_WHOM.get(result) or _COLUMNS.get(result, result.value)


def _remarks(sent: Sent) -> list[str]:
    account = sent.account
    remarks = [
        (account.not_subscribed, "not subscribed: no subscription matches the event"),
        (sent.broken, "broken: what is not an event is named on stderr"),
        (account.retries, "retries"),
        (account.uncertain, "undelivered that may have arrived: no reply came back"),
        (account.possible_duplicates, "possible duplicates: the reply to an earlier try was lost"),
    ]
    lines = [f"{count} {text}" for count, text in remarks if count]
    if account.events and account.not_subscribed == account.events:
        lines.append("nothing was sent: no subscription matches any of these events")
    if sent.stopped_because:
        lines.append(f"stopped early: {sent.stopped_because}")
    return lines
