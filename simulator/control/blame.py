"""What the journal knows of one person: which request set which field, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.clock import format_instant
from simulator.project.profile_changes import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.journal import Entry, Journal
    from simulator.project import Project
    from simulator.project.person import Person
    from simulator.project.profile_changes import ProfileChange

#: Values that are given of one field.
MOST_VALUES: Final = 50
#: Entries that are looked through for the history of a whole profile, when every field of it has been met before,
#: and when not.
_ENOUGH_ENTRIES: Final = 1_000
_MOST_ENTRIES: Final = 20_000


@dataclass(frozen=True, slots=True)
class FieldWrite:
    """One request that wrote one field.

    Attributes:
        number: The number of the request.
        entry: The request; None when it is no longer kept, as that of a change that came due later may be.
        before: What the field held until then; `ABSENT` for nothing.
        after: What it held from then on.
    """

    number: int
    entry: Entry | None
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """As the control surface shows it; `before` and `after` are left out where there is nothing."""
        document: dict[str, Any] = request_summary(self.number, self.entry)
        if self.before is not ABSENT:
            document["before"] = self.before
        if self.after is not ABSENT:
            document["after"] = self.after
        return document


def request_summary(number: int | None, entry: Entry | None) -> dict[str, Any]:
    """A request in short; `kept` says whether the journal has it still."""
    if entry is None:
        return {"number": number, "at": None, "method": None, "path": None, "rules": [], "kept": False}
    return {
        "number": number,
        "at": format_instant(entry.at),
        "method": entry.request.method,
        "path": entry.request.path,
        "rules": [] if entry.reply is None else list(entry.reply.rules),
        "kept": True,
    }


def changes_of(
    journal: Journal, project: Project, person: Person
) -> Iterator[tuple[int, Entry | None, ProfileChange]]:
    """Every change of a person that is known, the newest first: number and entry of who asked for it, and the change.

    Before the request that created the person the number may have been another's.
    """
    for number, entry, change in _all_changes(journal, project, person.number):
        if change.what == "removed":
            return
        yield number, entry, change
        if change.what == "created":
            return


def _all_changes(
    journal: Journal, project: Project, person: int
) -> Iterator[tuple[int, Entry | None, ProfileChange]]:
    for change in reversed(project.changes.deferred):
        if change.person == person and change.asked is not None:
            yield change.asked, journal.entry(change.asked), change
    for entry in journal.of_person(project.configuration.name, person):
        if entry.number < project.people_since:
            return
        for change in reversed(entry.changes):
            if change.person != person:
                continue
            if change.asked is None:
                yield entry.number, entry, change
            else:
                yield change.asked, journal.entry(change.asked), change


def writes_of(journal: Journal, project: Project, person: Person, field: str) -> Iterator[FieldWrite]:
    """Every known write of a field, the newest first.

    Args:
        journal: Where the requests are.
        project: The project.
        person: Whose field.
        field: Its name; a name with dots that no field has is looked for inside objects.
    """
    for number, entry, change in changes_of(journal, project, person):
        found = _written(change, field)
        if found is not None:
            yield FieldWrite(number, entry, *found)


def _written(change: ProfileChange, field: str) -> tuple[Any, Any] | None:
    """What a change did to a field; None when it did not write it."""
    for name, inner in ways_to(field):
        if name not in change.before:
            continue
        before, after = change.before[name], change.after[name]
        if not inner:
            return before, after
        keys = change.merged.get(name)
        inside = value_at(before, inner), value_at(after, inner)
        if (keys is None or inner[0] in keys) and inside != (ABSENT, ABSENT):
            return inside
    return None


def ways_to(field: str) -> Iterator[tuple[str, list[str]]]:
    """The ways to read a name with dots: as that of a field, or as a field and the keys inside it."""
    pieces = field.split(".")
    for count in range(len(pieces), 0, -1):
        yield ".".join(pieces[:count]), pieces[count:]


def value_at(value: Any, keys: Iterable[str]) -> Any:
    """The value at the end of some keys; `ABSENT` when there is none."""
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return value


def field_histories(journal: Journal, project: Project, person: Person) -> list[tuple[str, list[FieldWrite]]]:
    """The newest values of every field of a person, the field that was written last first.

    Of a person with a great many requests the oldest are not looked at, once every field has been met.
    """
    fields: dict[str, list[FieldWrite]] = {}
    missing = {*person.fields, "email", "userId"}
    for looked_at, (number, entry, change) in enumerate(changes_of(journal, project, person)):
        if looked_at >= (_MOST_ENTRIES if missing else _ENOUGH_ENTRIES):
            break
        missing -= change.before.keys()
        for name, values in change.fields.items():
            writes = fields.setdefault(name, [])
            if len(writes) < MOST_VALUES:
                writes.append(FieldWrite(number, entry, *values))
    return list(fields.items())
