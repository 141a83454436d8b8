"""Makes a day in a shop: Segment events of people who browse, sign up, buy and change their minds.

    python scenarios/events/make_shop_day.py --seed 1 --people 60 --out shop-day.jsonl

The same seed and number of people give the same file, byte for byte. What is in it is meant to be as untidy as
what real sources send; README.md beside this script lists the untidy parts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

Event = dict[str, Any]

HERE: Final = Path(__file__).parent
MORNING: Final = datetime(2026, 8, 19, 6, 0, tzinfo=UTC)
FIRST_NAMES: Final = (
    "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Ken", "Hedy", "Linus", "Margaret", "Tim",
    "Katherine", "Dennis", "Frances", "John", "Joan", "Niklaus", "Sophie", "Bjarne",
)  # fmt: skip
LAST_NAMES: Final = ("Smith", "Okafor", "Zoë Müller", "O'Neil", "García", "Ivanova", "Tanaka", "da Silva")
PRODUCTS: Final = (
    ("p1", "S1", "Difference Engine", 99.5, "Engines"),
    ("p2", "S2", "Punch Cards", 12.25, "Supplies"),
    ("p3", "S3", "Notes on the Engine", 7.75, "Books"),
    ("p4", "S4", "Mechanical Pencil", 3.25, "Supplies"),
    ("p5", "S5", "Slide Rule", 24.95, "Instruments"),
    ("p6", "S6", "Coffee Beans, by weight", 18.4, "Groceries"),
)
PAGES: Final = ("Home", "Engines", "Supplies", "Checkout", "Account")
#: Dates as sources write them; some are dates to Segment, some to Iterable, some to neither.
DATE_NOTATIONS: Final = (
    "2026-08-19T10:11:12.131Z",
    "2026-08-19T10:11:12Z",
    "2026-08-19 10:11:12",
    "2026-08-19T12:11:12+02:00",
    "2026-08-19T10:11:12+02",
    "2026-08-19T101112Z",
    "2026-08-19T10:11:12,131Z",
    "2026-02-30T10:00:00Z",
    "1990-05-17",
    "19/08/2026",
    "Aug 19, 2026",
    "1787134272",
    "2026-08-19T25:00:00Z",
    "1234",
)
PHONES: Final = ("+442071838750", "+15551230000", "020 7183 8750", "555-0100", 15551230000, None, "")


@dataclass(slots=True)
class Person:
    """Somebody who comes to the shop."""

    number: int
    name: str
    email: str | None
    user_id: str | int
    phone: Any
    anonymous_id: str
    device: str
    cart: list[dict[str, Any]] = field(default_factory=list)


class Day:
    """A day of events, made in the order in which they happen to each person."""

    def __init__(self, seed: int, people: int) -> None:
        self._chance = random.Random(seed)
        self._made = 0
        self.people = [self._person(number) for number in range(1, people + 1)]

    def events(self) -> list[Event]:
        """Every event of the day, in the order in which the shop's source sends them."""
        timed: list[tuple[datetime, int, Event]] = []
        for person in self.people:
            at = MORNING + timedelta(minutes=self._chance.randrange(0, 720))
            for event in self._visit(person):
                at += timedelta(seconds=self._chance.randrange(5, 900))
                stamped = self._stamped(event, person, at)
                # Some events are sent late: they carry their own time and arrive hours afterwards.
                sent = at + timedelta(hours=3) if self._chance.random() < 0.03 else at
                timed.append((sent, len(timed), stamped))
                if self._chance.random() < 0.03:
                    timed.append((sent + timedelta(seconds=30), len(timed), stamped))
        timed.sort(key=lambda entry: entry[:2])
        return [event for _, _, event in timed]

    def _person(self, number: int) -> Person:
        first = self._chance.choice(FIRST_NAMES)
        name = f"{first} {self._chance.choice(LAST_NAMES)}"
        plain = f"{first.lower()}.{number}@shop.example.com"
        # Most addresses are tidy; some are missing, in capitals, padded, or made by software.
        email = self._chance.choices(
            (plain, None, plain.upper(), f" {plain}", "None", ""), weights=(80, 8, 5, 3, 2, 2)
        )[0]
        user_id: str | int = number if self._chance.random() < 0.1 else f"user-{number:03}"
        return Person(
            number=number,
            name=name,
            email=email,
            user_id=user_id,
            phone=self._chance.choice(PHONES),
            anonymous_id=f"anon-{self._chance.getrandbits(32):08x}",
            device=self._chance.choice(("web", "ios", "android")),
        )

    def _visit(self, person: Person) -> Iterator[Event]:
        """What one person does: first without a name, then with one."""
        for _ in range(self._chance.randrange(1, 5)):
            yield self._view()
        if self._chance.random() < 0.2:
            # Tracked before the identify: an email-based project has nobody to give it to.
            yield {"type": "track", "event": "Promotion Viewed", "userId": person.user_id, "properties": {}}
        yield self._identify(person)
        yield from self._shopping(person)
        if self._chance.random() < 0.12:
            yield from self._changed_email(person)
        if self._chance.random() < 0.3:
            yield self._oddity(person)
        yield {"type": "track", "event": "Signed Out", "userId": person.user_id, "properties": {"clean": True}}

    def _view(self) -> Event:
        name = self._chance.choice(PAGES)
        if self._chance.random() < 0.3:
            return {"type": "screen", "name": name, "properties": {"title": name}}
        return {"type": "page", "name": name, "properties": {"path": f"/{name.lower()}"}}

    def _identify(self, person: Person) -> Event:
        traits: dict[str, Any] = {
            "name": person.name,
            "plan": self._chance.choice(("free", "pro", "team")),
            "logins": self._chance.randrange(1, 90),
            "createdAt": self._date(),
            "address": {"city": self._chance.choice(("London", "Roma", "Zürich")), "postalCode": "SW1A 1AA"},
            "tags": ["newsletter", "beta"][: self._chance.randrange(0, 3)],
        }
        if person.email is not None:
            traits["email"] = person.email
        if self._chance.random() < 0.7:
            traits["phoneNumber" if self._chance.random() < 0.1 else "phone"] = person.phone
        if self._chance.random() < 0.06:
            # The same field with another type: the whole update is refused for it.
            traits["logins"] = "many"
        nothing = self._chance.random() < 0.03
        return {"type": "identify", "userId": person.user_id, "traits": None if nothing else traits}

    def _date(self) -> str:
        """A date, mostly as a browser writes it."""
        return DATE_NOTATIONS[0] if self._chance.random() < 0.85 else self._chance.choice(DATE_NOTATIONS)

    def _shopping(self, person: Person) -> Iterator[Event]:
        for _ in range(self._chance.randrange(0, 4)):
            product = self._product()
            person.cart.append(product)
            yield {"type": "track", "event": "Product Added", "userId": person.user_id, "properties": product}
            yield {
                "type": "track",
                "event": self._chance.choices(("Cart Updated", "cart updated"), weights=(95, 5))[0],
                "userId": person.user_id,
                "properties": {"products": list(person.cart)},
            }
        if person.cart and self._chance.random() < 0.7:
            yield self._order(person)

    def _product(self) -> dict[str, Any]:
        product_id, sku, name, price, category = self._chance.choice(PRODUCTS)
        key = "id" if self._chance.random() < 0.06 else "product_id"
        product: dict[str, Any] = {key: product_id, "sku": sku, "name": name, "price": price, "quantity": 1}
        if category == "Groceries":
            product["quantity"] = self._chance.choice((0.5, 1, 1.5))
        product["category"] = ["Games", "Kids"] if self._chance.random() < 0.04 else category
        return product

    def _order(self, person: Person) -> Event:
        total = round(sum(item["price"] * item["quantity"] for item in person.cart), 2)
        properties: dict[str, Any] = {
            "order_id": f"o-{person.number:04}",
            "currency": "GBP",
            "products": list(person.cart),
            "deliverOn": self._date(),
        }
        # Segment's commerce specification knows both names; Iterable's purchase needs `total`.
        properties["revenue" if self._chance.random() < 0.12 else "total"] = total
        person.cart = []
        return {"type": "track", "event": "Order Completed", "userId": person.user_id, "properties": properties}

    def _changed_email(self, person: Person) -> Iterator[Event]:
        new = f"new.{person.number}@shop.example.com"
        yield {"type": "identify", "userId": person.user_id, "traits": {"email": new}}
        person.email = new
        yield {"type": "track", "event": "Email Changed", "userId": person.user_id, "properties": {"email": new}}

    def _oddity(self, person: Person) -> Event:
        user_id = person.user_id
        oddities: tuple[Event, ...] = (
            {"type": "track", "event": "Ad Clicked", "userId": user_id, "properties": {"campaignId": "spring-sale"}},
            {"type": "track", "event": "", "userId": user_id, "properties": {}},
            {"type": "track", "event": "Feedback", "userId": user_id, "properties": {"email": "not an address"}},
            {"type": "identify", "traits": {"plan": "free"}},
            {"type": "identify", "userId": user_id, "traits": {"userId": "legacy-9"}},
            {"type": "group", "userId": user_id, "groupId": "g-1", "traits": {"name": "The Analytical Society"}},
            {"type": "track", "event": "Reminder Set", "userId": user_id, "properties": {"at": DATE_NOTATIONS[4]}},
            {"type": "track", "event": "Wishlist", "userId": "x" * 60, "properties": {"wishes": [1, "two", None]}},
        )
        return self._chance.choice(oddities)

    def _stamped(self, event: Event, person: Person, at: datetime) -> Event:
        self._made += 1
        context: dict[str, Any] = {
            "ip": f"203.0.113.{person.number % 250 + 1}",
            "locale": "en-GB",
            "timezone": "Europe/London",
            "library": {"name": "analytics.js", "version": "2.11.1"},
        }
        if person.device == "web":
            context["page"] = {"path": "/", "url": "https://shop.example.com/"}
        else:
            context["app"] = {"name": "shop", "version": "1.2.3"}
            context["device"] = {"type": person.device}
        if event["type"] == "track" and person.email is not None and self._chance.random() < 0.6:
            context["traits"] = {"email": person.email}
        stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            **event,
            "messageId": f"m-{self._made:05}",
            "anonymousId": person.anonymous_id,
            "timestamp": stamp,
            "context": context,
        }


def to_lines(events: list[Event]) -> str:
    """The events as JSON lines."""
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def main(arguments: list[str] | None = None) -> int:
    """Write the file that the arguments ask for."""
    parser = argparse.ArgumentParser(description="Make a day in a shop, as Segment events in JSON lines.")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same day (default 1)")
    parser.add_argument("--people", type=int, default=60, help="how many people come (default 60)")
    parser.add_argument("--out", type=Path, default=HERE / "shop-day.jsonl", help="where to write it")
    options = parser.parse_args(arguments)
    events = Day(options.seed, options.people).events()
    options.out.write_text(to_lines(events), encoding="utf-8")
    print(f"{len(events)} events of {options.people} people in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
