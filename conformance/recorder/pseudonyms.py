"""Replacements that are as valid as what they stand for, and readable: person1@example.com with the userId user1.

What is unusual about an identifier may be what a recording is about. So an email or a userId of an unusual form, and
every other text, keeps its shape: letters for letters, digits for digits, signs as they are. Every run of letters and
digits is replaced there in one way only, wherever it stands.
"""

from __future__ import annotations

import ipaddress
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from simulator.project.identifiers import is_email
from simulator.project.phones import region_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A run: letters and digits with nothing between them.
RUN: Final = re.compile(r"[^\W_]+")
_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bdfghklmnprstvz"
_HEXADECIMAL: Final = "abcdef"
#: For letters beyond ASCII, so that what Iterable refuses for them is refused still.
_ACCENTED: Final = "áéíóúñçüöäåèêôû"
#: A piece of a UUID or of another token in hexadecimal; nothing else mixes these letters with digits.
_IS_HEXADECIMAL: Final = re.compile(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{4,}")
_MADE_UP_DOMAIN: Final = "placeholder.email"
#: Domains that nobody can own (RFC 2606), and that of the addresses that Iterable makes up.
_KEPT_DOMAINS: Final = frozenset({"example.com", "example.org", "example.net", _MADE_UP_DOMAIN})
_RESERVED: Final = (".test", ".example", ".invalid", ".localhost")
_DOMAIN: Final = "example.com"
#: What a usual email has before its @, and a usual userId: not one that is a number, a UUID or the like.
_USUAL_LOCAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_USUAL_USER_ID: Final = re.compile(r"(?=.*[A-Za-z])(?!.*[0-9]{6})(?!.*[0-9A-Fa-f]{8})[A-Za-z0-9_-]{1,40}")
#: What we put there: a recording of a recording leaves it.
_OURS: Final = re.compile(r"(?:person|user)[0-9]+", re.IGNORECASE)
#: Characters of an email beyond which a longer domain could make it too long.
_LONG_EMAIL: Final = 200
#: Digits at the end of a phone number that say whose it is; those before say where.
_OWN_DIGITS: Final = 6
#: Networks for documents (RFC 5737).
_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
_TRIES: Final = 2_000


class Replacements:
    """Replacements for the texts of one recording.

    Args:
        texts: All its texts: what stands in them is not used as a replacement for something else.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._taken = {run.lower() for text in texts for run in RUN.findall(text)}
        self._runs: dict[str, str] = {}
        #: Of each identifier, its number; the identifiers of one person share it as far as that is possible.
        self._numbers: dict[str, int] = {}
        self._words: dict[tuple[str, str], str] = {}
        self._count = 0
        self._phones: dict[str, int] = {}

    def text(self, text: str) -> str:
        """A text of the same shape."""
        return RUN.sub(lambda found: _with_case(self._run(found[0].lower()), found[0]), text)

    def link(self, email: str, user_id: str) -> None:
        """Give the email and the userId of one person the same number, unless either has one."""
        key = email.lower()
        number = self._numbers.get(key) or self._numbers.get(user_id)
        if number is None:
            self._count += 1
            number = self._count
        self._numbers.setdefault(key, number)
        self._numbers.setdefault(user_id, number)

    def email(self, email: str) -> str:
        """Another address, valid or malformed as this one: `person1@example.com`."""
        local, at, domain = email.rpartition("@")
        if not at:
            return self.text(email)
        name, plus, tag = local.partition("+")
        is_short = len(email) < _LONG_EMAIL
        if is_short and is_email(email.lower()) and _USUAL_LOCAL.fullmatch(name) and domain != _MADE_UP_DOMAIN:
            person = name.lower() if _OURS.fullmatch(name) else self._numbered("person", f"{name}@{domain}".lower())
            made = f"{person}{plus}{self.text(tag)}@{self._domain(domain, longest=True)}"
            return _with_capitals(made, email)
        made = f"{self.text(local)}@{self._domain(domain, longest=is_short)}"
        return made if is_email(made.lower()) == is_email(email.lower()) else self.text(email)

    def user_id(self, user_id: str) -> str:
        """Another userId: `user1`, or one of the same shape where that is an unusual one."""
        if _OURS.fullmatch(user_id):
            return user_id
        return self._numbered("user", user_id) if _USUAL_USER_ID.fullmatch(user_id) else self.text(user_id)

    def domain(self, domain: str) -> str:
        """The domain that addresses of this one get."""
        return self._domain(domain, longest=True)

    def phone(self, phone: str) -> str:
        """A number of the same region in the same notation."""
        digits = re.sub(r"\D", "", phone)
        own = digits[-_OWN_DIGITS:]
        if own not in self._phones:
            fitting = (salt for salt in range(_TRIES) if _fits(phone, _renumbered(phone, own, salt)))
            self._phones[own] = next(fitting, 0)
        return _renumbered(phone, own, self._phones[own])

    def address(self, address: str) -> str:
        """An IP address of a network that exists in documents only; those of the own machine stay."""
        parsed = ipaddress.ip_address(address)
        if parsed.is_loopback or parsed.is_unspecified:
            return address
        number = _number(address, 0)
        if parsed.version == 4:  # noqa: PLR2004  # the version's own number
            return f"{_NETWORKS[number % 3]}.{number // 3 % 254 + 1}"
        return f"2001:db8::{number % 0xFFFF:x}:{number // 0xFFFF % 0xFFFF:x}"

    def _domain(self, domain: str, *, longest: bool) -> str:
        lower = domain.lower()
        if lower in _KEPT_DOMAINS or lower.endswith(_RESERVED):
            return domain
        return _DOMAIN if "." in domain and longest else self.text(domain)

    def _numbered(self, word: str, identifier: str) -> str:
        """A word with the number of an identifier, which stands nowhere in the recording and for nobody else."""
        if (word, identifier) not in self._words:
            number = self._numbers.get(identifier)
            while number is None or f"{word}{number}" in self._taken:
                self._count += 1
                number = self._count
            self._words[word, identifier] = f"{word}{number}"
            self._taken.add(f"{word}{number}")
        return self._words[word, identifier]

    def _run(self, run: str) -> str:
        if run not in self._runs:
            made = next((made for made in _candidates(run) if made not in self._taken), run)
            self._runs[run] = made
            self._taken.add(made)
        return self._runs[run]


def _candidates(run: str) -> Iterator[str]:
    for salt in range(_TRIES):
        yield _scrambled(run, salt)
    # Everything of this length is taken: a longer one must do.
    for salt in range(_TRIES):
        yield _scrambled(run + run[-1], salt)


def _number(text: str, salt: int) -> int:
    return int.from_bytes(sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).digest()[:8])


def _scrambled(run: str, salt: int) -> str:
    hexadecimal = _IS_HEXADECIMAL.fullmatch(run) is not None
    return "".join(
        _character(character, _number(f"{run}:{place}", salt), first=place == 0, hexadecimal=hexadecimal)
        for place, character in enumerate(run)
    )


def _character(character: str, number: int, *, first: bool, hexadecimal: bool) -> str:
    if character.isdecimal() and character.isascii():
        # A number stays as long as it is: what began with another digit than 0 does so still.
        return str(number % 9 + 1) if first and character != "0" else str(number % 10)
    if not character.isascii():
        return _ACCENTED[number % len(_ACCENTED)] if character.isalpha() else character
    letters = _HEXADECIMAL if hexadecimal else _VOWELS if character in _VOWELS else _CONSONANTS
    return letters[number % len(letters)]


def _with_case(made: str, original: str) -> str:
    """The replacement with capitals where the original has them."""
    if len(original.lower()) != len(original):
        return made
    capital = [character.isupper() for character in original]
    return "".join(
        character.upper() if place < len(capital) and capital[place] and len(character.upper()) == 1 else character
        for place, character in enumerate(made)
    )


def _with_capitals(made: str, original: str) -> str:
    """An address in capitals where the original is, or with a capital where the original has some."""
    if original.isupper():
        return made.upper()
    parts = zip(made.rpartition("@"), original.rpartition("@"), strict=True)
    return "".join(part[:1].upper() + part[1:] if part_of.lower() != part_of else part for part, part_of in parts)


def _renumbered(phone: str, own: str, salt: int) -> str:
    """The number with other digits at its end."""
    digits = iter(f"{_number(own, salt) % 10 ** len(own):0{len(own)}}"[::-1])
    made = []
    for character in reversed(phone):
        made.append(next(digits, character) if character.isdecimal() and character.isascii() else character)
    return "".join(reversed(made))


def _fits(phone: str, made: str) -> bool:
    return made != phone and region_code(made) == region_code(phone)
