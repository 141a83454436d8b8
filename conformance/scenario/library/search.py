"""The search: which scenarios a few words, or a whole error message, are about."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from conformance.scenario import PROJECT_TYPES, load_scenarios, project_types
from conformance.scenario.library.folder import shipped_library, shortest_path
from conformance.scenario.library.words import STOP_WORDS, likeness, phrase_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.scenario import LoadedScenario, Scenario

#: What a word is worth by where it stands: a title says more than a source.
_TITLE, _TAGS, _ERRORS, _STORY, _DESCRIPTION, _REST = 5.0, 4.0, 4.0, 2.0, 2.0, 1.0
#: Of what was typed, a scenario meets at least this share, rare words counting more.
_LEAST_SHARE: Final = 0.5
#: Where no scenario does, it meets this share of what the best one meets.
_LEAST_OF_THE_BEST: Final = 0.75
#: A scenario that has the text word for word comes before those that have only its words.
_WORD_FOR_WORD: Final = 2.0
#: The tag of scenarios that ask what Iterable does; an answer that is known comes before them.
_OPEN_QUESTION: Final = "open question"
#: How much a misspelled word must look like one that is there, from 0 to 1.
_ALIKE: Final = 0.8
#: Members of expectations and faults that hold error texts.
_ERROR_MEMBERS: Final = frozenset({"message", "msg", "code", "partialFailure", "status"})
#: Members of events that a person may remember.
_EVENT_MEMBERS: Final = frozenset({"event", "type", "partnerAction", "subscribe", "path"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A scenario that was found.

    Attributes:
        loaded: The scenario.
        score: How well it meets the words; only the order means something.
    """

    loaded: LoadedScenario
    score: float

    def to_json(self) -> dict[str, Any]:
        """What a person chooses by: the file, and what the scenario says of itself."""
        scenario = self.loaded.scenario
        return {
            "file": shortest_path(self.loaded.file),
            "name": scenario.name,
            "description": scenario.description.strip(),
            "source": scenario.source,
            "tags": scenario.tags,
            "projectTypes": list(scenario.project.types),
            "expected": None if scenario.wanted is None else scenario.wanted.says,
            "metIn": list(scenario.works_as_expected_in),
            "knownIssue": scenario.known_issue,
            "fixedIn": scenario.fixed_in,
        }


@dataclass(frozen=True, slots=True)
class _Field:
    weight: float
    words: frozenset[str]
    phrase: str


@dataclass(frozen=True, slots=True)
class _Typed:
    alike: Mapping[str, float]
    worth: float


@dataclass(frozen=True, slots=True)
class _Match:
    score: float
    met: float


