"""Personal data of one recording replaced everywhere in the same way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from conformance.recorder.personal_data import (
    EMAIL,
    FREE,
    IP_ADDRESS,
    MARKS_OF_PRODUCTS,
    NOBODY,
    PROTOCOL,
    Kind,
    is_date,
    is_word_of_thing,
    kind_of,
    plain,
)
from conformance.recorder.pseudonyms import RUN, Replacements
from simulator.project.forgotten import forgotten_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Path = tuple[str, ...]
#: Shorter values are replaced where they are a whole value only: inside other texts they stand by chance.
_SHORTEST_PART: Final = 3
_SHORTEST_NUMBER: Final = 4
#: Where a reply tells of what was sent, even the shortest value stands for itself.
_TELLING: Final = frozenset({"msg", "message", "error"})


@dataclass(frozen=True, slots=True)
class _Known:
    text: str
    kind: Kind
    offset: int
    encoded: bool


class Masking:
    """What is personal in some documents, and what stands there instead.

    Args:
        documents: Everything that is recorded: values found in one are replaced in all.
        identifiers: Emails and userIds that are known for what they are.
    """

    def __init__(self, documents: Iterable[tuple[Path, Any]], identifiers: Iterable[str] = ()) -> None:
        found = [*documents, *((("email" if "@" in text else "userid",), text) for text in identifiers)]
        self._kinds: dict[str, Kind] = {}
        self._hashes: dict[str, str] = {}
        self._replacements = Replacements(text for _, value in found for text in _texts(value))
        for path, value in found:
            self._collect(value, path)
        self._parts: defaultdict[str, list[_Known]] = defaultdict(list)
        for text, kind in self._kinds.items():
            self._index(text, kind)
        for parts in self._parts.values():
            parts.sort(key=lambda part: -len(part.text))

    def value(self, value: Any, path: Path = ()) -> Any:
        """A JSON value with all that is personal in it replaced; `path` are the names around it, in plain form."""
        if isinstance(value, dict):
            inside = _of_thing(value, path)
            return {self._key(key, path): self.value(item, (*inside, plain(key))) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, path) for item in value]
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._number(value, path)
        return value

    def segment(self, text: str) -> str:
        """A piece of a path, decoded."""
        return self._whole(text) or self._known_parts(text, shortest=_SHORTEST_PART)

    def _collect(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self._link(value)
            inside = _of_thing(value, path)
            for key, item in value.items():
                self._notice_inside(key)
                self._collect(item, (*inside, plain(key)))
        elif isinstance(value, list):
            for item in value:
                self._collect(item, path)
        elif isinstance(value, str):
            self._notice(value, path)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            kind = kind_of(str(value), path)
            if kind in {Kind.USER_ID, Kind.PHONE} and len(str(value)) >= _SHORTEST_NUMBER:
                self._kinds.setdefault(str(value), Kind.PHONE if kind is Kind.PHONE else Kind.USER_ID)

    def _link(self, value: Mapping[str, Any]) -> None:
        named = {plain(key): item for key, item in value.items() if isinstance(item, str)}
        email, user_id = named.get("email"), named.get("userid")
        if email and user_id and "@" in email:
            self._replacements.link(email, user_id)

    def _notice(self, text: str, path: Path) -> None:
        kind = kind_of(text, path)
        if kind is not None and kind is not Kind.PROSE:
            self._know(text, kind)
        if kind is Kind.NAME:
            for run in RUN.findall(text):
                # Shorter ones are articles and prepositions, and would be found everywhere.
                if len(run) > _SHORTEST_PART:
                    self._know(run, kind)
        self._notice_inside(text)

    def _notice_inside(self, text: str) -> None:
        for form in {text, unquote(text)} if "%" in text else {text}:
            if "@" in form:
                for found in EMAIL.finditer(form):
                    self._know(found[0], Kind.EMAIL)
            for found in IP_ADDRESS.finditer(form):
                if kind_of(found[0], ()) is Kind.ADDRESS:
                    self._know(found[0], Kind.ADDRESS)

    def _know(self, text: str, kind: Kind) -> None:
        stripped = text.strip()
        if stripped.lower() in NOBODY or not RUN.search(stripped):
            return
        self._kinds.setdefault(stripped.lower(), kind)
        if kind in {Kind.EMAIL, Kind.USER_ID}:
            self._hashes[forgotten_hash(stripped)] = forgotten_hash(self._made(stripped, kind))

    def _index(self, text: str, kind: Kind) -> None:
        for form, encoded in ((text, False), (quote(text, safe="").lower(), True)):
            first = RUN.search(form)
            if first is not None and (not encoded or form != text):
                self._parts[first[0]].append(_Known(form, kind, first.start(), encoded))

    def _key(self, key: str, path: Path) -> str:
        name = plain(key)
        if name in PROTOCOL or (not (path and any(part in FREE for part in path)) and "@" not in key):
            return key
        return self._known_parts(key, shortest=_SHORTEST_NUMBER) if kind_of("x", (name,)) is None else key

    def _text(self, text: str, path: Path) -> str:
        if is_date(text):
            return text
        if text in self._hashes:
            return self._hashes[text]
        if is_word_of_thing(path):
            return self._known_parts(text, shortest=_SHORTEST_PART, words=True)
        whole = self._whole(text)
        if whole is not None:
            return whole
        telling = bool(path) and path[-1] in _TELLING
        if kind_of(text, path) is Kind.PROSE:
            return self._known_parts(text, shortest=_SHORTEST_PART, prose=True)
        return self._known_parts(text, shortest=1 if telling else _SHORTEST_PART)

    def _number(self, number: float, path: Path) -> float:
        text = str(number)
        name = path[-1] if path else ""
        personal = kind_of(text, path) in {Kind.USER_ID, Kind.PHONE, Kind.NAME, Kind.TOKEN}
        known = len(text) >= _SHORTEST_NUMBER and text in self._kinds and name not in PROTOCOL
        if not (personal or known) or "e" in text:
            return number
        made = self._made(text, self._kinds.get(text, Kind.USER_ID))
        return int(made) if isinstance(number, int) else float(made)

    def _whole(self, text: str) -> str | None:
        kind = self._kinds.get(text.strip().lower())
        if kind is None:
            return None
        stripped = text.strip()
        before, after = text[: text.find(stripped)], text[text.find(stripped) + len(stripped) :]
        return f"{before}{self._made(stripped, kind)}{after}"

    def _made(self, text: str, kind: Kind) -> str:
        match kind:
            case Kind.EMAIL:
                return self._replacements.email(text)
            case Kind.USER_ID:
                return self._replacements.user_id(text)
            case Kind.PHONE:
                return self._replacements.phone(text)
            case Kind.ADDRESS:
                return self._replacements.address(text)
            case Kind.DOMAIN:
                return self._replacements.domain(text)
            case _:
                return self._replacements.text(text)

    def _known_parts(self, text: str, *, shortest: int, prose: bool = False, words: bool = False) -> str:
        """A text with the known values in it replaced.

        Args:
            text: The text.
            shortest: How long a value must be.
            prose: Whether everything else is replaced as well.
            words: Whether what may be an ordinary word, such as a name, stays.
        """
        made: list[str] = []
        done = 0
        for start, end, known in self._matches(text, shortest):
            if words and known.kind in {Kind.NAME, Kind.USER_ID}:
                continue
            between = text[done:start]
            made.append(self._replacements.text(between) if prose else between)
            piece = text[start:end]
            made.append(
                quote(self._made(unquote(piece), known.kind), safe="")
                if known.encoded
                else self._made(piece, known.kind)
            )
            done = end
        made.append(self._replacements.text(text[done:]) if prose else text[done:])
        return "".join(made)

    def _matches(self, text: str, shortest: int) -> Iterator[tuple[int, int, _Known]]:
        done = 0
        for run in RUN.finditer(text):
            for known in self._parts.get(run[0].lower(), ()):
                start = run.start() - known.offset
                end = start + len(known.text)
                if start < done or len(known.text) < _least(known.text, shortest):
                    continue
                if text[start:end].lower() == known.text and not text[end : end + 1].isalnum():
                    yield start, end, known
                    done = end
                    break


def _of_thing(value: Mapping[str, Any], path: Path) -> Path:
    """The names around the members of an object; those of a product are below `products`, wherever it stands."""
    return (*path, "products") if MARKS_OF_PRODUCTS.intersection(map(plain, value)) else path


def _least(text: str, shortest: int) -> int:
    """How long a known value must be to be replaced inside another text."""
    return max(shortest, _SHORTEST_NUMBER) if text.isdecimal() and shortest > 1 else shortest


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
