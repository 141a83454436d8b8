"""Who a request is about: project type x identifiers given x who exists, one table and so one long module.

A *write* is a call that creates people (users/update, bulkUpdate, commerce, lists/subscribe); a *track* is
events/track or trackBulk. No handler decides any of this again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from simulator.project.project_type import ProjectType
from simulator.project.rules import Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.project.forgotten import Forgotten
    from simulator.project.people import People
    from simulator.project.person import Person
    from simulator.project.settings import ProjectSettings


class Outcome(Enum):
    """What a row of the table says to do."""

    FIND_BY_EMAIL = "the person with the email"
    FIND_BY_USER_ID = "the person with the userId"
    CREATE = "a new person with what was given"
    NO_IDENTIFIER = "refuse: nobody is named"
    UNKNOWN_EMAIL = "refuse or drop: nobody has the email"
    UNKNOWN_USER_ID = "refuse or drop: nobody has the userId"
    PLACEHOLDER = "refuse, or with preferUserId create with a placeholder email"
    AMBIGUOUS = "refuse, or by setting one of several"
    BY_USER_ID_IF_ASKED = "drop, or by setting the person with the userId"
    CONFLICT = "refuse, or by setting one of the two"
    RENAME = "the person with the userId, whose email changes"
    NOT_BY_EMAIL = "refuse or drop: an email is no key here"
    FORGOTTEN = "refuse: the user has been forgotten"
    TRACK_FORGOTTEN = "refuse or drop: the user has been forgotten"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what a write and a track do.

    Attributes:
        case: The project type and who exists, such as `email-based.unknown-user-id`; behind the name of an
            operation it makes the id of a rule.
        statement: What the row says of a write, as a sentence.
        write: What a write does.
        track: What a tracked event does.
        source: Where that is documented or was observed; the rule book says so of tracks and look-ups.
        confidence: How sure it is.
    """

    case: str
    statement: str
    write: Outcome
    track: Outcome
    source: str
    confidence: Confidence


class Refusal(Enum):
    """Why nobody is found, and how it is reported."""

    NO_IDENTIFIER = "noIdentifier"
    UNKNOWN_EMAIL = "unknownEmail"
    UNKNOWN_USER_ID = "unknownUserId"
    CONFLICT = "conflict"
    SHARED_USER_ID = "sharedUserId"
    USER_ID_REQUIRED = "userIdRequired"
    FORGOTTEN = "forgotten"


# Every request makes one, and a named tuple is made in a fraction of the time that a frozen dataclass takes.
class Decision(NamedTuple):
    """What is to happen.

    Attributes:
        case: Which row decided, such as `email-based.unknown-user-id`.
        person: Who was found.
        create: The identifiers of a person to create.
        refusal: Why the request is refused.
        email: The email to write onto the person who was found; None to leave it.
        user_id: The userId to write onto the person who was found; None to leave it.

    With neither person, create nor refusal the request is accepted and dropped.
    """

    case: str
    person: Person | None = None
    create: tuple[str | None, str | None] | None = None
    refusal: Refusal | None = None
    email: str | None = None
    user_id: str | None = None


_ID = "Iterable support article 29156459027348"
_TYPES = "Iterable support article 9216719179796"
_EMAIL = "Iterable support article 217502386"
_FORGET = "Iterable support article 360032290032; API description"
_SEGMENT = "Segment's page of the Iterable (Actions) destination"
_TESTS = "tests of segmentio/action-destinations for a live project, 2026"
_API = "Iterable API description"
_D, _R, _I, _A = Confidence.DOCUMENTED, Confidence.RECORDED, Confidence.INFERRED, Confidence.ASSUMED

