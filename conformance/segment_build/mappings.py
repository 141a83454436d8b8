"""Mappings as customers write them, and as they get them wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from conformance.segment_build.values import KEYS, scalars, values
from destination.actions import ACTIONS

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from destination.fields import Field

#: Fields that our destination has and the build has not yet.
NEWER_FIELDS: Final = frozenset({"newEmail"})

_PATHS: Final = (
    "$.properties",
    "$.properties.email",
    "$.properties.products",
    "$.properties.products[0].name",
    "$.properties.plan",
    "$.properties.0",
    "$.properties['plan']",
    "$.context.traits",
    "$.context.traits.email",
    "$.traits",
    "$.traits.email",
    "$.traits.phone",
    "$.traits.plan.city",
    "$.userId",
    "$.event",
    "$.timestamp",
    "userId",
    "traits..email",
    "$.properties.products.length",
    "$.properties[plan]",
    " $.userId",
    "$.",
    "$",
    ".",
    "",
)
_TEMPLATES: Final = (
    "{{userId}}",
    "{{ traits.email }}!",
    "{{{properties.plan}}}-{{event}}",
    "{{properties}}",
    "{{ }}",
    "{{}}",
    "{{.}}",
    "{{$.userId}}",
    "{{a}",
    "plain",
    "",
)
_LIQUID: Final = (
    "{% if traits.email %}yes{% else %}no{% endif %}",
    "{% unless properties.plan == 'gold' %}no{% endunless %}",
    "{% if properties.total > 100 %}large{% else %}small{% endif %}",
    "{% if not properties.plan == 'gold' and traits.email contains '@' %}yes{% endif %}",
    "{% if properties.plan == blank or userId >= '5' %}yes{% endif %}",
    "{{ properties.products.size }}{{ properties.products[0].name }}{{ properties.plan.length }}",
    "{% nope %}",
    "{% assign plan = properties.plan | upcase %}{{ plan }}-{{ plan | size }}",
    "{% for p in properties.products %}{{ p }}{% endfor %}",
    "{{ properties.products | map: 'name' }}",
    "{{ nothing }}",
    "{{ userId",
    "",
)
_LIQUID_PATHS: Final = (
    "userId",
    "properties.plan",
    "traits.email",
    "properties.total",
    "timestamp",
    "nothing",
    "'a b'",
)
_LIQUID_FILTERS: Final = (
    "upcase",
    "downcase",
    "capitalize",
    "strip",
    "append: '!'",
    "prepend: '-'",
    "remove: 'a'",
    "replace: 'a', 'b'",
    "replace_first: 'o', ''",
    "split: ',' | join: ';'",
    "slice: 1, 2",
    "truncate: 4",
    "truncatewords: 1",
    "default: 'none'",
    "size",
    "first",
    "escape",
    "url_encode",
    "plus: 1",
    "times: 2",
    "divided_by: 4",
    "round",
    "floor",
    "round: 2",
    "modulo: 3",
    "date: '%Y-%m-%d %H:%M:%S'",
    "date: '%c %Z', 'America/New_York'",
    "date_to_rfc822",
    "squish",
    "slugify",
    "number_of_words",
    "url_decode",
    "base64_encode",
    "sha256",
    "join",
    "sum",
    "last",
    "compact | json: 1",
    "map: 'a'",
    "json",
    "unknown",
)
_PATTERNS: Final = ("a", "@", "a.b", "", "aaaaaaaaaaa", "é", "1", "$")
_REPLACEMENTS: Final = ("", "-", "$&", "$$", "$'", "aaaaaaaaaaa")


def paths() -> SearchStrategy[str]:
    """Paths into an event."""
    return st.sampled_from(_PATHS)


def directives() -> SearchStrategy[Any]:
    """One directive: usually one that Segment accepts, at times with an argument that it refuses."""
    return _DIRECTIVE


def _directive() -> SearchStrategy[Any]:
    # The first is what everything shrinks to.
    return st.one_of(st.builds(lambda path: {"@path": path}, paths()), *(_argument(name) for name in _ARGUMENTS))


def _argument(name: str) -> SearchStrategy[Any]:
    return st.deferred(lambda: st.one_of(*[_ARGUMENTS[name]] * 9, values())).map(lambda argument: {name: argument})


def resolvable() -> SearchStrategy[Any]:
    """What may stand where a value is wanted: a directive, a raw value, or an object of both."""
    return st.one_of(
        _DIRECTIVE,
        values(),
        st.dictionaries(st.sampled_from(KEYS), _DIRECTIVE, max_size=3),
        # In a list nothing is checked before it is resolved.
        st.lists(st.one_of(_DIRECTIVE, values()), max_size=2),
    )


def _with(required: dict[str, SearchStrategy[Any]], **optional: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Objects with these keys; at times one of the required is missing."""
    whole = st.fixed_dictionaries(required, optional=optional)
    return st.one_of(whole, whole, whole, st.fixed_dictionaries({}, optional={**required, **optional}))


