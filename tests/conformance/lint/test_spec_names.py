"""Names that are nearly those of Segment's specification, and those that are free."""

from __future__ import annotations

import pytest
from lint_cases import findings, path, rules, subscription

from conformance.lint.near_misses import distance
from conformance.lint.specification import specification

DATA = "dataFields"


def event(name: str) -> str:
    return f'type = "track" and event = "{name}"'


def of_event(name: str, reads: str, *, action: str = "trackEvent") -> list[str]:
    return rules(subscription(action, {DATA: {"x": path(reads)}}, event(name)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Order completed", "Order Completed"),
        ("order completed", "Order Completed"),
        ("order_completed", "Order Completed"),
        ("OrderCompleted", "Order Completed"),
        ("Order Complete", "Order Completed"),
        ("Completed Checkout", None),
        ("completed order", "Completed Order"),
        ("Viewed product", "Viewed Product"),
        ("Products Viewed", "Product Viewed"),
        ("Cart updated", "Cart Updated"),
        ("Update Cart", "Cart Updated"),
        ("Updated Cart", "Cart Updated"),
        ("signed up", "Signed Up"),
        ("Trial Start", None),
        ("Application opened", "Application Opened"),
        ("Deep link opened", "Deep Link Opened"),
        ("Email opened", "Email Opened"),
        ("email_link_clicked", "Email Link Clicked"),
        ("Live Chat Message sent", "Live Chat Message Sent"),
        ("video playback started", "Video Playback Started"),
    ],
)
def test_a_name_of_an_event_that_is_nearly_specified_is_told(written: str, meant: str | None) -> None:
    told = [item.advice for item in findings(subscription("trackEvent", trigger=event(written)))]
    assert told == ([] if meant is None else [f'write "{meant}", unless that is its name'])


@pytest.mark.parametrize("name", [*specification().events, "Card Viewed", "Room Booked", "Order Completed v2", "new"])
def test_names_that_are_specified_or_the_customers_own_are_no_mistake(name: str) -> None:
    free = {"email": None, "dataFields": path("$.properties")}
    assert rules(subscription("trackEvent", free, event(name))) == []


def test_properties_of_an_event_whose_name_is_a_near_miss_are_held_against_the_event_that_is_meant() -> None:
    [property_of_it] = [
        item.message
        for item in findings(
            subscription("trackPurchase", {"id": path("$.properties.orderId")}, event("Order completed"))
        )
        if item.rule == "spec.property"
    ]
    assert property_of_it == 'Segment\'s specification of "Order Completed" has `order_id`, not `orderId`'


def test_a_near_miss_is_an_error_where_the_configuration_has_the_right_name_too() -> None:
    presets = [subscription("trackEvent"), subscription("trackPurchase", trigger=event("Order completed"))]
    assert "error spec.event" in rules(*presets)
    assert rules(presets[1]) == ["warning spec.event"]


@pytest.mark.parametrize(
    ("name", "reads", "meant"),
    [
        ("Order Completed", "$.properties.orderId", "order_id"),
        ("Order Completed", "$.properties.Total", "total"),
        ("Order Completed", "$.properties.product", "products"),
        ("Order Completed", "$.properties.prodcuts", "products"),
        ("Completed Order", "$.properties.order_id", "orderId"),
        ("Product Viewed", "$.properties.id", "product_id"),
        ("Product Viewed", "$.properties.imageUrl", "image_url"),
        ("Viewed Product", "$.properties.Sku", "sku"),
        ("Signed Up", "$.properties.firstName", "first_name"),
        ("Trial Started", "$.properties.trialPlanName", "trial_plan_name"),
        ("Application Opened", "$.properties.fromBackground", "from_background"),
        ("Email Opened", "$.properties.emailSubject", "email_subject"),
    ],
)
def test_a_property_that_is_nearly_specified_is_told(name: str, reads: str, meant: str) -> None:
    (finding,) = findings(subscription("trackEvent", {DATA: {"x": path(reads)}}, event(name)))
    assert (finding.severity, finding.rule) == ("warning", "spec.property")
    assert finding.advice.startswith(f"write {meant}, unless your events have ")


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("Completed Order", "$.properties.orderId"),
        ("Viewed Product", "$.properties.id"),
        ("Product Viewed", "$.properties.product_id"),
        ("Order Completed", "$.properties.gift_note"),
        ("Order Completed", "$.properties.coupons"),
        ("Order Completed", "$.properties.order_type"),
        ("Room Booked", "$.properties.orderId"),
        ("Room Booked", "$.properties.Total"),
        ("Audience Entered", "$.properties.orderId"),
        ("Application Installed", "$.context.traits.first_name"),
    ],
)
def test_properties_that_are_specified_or_free_are_no_mistake(name: str, reads: str) -> None:
    assert of_event(name, reads) == []


