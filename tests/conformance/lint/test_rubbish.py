"""Whatever a mapping holds, lint says something of it and does not break."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.inputs.configuration import Configuration, ConfiguredSubscription, configuration_of
from conformance.inputs.errors import InputError
from conformance.lint import format_annotations, format_lines, lint, to_json
from destination import PRESETS, Subscription
from destination.actions import ACTIONS

_NAMES = [
    *("@path", "@template", "@liquid", "@literal", "@if", "@arrayPath", "@case", "@replace", "@merge", "@transform"),
    *("@flatten", "@json", "@excludeWhenNull", "@nope", "exists", "then", "else", "value", "objects", "mapping"),
    *("apply", "email", "userId", "user", "items", "dataFields", "eventName", "newEmail", "updateOnly", "batch_size"),
    *("enable_batching", "total", "id", "createdAt", "__segment_internal_directive", "_metadata", "orderId", "", "$"),
]
_TEXTS = [
    *(
        "$.properties.email",
        "$.traits.Email",
        "$",
        "",
        ".",
        "$.",
        "$..a",
        "a[",
        "$.a[0",
        "{{",
        "{{}}",
        "{{{a}}",
        "}}",
    ),
    *(
        "{{ a | b }}",
        "{% for %}",
        "{{event.x}}",
        "$.event.x",
        "$.properties.products",
        "$.__segment_id",
        "ada@x.test",
    ),
]
TEXT = st.sampled_from(_TEXTS) | st.text(max_size=8)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
KEY = st.sampled_from(_NAMES) | st.text(max_size=4)
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=4), max_leaves=20
)
WORDS = st.sampled_from(
    [
        *(
            "type",
            "event",
            "name",
            "userId",
            "properties.total",
            "traits.plan",
            "context.app.name",
            "foo",
            "properties",
        ),
        *(
            "=",
            "!=",
            "==",
            ">",
            "<=",
            "(",
            ")",
            "!",
            ",",
            "and",
            "or",
            "AND",
            "not",
            "in",
            "contains(",
            "match(",
            "()",
        ),
        *(
            '"track"',
            '"identify"',
            '"Order completed"',
            '"a*"',
            '"*a"',
            "'x'",
            "5",
            "-1.5",
            "null",
            "true",
            "[0]",
            "$",
        ),
    ]
)
TRIGGER = (
    st.lists(WORDS, max_size=12).map(" ".join)
    | st.sampled_from([preset.subscribe for preset in PRESETS])
    | st.text(max_size=20)
)
MAPPING = st.dictionaries(KEY, VALUE, max_size=6) | VALUE
ACTION = st.sampled_from([*ACTIONS, "noSuchAction"])
TYPES = st.lists(st.sampled_from(["email", "userid", "hybrid"]), max_size=2)


@settings(max_examples=300)
@given(st.lists(st.tuples(ACTION, TRIGGER | SCALAR, MAPPING), min_size=1, max_size=3), TYPES)
def test_anything_at_all_is_linted(parts: list[tuple[str, Any, Any]], types: list[str]) -> None:
    items = [Subscription(str(index), *part) for index, part in enumerate(parts)]
    configuration = Configuration("own", tuple(ConfiguredSubscription(item, item.name) for item in items))
    found = lint(configuration, types)
    json.dumps(to_json(found, configuration))
    for line in [*format_lines(found, sources=True), *format_annotations(found)]:
        line.encode("utf-8", "surrogatepass")


@given(st.lists(st.tuples(st.sampled_from([*ACTIONS]), TRIGGER, MAPPING), min_size=1, max_size=2))
def test_any_file_is_refused_as_input_or_linted_with_places(parts: list[tuple[str, Any, Any]]) -> None:
    keys = ("partnerAction", "subscribe", "mapping")
    text = json.dumps([dict(zip(keys, part, strict=True)) for part in parts])
    try:
        configuration = configuration_of("mapping.json", text)
    except InputError:
        return
    assert all(item.line and item.column and item.file == "mapping.json" for item in lint(configuration))
