"""A second, naive account of Iterable's identity rules, from the documents alone; one module, to be read as a whole.

It knows people as a list and finds them by looking at each. The simulator is held against it, call by call; the
two share nothing, so a mistake has to be made twice to go unseen. It covers the defaults of a project: what
identifies whom, who is created, merged, deleted and forgotten, what is refused with which status and code, and whose
the events, the lists and the carts are.

Sources: Iterable support articles 29156459027348 (creating and identifying users), 9216719179796 (project types)
and 217502386 (updating email or userId); Segment's page of the Iterable (Actions) destination.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ProjectTypeName = Literal["email", "userid", "hybrid"]


@dataclass
class ReferencePerson:
    """A person: two identifiers, the ids of their events, the numbers of their lists, what lies in their cart."""

    email: str | None
    user_id: str | None
    events: list[str] = field(default_factory=list)
    lists: set[int] = field(default_factory=set)
    cart: list[str] | None = None


@dataclass(frozen=True)
class Expected:
    """What a call must be answered: a status, and Iterable's code (None where no code is claimed)."""

    status: int
    code: str | None


SUCCESS = Expected(200, "Success")
NOBODY_NAMED = Expected(400, "BadParams")
UNKNOWN_USER_ID = Expected(400, "UnknownUserIdError")
CONFLICT = Expected(409, "ExternalKeyConflict")
EMAIL_TAKEN = Expected(400, "EmailAlreadyExists")
USER_ID_TAKEN = Expected(400, "UserIdAlreadyExists")
NO_SUCH_USER = Expected(400, "BadParams")
FORGOTTEN = Expected(409, "ForgottenUserError")
NOBODY_TO_FORGET = Expected(400, "BadParams")
FORGOTTEN_ELSEWHERE = Expected(400, "ForgottenUserError")


