"""Whose profile is split, and who shares one: people held against the profiles that their events reached; pure.

A person is a userId with the addresses that events name beside no other userId, or an address that no event names
beside a userId. Two userIds in one event are one person's; so are two addresses in one that names no userId, such as
the old and the new one of a change. An address beside several userIds is shared: it says nothing of who is meant.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from conformance.backtest.projects.connections import Connections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.backtest.figures import Position

#: Identifiers of a person that are shown.
_MOST_SHOWN: Final = 5
Identifier = tuple[Literal["email", "userId"], str]
What = Literal["people", "without a profile", "split", "joined", "shared address"]


class Finding(NamedTuple):
    """A person, or an address that several have, of whom there is something to say.

    Attributes:
        what: What.
        position: The first event of theirs.
        shown: Their identifiers, and how many profiles or people it is about.
    """

    what: What
    position: Position
    shown: dict[str, object]


class People:
    """Takes in, event by event, who is named and which profiles are reached."""

    def __init__(self) -> None:
        self._user_ids: Connections[str] = Connections()
        self._emails: Connections[str] = Connections()
        self._beside: defaultdict[str, set[str]] = defaultdict(set)
        self._reached: defaultdict[Identifier, set[int]] = defaultdict(set)
        self._first: dict[Identifier, Position] = {}

    def add(
        self, position: Position, user_ids: Sequence[str], emails: Sequence[str], profiles: Iterable[int]
    ) -> None:
        """Take in an event.

        Args:
            position: Where it stands.
            user_ids: The userIds that its requests name.
            emails: The addresses that they name, in lower case.
            profiles: The profiles that they reached.
        """
        if user_ids:
            self._user_ids.connect(user_ids)
            for email in emails:
                self._emails.connect((email,))
                self._beside[email].add(user_ids[0])
            who: Identifier = ("userId", user_ids[0])
        elif emails:
            self._emails.connect(emails)
            who = ("email", emails[0])
        else:
            return
        self._reached[who].update(profiles)
        known = self._first.get(who)
        if known is None or position < known:
            self._first[who] = position

    def findings(self) -> Iterator[Finding]:
        """Everybody, and what there is to say of them."""
        shared, of_person = self._persons()
        yield from shared
        sharing: defaultdict[int, int] = defaultdict(int)
        reached: dict[Identifier, set[int]] = {}
        for person, identifiers in of_person.items():
            reached[person] = set().union(*(self._reached.get(item, ()) for item in identifiers))
            for profile in reached[person]:
                sharing[profile] += 1
        for person, identifiers in of_person.items():
            profiles = reached[person]
            first = min(self._first[item] for item in identifiers if item in self._first)
            shown = _shown(identifiers)
            yield Finding("people", first, {})
            if not profiles:
                yield Finding("without a profile", first, shown)
            if len(profiles) > 1:
                yield Finding("split", first, {**shown, "profiles": len(profiles)})
            most = max((sharing[profile] for profile in profiles), default=0)
            if most > 1:
                yield Finding("joined", first, {**shown, "people": most})

    def _persons(self) -> tuple[list[Finding], dict[Identifier, list[Identifier]]]:
        """The addresses that several people share, and the identifiers of each person that are theirs alone."""
        people: dict[Identifier, list[Identifier]] = {}
        for user_id in self._user_ids:
            people.setdefault(("userId", self._user_ids.root(user_id)), []).append(("userId", user_id))
        groups: dict[str, list[str]] = {}
        for email in self._emails:
            groups.setdefault(self._emails.root(email), []).append(email)
        shared: list[Finding] = []
        for root, emails in groups.items():
            owners = {self._user_ids.root(owner) for email in emails for owner in self._beside.get(email, ())}
            if len(owners) > 1:
                shared.append(self._shared(emails, owners, people))
                continue
            person: Identifier = ("userId", owners.pop()) if owners else ("email", root)
            people.setdefault(person, []).extend(("email", email) for email in emails)
        return shared, people

    def _shared(self, emails: list[str], owners: set[str], people: dict[Identifier, list[Identifier]]) -> Finding:
        user_ids = [item for owner in owners for item in people["userId", owner] if item[0] == "userId"]
        first = min(self._first[item] for item in user_ids if item in self._first)
        return Finding("shared address", first, {"email": sorted(emails)[:_MOST_SHOWN], "people": len(owners)})


def _shown(identifiers: list[Identifier]) -> dict[str, object]:
    user_ids = sorted(text for kind, text in identifiers if kind == "userId")
    emails = sorted(text for kind, text in identifiers if kind == "email")
    return {"userId": user_ids[:_MOST_SHOWN], "email": emails[:_MOST_SHOWN]}
