"""Properties about carts and orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from conformance.properties.execution import Execution, Step
from conformance.properties.expectations import expect_person, to_json
from conformance.properties.model import Property, Severity, Violation
from conformance.properties.state import Profile, StoredEvent
from conformance.properties.wording import counted
from conformance.strategies import SHOP
from conformance.strategies.commerce_histories import CART, ORDER, product_paths
from conformance.strategies.history import Event, HistoryEvent, value_at

_SPECIFICATION: Final = "Segment's specification of ecommerce events"
_NO_ORDER: Final = "the order is not among the buyer's purchases"
_ITEMS: Final = "shoppingCartItems"
_UNUSUAL: Final = frozenset({"a detail beyond the specification", "a product that is nothing"})
_ORDERS: Final = frozenset(SHOP.themes) - _UNUSUAL - {"a cart"}


def _meant(execution: Execution, action: str) -> Iterator[tuple[Step, HistoryEvent]]:
    """The deliveries of carts, or of orders, that are meant for a subscription, whether it takes them or not."""
    names = {
        event.get("event") for analysed in execution.analysis.of_action(action) for event in analysed.trigger.intended
    }
    for step, history_event in execution.singles():
        if history_event.event.get("event") in names and "products" in history_event.event.get("properties", {}):
            yield step, history_event


def _order_arrives(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _meant(execution, ORDER):
        properties = history_event.event["properties"]
        total = properties.get("total", properties.get("revenue"))
        buyers = step.before.of(history_event.persona)
        if not buyers:
            continue
        purchases = [item for item in step.new_events if item.type == "purchase"]
        mine = [item for item in purchases if item.owner in {buyer.number for buyer in buyers}]
        problems = [_order_problem(item, total, properties) for item in mine] or [_NO_ORDER]
        detail = "" if "" in problems else problems[0]
        wanted = _purchase(buyers[0], total, _products_of(history_event.event))
        yield Violation(detail, wanted, step.index) if detail else None


def _order_problem(purchase: StoredEvent, total: Any, properties: dict[str, Any]) -> str:
    """What is wrong with a stored purchase; empty when nothing is."""
    if purchase.members.get("total") != total:
        return f"the order's total is {total}; {to_json(purchase.members.get('total'))} is stored"
    return _items_problem(purchase.members.get(_ITEMS, []), properties["products"])


def _items_problem(items: list[dict[str, Any]], products: list[dict[str, Any]]) -> str:
    """What is wrong with stored items; empty when nothing is."""
    if len(items) != len(products):
        were = "1 product was" if len(products) == 1 else f"{len(products)} products were"
        return f"{were} sent; {counted(len(items), 'item')} {'are' if len(items) > 1 else 'is'} stored"
    for item, sent in zip(items, products, strict=True):
        if item.get("id") not in {sent.get(key) for key in ("product_id", "id", "sku")}:
            return _differs("id", sent.get("product_id"), item.get("id"))
        for name in ("name", "price", "quantity"):
            if item.get(name) != sent.get(name):
                return _differs(name, sent.get(name), item.get(name))
    return ""


def _differs(name: str, sent: Any, stored: Any) -> str:
    return f"the product's {name} is {to_json(sent)}; the item's is {to_json(stored)}"


def _purchase(buyer: Profile, total: Any, products: list[Any]) -> dict[str, Any]:
    wanted = {"user": buyer.identifiers, "eventType": "purchase", "total": total, "items": _items(products)}
    return {"events": [wanted]}


def _items(products: list[Any]) -> list[dict[str, Any]]:
    return [{name: item.get(name) for name in ("name", "price", "quantity")} for item in products if item]


def _products_of(event: Event) -> list[Any]:
    products = value_at(event, "properties.products")
    return products if isinstance(products, list) else []


def _order_is_one(execution: Execution) -> Iterator[Violation | None]:
    """The id of an order is the customer's own, so that it can be found again, and is not stored twice."""
    for step, history_event in _meant(execution, ORDER):
        purchases = [item for item in step.new_events if item.type == "purchase"]
        number = history_event.event["properties"].get("order_id")
        for purchase in purchases:
            detail = f"the order is {number}; the purchase is {purchase.id}"
            is_kept = str(number) in purchase.id
            yield (
                None
                if is_kept
                else Violation(detail, {"events": [{"eventType": "purchase", "id": number}]}, step.index)
            )


