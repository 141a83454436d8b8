"""The check of a mapping before it is compiled, with Segment's own complaints.

Two passes for each directive: first everything nested in its argument is checked as a mapping, then, if that
was clean, its own fields. What is nested is not checked again by the second pass, which would give the same and take
twice as long for every level. Lists are not looked into. Source: observed in `actions-core` 3.170.0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from destination.errors import AggregateError, Complaint, RootMappingError
from destination.javascript import utf16
from destination.javascript.values import in_key_order, type_name
from destination.mapping.recognition import is_directive

_Stack = tuple[str, ...]
_Check = Callable[[object, _Stack], None]
LONGEST_PATTERN: Final = 10
LONGEST_REPLACEMENT: Final = 10


class _InvalidError(Exception):
    """One complaint."""

    def __init__(self, problem: str, stack: _Stack) -> None:
        super().__init__(f"/{'/'.join(stack)} {problem}.")


class _SeveralError(Exception):
    """Complaints about the members of one object."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        super().__init__(*complaints)
        self.complaints = complaints


def check_configuration(mapping: object) -> None:
    """Check a mapping as a whole.

    Raises:
        AggregateError: With one complaint for each mistake.
        RootMappingError: The mistake is at the very root.
    """
    try:
        _check(mapping, ())
    except _InvalidError as error:
        raise RootMappingError(str(error)) from error
    except _SeveralError as error:
        raise AggregateError(
            tuple(Complaint(text, "$", text.split(" ", 1)[0]) for text in error.complaints)
        ) from error


def _kind(value: object) -> str:
    return "directive" if is_directive(value) else type_name(value)


def _with_article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _check(mapping: object, stack: _Stack) -> None:
    if is_directive(mapping):
        _check_directive(mapping, stack)
    elif isinstance(mapping, dict):
        _check_members(mapping, stack)


def _check_directive(value: object, stack: _Stack) -> None:
    keys = list(value) if isinstance(value, dict) else []
    names = [key for key in keys if key.startswith("@")]
    others = [key for key in keys if not key.startswith("@") and key != "_metadata"]
    if len(names) > 1 or others:
        count = len(keys) if others and len(names) == 1 else len(names)
        raise _InvalidError(f"should only have one @-prefixed key but it has {count} keys", stack)
    check = _DIRECTIVES.get(names[0])
    if check is None or not isinstance(value, dict):
        raise _InvalidError(f"has an invalid directive: {names[0]}", stack)
    check(value[names[0]], (*stack, names[0]))


def _check_members(members: dict[str, object], stack: _Stack) -> None:
    _collect([(_check, value, (*stack, key)) for key, value in in_key_order(members).items()])


def _collect(checks: list[tuple[_Check, object, _Stack]]) -> None:
    complaints: list[str] = []
    for check, value, stack in checks:
        try:
            check(value, stack)
        except _InvalidError as error:
            complaints.append(str(error))
        except _SeveralError as error:
            complaints.extend(error.complaints)
    if complaints:
        raise _SeveralError(tuple(complaints))


def _object_with(required: Mapping[str, _Check], optional: Mapping[str, _Check], order: tuple[str, ...]) -> _Check:
    def check(value: object, stack: _Stack) -> None:
        kind = _kind(value)
        if kind != "object" or not isinstance(value, dict):
            raise _InvalidError(f"should be an object but it is {_with_article(kind)}", stack)
        _check_members(value, stack)
        checks: list[tuple[_Check, object, _Stack]] = []
        for name in order:
            if name in value:
                field_check = required.get(name) or optional[name]
                checks.append((_WITHOUT_NESTED.get(field_check, field_check), value[name], (*stack, name)))
            elif name in required:
                checks.append((_missing, name, stack))
        _collect(checks)

    return check


def _missing(name: object, stack: _Stack) -> None:
    raise _InvalidError(f"should have field {json.dumps(name)} but it doesn't", stack)


def _anything(value: object, stack: _Stack) -> None:
    if is_directive(value):
        _check_directive(value, stack)


def _string_or_directive(value: object, stack: _Stack) -> None:
    if is_directive(value):
        _check_directive(value, stack)
    elif not isinstance(value, str):
        kind = _with_article(type_name(value))
        raise _InvalidError(f"should be a string or a mapping directive but it is {kind}", stack)