def test_of_all_track_events_the_properties_are_free() -> None:
    assert rules(subscription("trackEvent", {DATA: {"x": path("$.properties.orderId")}})) == []


def test_a_property_in_the_trigger_counts_as_well() -> None:
    trigger = f"{event('Order Completed')} and properties.orderId != null"
    assert rules(subscription("trackPurchase", trigger=trigger)) == ["warning spec.property"]


@pytest.mark.parametrize(("key", "meant"), [("id", "product_id"), ("productId", "product_id"), ("Price", "price")])
def test_a_key_of_a_product_that_is_nearly_specified_is_told(key: str, meant: str) -> None:
    shape = {name: path(f"$.{name}") for name in ("name", "price", "quantity")}
    shape = {"id": path("$.product_id"), **shape, ("id" if meant == "product_id" else "price"): path(f"$.{key}")}
    changes = {"items": {"@arrayPath": [path("$.properties.products"), shape]}}
    (finding,) = findings(subscription("trackPurchase", changes))
    assert (finding.rule, finding.advice) == ("spec.property", f"write $.{meant}, unless your products have {key}")
    own = {"items": {"@arrayPath": [path("$.properties.rooms"), shape]}}
    assert rules(subscription("trackPurchase", own)) == []


@pytest.mark.parametrize("key", ["id", "sku", "name"])
def test_version_1_of_the_specification_has_its_own_products(key: str) -> None:
    shape = {name: path(f"$.{name}") for name in ("id", "name", "price", "quantity")} | {"sku": path(f"$.{key}")}
    changes = {"items": {"@arrayPath": ["$.properties.products", shape]}, "id": path("$.properties.orderId")}
    assert rules(subscription("trackPurchase", changes, event("Completed Order"))) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Email", "email"),
        ("firstname", "firstName"),
        ("First_Name", "firstName"),
        ("adress", "address"),
        ("PHONE", "phone"),
        ("e_mail", "email"),
        ("E-Mail", "email"),
        ("e mail", "email"),
        ("first-name", "firstName"),
        ("user_name", "username"),
        ("emial", "email"),
        ("emal", "email"),
        ("phne", "phone"),
        ("userid", "userId"),
        ("User_ID", "userId"),
    ],
)
def test_a_trait_in_other_letters_is_told(written: str, meant: str) -> None:
    (finding,) = findings(subscription("updateUser", {DATA: {"x": path(f"$.traits.{written}")}}))
    assert (finding.rule, finding.advice) == ("spec.trait", f"write {meant}, unless your events have {written}")


@pytest.mark.parametrize(
    "trait",
    [
        "email",
        "firstName",
        "first_name",
        "created_at",
        "address.postal_code",
        "address.postalCode",
        "email_address",
        "user_id",
        "userId",
        "mail",
        "email2",
        "iphone",
        "guest_number",
        "company.employee_count",
        "emails",
        "plan",
        "Favourite Colour",
    ],
)
def test_a_trait_in_camel_or_snake_case_or_of_ones_own_is_no_mistake(trait: str) -> None:
    assert rules(subscription("updateUser", {DATA: {"x": path(f"$.traits.{trait}")}})) == []


def test_traits_of_the_context_and_of_groups_are_traits() -> None:
    assert rules(subscription("trackEvent", {DATA: {"x": path("$.context.traits.Email")}})) == ["warning spec.trait"]
    group = subscription("updateUser", {"email": None, DATA: {"x": path("$.traits.Employees")}}, 'type = "group"')
    assert rules(group) == ["warning spec.trait"]


def test_a_key_of_the_context_in_other_letters_is_told() -> None:
    assert rules(subscription("trackEvent", {DATA: {"x": path("$.context.useragent")}})) == ["warning spec.context"]
    assert rules(subscription("trackEvent", {DATA: {"x": path("$.context.app.Version")}})) == ["warning spec.context"]
    assert rules(subscription("trackEvent", {DATA: {"x": path("$.context.account_updated")}})) == []


