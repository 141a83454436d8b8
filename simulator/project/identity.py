"""Who a request is about: one table, project type x identifiers given x who exists.

A *write* is a call that creates people (users/update, bulkUpdate, commerce, lists/subscribe); a *track* is
events/track or trackBulk. No handler decides any of this again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final
from zlib import crc32

from simulator.project.configuration import ProjectType
from simulator.project.rules import Confidence, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.project.people import People, Person
    from simulator.project.settings import ProjectSettings


class Do(Enum):
    """What a row of the table says to do."""

    FIND_BY_EMAIL = "the person with the email"
    FIND_BY_USER_ID = "the person with the userId"
    CREATE = "a new person with what was given"
    DROP = "accept and forget"
    NO_IDENTIFIER = "refuse: nobody is named"
    UNKNOWN_EMAIL = "refuse or drop: nobody has the email"
    UNKNOWN_USER_ID = "refuse or drop: nobody has the userId"
    PLACEHOLDER = "refuse, or with preferUserId create with a placeholder email"
    AMBIGUOUS = "refuse, or by setting one of several"
    BY_USER_ID_IF_ASKED = "drop, or by setting the person with the userId"
    CONFLICT = "refuse, or by setting one of the two"
    RENAME = "the person with the userId, whose email changes"
    NOT_BY_EMAIL = "refuse or drop: an email is no key here"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what a write and a track do."""

    rule: Rule
    write: Do
    track: Do


