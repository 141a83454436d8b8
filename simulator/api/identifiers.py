"""Where a request names people, and the identifiers that it gives there, checked.

This is the only place that knows: `NamedPeople` is a column of the route table, and `identifiers_named` says whom a
request is about, whether it is carried out or refused.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import parse_qs

from simulator.api.replies import Culprit, refused
from simulator.project.identifiers import is_email, is_user_id, normal_email

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.message import Request

#: Names of members, of parameters of the query and of the path: calls that name two people put a prefix before them,
#: and `preferUserId` is a switch.
_IDENTIFIER: Final = re.compile(r"(?:email|[a-z]+Email)|(?:userId|(?!prefer)[a-z]+UserId)")
#: The way to a member, outermost name first; of an array on the way, every item is meant.
_Way = tuple[str, ...]
#: No identifier that Iterable takes has half as many characters.
_LONGEST: Final = 512
#: Beyond that, a number is no identifier of anybody, and takes long to be written.
_LONGEST_NUMBER: Final = 10**30
_JWT_PIECES: Final = 3


def identifier_kind(name: str) -> Literal["email", "userId"] | None:
    """What a member or parameter of a name holds: `email`, `userId`, or None for no identifier."""
    if not _IDENTIFIER.fullmatch(name):
        return None
    return "email" if name.endswith(("email", "Email")) else "userId"


class NamedIdentifiers(NamedTuple):
    """The identifiers that a request names, as they are stored: emails in lower case.

    Attributes:
        emails: Every email once, in the order of the route's `NamedPeople`.
        user_ids: Every userId, likewise.
    """

    emails: tuple[str, ...]
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """Where a call names people, beside the parameters of its path, which `identifier_kind` recognises.

    Of each kind, the first is that of the user for whom a key with a JWT secret wants a token.

    Attributes:
        emails: The ways to emails.
        user_ids: The ways to userIds.
        in_query: Whether these are parameters of the query, and not members of the body.
    """

    emails: tuple[_Way, ...] = ()
    user_ids: tuple[_Way, ...] = ()
    in_query: bool = False

    @classmethod
    def at(cls, *members: str, in_query: bool = False) -> NamedPeople:
        """Where members stand whose names say what they hold, such as `user.email` or `newEmail`."""
        ways: dict[str | None, list[_Way]] = {"email": [], "userId": []}
        for member in members:
            way = tuple(member.split("."))
            ways[identifier_kind(way[-1])].append(way)
        return cls(tuple(ways["email"]), tuple(ways["userId"]), in_query)


#: The call names nobody, or only in its path.
NOBODY: Final = NamedPeople()


def identifiers_named(
    people: NamedPeople, parameters: Mapping[str, str], query: str, body: bytes
) -> NamedIdentifiers:
    """Every identifier that a request names, whatever becomes of it; none where it cannot be read.

    Args:
        people: Where its route names people.
        parameters: The parameters of its path.
        query: Its query, still encoded.
        body: Its body.
    """
    given = _given(people, query, body) if people.emails or people.user_ids else None
    in_path: dict[str, list[str]] = {"email": [], "userId": []}
    for name, text in parameters.items():
        kind = identifier_kind(name)
        if kind is not None and text:
            in_path[kind].append(text)
    emails = [*in_path["email"], *_texts(given, people.emails)]
    user_ids = [*in_path["userId"], *_texts(given, people.user_ids, or_number=True)]
    return NamedIdentifiers(tuple(dict.fromkeys(map(normal_email, emails))), tuple(dict.fromkeys(user_ids)))


def identifiers_carried(people: NamedPeople, parameters: Mapping[str, str], request: Request) -> tuple[str, ...]:
    """Every identifier in a request, in its path, query, body and JWT, for a journal: to be found by, and no more.

    What is too long to be one is left out, and whether the JWT is signed by anybody is not looked at.

    Args:
        people: Where its route names people.
        parameters: The parameters of its path.
        request: The request.
    """
    named = identifiers_named(people, parameters, request.query, request.body)
    token = identifiers_in_token(token_claims(request.headers.get("authorization", "")))
    every = (*named.emails, *named.user_ids, *(text for text in token if text is not None))
    return tuple(dict.fromkeys(text for text in every if len(text) <= _LONGEST))


def token_claims(authorization: str) -> Mapping[str, Any]:
    """The claims of the JWT in an Authorization header; none where there is no such thing."""
    if not authorization:
        return {}
    pieces = authorization.split(".")
    if len(pieces) != _JWT_PIECES:
        return {}
    try:
        claims = json.loads(urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def identifiers_for_token(people: NamedPeople, query: str, body: bytes) -> tuple[str | None, str | None]:
    """Email and userId of the one user whose token a request wants; None for what it does not name."""
    given = _given(people, query, body)
    email, user_id = (_member(given, ways[0]) if ways else None for ways in (people.emails, people.user_ids))
    return None if email is None else normal_email(email), user_id


def identifiers_in_token(claims: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Email and userId of the user whom the claims of a JWT name; None for what is absent."""
    email, user_id = _member(claims, ("email",)), _member(claims, ("userId",))
    return None if email is None else normal_email(email), user_id


