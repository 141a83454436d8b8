"""Replies of bulk calls: counts, and the lists that say which items failed and why.

Every list is there, empty or not. Sources: replies recorded by RudderStack, 2022 to 2025; Iterable's API
description 1.8 (FailedUserUpdates, FailedEventUpdates, BulkTrackResponse): which identifier a list holds, that users
whom nobody knows are listed as not found by the calls of lists and of events only, and what the deprecated lists are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.field_limits import refuse_beyond_profile_limit
from simulator.api.profile_write import apply_write, plan_write
from simulator.api.replies import RefusedError, refused, types_mismatched
from simulator.project.field_types import MANAGED_FIELDS, USER, Mismatch
from simulator.project.rules import ALL_REFUSED, DROPPED, SOME_DROPPED, SOME_REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.message import Instant
    from simulator.project import Project
    from simulator.project.person import Person
    from simulator.project.settings import ProjectSettings

#: The kind of failure that each code is; the lists are called by it, with Emails or UserIds behind it.
_KINDS: Final[Mapping[str, str]] = {
    "InvalidEmailAddressError": "invalid",
    "InvalidUserIdError": "invalid",
    "BadParams": "invalid",
    "UnknownEmailError": "notFound",
    "UnknownUserIdError": "notFound",
    "ExternalKeyConflict": "conflict",
    "EmailAlreadyExists": "conflict",
    "UserIdAlreadyExists": "conflict",
    "ForgottenUserError": "forgotten",
    "RequestFieldsTypesMismatched": "invalidData",
    "UniqueFieldsLimitExceeded": "invalidData",
}
USER_KINDS: Final = ("invalid", "notFound", "invalidData", "conflict", "forgotten")
EVENT_KINDS: Final = ("invalid", "notFound", "forgotten")


class BulkResult:
    """What became of the items of a bulk call.

    Args:
        kinds: The kinds of failure that the call reports.
        settings: The project's settings.
        unknown: The kind under which it lists users whom nobody knows.
    """

    def __init__(self, kinds: Sequence[str], settings: ProjectSettings, *, unknown: str = "notFound") -> None:
        self._unknown = unknown
        self._is_of_events = kinds is EVENT_KINDS
        self._lists: dict[str, list[str]] = {
            f"{kind}{suffix}": [] for kind in kinds for suffix in ("Emails", "UserIds")
        }
        self._repeat_all = settings.legacy_invalid_arrays == "all"
        self._succeeded = 0
        self._dropped = 0
        self._failed = 0
        self._created: set[str] = set()
        self._filtered: set[str] = set()
        self._rules: dict[str, None] = {}
        self.disallowed: list[str] = []
        self.users: list[str] = []

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that decided, and what they come to; of an empty call the one that says so."""
        if not self._rules:
            return ("bulk.empty",)
        return *self._rules, *rules_of_items(self._succeeded - self._dropped, self._dropped, self._failed)

    def note(self, rule: str, users: Iterable[str]) -> None:
        """Note which rule decided on an item, and about whom."""
        self._rules[rule] = None
        self.users += users

    def succeed(self, created: Iterable[str] = (), filtered: Iterable[str] = ()) -> None:
        """Count an item that was taken, with the fields that it added and those that were left out of it."""
        self._succeeded += 1
        self._created.update(created)
        self._filtered.update(filtered)

    def drop(self, rule: str, created: Iterable[str] = (), filtered: Iterable[str] = ()) -> None:
        """Count an item that a rule drops: as one that was taken."""
        self._dropped += 1
        self.note(rule, ())
        self.succeed(created, filtered)

    def refuse(self, error: RefusedError, item: Mapping[str, Any]) -> None:
        """Count an item that was refused."""
        self._rules.update(dict.fromkeys(error.reply.rules))
        if error.culprit is None:
            self.fail(error.code, item)
            return
        self._failed += 1
        self._list(f"{self._kind(error.code)}{error.culprit.lists}", error.culprit.identifier)

    def fail(self, code: str, item: Mapping[str, Any]) -> None:
        """Count an item that failed, and list it by the identifier it was sent with, the email first."""
        self._failed += 1
        email, user_id = item.get("email"), item.get("userId")
        kind = self._kind(code)
        if code == "InvalidUserIdError":
            # The text for a userId that is null; how Iterable lists it is not known.
            self._list(f"{kind}UserIds", "null" if user_id is None else str(user_id))
        elif email is not None:
            self._list(f"{kind}Emails", str(email).lower())
        elif user_id is not None:
            self._list(f"{kind}UserIds", str(user_id))

    def _kind(self, code: str) -> str:
        kind = _KINDS.get(code, "invalid")
        return self._unknown if kind == "notFound" else kind

    def fail_disallowed(self, name: str) -> None:
        """Count an event whose name the project does not track, and list the name."""
        self._failed += 1
        self.disallowed.append(name)

    def _list(self, name: str, identifier: str) -> None:
        fallback = "invalidEmails" if name.endswith("Emails") else "invalidUserIds"
        self._lists.get(name, self._lists[fallback]).append(identifier)

    def to_json(self) -> dict[str, Any]:
        """The members that all bulk replies have."""
        return {
            "successCount": self._succeeded,
            "failCount": self._failed,
            "invalidEmails": self._repeated("Emails"),
            "invalidUserIds": self._repeated("UserIds"),
            "filteredOutFields": sorted(self._filtered),
            "createdFields": sorted(self._created),
            "failedUpdates": self._lists,
        }

    def _repeated(self, suffix: str) -> list[str]:
        """What the deprecated lists repeat: for events malformed emails and userIds that were not found."""
        if self._is_of_events:
            return list(self._lists["invalidEmails" if suffix == "Emails" else "notFoundUserIds"])
        if not self._repeat_all:
            return list(self._lists[f"invalid{suffix}"])
        return [identifier for name, listed in self._lists.items() if name.endswith(suffix) for identifier in listed]


