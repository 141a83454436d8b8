from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination import AggregateAjvError
from destination.actions import ACTIONS
from destination.fields import Field, RequiredWhen, Validator, compile_fields
from destination.javascript.values import UNDEFINED


def validated(field: Field, value: Any, *, batch: bool = False) -> Any:
    return compile_fields({"f": field}).validate({"f": value}, batch=batch).get("f", "removed")


def complaints(fields: dict[str, Field], payload: Any, *, batch: bool = False) -> list[str]:
    with pytest.raises(AggregateAjvError) as caught:
        compile_fields(fields).validate(payload, batch=batch)
    assert caught.value.status == 400
    return [complaint.message for complaint in caught.value.complaints]


TEXT, NUMBER, INTEGER = Field("Text", "string"), Field("Number", "number"), Field("Whole", "integer")
BOOLEAN, OBJECT = Field("Flag", "boolean"), Field("Thing", "object")
PHONE, DATE = Field("Phone", "string", allow_null=True), Field("Date", "datetime")


@pytest.mark.parametrize(
    ("field", "value", "result"),
    [
        (TEXT, 1e21, "1e+21"),
        (TEXT, True, "true"),
        (TEXT, ["x"], "x"),
        (TEXT, [1], "1"),
        (NUMBER, " 0x1F ", 31),
        (NUMBER, True, 1),
        (INTEGER, "4.0", 4),
        (BOOLEAN, "false", False),
        (BOOLEAN, 1, True),
        (PHONE, None, None),
        (PHONE, [5], "5"),
        (DATE, 5, 5),
    ],
)
def test_a_value_is_coerced_into_the_type_of_its_field(field: Field, value: Any, result: Any) -> None:
    assert validated(field, value) == result


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        (TEXT, {}, "Text must be a string but it was an object."),
        (TEXT, ["a", "b"], "Text must be a string but it was an array."),
        (NUMBER, "1,000", "Number must be a number but it was a string."),
        (INTEGER, 1.5, "Whole must be an integer but it was a number."),
        (BOOLEAN, "TRUE", "Flag must be a boolean but it was a string."),
        (OBJECT, [{}], "Thing must be an object but it was an array."),
        (PHONE, ["+1"], "Phone must be a string or null but it was a string."),
        (DATE, "garbage", "Date must be a valid date-like string but it was not."),
        (DATE, {}, "Date must be a string or number but it was an object."),
        (DATE, [], "Date must be a string or number but it was an array."),
        (DATE, [{}], "Date must be a string or number but it was an object."),
        (Field("C", "string", choices=("a",), allow_null=True), "b", 'C must be one of: "a" or null.'),
        (Field("C", "string", choices=("a", "b"), allow_null=True), "c", 'C must be one of: "a", "b", or null.'),
        (Field("Mail", "string", format="email"), "x", "Mail must be a valid email address string but it was not."),
        (Field("C", "string", choices=("a", "b", "c")), "d", 'C must be one of: "a", "b", or "c".'),
        (Field("S", "string", minimum=3), "é", "S must be 3 characters or more but it was 1 character."),
        (Field("N", "number", maximum=5), 6, "N must be equal to or less than 5."),
    ],
)
def test_a_value_that_does_not_fit_is_complained_about(field: Field, value: Any, complaint: str) -> None:
    assert complaints({"f": field}, {"f": value}) == [complaint]


@pytest.mark.parametrize(
    ("field", "value", "single", "batch"),
    [
        (TEXT, "", "removed", ""),
        (PHONE, "", "removed", ""),
        (NUMBER, "", "removed", "removed"),
        (OBJECT, "", "removed", "removed"),
        (TEXT, None, "removed", "removed"),
    ],
)
def test_what_is_empty_is_removed_and_in_a_batch_empty_texts_stay(
    field: Field, value: Any, single: Any, batch: Any
) -> None:
    assert validated(field, value) == single
    assert validated(field, value, batch=True) == batch


