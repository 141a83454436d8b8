"""Writes down what a mutation run found, in docs/mutants.md and docs/quality.md: `make mutants`.

The figures come from the results that mutmut keeps in `mutants/`, the reasons from `survivors.txt` beside this file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from document import DOCUMENTS, write_tables
from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).parents[2]
REASONS = Path(__file__).with_name("survivors.txt")

SURVIVED = 0
#: What mutmut notes of mutants in code that no test calls.
NOT_CALLED = (5, 33)

KINDS = {
    "gap": "a test could notice it and none does, or nobody has looked closer",
    "equivalent": "nothing that comes out differs",
    "text": "only the words of a message of our own differ",
    "speed": "only how fast it goes or how many connections are kept differs",
    "elsewhere": "a test notices it that is no part of the run: of the server, the command line or directories",
}
UNKNOWN = "gap: nobody has looked closer"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of the code that was tried.

    Attributes:
        module: Where it is, dotted.
        function: The function or the class and its method.
        number: Which change of it.
        name: What mutmut calls it.
        path: The file, from the root of the project.
        exit_code: What mutmut noted of its run; None when it was not tried.
    """

    module: str
    function: str
    number: int
    name: str
    path: str
    exit_code: int | None

    @property
    def is_left(self) -> bool:
        """Whether no test noticed it."""
        return self.exit_code == SURVIVED or self.exit_code in NOT_CALLED


@dataclass(frozen=True, slots=True)
class Reason:
    """Why mutants of a function are left.

    Attributes:
        where: The module and the function, dotted; a module alone stands for all of it.
        which: Their numbers, or a part of the changed line; empty for all of them.
        words: The kind, a colon, and more.
    """

    where: str
    which: str
    words: str

    def fits(self, mutant: Mutant, change: str) -> bool:
        """Whether it is the reason for this one."""
        if self.where not in {f"{mutant.module}.{mutant.function}", mutant.module}:
            return False
        if not self.which:
            return True
        if self.which.replace(",", "").replace(" ", "").isdigit():
            return mutant.number in map(int, self.which.split(","))
        return self.which in change


def mutants() -> Iterator[Mutant]:
    """Every mutant of the run."""
    for results in sorted((ROOT / "mutants").rglob("*.meta")):
        path = results.relative_to(ROOT / "mutants").with_suffix("")
        if not (ROOT / path).exists():
            continue  # it is of an earlier run
        for name, exit_code in json.loads(results.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            module, _, rest = name.rpartition(".")
            mangled, _, number = rest.partition("__mutmut_")
            function = ".".join(
                part for part in mangled.removeprefix("x_").replace("x\u01c1", "").split("\u01c1") if part
            )
            yield Mutant(module, function, int(number), name, str(path), exit_code)


def reasons() -> list[Reason]:
    """What is known of survivors, the first that fits counts."""
    lines = REASONS.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ", 2) for line in lines if line and not line.startswith("#")]
    return [Reason(where.strip(), which.strip(), words.strip()) for where, which, words in rows]


def reason_of(mutant: Mutant, known: Iterable[Reason]) -> str:
    """Why this one is left."""
    lines = get_diff_for_mutant(mutant.name, path=mutant.path).splitlines()
    change = "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"})
    return next((reason.words for reason in known if reason.fits(mutant, change)), UNKNOWN)


def listing(left: Mapping[Mutant, str]) -> Iterator[str]:
    """The lines of docs/mutants.md."""
    yield "# Surviving mutants"
    yield ""
    yield "Every mutant that no test noticed in the run that [quality.md](quality.md#mutants) tells of, with the reason."
    yield "A mutant is named by its number within its function: number 4 of `_round` in `destination.mapping.liquid.numbers`"
    yield "is what `mutmut show destination.mapping.liquid.numbers.x__round__mutmut_4` prints. `make mutants` writes this page."
    by_module: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for mutant, words in left.items():
        by_module[mutant.module][mutant.function, words].append(mutant.number)
    for module, groups in sorted(by_module.items()):
        yield from ["", f"## `{module}`", "", "| function | numbers | left because |", "| --- | --- | --- |"]
        for (function, words), numbers in sorted(groups.items()):
            yield f"| `{function}` | {', '.join(map(str, sorted(numbers)))} | {words} |"


def percent(part: int, whole: int) -> str:
    """A share in percent, with one digit."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def figures(tried: list[Mutant]) -> Iterator[str]:
    """A row for each tree and one for both."""
    yield "| changed | mutants | noticed | |"
    yield "| --- | --- | --- | --- |"
    for tree in ("destination", "simulator", ""):
        those = [mutant for mutant in tried if mutant.module.startswith(tree)]
        noticed = sum(not mutant.is_left for mutant in those)
        title = {"destination": "`destination/`", "simulator": "`simulator/project/`", "": "both"}[tree]
        yield f"| {title} | {len(those):,} | {noticed:,} | {percent(noticed, len(those))} |"


def main() -> int:
    """Write both documents; complain of a run that has not come to its end."""
    tried = list(mutants())
    waiting = sum(mutant.exit_code is None for mutant in tried)
    if waiting or not tried:
        sys.stderr.write(
            f"{waiting:,} of {len(tried):,} mutants are yet to be tried: let `mutmut run` come to its end\n"
        )
        return 1
    known = reasons()
    left = {mutant: reason_of(mutant, known) for mutant in tried if mutant.is_left}
    kinds = Counter(words.partition(":")[0] for words in left.values())
    (DOCUMENTS / "mutants.md").write_text("\n".join(listing(left)) + "\n", encoding="utf-8")
    write_tables(
        [
            ("mutants", list(figures(tried))),
            (
                "survivors",
                [
                    "| left because | mutants |",
                    "| --- | --- |",
                    *(f"| {KINDS[kind]} | {count:,} |" for kind, count in kinds.most_common()),
                ],
            ),
        ]
    )
    sys.stdout.write("\n".join(figures(tried)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
