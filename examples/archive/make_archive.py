"""Makes an archive of Segment events in the layout of Segment's S3 destination: a folder per day, gzipped files.

    python examples/archive/make_archive.py --days 3 --people 200 --seed 1 segment-logs

Files are `SOURCE/DAY/NAME.gz` below the folder: one JSON object per line, in no order; DAY is the day on which
Segment received the events, as midnight UTC in milliseconds since 1970. README.md next to this script says what is
untidy about the events. The same options give the same events.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

Event = dict[str, Any]

FIRST_DAY: Final = datetime(2026, 8, 17, tzinfo=UTC)
SOURCE: Final = "kX3Yq7Zc"
#: What share of events is sent twice, comes in late, or comes from a device whose clock is wrong.
TWICE: Final = 0.01
LATE: Final = 0.02
SKEWED: Final = 0.05
#: How long a device without a network keeps its events, at most.
LONGEST_OFFLINE: Final = timedelta(days=3)
#: How long Segment's libraries try, so that a message arrives twice within that time.
LONGEST_RETRY: Final = timedelta(hours=20)
PRODUCTS: Final = (
    ("p1", "Difference Engine", 99.5),
    ("p2", "Punch Cards", 12.25),
    ("p3", "Notes on the Engine", 7.75),
    ("p4", "Slide Rule", 24.95),
)
PLANS: Final = ("free", "pro", "team")
PAGES: Final = ("Home", "Engines", "Supplies", "Account")


@dataclass(slots=True)
class Person:
    """Somebody with a device.

    Attributes:
        number: Which of them.
        skew: How far the device's clock is ahead of the time.
        user_id: Their id, once they have identified themselves; empty before.
    """

    number: int
    skew: timedelta = timedelta()
    user_id: str = ""

    @property
    def email(self) -> str:
        """Their address."""
        return f"person-{self.number}@example.com"


@dataclass(frozen=True, slots=True)
class Received:
    """An event as Segment keeps it, and when it received it."""

    at: datetime
    event: Event


class Archive:
    """The events of some people on some days.

    Args:
        seed: What chance begins with.
        people: How many people there are.
        days: How many days.
        events_per_person: How many events each has on a day, on average.
    """

    def __init__(self, *, seed: int, people: int, days: int, events_per_person: int) -> None:
        self._chance = random.Random(seed)
        self._people = [self._person(number) for number in range(people)]
        self._days = days
        self._events_per_day = people * events_per_person
        self._number = 0

    def _person(self, number: int) -> Person:
        chance = self._chance
        skewed = chance.random() < SKEWED
        return Person(number, timedelta(seconds=chance.randint(-86_400, 86_400)) if skewed else timedelta())

    def days(self) -> Iterator[tuple[datetime, list[Event]]]:
        """Each day with the events that were received on it, in no order; what came in later has days of its own."""
        waiting: defaultdict[datetime, list[Event]] = defaultdict(list)
        for day in range(self._days):
            today = FIRST_DAY + timedelta(days=day)
            for received in self._day(today):
                waiting[midnight(received.at)].append(received.event)
            yield today, self._shuffled(waiting.pop(today, []))
        for later in sorted(waiting):
            yield later, self._shuffled(waiting[later])

    def _shuffled(self, events: list[Event]) -> list[Event]:
        self._chance.shuffle(events)
        return events

    def _day(self, today: datetime) -> Iterator[Received]:
        chance = self._chance
        for number in range(self._events_per_day):
            at = today + timedelta(days=number / self._events_per_day)
            person = chance.choice(self._people)
            offline = chance.random() * LONGEST_OFFLINE if chance.random() < LATE else timedelta()
            event = self._event(person, at)
            yield self._received(event, person, at, at + offline)
            if chance.random() < TWICE:
                yield self._received(event, person, at, at + offline + chance.random() * LONGEST_RETRY)

    def _received(self, event: Event, person: Person, happened: datetime, sent: datetime) -> Received:
        """The event with the times that Segment gives it: what the device says, mended by how wrong its clock is."""
        arrived = sent + timedelta(milliseconds=self._chance.randrange(20, 900))
        happened, sent, arrived = map(whole, (happened, sent, arrived))
        device = happened + person.skew
        times = {
            "originalTimestamp": text(device),
            "sentAt": text(sent + person.skew),
            "receivedAt": text(arrived),
            # When it came in, less the time for which the device had it by its own clock.
            "timestamp": text(arrived - (sent - happened)),
        }
        return Received(arrived, {**event, **times})

    def _event(self, person: Person, at: datetime) -> Event:
        self._number += 1
        event = {
            "messageId": f"archive-{self._number:08}",
            "anonymousId": f"anonymous-{person.number}",
            "channel": "client",
            "version": 2,
            "context": {"library": {"name": "analytics.js", "version": "2.11.1"}, "locale": "en-GB"},
            "integrations": {},
            **self._content(person, at),
        }
        return {**event, "userId": person.user_id} if person.user_id else event

    def _content(self, person: Person, at: datetime) -> Event:
        chance = self._chance
        kind = chance.random()
        if kind < (0.1 if person.user_id else 0.4):
            person.user_id = f"u{person.number}"
            return {"type": "identify", "traits": self._traits(person, at)}
        if kind < 0.5:
            page = chance.choice(PAGES)
            return {"type": "page", "name": page, "properties": {"path": f"/{page.lower()}"}}
        if kind < 0.9:
            product = self._product()
            return {"type": "track", "event": "Product Viewed", "properties": {**product, "email": person.email}}
        products = [self._product() for _ in range(chance.randint(1, 3))]
        total = round(sum(item["price"] * item["quantity"] for item in products), 2)
        # Some shops say `revenue` only, which is no `total`.
        name = "revenue" if chance.random() < 0.02 else "total"
        properties = {"order_id": f"o{self._number}", name: total, "products": products, "email": person.email}
        return {"type": "track", "event": "Order Completed", "properties": properties}

    def _traits(self, person: Person, at: datetime) -> Event:
        chance = self._chance
        # Not everybody types an address.
        email = "unknown" if chance.random() < 0.01 else person.email
        logins: int | str = chance.randint(1, 90)
        return {
            "email": email,
            "firstName": f"Person {person.number}",
            "plan": chance.choice(PLANS),
            "logins": str(logins) if chance.random() < 0.01 else logins,
            "lastLogin": text(at),
        }

    def _product(self) -> Event:
        chance = self._chance
        product_id, name, price = chance.choice(PRODUCTS)
        return {"product_id": product_id, "name": name, "price": price, "quantity": chance.randint(1, 3)}


def midnight(at: datetime) -> datetime:
    """The beginning of a day."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def whole(at: datetime) -> datetime:
    """An instant without what is less than a millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def text(at: datetime) -> str:
    """An instant as Segment writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def write(folder: Path, archive: Archive, events_per_file: int) -> Iterator[Path]:
    """The files of an archive, each named when it is written."""
    for day, events in archive.days():
        milliseconds = round(day.timestamp() * 1000)
        for number in range(0, len(events), events_per_file):
            lines = "".join(f"{json.dumps(event)}\n" for event in events[number : number + events_per_file])
            file = folder / SOURCE / str(milliseconds) / f"{milliseconds}.part-{number // events_per_file:04}.gz"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(gzip.compress(lines.encode(), mtime=0))
            yield file


def main(arguments: list[str]) -> int:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(
        description="Makes an archive of Segment events, in the layout of its S3 destination."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--events-per-person", type=int, default=5, help="on a day, on average")
    parser.add_argument("--events-per-file", type=int, default=10_000)
    options = parser.parse_args(arguments)
    archive = Archive(
        seed=options.seed,
        people=options.people,
        days=options.days,
        events_per_person=options.events_per_person,
    )
    files = list(write(options.folder, archive, options.events_per_file))
    print(f"{len(files)} files in {options.folder / SOURCE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