def _liquid_outputs() -> SearchStrategy[str]:
    """Outputs with up to two filters."""
    filters = st.lists(st.sampled_from(_LIQUID_FILTERS), max_size=2)
    return st.builds(
        lambda path, names: f"{{{{ {' | '.join([path, *names])} }}}}", st.sampled_from(_LIQUID_PATHS), filters
    )


_DIRECTIVE: Final[SearchStrategy[Any]] = st.deferred(_directive)
_RESOLVABLE: Final = st.deferred(resolvable)
_NESTED: Final = st.one_of(_DIRECTIVE, _DIRECTIVE, st.dictionaries(st.sampled_from(KEYS), _RESOLVABLE, max_size=3))

_ARGUMENTS: Final[dict[str, SearchStrategy[Any]]] = {
    "@path": st.one_of(paths(), _DIRECTIVE),
    "@template": st.one_of(st.sampled_from(_TEMPLATES), _DIRECTIVE),
    "@literal": _RESOLVABLE,
    "@if": st.one_of(
        _with({"exists": _RESOLVABLE, "then": _RESOLVABLE}, **{"else": _RESOLVABLE}),
        _with({"blank": _RESOLVABLE, "then": _RESOLVABLE}, **{"else": _RESOLVABLE}),
    ),
    "@case": _with(
        {"operator": st.sampled_from(("lower", "upper", "LOWER")), "value": st.one_of(_DIRECTIVE, scalars())}
    ),
    "@replace": _with(
        {"pattern": st.sampled_from(_PATTERNS), "value": st.one_of(_DIRECTIVE, scalars())},
        replacement=st.one_of(st.sampled_from(_REPLACEMENTS), scalars()),
        pattern2=st.one_of(st.sampled_from(_PATTERNS), scalars()),
        replacement2=st.one_of(st.sampled_from(_REPLACEMENTS), scalars()),
        ignorecase=st.booleans(),
        **{"global": st.sampled_from((True, False, 0))},
    ),
    "@arrayPath": st.one_of(
        st.tuples(st.one_of(paths(), _DIRECTIVE)).map(list),
        st.tuples(st.one_of(paths(), _DIRECTIVE), _NESTED).map(list),
    ),
    "@flatten": _with({"separator": st.sampled_from((".", "_", "")), "value": _RESOLVABLE}, omitArrays=scalars()),
    "@json": _with({"mode": st.sampled_from(("encode", "decode", "Encode")), "value": _RESOLVABLE}),
    "@merge": _with(
        {"objects": st.lists(_NESTED, max_size=3), "direction": st.sampled_from(("left", "right", "LEFT"))}
    ),
    "@transform": _with({"apply": _NESTED, "mapping": _NESTED}),
    "@excludeWhenNull": _RESOLVABLE,
    "@liquid": st.one_of(st.sampled_from(_LIQUID), _liquid_outputs()),
    "@nope": scalars(),
}


def mappings(action: str) -> SearchStrategy[Any]:
    """Mappings for an action: its fields, mapped as by default, by another directive, or to a raw value."""
    fields = {name: field for name, field in ACTIONS[action].fields.items() if name not in NEWER_FIELDS}
    mapped = {name: _field(field) for name, field in fields.items()}
    required = {name: mapped.pop(name) for name, field in fields.items() if field.required}
    stray: dict[str, SearchStrategy[Any]] = {
        "dynamicAuthSettings": values(),
        "unknown": values(),
        "__segment_internal_directive": _DIRECTIVE,
        "__segment_internal_sync_mode": scalars(),
    }
    whole = st.fixed_dictionaries(required, optional=mapped)
    return st.one_of(
        whole,
        whole,
        whole,
        st.fixed_dictionaries(required, optional={**mapped, **stray}),
        st.fixed_dictionaries({}, optional={**required, **mapped}),
        _DIRECTIVE,
        values(),
    )


def _field(field: Field) -> SearchStrategy[Any]:
    default = st.just(field.default)
    ways: list[SearchStrategy[Any]] = [default, default, _DIRECTIVE, values()]
    if field.properties:
        # Its own properties, mapped one by one.
        properties = {name: _field(inner) for name, inner in field.properties.items()}
        ways.append(st.fixed_dictionaries({}, optional=properties))
    return st.one_of(*ways)