def rules_of_items(taken: int, dropped: int, refused: int) -> tuple[str, ...]:
    """The rules that say what became of the items of a bulk call as a whole; none where all were taken.

    Args:
        taken: Items that were carried out.
        dropped: Items that were not, and of which the reply does not say so.
        refused: Items of which it does.
    """
    if not taken and not dropped:
        return (ALL_REFUSED,) if refused else ()
    some_dropped = () if not dropped else (SOME_DROPPED,) if taken else (DROPPED,)
    return (*some_dropped, SOME_REFUSED) if refused else some_dropped


def refuse_too_many(project: Project, items: Sequence[object]) -> None:
    """Hold a batch against the number of items that the project takes.

    Raises:
        RefusedError: There are more.
    """
    limit = project.settings.max_batch_items
    if limit is not None and len(items) > limit:
        raise refused("BatchTooLarge", f"Batch too large: {len(items)}, limit {limit}", rule="bulk.too-large")


def refuse_whole(project: Project, items: Sequence[Mapping[str, Any]], *, create_fields: bool | None = None) -> None:
    """Hold the data fields of a batch of users against the types of the project's fields, each other, and the limit.

    Args:
        project: The project.
        items: The users.
        create_fields: Whether fields that the project does not have are added; None leaves it to the project.

    Raises:
        RefusedError: One value of the wrong type, two that do not agree, or too many new fields: the whole batch is
            refused, unless the project minds types item by item.
    """
    settings = project.settings
    pending: dict[str, str] = {}
    mismatches: list[Mismatch] = []
    for item in items:
        project.field_types.check(USER, item.get("dataFields", {}), pending, mismatches)
    if mismatches and settings.bulk_type_mismatch == "reject":
        raise types_mismatched(project.id, mismatches)
    known = project.field_types.known(USER)
    adds = settings.unknown_fields == "add" if create_fields is None else create_fields
    new = [
        name for name in pending if (top := name.partition(".")[0]) not in MANAGED_FIELDS and (adds or top in known)
    ]
    refuse_beyond_profile_limit(project, new)


def write_each(  # noqa: PLR0913  # what bulk calls differ in
    project: Project,
    items: Sequence[Mapping[str, Any]],
    operation: str,
    now: Instant,
    result: BulkResult,
    *,
    create_fields: bool | None = None,
    only_existing: bool = False,
    signup_source: str = "API",
) -> Iterator[Person]:
    """Write every item in order; a failed one does not touch the others. Gives the people who were written.

    Args:
        project: The project.
        items: The users of the call.
        operation: What rule ids begin with.
        now: The present.
        result: Where what became of each item is counted.
        create_fields: Whether fields that the project does not have are added; None leaves it to the project.
        only_existing: Whether users who do not exist fail instead of being created.
        signup_source: Where the profiles of those who are created say that they are from.
    """
    for item in items:
        try:
            write = plan_write(project, item, operation, create_fields=create_fields)
        except RefusedError as error:
            result.refuse(error, item)
            continue
        if write.decision.create is not None and only_existing:
            result.note(write.rule, ())
            result.fail("UnknownEmailError", item)
            continue
        person = apply_write(project, write, now, signup_source=signup_source)
        if person is None:
            result.drop(write.rule, write.created, write.filtered)
            continue
        result.note(write.rule, person.identifiers)
        for rule in write.left_out:
            result.note(rule, ())
        result.succeed(write.created, write.filtered)
        yield person