class Reference:
    """One project as the documents describe it."""

    def __init__(self, project_type: ProjectTypeName) -> None:
        self.type = project_type
        self.people: list[ReferencePerson] = []
        self.forgotten: set[str] = set()

    def update(
        self,
        email: str | None,
        user_id: str | None,
        *,
        renamed_email: str | None = None,
        renamed_user_id: str | None = None,
    ) -> Expected:
        """users/update, or the user of a cart or a purchase.

        Args:
            email: The email of the request.
            user_id: The userId of the request.
            renamed_email: `dataFields.email`.
            renamed_user_id: `dataFields.userId`.
        """
        email = email.lower() if email is not None else None
        if self._are_forgotten(email, user_id):
            return FORGOTTEN
        found = self._find_for_write(email, user_id)
        if isinstance(found, Expected):
            return found
        # Decide on the renames before anything is changed: a refused request changes nothing.
        wanted_email = self._rename_email(found, email, renamed_email)
        if self._are_forgotten(wanted_email):
            return FORGOTTEN
        if wanted_email is not None and self.type == "hybrid" and self._with_email(wanted_email):
            return EMAIL_TAKEN
        wanted_user_id = self._rename_user_id(found, user_id, renamed_user_id)
        if self._are_forgotten(wanted_user_id):
            return FORGOTTEN
        if wanted_user_id is not None and self.type != "email" and self._with_user_id(wanted_user_id):
            return USER_ID_TAKEN
        person = self._create_or_identify(found, email, user_id)
        if wanted_email is not None:
            person.email = wanted_email
        if wanted_user_id is not None:
            person.user_id = wanted_user_id
        return SUCCESS

    def _create_or_identify(
        self, found: ReferencePerson | None, email: str | None, user_id: str | None
    ) -> ReferencePerson:
        """Who was found, with the identifiers that were given, or somebody new with them."""
        if found is None:
            found = ReferencePerson(email, user_id)
            self.people.append(found)
        elif self.type == "email":
            found.user_id = user_id if user_id is not None else found.user_id
        else:
            found.email = email if email is not None else found.email
            found.user_id = user_id if user_id is not None else found.user_id
        return found

    def track(self, email: str | None, user_id: str | None, event_id: str) -> Expected:
        """events/track; an event with an id that is known takes the place of the one that has it."""
        email = email.lower() if email is not None else None
        if email is None and user_id is None:
            return NOBODY_NAMED
        if self._are_forgotten(email, user_id):
            return FORGOTTEN_ELSEWHERE
        if self.type == "userid" and user_id is None:
            return NOBODY_NAMED
        person = self._find_for_track(email, user_id)
        if person is None and self.type == "email":
            if email is None:
                return UNKNOWN_USER_ID
            return SUCCESS  # accepted, and dropped
        if person is None:
            person = ReferencePerson(email, user_id)
            self.people.append(person)
        for other in self.people:
            if event_id in other.events:
                other.events.remove(event_id)
        person.events.append(event_id)
        return SUCCESS

    def update_email(self, current_email: str | None, current_user_id: str | None, new_email: str) -> Expected:
        """users/updateEmail; in a userID-based project only the userId tells who is meant."""
        if self.type == "userid":
            current_email = None
        if current_email is not None:
            people = self._with_email(current_email.lower())
        elif current_user_id is not None:
            people = self._with_user_id(current_user_id)
        else:
            return NOBODY_NAMED
        if not people:
            return NO_SUCH_USER
        person = people[0]
        if self._are_forgotten(new_email):
            return EMAIL_TAKEN
        if person.email != new_email and self.type != "userid" and self._with_email(new_email):
            return EMAIL_TAKEN
        person.email = new_email
        return SUCCESS

    def delete(self, email: str | None, user_id: str | None) -> Expected:
        """DELETE of a user by one of the two."""
        if email is not None:
            if self.type == "userid":
                return NOBODY_NAMED
            gone = self._with_email(email.lower())
        else:
            gone = self._with_user_id(user_id or "")
            if not gone:
                return NO_SUCH_USER
        self.people = [person for person in self.people if person not in gone]
        return SUCCESS

    def forget(self, email: str | None, user_id: str | None) -> Expected:
        """users/forget; what counts is the identifier of the project's type, the email first in a hybrid one."""
        who = self._key(email, user_id)
        if who is None:
            return NOBODY_NAMED
        found = next((person for person in self.people if who in self._keys(person)), None)
        if found is None:
            return FORGOTTEN_ELSEWHERE if self._are_forgotten(who) else NOBODY_TO_FORGET
        self.people.remove(found)
        self.forgotten |= {key.lower() for key in self._keys(found)}
        return SUCCESS

    def unforget(self, email: str | None, user_id: str | None) -> Expected:
        """users/unforget."""
        who = self._key(email, user_id)
        if who is None:
            return NOBODY_NAMED
        if not self._are_forgotten(who):
            return NOBODY_TO_FORGET
        self.forgotten.remove(who.lower())
        return SUCCESS

    def merge(self, source: tuple[str | None, str | None], destination: tuple[str | None, str | None]) -> Expected:
        """users/merge; each side is named by its email or by its userId."""
        for side in (source, destination):
            if (side[0] is None) == (side[1] is None) or (self.type == "userid" and side[0] is not None):
                return NOBODY_NAMED
        names = [side[0].lower() if side[0] is not None else side[1] or "" for side in (source, destination)]
        if self._are_forgotten(*names):
            return FORGOTTEN
        from_person, to_person = (self._named(side) for side in (source, destination))
        if from_person is None:
            return NO_SUCH_USER
        if to_person is None and destination[0] is not None:
            from_person.email = names[1]
        elif to_person is None:
            from_person.user_id = names[1]
        elif to_person is not from_person:
            to_person.events += from_person.events
            to_person.lists |= from_person.lists
            to_person.cart = from_person.cart if to_person.cart is None else to_person.cart
            self.people.remove(from_person)
        return SUCCESS

    def subscribe(self, email: str | None, user_id: str | None, number: int) -> bool:
        """One item of lists/subscribe; tells whether it counts as a success."""
        if self.update(email, user_id) != SUCCESS:
            return False
        self._lookup(email, user_id).lists.add(number)
        return True

    def unsubscribe(self, email: str | None, user_id: str | None, number: int) -> bool:
        """One item of lists/unsubscribe; tells whether it counts as a success."""
        named = email is not None or user_id is not None
        person = self._find_for_track(email.lower() if email is not None else None, user_id) if named else None
        if person is None or self._are_forgotten(email, user_id) or (self.type == "userid" and user_id is None):
            return False
        person.lists.discard(number)
        return True

    def buy(self, email: str | None, user_id: str | None, cart: list[str] | None) -> Expected:
        """commerce/updateCart with a cart, or commerce/trackPurchase, which empties it."""
        expected = self.update(email, user_id)
        if expected == FORGOTTEN:
            return FORGOTTEN_ELSEWHERE
        if expected == SUCCESS:
            self._lookup(email, user_id).cart = cart
        return expected

    def _are_forgotten(self, *identifiers: str | None) -> bool:
        """Whether one is forgotten; what is remembered is a hash of the identifier in lower case."""
        return any(identifier is not None and identifier.lower() in self.forgotten for identifier in identifiers)

    def _lookup(self, email: str | None, user_id: str | None) -> ReferencePerson:
        """The person of a write that has just succeeded."""
        person = self._find_for_track(email.lower() if email is not None else None, user_id)
        if person is None:
            raise LookupError("a write that succeeded is about somebody")
        return person

    def _named(self, side: tuple[str | None, str | None]) -> ReferencePerson | None:
        people = self._with_email(side[0].lower()) if side[0] is not None else self._with_user_id(side[1] or "")
        return people[0] if people else None

    def _key(self, email: str | None, user_id: str | None) -> str | None:
        email = email.lower() if email is not None else None
        return {"email": email, "userid": user_id, "hybrid": email or user_id}[self.type]

    def _keys(self, person: ReferencePerson) -> set[str]:
        keys = {"email": {person.email}, "userid": {person.user_id}, "hybrid": {person.email, person.user_id}}
        return {key for key in keys[self.type] if key is not None}

    def _with_email(self, email: str) -> list[ReferencePerson]:
        return [person for person in self.people if person.email == email]

    def _with_user_id(self, user_id: str) -> list[ReferencePerson]:
        return [person for person in self.people if person.user_id == user_id]

    def _find_for_write(self, email: str | None, user_id: str | None) -> ReferencePerson | Expected | None:
        """The person, None for one to be created, or the refusal."""
        if email is None and user_id is None:
            return NOBODY_NAMED
        by_email = self._with_email(email) if email is not None else []
        by_user_id = self._with_user_id(user_id) if user_id is not None else []
        if self.type == "email":
            return self._find_in_email_project(email, by_email, by_user_id)
        if self.type == "userid":
            if user_id is None:
                return NOBODY_NAMED
            return by_user_id[0] if by_user_id else None
        return self._find_in_hybrid_project(email, user_id, by_email, by_user_id)

    @staticmethod
    def _find_in_email_project(
        email: str | None, by_email: list[ReferencePerson], by_user_id: list[ReferencePerson]
    ) -> ReferencePerson | Expected | None:
        if email is not None:
            return by_email[0] if by_email else None
        if not by_user_id:
            return UNKNOWN_USER_ID
        return by_user_id[0]

    @staticmethod
    def _find_in_hybrid_project(
        email: str | None,
        user_id: str | None,
        by_email: list[ReferencePerson],
        by_user_id: list[ReferencePerson],
    ) -> ReferencePerson | Expected | None:
        if by_email and by_user_id and by_email[0] is not by_user_id[0]:
            return CONFLICT
        if by_user_id:
            return by_user_id[0]
        if by_email:
            taken_by_other_id = user_id is not None and email is not None and by_email[0].user_id is not None
            return CONFLICT if taken_by_other_id else by_email[0]
        return None

    def _find_for_track(self, email: str | None, user_id: str | None) -> ReferencePerson | None:
        by_email = self._with_email(email) if email is not None else []
        by_user_id = self._with_user_id(user_id) if user_id is not None else []
        if self.type == "email":
            # With both, the email decides alone.
            people = by_email if email is not None else by_user_id
        elif self.type == "userid":
            people = by_user_id
        else:
            people = by_user_id or by_email
        return people[0] if people else None

    def _rename_email(self, person: ReferencePerson | None, email: str | None, wanted: str | None) -> str | None:
        """The email that the data fields change to; an email-based project ignores it."""
        if wanted is None or self.type == "email":
            return None
        current = email if email is not None else person.email if person is not None else None
        return None if wanted.lower() == current else wanted.lower()

    @staticmethod
    def _rename_user_id(person: ReferencePerson | None, user_id: str | None, wanted: str | None) -> str | None:
        """The userId that the data fields change to."""
        current = user_id if user_id is not None else person.user_id if person is not None else None
        return None if wanted is None or wanted == current else wanted
