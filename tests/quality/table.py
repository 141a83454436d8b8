"""Writes into docs/quality.md how each planted problem is found: `make quality`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from document import write_tables
from expected_problems import EXPECTED
from good_mappings import GOOD
from nets import Found, by_the_reference, by_the_suite, with_planted_fault
from planted_faults import AGAINST_THE_REFERENCE, DESTINATIONS, SIMULATORS
from real_mistakes import MISTAKES as REAL
from verdicts import EXAMPLES, MORE_EXAMPLES, problems_of
from wrong_mappings import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from destination import Subscription

HEAD = ["| planted | found by | in example | events of the smallest history |", "| --- | --- | --- | --- |"]


def row(name: str, found: Found | None) -> str:
    """A problem and how it is found."""
    if found is None:
        return f"| {name} | nothing | - | - |"
    first, *others = found.properties
    more = f" and {len(others)} more" if others else ""
    return f"| {name} | `{first}`{more} | {found.example} | {found.events} |"


def verdicts() -> Iterator[tuple[str, list[str]]]:
    """What `conform` says of every planted mistake, and of every good mapping."""
    planted = {name: (mapping, types) for name, (mapping, _, types) in MISTAKES.items()} | REAL
    rows = [verdict(name, *planted[name]) for name in EXPECTED]
    yield "problems", ["| planted | problems | told as | instead | left |", "| --- | --- | --- | --- | --- |", *rows]
    good = [
        f"| {name} | {', '.join(types)} | {len(problems_of(mapping, types))} |"
        for name, (mapping, types) in GOOD.items()
    ]
    yield "good", ["| mapping | project types | problems |", "| --- | --- | --- |", *good]


def verdict(name: str, mapping: list[Subscription], types: tuple[str, ...]) -> str:
    """How a mistake is told, and how many problems its patch leaves."""
    problems = problems_of(mapping, types, MORE_EXAMPLES.get(name, EXAMPLES))
    first = problems[0]
    left = "-" if first.change is None else len(problems_of(first.change.applied(mapping), types))
    instead = EXPECTED[name].reason or first.advice
    told, instead = (text.replace("|", "\\|") for text in (first.sentence, instead))
    return f"| {name} | {len(problems)} | {told} | {instead} | {left} |"


def tables() -> Iterator[tuple[str, list[str]]]:
    """Every table by the name of its place in the document."""
    yield from verdicts()
    yield (
        "mappings",
        [
            *HEAD,
            *(
                row(name, by_the_suite(mapping, examples=30, properties=[wanted]))
                for name, (mapping, wanted, _) in MISTAKES.items()
            ),
        ],
    )
    for place, planted in (("destinations", DESTINATIONS), ("simulators", SIMULATORS)):
        yield place, [*HEAD, *(row(name, with_planted_fault(plant)) for name, plant in planted.items())]
    rows = [
        f"| {name} | {'yes' if by_the_reference(plant) else 'no'} |" for name, plant in AGAINST_THE_REFERENCE.items()
    ]
    yield "reference", ["| planted | the account of the documents parts with it |", "| --- | --- |", *rows]


def main() -> int:
    """Write every table into the document."""
    write_tables(tables())
    return 0


if __name__ == "__main__":
    sys.exit(main())
