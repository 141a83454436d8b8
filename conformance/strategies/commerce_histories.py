"""Histories of carts and orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe, number
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, Happening, Human, with_value
from conformance.strategies.leaves import plain_path
from conformance.strategies.mapping_analysis import Knowledge, KnownSubscription
from conformance.strategies.personas import humans

Parts = list["Happening | Delivery"]
CART: Final = "updateCart"
ORDER: Final = "trackPurchase"
#: The members of a product by Segment's specification, by the item's member that Iterable calls the same.
SPECIFIED: Final = {
    "id": "product_id",
    "sku": "sku",
    "name": "name",
    "price": "price",
    "quantity": "quantity",
    "categories": "category",
    "url": "url",
    "imageUrl": "image_url",
}
_PRICES: Final = (20, 19.99, 0)
_SHOP: Final = "https://shop.example.com"


def product(index: int, *, price: float = 20, quantity: int = 1) -> dict[str, Any]:
    """A product as Segment's specification has it."""
    return {
        "product_id": f"p-{index}",
        "sku": f"sku-{index}",
        "name": f"Game {index}",
        "price": price,
        "quantity": quantity,
        "category": "Games",
        "url": f"{_SHOP}/p-{index}",
        "image_url": f"{_SHOP}/p-{index}.png",
    }


def _products(draw: Draw, price: float | None = None) -> list[dict[str, Any]]:
    """Some products of one price, so that what a cart or an order costs is always whole or always a fraction."""
    count = 1 + number(draw, 2)
    price = choose(draw, _PRICES) if price is None else price
    return [product(index + 1, price=price, quantity=1 + number(draw, 2)) for index in range(count)]


@dataclass(slots=True)
class Shop:
    """A shop's carts and orders, filled in wherever the mapping looks."""

    knowledge: Knowledge
    writer: Writer
    _orders: int = 0

    def cart(self, human: Human, products: list[dict[str, Any]], **names: Any) -> Happening:
        """The cart of a person as it is now."""
        event = self.writer.track(human, {"cart_id": "c-1"}, action=CART, **names)
        return self._with_products(event, products, CART)

    def order(
        self, human: Human, products: list[dict[str, Any]], properties: dict[str, Any] | None = None, **names: Any
    ) -> Happening:
        """An order that a person completed; shipping and tax make its total differ from its revenue."""
        self._orders += 1
        revenue = round(sum(item["price"] * item["quantity"] for item in products), 2)
        about = {
            "order_id": f"o-{self._orders}",
            "revenue": revenue,
            "shipping": 5,
            "total": round(revenue + 5, 2),
            "currency": "USD",
        }
        event = self.writer.track(human, {**about, **(properties or {})}, action=ORDER, **names)
        for name, value in (("id", about["order_id"]), ("total", about["total"])):
            event = self._with_own(event, name, value)
        return self._with_products(event, products, ORDER)

    def _with_own(self, happening: Happening, name: str, value: Any) -> Happening:
        """The order with a value wherever the mapping looks for a field outside Segment's specification."""
        event = happening.event
        for known in self.knowledge.of_action(ORDER):
            leaf = known.leaf(name)
            for path in leaf.sources if leaf is not None else ():
                if path in self.knowledge.own_paths("track"):
                    event = with_value(event, path, value)
        return Happening(happening.human, event)

    def _with_products(self, happening: Happening, products: list[Any], action: str) -> Happening:
        event = with_value(happening.event, "properties.products", products)
        for known in self.knowledge.of_action(action):
            filled = [_filled(known, item) for item in products]
            for path in product_paths(known):
                event = with_value(event, path, filled)
        return Happening(happening.human, event)


def product_paths(known: KnownSubscription) -> tuple[str, ...]:
    """Where a subscription looks for products; where it names them one by one, nowhere."""
    leaf = known.leaf("items")
    if leaf is None:
        return ()
    return tuple(path for path in leaf.sources if path.startswith("properties."))


