"""Values, conditions and filters read into functions of the context; one module, since each may hold the others.

How LiquidJS's tokenizer goes on decides what is an expression, not a grammar: values side by side and an operator
without its operand are read, and the first value is the result.
Source: `src/parser/tokenizer.ts` and `src/render/expression.ts` of LiquidJS, 10.27.2 and 10.30.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from destination.javascript import utf16
from destination.javascript.values import UNDEFINED
from destination.mapping.liquid.comparisons import OPERATORS, equal
from destination.mapping.liquid.context import Context, evaluate_path
from destination.mapping.liquid.errors import Failure, LiquidError
from destination.mapping.liquid.filters import filters_of
from destination.mapping.liquid.memory import cost_of
from destination.mapping.liquid.scanner import Scanner
from destination.mapping.liquid.values import LITERALS, as_number, is_false, liquid_items, liquid_text

Evaluate = Callable[[Context], object]

_LITERAL: Final = re.compile("|".join(LITERALS))
_OPERATOR: Final = re.compile("|".join(sorted(OPERATORS, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written.

    Attributes:
        text: What is written.
        evaluate: What it is in a rendering.
    """

    text: str
    evaluate: Evaluate


def constant(value: object) -> Evaluate:
    """A value that is the same in every rendering."""
    return lambda _: value


def read_filtered(scanner: Scanner) -> Evaluate:
    """The expression here with its filters.

    Raises:
        LiquidError: There is none, or something is wrong with it.
    """
    evaluate = _read_expression(scanner)
    if evaluate is None:
        raise scanner.error(f"invalid value expression: {scanner.snapshot()}")
    filters = tuple(_read_filters(scanner))
    if not filters:
        return evaluate

    def filtered(context: Context) -> object:
        value = evaluate(context)
        for apply in filters:
            value = apply(context, value)
        return value

    return filtered


def _read_expression(scanner: Scanner) -> Evaluate | None:
    """Everything here that is a value or an operator, or None where nothing is."""
    postfix: list[Evaluate | str] = []
    waiting: list[str] = []
    while not scanner.ended:
        if name := scanner.read_one_of(_OPERATOR):
            while waiting and OPERATORS[waiting[-1]][0] > OPERATORS[name][0]:
                postfix.append(waiting.pop())
            waiting.append(name)
        elif value := read_value(scanner):
            postfix.append(value.evaluate)
        else:
            break
    postfix += reversed(waiting)
    if len(postfix) == 1 and not isinstance(postfix[0], str):
        return postfix[0]
    return partial(_evaluate_postfix, tuple(postfix)) if postfix else None


def _evaluate_postfix(postfix: tuple[Evaluate | str, ...], context: Context) -> object:
    """The first value that is left when every operator has taken those before it; what is not there is undefined."""
    values: list[object] = []
    for item in postfix:
        if isinstance(item, str):
            _, count, operate = OPERATORS[item]
            taken = [values.pop() if values else UNDEFINED for _ in range(count)]
            values.append(operate(*reversed(taken)))
        else:
            values.append(item(context))
    return values[0]


def read_value(scanner: Scanner) -> Value | None:
    """The value here, or None: a word with a meaning, a text, a number, a range or a variable, and its properties."""
    scanner.skip_blanks()
    begin = scanner.at
    evaluate = _read_simple(scanner)
    keys = _read_keys(scanner, is_variable=evaluate is None)
    if keys:
        evaluate = _property(scanner, begin, evaluate, keys)
    return None if evaluate is None else Value(scanner.text_from(begin), evaluate)


def _read_simple(scanner: Scanner) -> Evaluate | None:
    if word := scanner.read_one_of(_LITERAL):
        return constant(LITERALS[word])
    text = scanner.read_quoted()
    if text is not None:
        return constant(text)
    number = scanner.read_number()
    if number is not None:
        return constant(number)
    return _read_range(scanner) if scanner.peek() == "(" else None


def _read_range(scanner: Scanner) -> Evaluate:
    scanner.at += 1
    low = _require_value(scanner)
    scanner.skip_blanks()
    if scanner.newer:
        scanner.require(scanner.peek() == scanner.peek(1) == ".", "invalid range syntax")
        scanner.at += 2
    else:
        scanner.require(scanner.read() == "." and scanner.read() == ".", "invalid range syntax")
    high = _require_value(scanner)
    scanner.skip_blanks()
    scanner.require(scanner.read() == ")", "invalid range syntax")
    return partial(_range, low.evaluate, high.evaluate)


def _require_value(scanner: Scanner) -> Value:
    value = read_value(scanner)
    if value is None:
        raise scanner.error(f"unexpected token {scanner.snapshot()}, value expected")
    return value