def _object_or_directive(value: object, stack: _Stack) -> None:
    if is_directive(value):
        _check_directive(value, stack)
    elif isinstance(value, dict):
        _check_members(value, stack)
    else:
        kind = _with_article(type_name(value))
        raise _InvalidError(f"should be a object or a mapping directive but it is {kind}", stack)


def _accept(_value: object, _stack: _Stack) -> None:
    """Nothing is left to be checked."""


def _string_unless_directive(value: object, stack: _Stack) -> None:
    if not is_directive(value):
        _string_or_directive(value, stack)


def _object_unless_directive(value: object, stack: _Stack) -> None:
    if not isinstance(value, dict):
        _object_or_directive(value, stack)


#: What is left of a check where everything nested has been checked before.
_WITHOUT_NESTED: Final[Mapping[_Check, _Check]] = {
    _anything: _accept,
    _string_or_directive: _string_unless_directive,
    _object_or_directive: _object_unless_directive,
}


def _of_type(wanted: str) -> _Check:
    def check(value: object, stack: _Stack) -> None:
        kind = _kind(value)
        if kind != wanted:
            article = _with_article(wanted)
            raise _InvalidError(f"should be {article} but it is {_with_article(kind)}", stack)

    return check


_string = _of_type("string")
_boolean = _of_type("boolean")


def _text_of_length(shortest: int, longest: int) -> _Check:
    def check(value: object, stack: _Stack) -> None:
        _string(value, stack)
        length = utf16.length(str(value))
        if length < shortest:
            raise _InvalidError(f"should be a string of length {shortest} or greater", stack)
        if length > longest:
            raise _InvalidError(f"should be a string of length {longest} or less", stack)

    return check


def _one_of(*words: str) -> _Check:
    def check(value: object, stack: _Stack) -> None:
        _string(value, stack)
        # Segment compares without regard to case here, and with regard to it when the directive runs.
        if str(value).lower() not in words:
            shown = json.dumps(value, ensure_ascii=False)
            raise _InvalidError(f"should be one of {', '.join(words)} but it is {shown}", stack)

    return check


def _list(value: object, stack: _Stack) -> None:
    if not isinstance(value, list):
        raise _InvalidError(f"should be an array but it is {_with_article(type_name(value))}", stack)


def _merge(value: object, stack: _Stack) -> None:
    _MERGE_OPTIONS(value, stack)
    for item in value["objects"] if isinstance(value, dict) else ():
        # Segment forgets the place here, and stops at the first mistake: the complaint reads "/ should be …".
        _object_or_directive(item, ())


def _array_path(value: object, stack: _Stack) -> None:
    _list(value, stack)
    items = value if isinstance(value, list) else []
    if items:
        _string_or_directive(items[0], stack)
    else:
        raise _InvalidError("should be a string or a mapping directive but it is an undefined", stack)
    if len(items) > 1:
        _check(items[1], stack)


_MERGE_OPTIONS: Final = _object_with(
    {"objects": _list}, {"direction": _one_of("left", "right")}, ("direction", "objects")
)
_DIRECTIVES: Final[Mapping[str, _Check]] = {
    "@path": _string_or_directive,
    "@template": _string_or_directive,
    "@literal": _anything,
    "@excludeWhenNull": _anything,
    "@liquid": _string,
    "@arrayPath": _array_path,
    "@if": _object_with(
        {},
        {"exists": _anything, "blank": _anything, "then": _anything, "else": _anything},
        ("exists", "blank", "then", "else"),
    ),
    "@case": _object_with({}, {"operator": _string, "value": _string_or_directive}, ("operator", "value")),
    "@replace": _object_with(
        {"pattern": _text_of_length(1, LONGEST_PATTERN), "value": _string_or_directive},
        {
            "replacement": _text_of_length(0, LONGEST_REPLACEMENT),
            "ignorecase": _boolean,
            "global": _boolean,
        },
        ("pattern", "replacement", "value", "ignorecase", "global"),
    ),
    "@flatten": _object_with(
        {"value": _anything},
        {"separator": _string},
        ("separator", "value"),
    ),
    "@json": _object_with({"value": _anything, "mode": _one_of("encode", "decode")}, {}, ("value", "mode")),
    "@merge": _merge,
    "@transform": _object_with(
        {"apply": _object_or_directive, "mapping": _object_or_directive}, {}, ("apply", "mapping")
    ),
}
#: The names of all directives.
DIRECTIVES: Final = tuple(_DIRECTIVES)