def test_undeclared_members_stay_untouched_and_declared_ones_are_cleaned() -> None:
    thing = Field("T", "object", properties={"n": NUMBER, "t": TEXT}, additional_properties=True)
    assert validated(OBJECT, {"a": None, "b": ""}) == {"a": None, "b": ""}
    assert validated(thing, {"n": "", "t": "", "x": None}) == {"t": "", "x": None}


def test_a_single_value_is_put_into_a_list_and_its_items_are_checked() -> None:
    items = Field("Items", "object", multiple=True, properties={"n": Field("N", "number", required=True)})
    assert validated(items, {"n": "1"}) == [{"n": 1}]
    assert validated(items, [None, "", {"n": None}]) == [{"n": 0}]
    assert complaints({"f": items}, {"f": [{"n": 1}, {}]}) == ["The value at /f/1 is missing the required field 'n'."]


def test_missing_fields_come_first_and_the_rest_in_the_order_of_the_definition() -> None:
    fields = {"a": NUMBER, "b": Field("B", "string", required=True), "c": INTEGER}
    assert complaints(fields, {"c": "x", "a": "y"}) == [
        "The root value is missing the required field 'b'.",
        "Number must be a number but it was a string.",
        "Whole must be an integer but it was a string.",
    ]


def test_unknown_keys_are_dropped_but_one() -> None:
    fields = compile_fields({"a": TEXT})
    assert fields.validate({"a": "x", "b": 1, "dynamicAuthSettings": {}}, batch=False) == {
        "a": "x",
        "dynamicAuthSettings": {},
    }


def test_a_field_can_be_required_under_conditions() -> None:
    fields = {"a": TEXT, "b": Field("B", "string", required=RequiredWhen("all", (("a", "is", "x"),)))}
    assert compile_fields(fields).validate({"a": "y"}, batch=False) == {"a": "y"}
    assert complaints(fields, {"a": "x"}) == [
        "The root value is missing the required field 'b'.",
        'The root value must match "then" schema.',
    ]


@pytest.mark.parametrize(
    ("required", "payload", "is_required"),
    [
        (RequiredWhen("all", (("a", "is", "x"), ("c", "is", "y"))), {"a": "x", "c": "z"}, False),
        (RequiredWhen("all", (("a", "is", "x"), ("c", "is", "y"))), {"a": "x", "c": "y"}, True),
        (RequiredWhen("any", (("a", "is", "x"), ("c", "is", "y"))), {"a": "x", "c": "z"}, True),
        (RequiredWhen("any", (("a", "is", "x"), ("c", "is", "y"))), {"a": "z", "c": "z"}, False),
        (RequiredWhen("all", (("a", "is_not", "x"),)), {"a": "x"}, False),
        (RequiredWhen("all", (("a", "is_not", "x"),)), {"a": "y"}, True),
        (RequiredWhen("all", (("a", "is_not", "x"),)), {}, True),
        (RequiredWhen("all", (("a", "is", None),)), {}, True),
        (RequiredWhen("all", (("a", "is", None),)), {"a": "x"}, False),
        (RequiredWhen("all", (("o.kind", "is", "x"),)), {"o": {"kind": "x"}}, True),
        (RequiredWhen("all", (("o.kind", "is", "x"),)), {"o": {"kind": "y"}}, False),
        (RequiredWhen("all", (("o.kind", "is", "x"),)), {"a": "x"}, False),
    ],
)
def test_conditions_are_joined_by_all_or_any(required: RequiredWhen, payload: Any, is_required: bool) -> None:
    fields = {"a": TEXT, "c": TEXT, "o": OBJECT, "b": Field("B", "string", required=required)}
    if is_required:
        assert complaints(fields, payload)[0] == "The root value is missing the required field 'b'."
    else:
        assert compile_fields(fields).validate(payload, batch=False) == payload


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Field("N", "number", minimum=2, maximum=5), 1, "N must be equal to or greater than 2."),
        (Field("N", "number", minimum=2, maximum=5), 6, "N must be equal to or less than 5."),
        (Field("N", "number", minimum=2, maximum=5), 2, None),
        (Field("N", "number", minimum=2, maximum=5), 5, None),
        (Field("N", "number", minimum=2), 99, None),
        (Field("N", "number", maximum=5), -99, None),
        (
            Field("S", "string", minimum=2, maximum=3),
            "abcd",
            "S must be 3 characters or fewer but it was 4 characters.",
        ),
        (Field("S", "string", minimum=2, maximum=3), "ab", None),
        (Field("S", "string", minimum=2, maximum=3), "abc", None),
        (Field("S", "string", maximum=3), "a", None),
        (Field("C", "string", choices=("ü", "b")), "d", 'C must be one of: "ü" or "b".'),
    ],
)
def test_a_bound_is_itself_allowed(field: Field, value: Any, said: str | None) -> None:
    if said is None:
        assert validated(field, value) == value
    else:
        assert complaints({"f": field}, {"f": value}) == [said]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field("I", "integer", minimum=3), 1),
        (Field("I", "integer", maximum=3), 9),
        (Field("T", "text", minimum=3), "a"),
        (Field("B", "boolean", minimum=3), True),
        (Field("D", "datetime", multiple=True), ["garbage", 5]),
        (Field("M", "string", multiple=True, format="email"), ["x"]),
        (Field("N", "number", multiple=True, maximum=5), [9]),
        (Field("C", "string", choices=("a",), allow_null=True), None),
    ],
    ids=repr,
)
def test_bounds_are_for_texts_and_numbers_and_no_item_of_a_list_is_held_to_a_format(field: Field, value: Any) -> None:
    assert validated(field, value) == value