@dataclass(slots=True)
class Library:
    """Scenarios, made ready for searching.

    Attributes:
        scenarios: The scenarios, in the order in which equals are found.
    """

    scenarios: Sequence[LoadedScenario]
    _fields: list[tuple[_Field, ...]] = field(init=False)
    _having: dict[str, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._fields = [tuple(_fields(loaded)) for loaded in self.scenarios]
        self._having = defaultdict(set)
        for position, fields in enumerate(self._fields):
            for word in chain.from_iterable(part.words for part in fields):
                self._having[word].add(position)

    @classmethod
    def of(cls, folders: Sequence[Path] = (), types: Sequence[str] = PROJECT_TYPES) -> Library:
        """The scenarios that are about any of some project types.

        Args:
            folders: Files and folders of scenarios; the shipped library when there are none.
            types: The project types: `email`, `userid`, `hybrid`.

        Raises:
            InputError: With every problem of the files.
        """
        loaded = load_scenarios(folders or [shipped_library()])
        return cls([one for one in loaded if project_types(one, types)])

    def find(self, text: str) -> list[Finding]:
        """The scenarios that a text is about, best first.

        Words that no scenario has, and words that say nothing, are passed over, so that a whole ticket may be pasted,
        or an error message with its names and numbers. A scenario is found by half of the rest, rare words counting
        more; where none has half, by most of what the best one has. Among equals, those in which a customer expected
        something, or a bug was fixed, come first.
        """
        typed = [word for word in map(self._typed, sorted(_telling(text))) if word.alike]
        phrase = phrase_of(text)
        matches = [
            _match(fields, typed, phrase, settled=_OPEN_QUESTION not in loaded.scenario.tags)
            for loaded, fields in zip(self.scenarios, self._fields, strict=True)
        ]
        best = max((match.met for match in matches), default=0.0)
        least = min(_LEAST_SHARE * sum(word.worth for word in typed), _LEAST_OF_THE_BEST * best)
        findings = [
            Finding(loaded, match.score)
            for loaded, match in zip(self.scenarios, matches, strict=True)
            if match.score > 0 and match.met >= least
        ]
        return sorted(findings, key=lambda finding: (-finding.score, not _is_of_a_ticket(finding.loaded.scenario)))

    def unknown(self, text: str) -> dict[str, list[str]]:
        """The words of a text that no scenario has, each with words that are there and look like it."""
        return {
            word: []
            if word in STOP_WORDS
            else difflib.get_close_matches(word, sorted(self._having), n=2, cutoff=_ALIKE)
            for word in sorted(_telling(text))
            if not self._typed(word).alike
        }

    def advice(self, text: str) -> list[str]:
        """What to say of a text that finds nothing: its words that no scenario has, and words that look like them."""
        lines = []
        for word, near in self.unknown(text).items():
            if near:
                lines.append(f"no scenario contains {word!r}; did you mean {' or '.join(map(repr, near))}?")
            elif len(text.split()) == 1:
                lines.append(f"no scenario contains {word!r}")
        return lines

    def _typed(self, word: str) -> _Typed:
        """What is to be known of a typed word: the words that meet it, and how rare the scenarios with them are."""
        alike = {there: degree for there in self._having if (degree := likeness(word, there))}
        having = set[int]().union(*(self._having[there] for there in alike))
        return _Typed(alike, math.log(1 + len(self.scenarios) / len(having)) if having else 0.0)


def _telling(text: str) -> frozenset[str]:
    """The words of a text that may say something of a bug; all of them where none does."""
    words = words_of(text)
    return words - STOP_WORDS or words


def _match(fields: Sequence[_Field], typed: Sequence[_Typed], phrase: str, *, settled: bool) -> _Match:
    """How well a scenario meets the words; of a question, only the title counts as word for word."""
    best = [max(part.weight * _met(word, part) for part in fields) for word in typed]
    score = sum(word.worth * degree for word, degree in zip(typed, best, strict=True))
    met = sum(word.worth for word, degree in zip(typed, best, strict=True) if degree)
    word_for_word = any(phrase in part.phrase for part in (fields if settled else fields[:1]))
    return _Match(score * _WORD_FOR_WORD if word_for_word else score, met)


def _met(word: _Typed, part: _Field) -> float:
    return max((degree for there, degree in word.alike.items() if there in part.words), default=0.0)


def _fields(loaded: LoadedScenario) -> Iterator[_Field]:
    scenario = loaded.scenario
    document = loaded.document.value
    texts: tuple[tuple[float, Sequence[str]], ...] = (
        (_TITLE, [scenario.name]),
        (_TAGS, scenario.tags),
        (_ERRORS, [*_members(document, _ERROR_MEMBERS), *_error_names(document)]),
        (_STORY, _story(scenario)),
        (_DESCRIPTION, [scenario.description]),
        (_REST, [scenario.source, loaded.file, *_members(document, _EVENT_MEMBERS)]),
    )
    for weight, parts in texts:
        # Two blanks stand between texts, so that no phrase runs over from one into the next.
        yield _Field(weight, words_of(" ".join(parts)), "".join(map(phrase_of, parts)))


def _is_of_a_ticket(scenario: Scenario) -> bool:
    return any(part is not None for part in (scenario.wanted, scenario.known_issue, scenario.fixed_in))


def _story(scenario: Scenario) -> list[str]:
    wanted = "" if scenario.wanted is None else scenario.wanted.says
    return [wanted, scenario.known_issue or "", scenario.fixed_in or ""]


def _members(value: Any, names: frozenset[str]) -> Iterator[str]:
    """The texts and numbers that stand under some names, wherever they are."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in names and isinstance(member, (str, int)):
                yield str(member)
            else:
                yield from _members(member, names)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item, names)


def _error_names(value: Any) -> Iterator[str]:
    """The names of errors, such as HTTPError; `name` means something else elsewhere."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "error" and isinstance(member, dict):
                yield str(member.get("name", ""))
            yield from _error_names(member)
    elif isinstance(value, list):
        for item in value:
            yield from _error_names(item)