def _range(get_low: Evaluate, get_high: Evaluate, context: Context) -> list[float]:
    low, high = as_number(get_low(context)), as_number(get_high(context))
    context.memory.use(high - low + 1)
    numbers = []
    while low < high + 1:
        numbers.append(low)
        if low + 1 == low:
            # Beyond 2^53 LiquidJS adds one forever.
            raise Failure("Invalid array length")
        low += 1
    return numbers


def _read_keys(scanner: Scanner, *, is_variable: bool) -> list[Evaluate]:
    """The properties that follow, as far as they go; the first word is one where a variable begins."""
    keys: list[Evaluate] = []
    while True:
        if scanner.peek() == "[":
            scanner.at += 1
            key = read_value(scanner)
            scanner.require(scanner.read_to("]"), "[ not closed")
            keys.append(key.evaluate if key else constant(""))
            continue
        if is_variable and not keys and (word := scanner.read_word()):
            keys.append(constant(word))
            continue
        if scanner.peek() != "." or scanner.peek(1) == ".":
            return keys
        scanner.at += 1
        word = scanner.read_word()
        if not word:
            return keys
        keys.append(constant(word))


def _property(scanner: Scanner, begin: int, get_start: Evaluate | None, keys: list[Evaluate]) -> Evaluate:
    source = scanner.text

    def evaluate(context: Context) -> object:
        found = [key(context) for key in keys]
        try:
            if get_start is None:
                return context.lookup(found)
            return evaluate_path(get_start(context), found)
        except Failure as failure:
            raise LiquidError("UndefinedVariableError", failure.text, source, begin) from failure

    return evaluate


def read_variable_path(scanner: Scanner) -> Evaluate | None:
    """The path of a variable, whatever its first word means elsewhere; None where there is none."""
    scanner.skip_blanks()
    begin = scanner.at
    keys = _read_keys(scanner, is_variable=True)
    return _property(scanner, begin, None, keys) if keys else None


def _read_filters(scanner: Scanner) -> Iterator[Callable[[Context, object], object]]:
    while (apply := _read_filter(scanner)) is not None:
        yield apply


def _read_filter(scanner: Scanner) -> Callable[[Context, object], object] | None:
    scanner.skip_blanks()
    if scanner.ended or (scanner.newer and scanner.peek() in {")", ","}):
        return None
    scanner.require(scanner.read() == "|", 'expected "|" before filter')
    name = scanner.read_word()
    if not name:
        scanner.require(scanner.ended, "expected filter name")
        return None
    return _application(name, _read_arguments(scanner), newer=scanner.newer)


def _read_arguments(scanner: Scanner) -> list[Evaluate]:
    """What follows a filter's name; an argument with a name is a list of both."""
    after = {"|", ""} | ({")", ","} if scanner.newer else set())
    arguments: list[Evaluate] = []
    scanner.skip_blanks()
    if scanner.peek() != ":":
        scanner.require(scanner.peek() in after, 'expected ":" after filter name')
        return arguments
    while True:
        scanner.at += 1
        argument = _read_argument(scanner)
        if argument is not None:
            arguments.append(argument)
        scanner.skip_blanks()
        if scanner.peek() not in after | {","}:
            raise scanner.error(f"unexpected character {scanner.snapshot()}")
        if scanner.peek() != ",":
            return arguments


def _read_argument(scanner: Scanner) -> Evaluate | None:
    first = read_value(scanner)
    if first is None:
        return None
    scanner.skip_blanks()
    if scanner.peek() != ":":
        return first.evaluate
    scanner.at += 1
    second = read_value(scanner)
    get = second.evaluate if second else constant(UNDEFINED)
    return lambda context: [first.text, get(context)]


def _application(name: str, arguments: list[Evaluate], *, newer: bool) -> Callable[[Context, object], object]:
    """A filter with its arguments; one that LiquidJS does not know changes nothing."""
    function, cost = filters_of(newer=newer).get(name), cost_of(name)
    if name == "where":
        return lambda context, value: _where(context, value, *(get(context) for get in arguments))

    def apply(context: Context, value: object) -> object:
        given = [get(context) for get in arguments]
        if function is None:
            return value
        if cost is not None:
            context.memory.use(cost(value, *given))
        return function(value, *given)

    return apply


def _where(
    context: Context, value: object, path: object = UNDEFINED, expected: object = UNDEFINED, *_: object
) -> list[object]:
    """The items in which a path leads to what is expected, or to what is not false where nothing is.

    This filter alone reads a part of a template, so it stands with what reads those.
    """
    items = liquid_items(value)
    context.memory.use(len(items))
    source = liquid_text(path)
    units = source if source.isascii() else "".join(utf16.units(source))
    evaluate = read_variable_path(Scanner(units, newer=context.newer)) or constant(UNDEFINED)
    found = [evaluate(context.spawn(item)) for item in items]
    if expected is UNDEFINED:
        return [item for item, value in zip(items, found, strict=True) if not is_false(value)]
    return [item for item, value in zip(items, found, strict=True) if equal(value, expected)]