@pytest.mark.parametrize(("payload", "seen"), [("x", "a string"), ([], "an array"), (None, "undefined")])
def test_a_payload_must_be_an_object(payload: Any, seen: str) -> None:
    assert complaints({"a": TEXT}, payload) == [f"The root value must be an object but it was {seen}."]


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [(TEXT, [{}], "an object"), (TEXT, [["x"]], "an array"), (NUMBER, ["x"], "a string"), (OBJECT, [{}], "an array")],
    ids=["object in a list", "list in a list", "text for a number", "list for an object"],
)
def test_a_list_of_one_is_opened_before_its_type_is_named(field: Field, value: Any, seen: str) -> None:
    [complaint] = complaints({"a": field}, {"a": value})
    assert complaint.endswith(f"but it was {seen}.")


def test_an_empty_text_alone_in_a_list_is_null_where_null_is_allowed() -> None:
    assert compile_fields({"phone": PHONE}).validate({"phone": [""]}, batch=False) == {"phone": None}


NULL_OR_NUMBER = Field("Number", "number", allow_null=True)
NULL_OR_INTEGER = Field("Whole", "integer", allow_null=True)
NULL_OR_BOOLEAN = Field("Flag", "boolean", allow_null=True)


@pytest.mark.parametrize(
    ("field", "value", "coerced"),
    [
        (NULL_OR_NUMBER, [0], None),
        (NULL_OR_NUMBER, [""], None),
        (NULL_OR_NUMBER, ["0"], 0),
        (NULL_OR_NUMBER, [False], 0),
        (NULL_OR_NUMBER, [None], 0),
        (NULL_OR_NUMBER, 0, 0),
        (NULL_OR_INTEGER, [0], None),
        (NULL_OR_INTEGER, ["1"], 1),
        (NULL_OR_BOOLEAN, [False], None),
        (NULL_OR_BOOLEAN, [0], False),
        (NULL_OR_BOOLEAN, [1], True),
        (NULL_OR_BOOLEAN, False, False),
        (PHONE, [0], "0"),
        (PHONE, [False], "false"),
        (PHONE, [None], ""),
    ],
    ids=repr,
)
def test_where_null_is_allowed_an_empty_value_of_the_type_alone_in_a_list_is_null(
    field: Field, value: Any, coerced: object
) -> None:
    result = validated(field, value)
    assert (result, type(result)) == (coerced, type(coerced))


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        (NULL_OR_NUMBER, [1], "Number must be a number or null but it was a number."),
        (NULL_OR_NUMBER, ["x"], "Number must be a number or null but it was a string."),
        (NULL_OR_NUMBER, [0, 0], "Number must be a number or null but it was an array."),
        (NULL_OR_INTEGER, [1], "Whole must be an integer or null but it was a number."),
        (NULL_OR_INTEGER, [1.5], "Whole must be an integer or null but it was a number."),
        (NULL_OR_BOOLEAN, [True], "Flag must be a boolean or null but it was a boolean."),
        (NULL_OR_BOOLEAN, ["1"], "Flag must be a boolean or null but it was a string."),
    ],
    ids=repr,
)
def test_where_null_is_allowed_any_other_value_of_the_type_alone_in_a_list_is_refused(
    field: Field, value: Any, complaint: str
) -> None:
    assert complaints({"f": field}, {"f": value}) == [complaint]