@pytest.mark.parametrize(
    ("one", "two", "far"),
    [
        ("order", "order", 0),
        ("order", "oder", 1),
        ("order", "ordre", 1),
        ("order", "orden", 1),
        ("order", "borders", 2),
        ("completed", "complete", 1),
        ("abc", "cba", 2),
        ("", "a", 1),
    ],
)
def test_the_distance_of_words_counts_slips(one: str, two: str, far: int) -> None:
    assert (distance(one, two), distance(two, one)) == (far, far)


@pytest.mark.parametrize("action", ["updateCart", "trackPurchase"])
def test_an_event_that_segment_specifies_with_one_product_makes_no_cart_and_no_order(action: str) -> None:
    (finding,) = findings(subscription(action, trigger='event = "Product Added"'))
    assert (finding.severity, finding.rule) == ("warning", "spec.products")
    assert finding.message.startswith('Segment\'s specification of "Product Added" has no list of products')
    assert rules(subscription(action, trigger='event = "Checkout Started"')) == []
    assert rules(subscription(action, trigger='event = "Basket Saved"')) == []


def test_items_made_of_the_event_itself_need_no_list_of_products() -> None:
    item = {"id": {"@path": "$.product_id"}, "name": {"@path": "$.name"}, "price": {"@path": "$.price"}}
    item["quantity"] = {"@path": "$.quantity"}
    items = {"@arrayPath": ["$.properties", item]}
    assert rules(subscription("updateCart", {"items": items}, 'event = "Product Added"')) == []


@pytest.mark.parametrize(
    ("reads", "meant"),
    [
        ("$.context.trait.email", "traits"),
        ("$.context.page.ulr", "url"),
        ("$.context.app.versions", "version"),
        ("$.context.campaign.utm_source", "source"),
        ("$.context.campaign.utm_campaign", "name"),
    ],
)
def test_a_slip_in_the_context_is_told(reads: str, meant: str) -> None:
    (finding,) = findings(subscription("trackEvent", {DATA: {"x": path(reads)}}))
    assert (finding.rule, finding.advice) == ("spec.context", f"write {meant}")


@pytest.mark.parametrize(
    "reads",
    ["$.context.page.tab", "$.context.campaign.id", "$.context.sessionId", "$.context.apps", "$.context.device.ids"],
)
def test_a_key_of_the_context_of_ones_own_is_no_mistake(reads: str) -> None:
    assert rules(subscription("trackEvent", {DATA: {"x": path(reads)}})) == []


def test_a_slip_in_what_libraries_give_a_page_is_told() -> None:
    page = {
        "eventName": path("$.name"),
        DATA: {"x": path("$.properties.referer"), "y": path("$.properties.section")},
    }
    (finding,) = findings(subscription("trackEvent", page, 'type = "page"'))
    assert (finding.rule, finding.advice) == ("spec.property", "write referrer, unless your pages have referer")


@pytest.mark.parametrize(("written", "meant"), [("e_mail", "email"), ("Email", "email"), ("userid", "userId")])
@pytest.mark.parametrize(
    "trigger", ['type = "track"', event("Room Booked"), event("Order Completed"), 'type = "page"']
)
def test_a_property_that_is_nearly_an_identifier_is_told_whatever_the_event(
    written: str, meant: str, trigger: str
) -> None:
    reads = {
        "eventName": path("$.name" if "page" in trigger else "$.event"),
        DATA: {"x": path(f"$.properties.{written}")},
    }
    (finding,) = findings(subscription("trackEvent", reads, trigger))
    assert (finding.rule, finding.advice) == ("spec.property", f"write {meant}, unless your events have {written}")


def test_a_trait_that_is_nearly_an_identifier_is_told_where_other_events_are_taken_too() -> None:
    reads = {"email": path("$.traits.e_mail")}
    assert rules(subscription("updateUser", reads, 'type = "identify" or type = "group"')) == ["warning spec.trait"]


def test_a_hyphen_in_a_trait_is_told() -> None:
    assert rules(subscription("updateUser", {"email": path("$.traits.e-mail")})) == ["warning spec.trait"]


@pytest.mark.parametrize("name", ["Audience Exit", "Audience Enter", "Audiences Entered"])
def test_another_form_of_what_audiences_send_is_told(name: str) -> None:
    free = {"email": None, "dataFields": path("$.properties")}
    assert rules(subscription("trackEvent", free, event(name))) == ["warning spec.event"]