def _filled(known: KnownSubscription, item: Any) -> Any:
    """The product with what a subscription's shape of items reads beside the specification."""
    leaf = known.leaf("items")
    definition = leaf.definition if leaf is not None else None
    array = definition.get("@arrayPath") if isinstance(definition, dict) else None
    shape = array[1] if isinstance(array, list) and len(array) > 1 and isinstance(array[1], dict) else {}
    if not isinstance(item, dict):
        return item
    filled = dict(item)
    for name, value in shape.items():
        path = plain_path(value["@path"]) if isinstance(value, dict) and isinstance(value.get("@path"), str) else ""
        same = SPECIFIED.get(name)
        if path and same in item and path not in SPECIFIED.values() and "." not in path:
            filled.setdefault(path, item[same])
    return filled


def _visit(*, cart_first: bool) -> Maker:
    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        parts: Parts = []
        price = choose(draw, _PRICES)
        for human in humans(draw, 2):
            products = _products(draw, price)
            parts.append(shop.writer.identify(human))
            parts += [shop.cart(human, products)] if cart_first else []
            parts.append(shop.order(human, products))
        return parts

    return make


def _cart(draw: Draw, knowledge: Knowledge) -> Parts:
    shop = Shop(knowledge, Writer(knowledge))
    human = humans(draw, 1)[0]
    price = choose(draw, _PRICES)
    carts = [shop.cart(human, _products(draw, price)) for _ in range(1 + number(draw, 1))]
    return [shop.writer.identify(human), *carts]


def _by(**names: Any) -> Maker:
    """An order of a person who is known, which names them by one identifier only."""

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        human = humans(draw, 1)[0]
        return [shop.writer.identify(human), shop.order(human, _products(draw), **names)]

    return make


def _shaped(*, drop: str = "", **changed: Any) -> Maker:
    """An order whose first product is not quite as the specification has it."""

    def make(draw: Draw, knowledge: Knowledge) -> Parts:
        shop = Shop(knowledge, Writer(knowledge))
        human = humans(draw, 1)[0]
        items = _products(draw)
        items[0] = {key: value for key, value in {**items[0], **changed}.items() if key != drop}
        return [shop.writer.identify(human), shop.order(human, items)]

    return make


def _revenue_only(draw: Draw, knowledge: Knowledge) -> Parts:
    shop = Shop(knowledge, Writer(knowledge))
    human = humans(draw, 1)[0]
    order = shop.order(human, _products(draw))
    properties = {key: value for key, value in order.event["properties"].items() if key != "total"}
    return [shop.writer.identify(human), Happening(human, {**order.event, "properties": properties})]


def _whole_then_fraction(draw: Draw, knowledge: Knowledge) -> Parts:
    shop = Shop(knowledge, Writer(knowledge))
    human = humans(draw, 1)[0]
    orders = [shop.order(human, _products(draw, price)) for price in (20, 19.99)]
    return [shop.writer.identify(human), *orders]


def _nothing(draw: Draw, knowledge: Knowledge) -> Parts:
    shop = Shop(knowledge, Writer(knowledge))
    human = humans(draw, 1)[0]
    order = shop.order(human, [product(1)])
    empty = None if maybe(draw) else dict.fromkeys(product(1))
    event = order.event
    for known in knowledge.of_action(ORDER):
        for path in product_paths(known):
            event = with_value(event, path, [empty])
    return [shop.writer.identify(human), Happening(human, event)]


SHOP: Final = Family(
    "shop",
    {
        "an order": _visit(cart_first=False),
        "a cart, then an order": _visit(cart_first=True),
        "a cart": _cart,
        "an order by userId only": _by(email=None),
        "a whole total, then a fraction": _whole_then_fraction,
        "a fractional quantity": _shaped(quantity=1.5),
        "a list of categories": _shaped(category=["Games", "Kids"]),
        "id instead of product_id": _shaped(drop="product_id", id="p-1"),
        "a detail beyond the specification": _shaped(variant="red"),
        "revenue instead of a total": _revenue_only,
        "a product that is nothing": _nothing,
    },
)
