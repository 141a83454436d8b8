"""The search: which scenarios a few words, or a whole error message, are about."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from conformance.library.words import likeness, phrase_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.scenario import LoadedScenario, Scenario

#: What a word is worth by where it stands: a title says more than a source.
_TITLE, _TAGS, _ERRORS, _STORY, _DESCRIPTION, _REST = 5.0, 4.0, 4.0, 2.0, 2.0, 1.0
#: Of what was typed, a scenario meets at least this share, rare words counting more.
_LEAST_SHARE: Final = 0.5
#: A scenario that has the text word for word comes before those that have only its words.
_WORD_FOR_WORD: Final = 2.0
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


@dataclass(frozen=True, slots=True)
class _Field:
    weight: float
    words: frozenset[str]
    phrase: str


@dataclass(slots=True)
class Library:
    """Scenarios, made ready for searching.

    Attributes:
        scenarios: The scenarios, in the order in which equals are found.
    """

    scenarios: Sequence[LoadedScenario]
    _fields: list[tuple[_Field, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._fields = [tuple(_fields(loaded)) for loaded in self.scenarios]

    def find(self, text: str) -> list[Finding]:
        """The scenarios that a text is about, best first.

        Words that no scenario has are passed over, so that an error message may be pasted with the names and
        numbers that are in it. A scenario is found by half of the rest, rare words counting more.
        """
        worth = self._worth(words_of(text))
        phrase = phrase_of(text)
        findings = []
        for loaded, fields in zip(self.scenarios, self._fields, strict=True):
            score = _score(fields, worth, phrase)
            if score > 0:
                findings.append(Finding(loaded, score))
        return sorted(findings, key=lambda finding: -finding.score)

    def unknown(self, text: str) -> dict[str, list[str]]:
        """The words of a text that no scenario has, each with words that are there and look like it."""
        vocabulary = sorted({word for fields in self._fields for part in fields for word in part.words})
        return {
            word: difflib.get_close_matches(word, vocabulary, n=2, cutoff=_ALIKE)
            for word in sorted(words_of(text))
            if not any(likeness(word, known) for known in vocabulary)
        }

    def _worth(self, words: Iterable[str]) -> dict[str, float]:
        """What each word is worth: more, the fewer scenarios have it; those that none has are left out."""
        worth = {}
        for word in words:
            having = sum(any(_met(word, part) for part in fields) for fields in self._fields)
            if having:
                worth[word] = math.log(1 + len(self._fields) / having)
        return worth


def _score(fields: Sequence[_Field], worth: Mapping[str, float], phrase: str) -> float:
    """How well a scenario meets the words; 0 when it meets too little of them."""
    met = 0.0
    score = 0.0
    for word, value in worth.items():
        best = max(part.weight * _met(word, part) for part in fields)
        score += value * best
        met += value if best else 0.0
    if not worth or met < _LEAST_SHARE * sum(worth.values()):
        return 0.0
    return score * _WORD_FOR_WORD if any(phrase in part.phrase for part in fields) else score


def _met(word: str, part: _Field) -> float:
    return 1.0 if word in part.words else max((likeness(word, there) for there in part.words), default=0.0)


def _fields(loaded: LoadedScenario) -> Iterator[_Field]:
    scenario = loaded.scenario
    document = loaded.document.value
    texts = (
        (_TITLE, [scenario.name]),
        (_TAGS, scenario.tags),
        (_ERRORS, [*_members(document, _ERROR_MEMBERS), *_error_names(document)]),
        (_STORY, _story(scenario)),
        (_DESCRIPTION, [scenario.description]),
        (_REST, [scenario.source, loaded.file, *_members(document, _EVENT_MEMBERS)]),
    )
    for weight, parts in texts:
        # The stop keeps a phrase from running over from one text into the next.
        yield _Field(weight, words_of(" ".join(parts)), "|".join(map(phrase_of, parts)))


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