# fmt: off
_ROWS: Final = (
    Row("email-based.no-identifier", "A request with neither email nor userId is refused.", Outcome.NO_IDENTIFIER, Outcome.NO_IDENTIFIER, "recorded 2017", _R),
    Row("email-based.known-email", "The email finds the user.", Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_EMAIL, f"{_ID}; recorded 2021", _R),
    Row("email-based.unknown-email", "An unknown email creates the user.", Outcome.CREATE, Outcome.UNKNOWN_EMAIL, f"{_ID}; {_SEGMENT}", _D),
    Row("email-based.known-user-id", "The userId finds the one user who has it.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, _ID, _R),
    Row("email-based.shared-user-id", "A userId that several users have finds the first of them, or is refused, depending on the setting duplicateUserId.", Outcome.AMBIGUOUS, Outcome.FIND_BY_USER_ID, "Iterable's bulletin 721 on community.iterable.com; Iterable support article 360035079512 warns of a refusal", _I),
    Row("email-based.unknown-user-id", "An unknown userId without an email is refused in an email-based project: identify the user first. With preferUserId, which Segment no longer sends, it creates a user with a placeholder email.", Outcome.PLACEHOLDER, Outcome.UNKNOWN_USER_ID, _ID, _D),
    Row("email-based.both.known-email", "The email identifies the user, and the userId is written to the profile, even if another profile has it.", Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_EMAIL, f"{_ID}; {_EMAIL}", _D),
    Row("email-based.both.unknown", "A new user is created with both.", Outcome.CREATE, Outcome.UNKNOWN_EMAIL, _ID, _D),
    Row("email-based.both.unknown-email-known-user-id", "A second user with the userId is created.", Outcome.CREATE, Outcome.BY_USER_ID_IF_ASKED, f"{_ID}; {_TYPES}", _I),
    Row("email-based.forgotten", "A request that names a forgotten user is refused.", Outcome.FORGOTTEN, Outcome.TRACK_FORGOTTEN, _FORGET, _D),

    Row("userid-based.no-identifier", "A request with neither email nor userId is refused.", Outcome.NO_IDENTIFIER, Outcome.NO_IDENTIFIER, "recorded 2017 in an email-based project", _I),
    Row("userid-based.email-only", "An email without a userId is refused: the userId is the only key.", Outcome.NOT_BY_EMAIL, Outcome.NOT_BY_EMAIL, _TYPES, _I),
    Row("userid-based.known-user-id", "The userId finds the user.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, _TYPES, _D),
    Row("userid-based.unknown-user-id", "An unknown userId creates the user, without an email.", Outcome.CREATE, Outcome.CREATE, f"{_SEGMENT}; {_TYPES}", _D),
    Row("userid-based.both.known-user-id", "The userId identifies the user, and the email is written to the profile.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, _SEGMENT, _A),
    Row("userid-based.both.unknown-user-id", "A new user is created with both, even if another user has the email.", Outcome.CREATE, Outcome.CREATE, _TYPES, _A),
    Row("userid-based.forgotten", "A request that names a forgotten user is refused.", Outcome.FORGOTTEN, Outcome.TRACK_FORGOTTEN, _FORGET, _D),

    Row("hybrid.no-identifier", "A request with neither email nor userId is refused.", Outcome.NO_IDENTIFIER, Outcome.NO_IDENTIFIER, "recorded 2017 in an email-based project", _I),
    Row("hybrid.known-email", "The email finds the user.", Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_EMAIL, _TYPES, _D),
    Row("hybrid.unknown-email", "An unknown email creates the user.", Outcome.CREATE, Outcome.CREATE, _TYPES, _D),
    Row("hybrid.known-user-id", "The userId finds the user.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, _TYPES, _D),
    Row("hybrid.unknown-user-id", "An unknown userId creates the user, without a placeholder email.", Outcome.CREATE, Outcome.CREATE, f"{_TYPES}; {_SEGMENT}; {_TESTS}", _D),
    Row("hybrid.both.same-user", "Both identifiers find the same user.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, _TYPES, _D),
    Row("hybrid.both.known-email-without-user-id", "The email finds the user, and the userId is added.", Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_EMAIL, "assumed", _A),
    Row("hybrid.both.known-user-id-without-email", "The userId finds the user, and the email is added.", Outcome.FIND_BY_USER_ID, Outcome.FIND_BY_USER_ID, "assumed", _A),
    Row("hybrid.both.known-user-id-with-other-email", "The userId finds the user, and the email is replaced.", Outcome.RENAME, Outcome.FIND_BY_USER_ID, _EMAIL, _A),
    Row("hybrid.both.known-email-with-other-user-id", "The email belongs to a user with another userId: a conflict.", Outcome.CONFLICT, Outcome.FIND_BY_EMAIL, _API, _A),
    Row("hybrid.both.different-users", "The identifiers belong to two users: a conflict.", Outcome.CONFLICT, Outcome.FIND_BY_USER_ID, _API, _A),
    Row("hybrid.both.unknown", "A new user is created with both.", Outcome.CREATE, Outcome.CREATE, f"{_TYPES}; {_TESTS}", _D),
    Row("hybrid.forgotten", "A request that names a forgotten user is refused.", Outcome.FORGOTTEN, Outcome.TRACK_FORGOTTEN, _FORGET, _D),
)
# fmt: on

ROWS: Final[Mapping[str, Row]] = {row.case: row for row in _ROWS}
#: What cannot stand before the `@` of an address; in a placeholder a hyphen stands for it.
_NO_ATOM: Final = re.compile(r"[^a-z0-9!#$%&'*+/=?^_`{|}~.-]|^\.|\.(?=\.|$)")
#: What a track that finds somebody does; a call that looks somebody up finds them the same way.
_FINDS: Final = frozenset({Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_USER_ID})


class Identity:
    """The table, applied to the people of one project."""

    def __init__(
        self, project_type: ProjectType, settings: ProjectSettings, people: People, forgotten: Forgotten, salt: str
    ) -> None:
        self._type = project_type
        based = f"{project_type.based}."
        self._rows = {case.removeprefix(based): row for case, row in ROWS.items() if case.startswith(based)}
        self._settings = settings
        self._people = people
        self._forgotten = forgotten
        self._salt = salt
        cases = {
            ProjectType.EMAIL: self._email_based,
            ProjectType.USER_ID: self._user_id_based,
            ProjectType.HYBRID: self._hybrid,
        }
        self._case_of = cases[project_type]

    def for_write(self, email: str | None, user_id: str | None, *, prefer_user_id: bool = False) -> Decision:
        """Whom a call that creates people is about; identifiers are valid, None for absent."""
        row = self._row(email, user_id)
        decision = self._decide(row.write, row.case, email, user_id, prefer_user_id=prefer_user_id)
        if decision.person is None:
            return decision
        return self._with_written_identifiers(decision, email, user_id)

    def for_track(self, email: str | None, user_id: str | None) -> Decision:
        """Whom a tracked event is about; it never changes anybody's identifiers."""
        row = self._row(email, user_id)
        decision = self._decide(row.track, row.case, email, user_id, prefer_user_id=False)
        creates = self._settings.track_creates
        if decision.create is not None and creates == "never":
            return Decision(row.case)
        if creates == "always" and decision.person is None and row.write is Outcome.CREATE:
            return Decision(row.case, create=(email, user_id))
        return decision

    def for_lookup(self, email: str | None, user_id: str | None) -> Decision:
        """Whom a call is about that creates nobody; a decision without a person and a refusal finds nobody.

        A forgotten user is nobody: there is no profile of theirs to find.
        """
        row = self._row(email, user_id)
        if row.track in _FINDS or row.track in {Outcome.NO_IDENTIFIER, Outcome.NOT_BY_EMAIL}:
            return self._decide(row.track, row.case, email, user_id, prefer_user_id=False)
        return Decision(row.case)

    def _row(self, email: str | None, user_id: str | None) -> Row:
        is_forgotten = self._forgotten.includes(email, user_id)
        return self._rows["forgotten" if is_forgotten else self._case_of(email, user_id)]

    def _email_based(self, email: str | None, user_id: str | None) -> str:
        holders = self._people.with_user_id(user_id) if user_id is not None else ()
        if email is None:
            if user_id is None:
                return "no-identifier"
            return ("unknown-user-id", "known-user-id", "shared-user-id")[min(len(holders), 2)]
        known = self._people.first_with_email(email) is not None
        if user_id is None:
            return "known-email" if known else "unknown-email"
        if known:
            return "both.known-email"
        return "both.unknown-email-known-user-id" if holders else "both.unknown"

    def _user_id_based(self, email: str | None, user_id: str | None) -> str:
        if user_id is None:
            return "no-identifier" if email is None else "email-only"
        known = "known-user-id" if self._people.with_user_id(user_id) else "unknown-user-id"
        return known if email is None else f"both.{known}"

    def _hybrid(self, email: str | None, user_id: str | None) -> str:
        by_email = self._first_with_email(email)
        by_user_id = self._first_with_user_id(user_id)
        if email is None or user_id is None:
            if email is not None:
                return "known-email" if by_email else "unknown-email"
            if user_id is not None:
                return "known-user-id" if by_user_id else "unknown-user-id"
            return "no-identifier"
        if by_email is None:
            if by_user_id is None:
                return "both.unknown"
            other = "without-email" if by_user_id.email is None else "with-other-email"
            return f"both.known-user-id-{other}"
        if by_user_id is None:
            other = "without-user-id" if by_email.user_id is None else "with-other-user-id"
            return f"both.known-email-{other}"
        return "both.same-user" if by_email is by_user_id else "both.different-users"

    def _first_with_email(self, email: str | None) -> Person | None:
        return None if email is None else self._people.first_with_email(email)

    def _first_with_user_id(self, user_id: str | None) -> Person | None:
        return None if user_id is None else self._people.first_with_user_id(user_id)

    def _decide(
        self, outcome: Outcome, case: str, email: str | None, user_id: str | None, *, prefer_user_id: bool
    ) -> Decision:
        settings = self._settings
        match outcome:
            case Outcome.FIND_BY_EMAIL:
                return Decision(case, self._first_with_email(email))
            case Outcome.FIND_BY_USER_ID:
                return Decision(case, self._first_with_user_id(user_id))
            case Outcome.CREATE:
                return Decision(case, create=(email, user_id))
            case Outcome.NO_IDENTIFIER:
                return Decision(case, refusal=Refusal.NO_IDENTIFIER)
            case Outcome.UNKNOWN_EMAIL:
                refused = settings.track_unknown_email == "error"
                return Decision(case, refusal=Refusal.UNKNOWN_EMAIL if refused else None)
            case Outcome.UNKNOWN_USER_ID:
                refused = settings.track_unknown_user_id == "error"
                return Decision(case, refusal=Refusal.UNKNOWN_USER_ID if refused else None)
            case Outcome.PLACEHOLDER:
                if prefer_user_id and user_id is not None:
                    return Decision(case, create=(self._placeholder(user_id), user_id))
                return Decision(case, refusal=Refusal.UNKNOWN_USER_ID)
            case Outcome.AMBIGUOUS:
                return self._ambiguous(case, user_id)
            case Outcome.BY_USER_ID_IF_ASKED:
                if settings.track_unknown_email_known_user_id == "userId":
                    return Decision(case, self._first_with_user_id(user_id))
                refused = settings.track_unknown_email == "error"
                return Decision(case, refusal=Refusal.UNKNOWN_EMAIL if refused else None)
            case Outcome.CONFLICT:
                return self._conflict(case, email, user_id)
            case Outcome.RENAME:
                if settings.hybrid_rename_by_top_level == "409":
                    return Decision(case, refusal=Refusal.CONFLICT)
                return Decision(case, self._first_with_user_id(user_id))
            case Outcome.NOT_BY_EMAIL:
                refused = settings.email_only_in_user_id_project == "error"
                return Decision(case, refusal=Refusal.USER_ID_REQUIRED if refused else None)
            case Outcome.FORGOTTEN:
                return Decision(case, refusal=Refusal.FORGOTTEN)
            case Outcome.TRACK_FORGOTTEN:
                refused = settings.track_forgotten != "drop"
                return Decision(case, refusal=Refusal.FORGOTTEN if refused else None)

    def _ambiguous(self, case: str, user_id: str | None) -> Decision:
        holders = self._people.with_user_id(user_id or "")
        match self._settings.duplicate_user_id:
            case "first":
                return Decision(case, holders[0])
            case "latest":
                return Decision(case, holders[-1])
            case "error":
                return Decision(case, refusal=Refusal.SHARED_USER_ID)

    def _conflict(self, case: str, email: str | None, user_id: str | None) -> Decision:
        match self._settings.hybrid_conflict:
            case "userIdWins":
                return Decision(case, self._first_with_user_id(user_id) or self._first_with_email(email))
            case "emailWins":
                return Decision(case, self._first_with_email(email))
            case "409":
                return Decision(case, refusal=Refusal.CONFLICT)

    def _with_written_identifiers(self, decision: Decision, email: str | None, user_id: str | None) -> Decision:
        """The identifiers that were given and that the person lacks or has otherwise, to be written.

        In a hybrid project an identifier of somebody else is never written, whatever a setting decided.
        """
        person = decision.person
        new_email = email if person is not None and email not in (None, person.email) else None
        new_user_id = user_id if person is not None and user_id not in (None, person.user_id) else None
        if new_email is None and new_user_id is None:
            return decision
        if self._type is ProjectType.EMAIL:
            # The email is the key: a person who was found by userId keeps theirs.
            new_email = None
        if self._type is ProjectType.HYBRID:
            if new_email is not None and self._people.with_email(new_email):
                new_email = None
            if new_user_id is not None and self._people.with_user_id(new_user_id):
                new_user_id = None
        return Decision(decision.case, person, email=new_email, user_id=new_user_id)

    def _placeholder(self, user_id: str) -> str:
        """The address that Iterable makes up for a userId; the digits of the real one are a hash, ours is assumed."""
        digits = crc32(f"{self._salt}:{user_id}".encode())
        local = _NO_ATOM.sub("-", user_id.lower())
        return f"{local}+{digits}@placeholder.email"