def _cart_arrives(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _meant(execution, CART):
        people = step.before.of(history_event.persona)
        if not people:
            continue
        now = [profile for profile in step.after.profiles if profile.number == people[0].number]
        sent = _products_of(history_event.event)
        stored = now[0].fields.get(_ITEMS) if now else None
        problem = "the cart is not on the person's profile" if stored is None else _items_problem(stored, sent)
        wanted = expect_person(people[0], {_ITEMS: _items(sent)})
        yield Violation(problem, wanted, step.index) if problem else None


def _cart_empties(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _meant(execution, ORDER):
        had = [profile for profile in step.before.of(history_event.persona) if profile.fields.get(_ITEMS)]
        for profile in had:
            now = [later for later in step.after.profiles if later.number == profile.number]
            left = now[0].fields.get(_ITEMS) if now else None
            wanted = {"users": [{**profile.identifiers, "without": [_ITEMS]}]}
            detail = "what was bought is still in the cart"
            yield Violation(detail, wanted, step.index) if left else None


def _details_arrive(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in _meant(execution, ORDER):
        items = [item for event in step.new_events for item in event.members.get(_ITEMS, [])]
        extra = [item for item in _products_of(history_event.event) if "variant" in item]
        if not items or not extra:
            continue
        detail = "product details beyond the specification are missing from the purchase"
        sent = _products_of(history_event.event)
        wanted = {"events": [{"eventType": "purchase", "items": [{"variant": "red"}, *({} for _ in sent[1:])]}]}
        is_kept = "red" in str(items)
        yield None if is_kept else Violation(detail, wanted, step.index)


def _null_product_rejected(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in execution.singles():
        taken = [analysed for _, analysed in execution.taken(step, ORDER)]
        if not any(value_at(history_event.event, path) for analysed in taken for path in product_paths(analysed)):
            continue
        items = [item for event in step.new_events for item in event.members.get(_ITEMS, [])]
        empty = [item for item in items if not item.get("id")]
        detail = f"a null product was sold: {to_json(empty)}"
        yield Violation(detail, {"error": {"status": 400}}, step.index) if empty else None


PROPERTIES: Final = (
    Property(
        "commerce.order-arrives",
        "An order's total, items and purchaser arrive.",
        f"{_SPECIFICATION}; Iterable API description, commerce/trackPurchase",
        Severity.HIGH,
        SHOP,
        _order_arrives,
        themes=_ORDERS,
    ),
    Property(
        "commerce.order-keeps-its-id",
        "An order keeps its id from the shop.",
        "Iterable API description, commerce/trackPurchase: id",
        Severity.MEDIUM,
        SHOP,
        _order_is_one,
        themes=_ORDERS,
    ),
    Property(
        "commerce.cart-arrives",
        "A cart's items arrive on its owner's profile.",
        f"{_SPECIFICATION}; Iterable API description, commerce/updateCart",
        Severity.HIGH,
        SHOP,
        _cart_arrives,
        themes=frozenset({"a cart", "a cart, then an order"}),
    ),
    Property(
        "commerce.cart-empties",
        "A purchase empties the cart.",
        "Iterable API description, commerce/trackPurchase",
        Severity.HIGH,
        SHOP,
        _cart_empties,
        themes=frozenset({"a cart, then an order"}),
    ),
    Property(
        "commerce.details-arrive",
        "Product details beyond the specification arrive.",
        "The definition of the Iterable (Actions) destination: the field Cart items",
        Severity.LOW,
        SHOP,
        _details_arrive,
        themes=frozenset({"a detail beyond the specification"}),
    ),
    Property(
        "commerce.null-product-rejected",
        "A null product is rejected, not recorded as sold for 0.",
        "Found in Segment's published build: null members of an item become empty texts and zeros",
        Severity.MEDIUM,
        SHOP,
        _null_product_rejected,
        themes=frozenset({"a product that is nothing"}),
    ),
)