def _given(people: NamedPeople, query: str, body: bytes) -> Any:
    if people.in_query:
        return {name: values[0] for name, values in parse_qs(query).items()}
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _member(value: Any, way: _Way) -> str | None:
    """The text at the end of a way that leads through no array; None for another value, and for an empty text."""
    for name in way:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value if isinstance(value, str) and value else None


def _texts(value: Any, ways: tuple[_Way, ...], *, or_number: bool = False) -> Iterator[str]:
    """The texts at the ends of ways; also whole numbers, if so: Iterable refuses them, and means somebody by them."""
    for way in ways:
        for end in _ends_of(value, way):
            if isinstance(end, str) and end:
                yield end
            elif or_number and type(end) is int and abs(end) < _LONGEST_NUMBER:
                yield str(end)


def _ends_of(value: Any, way: _Way) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _ends_of(item, way)
    elif not way:
        yield value
    elif isinstance(value, dict):
        yield from _ends_of(value.get(way[0]), way[1:])


def identifiers_of(
    body: Mapping[str, Any], email_name: str = "email", user_id_name: str = "userId"
) -> tuple[str | None, str | None]:
    """Email, in lower case, and userId of a body; None for what is absent.

    Raises:
        RefusedError: One of them is given and malformed; an empty one is, and a userId that is null.
    """
    email, user_id = body.get(email_name), body.get(user_id_name)
    if email is not None:
        email = checked_email(email)
    if user_id is not None:
        user_id = checked_user_id(user_id)
    elif user_id_name in body:
        raise refused("InvalidUserIdError", "Invalid userId: null", rule="identifier.null-user-id")
    return email, user_id


def identifiers_in_query(request: Request) -> tuple[str | None, str | None]:
    """The same, from the query.

    Raises:
        RefusedError: One of them is malformed.
    """
    given = {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
    return identifiers_of(given)


def checked_email(email: str, label: str = "email:") -> str:
    """An email in lower case.

    Raises:
        RefusedError: It is malformed.
    """
    normal = normal_email(email)
    if not is_email(normal):
        text, rule = f"Invalid {label} {normal}", "identifier.invalid-email"
        raise refused("InvalidEmailAddressError", text, rule=rule, culprit=Culprit("Emails", normal))
    return normal


def checked_user_id(user_id: str) -> str:
    """A userId as it was given.

    Raises:
        RefusedError: It is malformed.
    """
    if not is_user_id(user_id):
        text, rule = f"Invalid userId: {user_id}", "identifier.invalid-user-id"
        raise refused("InvalidUserIdError", text, rule=rule, culprit=Culprit("UserIds", user_id))
    return user_id
