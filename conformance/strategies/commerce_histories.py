"""Histories of carts and orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from conformance.strategies.choice import Draw, choose, maybe, number
from conformance.strategies.event_writer import Writer
from conformance.strategies.families import Family, Maker
from conformance.strategies.history import Delivery, HistoryEvent, Persona, with_value
from conformance.strategies.leaves import plain_path
from conformance.strategies.mapping_analysis import AnalysedSubscription, MappingAnalysis
from conformance.strategies.personas import personas

Parts = list["HistoryEvent | Delivery"]
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

    analysis: MappingAnalysis
    writer: Writer
    _orders: int = 0

    def cart(self, persona: Persona, products: list[dict[str, Any]], **names: Any) -> HistoryEvent:
        """The cart of a person as it is now."""
        event = self.writer.track(persona, {"cart_id": "c-1"}, action=CART, **names)
        return self._with_products(event, products, CART)

    def order(
        self, persona: Persona, products: list[dict[str, Any]], properties: dict[str, Any] | None = None, **names: Any
    ) -> HistoryEvent:
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
        event = self.writer.track(persona, {**about, **(properties or {})}, action=ORDER, **names)
        for name, value in (("id", about["order_id"]), ("total", about["total"])):
            event = self._with_own(event, name, value)
        return self._with_products(event, products, ORDER)

    def _with_own(self, history_event: HistoryEvent, name: str, value: Any) -> HistoryEvent:
        """The order with a value wherever the mapping looks for a field outside Segment's specification."""
        event = history_event.event
        for analysed in self.analysis.of_action(ORDER):
            leaf = analysed.leaf(name)
            for path in leaf.sources if leaf is not None else ():
                if path in self.analysis.own_paths("track"):
                    event = with_value(event, path, value)
        return HistoryEvent(history_event.persona, event)

    def _with_products(self, history_event: HistoryEvent, products: list[Any], action: str) -> HistoryEvent:
        event = with_value(history_event.event, "properties.products", products)
        for analysed in self.analysis.of_action(action):
            filled = [filled_product(analysed, item) for item in products]
            for path in product_paths(analysed):
                event = with_value(event, path, filled)
        return HistoryEvent(history_event.persona, event)


def product_paths(analysed: AnalysedSubscription) -> tuple[str, ...]:
    """Where a subscription looks for products; where it names them one by one, nowhere."""
    leaf = analysed.leaf("items")
    if leaf is None:
        return ()
    return tuple(path for path in leaf.sources if path.startswith("properties."))


def filled_product(analysed: AnalysedSubscription, item: Any) -> Any:
    """The product with what a subscription's shape of items reads beside the specification."""
    leaf = analysed.leaf("items")
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
    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        parts: Parts = []
        price = choose(draw, _PRICES)
        for persona in personas(draw, 2):
            products = _products(draw, price)
            parts.append(shop.writer.identify(persona))
            parts += [shop.cart(persona, products)] if cart_first else []
            parts.append(shop.order(persona, products))
        return parts

    return make


def _cart(draw: Draw, analysis: MappingAnalysis) -> Parts:
    shop = Shop(analysis, Writer(analysis))
    persona = personas(draw, 1)[0]
    price = choose(draw, _PRICES)
    carts = [shop.cart(persona, _products(draw, price)) for _ in range(1 + number(draw, 1))]
    return [shop.writer.identify(persona), *carts]


def _by(**names: Any) -> Maker:
    """An order of a person who is known, which names them by one identifier only."""

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        persona = personas(draw, 1)[0]
        return [shop.writer.identify(persona), shop.order(persona, _products(draw), **names)]

    return make


def _shaped(*, drop: str = "", **changed: Any) -> Maker:
    """An order whose first product is not quite as the specification has it."""

    def make(draw: Draw, analysis: MappingAnalysis) -> Parts:
        shop = Shop(analysis, Writer(analysis))
        persona = personas(draw, 1)[0]
        items = _products(draw)
        items[0] = {key: value for key, value in {**items[0], **changed}.items() if key != drop}
        return [shop.writer.identify(persona), shop.order(persona, items)]

    return make


def _revenue_only(draw: Draw, analysis: MappingAnalysis) -> Parts:
    shop = Shop(analysis, Writer(analysis))
    persona = personas(draw, 1)[0]
    order = shop.order(persona, _products(draw))
    properties = {key: value for key, value in order.event["properties"].items() if key != "total"}
    return [shop.writer.identify(persona), HistoryEvent(persona, {**order.event, "properties": properties})]


def _whole_then_fraction(draw: Draw, analysis: MappingAnalysis) -> Parts:
    shop = Shop(analysis, Writer(analysis))
    persona = personas(draw, 1)[0]
    orders = [shop.order(persona, _products(draw, price)) for price in (20, 19.99)]
    return [shop.writer.identify(persona), *orders]


def _nothing(draw: Draw, analysis: MappingAnalysis) -> Parts:
    shop = Shop(analysis, Writer(analysis))
    persona = personas(draw, 1)[0]
    order = shop.order(persona, [product(1)])
    empty = None if maybe(draw) else dict.fromkeys(product(1))
    event = order.event
    for analysed in analysis.of_action(ORDER):
        for path in product_paths(analysed):
            event = with_value(event, path, [empty])
    return [shop.writer.identify(persona), HistoryEvent(persona, event)]


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