@pytest.mark.parametrize(
    ("value", "coerced"),
    [([0], "0"), ([1704164645], "1704164645"), (["1704164645"], 1704164645)],
    ids=["zero", "number", "text"],
)
def test_a_date_alone_in_a_list_changes_its_type(value: Any, coerced: object) -> None:
    assert compile_fields({"at": DATE}).validate({"at": value}, batch=False) == {"at": coerced}


def test_complaints_about_a_purchase_follow_segments_order_of_fields() -> None:
    fields = ACTIONS["trackPurchase"].fields
    user = {"mergeNestedObjects": "x", "dataFields": "x"}
    payload = {"user": user, "items": [5], "dataFields": "x", "total": 1}
    assert complaints(dict(fields), payload) == [
        "User Data Fields must be an object but it was a string.",
        "Merge Nested Objects must be a boolean but it was a string.",
        "Event Data Fields must be an object but it was a string.",
        "The value at /items/0 must be an object but it was a number.",
    ]


FIELDS = st.sampled_from([TEXT, NUMBER, INTEGER, BOOLEAN, OBJECT, PHONE, DATE])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(FIELDS, VALUES)
def test_what_a_batch_accepted_once_it_accepts_again_unchanged(field: Field, value: Any) -> None:
    validator = compile_fields({"f": field})
    try:
        once = validator.validate({"f": value}, batch=True)
    except AggregateAjvError:
        return
    # A text may become infinite, which is no number any more.
    if "inf" not in repr(once):
        assert validator.validate(once, batch=True) == once


_ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.sampled_from(
        ["", "x", "ada@example.com", "7", "true", "2024-02-29T12:00:00Z", "2024-02-31T12:00:00.5Z", "soon"]
    ),
    st.just(UNDEFINED),
    st.dictionaries(st.text(max_size=2), st.none() | st.text(max_size=2), max_size=2),
)
_MEMBERS = ("email", "userId", "dataFields", "phoneNumber", "id", "name", "price", "quantity", "sku")
_ITEMS = st.dictionaries(st.sampled_from(_MEMBERS), _ANY.filter(lambda value: value is not UNDEFINED), max_size=6)


@pytest.mark.parametrize("action", ACTIONS)
@given(data=st.data(), batch=st.booleans())
def test_a_value_that_goes_through_unlooked_at_is_what_a_look_would_leave(
    action: str, data: st.DataObject, batch: bool
) -> None:
    fields = ACTIONS[action].fields
    payload = data.draw(
        st.dictionaries(st.sampled_from(sorted(fields)), _ANY | _ITEMS | st.lists(_ITEMS | _ANY, max_size=2))
    )
    quick = compile_fields(fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("destination.fields.compiler.unchanged_values", lambda _: {})
        thorough = compile_fields(fields)
    assert outcome(quick, payload, batch=batch) == outcome(thorough, payload, batch=batch)


def outcome(validator: Validator, payload: object, *, batch: bool) -> str:
    """The result with the types of its values, or the complaints."""
    try:
        return repr(validator.validate(payload, batch=batch))
    except AggregateAjvError as error:
        return repr(error.complaints)