class Refusal(Enum):
    """Why nobody is found, and how it is reported."""

    NO_IDENTIFIER = "noIdentifier"
    UNKNOWN_EMAIL = "unknownEmail"
    UNKNOWN_USER_ID = "unknownUserId"
    CONFLICT = "conflict"
    USER_ID_REQUIRED = "userIdRequired"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to happen.

    Attributes:
        rule: The id of the row that decided.
        person: Who was found.
        create: The identifiers of a person to create.
        refusal: Why the request is refused.
        email: The email to write onto the person who was found; None to leave it.
        user_id: The userId to write onto the person who was found; None to leave it.

    With neither person, create nor refusal the request is accepted and dropped.
    """

    rule: str
    person: Person | None = None
    create: tuple[str | None, str | None] | None = None
    refusal: Refusal | None = None
    email: str | None = None
    user_id: str | None = None


_ID = "Iterable support article 29156459027348"
_TYPES = "Iterable support article 9216719179796"
_EMAIL = "Iterable support article 217502386"
_SEGMENT = "Segment's page of the Iterable (Actions) destination"
_API = "Iterable API description"
_D, _R, _I, _A = Confidence.DOCUMENTED, Confidence.RECORDED, Confidence.INFERRED, Confidence.ASSUMED


def _row(name: str, statement: str, write: Do, track: Do, source: str, confidence: Confidence) -> Row:
    return Row(Rule(f"identity.{name}", statement, source, confidence), write, track)


# fmt: off
_ROWS: Final = (
    _row("email-based.none", "Neither email nor userId is refused.", Do.NO_IDENTIFIER, Do.NO_IDENTIFIER, "recorded 2017", _R),
    _row("email-based.email-known", "The email finds the person.", Do.FIND_BY_EMAIL, Do.FIND_BY_EMAIL, _ID, _R),
    _row("email-based.email-unknown", "A write creates the person; a track creates nobody.", Do.CREATE, Do.UNKNOWN_EMAIL, f"{_ID}; {_SEGMENT}", _D),
    _row("email-based.user-id-known", "The userId finds the one person who has it.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, _ID, _R),
    _row("email-based.user-id-shared", "A userId that several people have is refused for a write.", Do.AMBIGUOUS, Do.FIND_BY_USER_ID, "Iterable support article 360035079512", _I),
    _row("email-based.user-id-unknown", "An unknown userId is refused; with preferUserId a write creates a placeholder email.", Do.PLACEHOLDER, Do.UNKNOWN_USER_ID, _ID, _D),
    _row("email-based.both.email-known", "The email decides; a write puts the userId onto the profile.", Do.FIND_BY_EMAIL, Do.FIND_BY_EMAIL, _ID, _D),
    _row("email-based.both.unknown", "A write creates the person with both; a track creates nobody.", Do.CREATE, Do.UNKNOWN_EMAIL, _ID, _D),
    _row("email-based.both.user-id-elsewhere", "A write creates a second person with the userId.", Do.CREATE, Do.BY_USER_ID_IF_ASKED, f"{_ID}; {_TYPES}", _I),

    _row("userid-based.none", "Neither email nor userId is refused.", Do.NO_IDENTIFIER, Do.NO_IDENTIFIER, "recorded 2017", _I),
    _row("userid-based.email-only", "An email alone is refused: the userId is the only key.", Do.NOT_BY_EMAIL, Do.NOT_BY_EMAIL, _TYPES, _I),
    _row("userid-based.user-id-known", "The userId finds the person.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, _TYPES, _D),
    _row("userid-based.user-id-unknown", "An unknown userId creates the person.", Do.CREATE, Do.CREATE, f"{_SEGMENT}; {_TYPES}", _D),
    _row("userid-based.both.user-id-known", "The userId decides; a write puts the email onto the profile.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, _SEGMENT, _A),
    _row("userid-based.both.user-id-unknown", "A new person with both, whoever else has the email.", Do.CREATE, Do.CREATE, _TYPES, _A),

    _row("hybrid.none", "Neither email nor userId is refused.", Do.NO_IDENTIFIER, Do.NO_IDENTIFIER, "recorded 2017", _I),
    _row("hybrid.email-known", "The email finds the person.", Do.FIND_BY_EMAIL, Do.FIND_BY_EMAIL, _TYPES, _D),
    _row("hybrid.email-unknown", "An unknown email creates the person.", Do.CREATE, Do.CREATE, _TYPES, _D),
    _row("hybrid.user-id-known", "The userId finds the person.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, _TYPES, _D),
    _row("hybrid.user-id-unknown", "An unknown userId creates the person, with no placeholder.", Do.CREATE, Do.CREATE, f"{_TYPES}; {_SEGMENT}", _D),
    _row("hybrid.both.same-person", "Both identifiers find the same person.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, _TYPES, _D),
    _row("hybrid.both.email-without-user-id", "The email finds the person; a write adds the userId.", Do.FIND_BY_EMAIL, Do.FIND_BY_EMAIL, "assumed", _A),
    _row("hybrid.both.user-id-without-email", "The userId finds the person; a write adds the email.", Do.FIND_BY_USER_ID, Do.FIND_BY_USER_ID, "assumed", _A),
    _row("hybrid.both.email-changes", "The userId finds the person; a write replaces the email.", Do.RENAME, Do.FIND_BY_USER_ID, _EMAIL, _A),
    _row("hybrid.both.email-of-another-user-id", "The email belongs to a person with another userId: a write is a conflict.", Do.CONFLICT, Do.FIND_BY_EMAIL, _API, _A),
    _row("hybrid.both.two-people", "The identifiers belong to two people: a write is a conflict.", Do.CONFLICT, Do.FIND_BY_USER_ID, _API, _A),
    _row("hybrid.both.unknown", "A new person with both.", Do.CREATE, Do.CREATE, _TYPES, _D),
)
# fmt: on

ROWS: Final[Mapping[str, Row]] = {row.rule.id.removeprefix("identity."): row for row in _ROWS}


class Identity:
    """The table, applied to the people of one project."""

    def __init__(self, project_type: ProjectType, settings: ProjectSettings, people: People, salt: str) -> None:
        self._type = project_type
        self._settings = settings
        self._people = people
        self._salt = salt

    def for_write(self, email: str | None, user_id: str | None, *, prefer_user_id: bool = False) -> Decision:
        """Whom a call that creates people is about; identifiers are valid, None for absent."""
        row = ROWS[self._situation(email, user_id)]
        decision = self._decide(row.write, row.rule.id, email, user_id, prefer_user_id=prefer_user_id)
        if decision.person is None:
            return decision
        return self._with_written_identifiers(decision, email, user_id)

    def for_track(self, email: str | None, user_id: str | None) -> Decision:
        """Whom a tracked event is about; it never changes anybody's identifiers."""
        row = ROWS[self._situation(email, user_id)]
        decision = self._decide(row.track, row.rule.id, email, user_id, prefer_user_id=False)
        creates = self._settings.track_creates
        if decision.create is not None and creates == "never":
            return Decision(row.rule.id)
        if creates == "always" and decision.person is None and row.write is Do.CREATE:
            return Decision(row.rule.id, create=(email, user_id))
        return decision

    def _situation(self, email: str | None, user_id: str | None) -> str:
        if self._type is ProjectType.EMAIL:
            return f"email-based.{self._email_based(email, user_id)}"
        if self._type is ProjectType.USER_ID:
            return f"userid-based.{self._user_id_based(email, user_id)}"
        return f"hybrid.{self._hybrid(email, user_id)}"

    def _email_based(self, email: str | None, user_id: str | None) -> str:
        holders = self._people.with_user_id(user_id) if user_id is not None else []
        if email is None:
            if user_id is None:
                return "none"
            return ("user-id-unknown", "user-id-known", "user-id-shared")[min(len(holders), 2)]
        known = bool(self._people.with_email(email))
        if user_id is None:
            return "email-known" if known else "email-unknown"
        if known:
            return "both.email-known"
        return "both.user-id-elsewhere" if holders else "both.unknown"

    def _user_id_based(self, email: str | None, user_id: str | None) -> str:
        if user_id is None:
            return "none" if email is None else "email-only"
        known = "known" if self._people.with_user_id(user_id) else "unknown"
        return f"user-id-{known}" if email is None else f"both.user-id-{known}"

    def _hybrid(self, email: str | None, user_id: str | None) -> str:
        by_email = self._first_with_email(email)
        by_user_id = self._first_with_user_id(user_id)
        if email is None or user_id is None:
            if email is not None:
                return "email-known" if by_email else "email-unknown"
            if user_id is not None:
                return "user-id-known" if by_user_id else "user-id-unknown"
            return "none"
        if by_email is None:
            if by_user_id is None:
                return "both.unknown"
            return "both.user-id-without-email" if by_user_id.email is None else "both.email-changes"
        if by_user_id is None:
            return "both.email-without-user-id" if by_email.user_id is None else "both.email-of-another-user-id"
        return "both.same-person" if by_email is by_user_id else "both.two-people"

    def _first_with_email(self, email: str | None) -> Person | None:
        people = self._people.with_email(email) if email is not None else []
        return people[0] if people else None

    def _first_with_user_id(self, user_id: str | None) -> Person | None:
        people = self._people.with_user_id(user_id) if user_id is not None else []
        return people[0] if people else None

    def _decide(self, do: Do, rule: str, email: str | None, user_id: str | None, *, prefer_user_id: bool) -> Decision:
        settings = self._settings
        match do:
            case Do.FIND_BY_EMAIL:
                return Decision(rule, self._first_with_email(email))
            case Do.FIND_BY_USER_ID:
                return Decision(rule, self._first_with_user_id(user_id))
            case Do.CREATE:
                return Decision(rule, create=(email, user_id))
            case Do.DROP:
                return Decision(rule)
            case Do.NO_IDENTIFIER:
                return Decision(rule, refusal=Refusal.NO_IDENTIFIER)
            case Do.UNKNOWN_EMAIL:
                refused = settings.track_unknown_email == "error"
                return Decision(rule, refusal=Refusal.UNKNOWN_EMAIL if refused else None)
            case Do.UNKNOWN_USER_ID:
                refused = settings.track_unknown_user_id == "error"
                return Decision(rule, refusal=Refusal.UNKNOWN_USER_ID if refused else None)
            case Do.PLACEHOLDER:
                if prefer_user_id and user_id is not None:
                    return Decision(rule, create=(self._placeholder(user_id), user_id))
                return Decision(rule, refusal=Refusal.UNKNOWN_USER_ID)
            case Do.AMBIGUOUS:
                return self._ambiguous(rule, user_id)
            case Do.BY_USER_ID_IF_ASKED:
                if settings.track_unknown_email_known_user_id == "userId":
                    return Decision(rule, self._first_with_user_id(user_id))
                refused = settings.track_unknown_email == "error"
                return Decision(rule, refusal=Refusal.UNKNOWN_EMAIL if refused else None)
            case Do.CONFLICT:
                return self._conflict(rule, email, user_id)
            case Do.RENAME:
                if settings.hybrid_rename_by_top_level == "409":
                    return Decision(rule, refusal=Refusal.CONFLICT)
                return Decision(rule, self._first_with_user_id(user_id))
            case Do.NOT_BY_EMAIL:
                refused = settings.email_only_in_user_id_project == "error"
                return Decision(rule, refusal=Refusal.USER_ID_REQUIRED if refused else None)

    def _ambiguous(self, rule: str, user_id: str | None) -> Decision:
        holders = self._people.with_user_id(user_id or "")
        match self._settings.duplicate_user_id:
            case "first":
                return Decision(rule, holders[0])
            case "latest":
                return Decision(rule, holders[-1])
            case "error":
                return Decision(rule, refusal=Refusal.CONFLICT)

    def _conflict(self, rule: str, email: str | None, user_id: str | None) -> Decision:
        match self._settings.hybrid_conflict:
            case "userIdWins":
                return Decision(rule, self._first_with_user_id(user_id) or self._first_with_email(email))
            case "emailWins":
                return Decision(rule, self._first_with_email(email))
            case "409":
                return Decision(rule, refusal=Refusal.CONFLICT)

    def _with_written_identifiers(self, decision: Decision, email: str | None, user_id: str | None) -> Decision:
        """The identifiers that were given and that the person lacks or has otherwise, to be written.

        In a hybrid project an identifier of somebody else is never written, whatever a setting decided.
        """
        person = decision.person
        new_email = email if person is not None and email not in (None, person.email) else None
        new_user_id = user_id if person is not None and user_id not in (None, person.user_id) else None
        if self._type is ProjectType.EMAIL:
            # The email is the key: a person who was found by userId keeps theirs.
            new_email = None
        if self._type is ProjectType.HYBRID:
            if new_email is not None and self._people.with_email(new_email):
                new_email = None
            if new_user_id is not None and self._people.with_user_id(new_user_id):
                new_user_id = None
        return Decision(decision.rule, person, email=new_email, user_id=new_user_id)

    def _placeholder(self, user_id: str) -> str:
        """The address that Iterable makes up for a userId; the digits of the real one are a hash, ours is assumed."""
        digits = crc32(f"{self._salt}:{user_id}".encode())
        local = user_id.lower().replace(" ", "-")
        return f"{local}+{digits}@placeholder.email"
