"""The tags that Segment's build leaves enabled, parsed into what they write; one module, since blocks hold any tag.

Source: `src/tags/` of LiquidJS, 10.27.2 and 10.30.1, and `mapping-kit/liquid-directive.ts` of action-destinations.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from destination.javascript import utf16
from destination.javascript.json_text import stringify
from destination.javascript.values import UNDEFINED, to_text, truthy
from destination.mapping.liquid.context import Context
from destination.mapping.liquid.errors import Failure, LiquidError
from destination.mapping.liquid.expressions import Evaluate, Value, constant, read_filtered, read_value
from destination.mapping.liquid.scanner import Scanner
from destination.mapping.liquid.tokens import Token, read_lines
from destination.mapping.liquid.values import Drop, is_false, liquid_text

#: Writes a part of a template: the text of it is added to a list.
Write = Callable[[Context, list[str]], None]
Tokens = deque[Token]

_DISABLED: Final = ("case", "for", "include", "layout", "render", "tablerow")
_UNCOMMENTED: Final = re.compile(r"\n\s*[^#\s]")


def parse(tokens: Tokens) -> Write:
    """What writes all of these parts.

    Raises:
        LiquidError: Something in one of them is wrong.
    """
    parts = []
    while tokens:
        parts.append(_parse_part(tokens.popleft(), tokens))
    return _sequence(parts)


def _parse_part(token: Token, rest: Tokens) -> Write:
    try:
        if token.kind == "text":
            return partial(_write_text, token.shown)
        if token.kind == "output":
            return _placed(token, _writing(read_filtered(token.arguments)))
        read = _TAGS.get(token.name)
        if read is None:
            raise Failure(f'tag "{token.name}" not found')
        return _placed(token, read(token, rest))
    except Failure as failure:
        raise LiquidError("ParseError", failure.text, token.source, token.begin) from failure


def _placed(token: Token, write: Write) -> Write:
    """The same, with the place of the tag in what goes wrong."""

    def placed(context: Context, out: list[str]) -> None:
        try:
            write(context, out)
        except Failure as failure:
            raise LiquidError("RenderError", failure.text, token.source, token.begin) from failure

    return placed


def _sequence(parts: Sequence[Write]) -> Write:
    """Parts one after the other, until `break` or `continue`, which end the rendering where there are no loops."""
    if len(parts) == 1:
        return parts[0]

    def write(context: Context, out: list[str]) -> None:
        for part in parts:
            part(context, out)
            if context.stopped:
                return

    return write


def _write_text(text: str, _: Context, out: list[str]) -> None:
    out.append(text)


def _writing(evaluate: Evaluate) -> Write:
    def write(context: Context, out: list[str]) -> None:
        text = liquid_text(evaluate(context))
        context.memory.write(len(text))
        out.append(text)

    return write


def _echo(token: Token, _: Tokens) -> Write:
    return partial(_write_text, "") if token.arguments.ended else _writing(read_filtered(token.arguments))


def _assign(token: Token, _: Tokens) -> Write:
    scanner = token.arguments
    name = scanner.read_word()
    scanner.require(name, "expected variable name")
    scanner.skip_blanks()
    scanner.require(scanner.peek() == "=", 'expected "="')
    scanner.at += 1
    evaluate = read_filtered(scanner)

    def write(context: Context, _: list[str]) -> None:
        context.variables[name] = evaluate(context)

    return write


def _capture(token: Token, rest: Tokens) -> Write:
    name = token.arguments.read_word() or token.arguments.read_quoted()
    if name is None:
        raise token.arguments.error("invalid capture name")
    body = _sequence(_parse_until("endcapture", token, rest))

    def write(context: Context, _: list[str]) -> None:
        captured: list[str] = []
        body(context, captured)
        context.variables[name] = utf16.joined("".join(captured))

    return write


def _parse_until(name: str, token: Token, rest: Tokens) -> list[Write]:
    parts: list[Write] = []
    while rest:
        part = rest.popleft()
        if part.kind == "tag" and part.name == name:
            return parts
        parts.append(_parse_part(part, rest))
    raise Failure(f"tag {token.text} not closed")


def _skip_until(name: str, token: Token, rest: Tokens) -> list[Token]:
    skipped: list[Token] = []
    while rest:
        part = rest.popleft()
        if part.kind == "tag" and part.name == name:
            return skipped
        skipped.append(part)
    raise Failure(f"tag {token.text} not closed")


def _comment(token: Token, rest: Tokens) -> Write:
    _skip_until("endcomment", token, rest)
    return partial(_write_text, "")


def _raw(token: Token, rest: Tokens) -> Write:
    return partial(_write_text, "".join(part.text for part in _skip_until("endraw", token, rest)))


def _inline_comment(token: Token, _: Tokens) -> Write:
    if _UNCOMMENTED.search(token.argument_text):
        raise Failure("every line of an inline comment must start with a '#' character")
    return partial(_write_text, "")


def _counter(token: Token, _: Tokens, *, step: int, shows_result: bool) -> Write:
    name = token.arguments.read_word()

    def write(context: Context, out: list[str]) -> None:
        before = context.count(name, step)
        out.append(to_text(before + step if shows_result else before))

    return write


def _if(token: Token, rest: Tokens) -> Write:
    parts: list[Write] = []
    branches = [(read_filtered(token.arguments), parts)]
    otherwise: list[Write] | None = None
    while rest:
        part = rest.popleft()
        name = part.name if part.kind == "tag" else ""
        if name == "elsif":
            _require(otherwise is None, "unexpected elsif after else")
            branches.append((read_filtered(part.arguments), parts := []))
        elif name == "else":
            _require(not part.argument_text, f"unexpected {stringify(part.argument_text)}")
            _require(otherwise is None, "duplicated else")
            parts = otherwise = []
        elif name == "endif":
            _require(not part.argument_text, f"unexpected {stringify(part.argument_text)}")
            return _choice([(test, _sequence(body)) for test, body in branches], _sequence(otherwise or []))
        else:
            parts.append(_parse_part(part, rest))
    raise Failure(f"tag {token.text} not closed")


def _require(condition: object, text: str) -> None:
    if not condition:
        raise Failure(text)


def _choice(branches: Sequence[tuple[Evaluate, Write]], otherwise: Write) -> Write:
    def write(context: Context, out: list[str]) -> None:
        for test, body in branches:
            if not is_false(test(context)):
                body(context, out)
                return
        otherwise(context, out)

    return write


def _unless(token: Token, rest: Tokens) -> Write:
    condition = read_filtered(token.arguments)
    parts: list[Write] = []
    branches: list[tuple[Evaluate, list[Write]]] = [(lambda context: is_false(condition(context)), parts)]
    otherwise: list[Write] = []
    times_else = 0
    while rest:
        part = rest.popleft()
        name = part.name if part.kind == "tag" else ""
        if name == "elsif":
            # Behind `else` it is not even read, and what follows it is dropped.
            parts = []
            if not times_else:
                branches.append((read_filtered(part.arguments), parts))
        elif name == "else":
            times_else += 1
            parts = otherwise if times_else == 1 else []
        elif name == "endunless":
            return _choice([(test, _sequence(body)) for test, body in branches], _sequence(otherwise))
        else:
            parts.append(_parse_part(part, rest))
    raise Failure(f"tag {token.text} not closed")


def _cycle(token: Token, _: Tokens) -> Write:
    scanner = token.arguments
    begin = scanner.at
    group, candidates = read_value(scanner), []
    scanner.skip_blanks()
    if group is not None and scanner.peek() != ":":
        if scanner.newer:
            scanner.at = begin
        else:
            candidates.append(group)
        group = None
    elif group is not None:
        scanner.at += 1
    while not scanner.ended:
        candidate = _read_candidate(scanner)
        candidates += [candidate] if candidate else []
        scanner.read_to(",")
    scanner.require(candidates, f'empty candidates: "{token.text}"')
    # 10.27 tells cycles apart by their group and by how many values they have, which show themselves all the same.
    told_by = ",".join(item.text if scanner.newer else "[object Object]" for item in candidates)
    return _cycling(group.evaluate if group else None, told_by, [item.evaluate for item in candidates])


def _read_candidate(scanner: Scanner) -> Value | None:
    if not scanner.newer:
        return read_value(scanner)
    begin = scanner.at
    evaluate = read_filtered(scanner)
    return Value(scanner.text_from(begin), evaluate)


def _cycling(get_group: Evaluate | None, told_by: str, candidates: Sequence[Evaluate]) -> Write:
    get_group = get_group or constant(UNDEFINED)

    def write(context: Context, out: list[str]) -> None:
        name = f"{to_text(get_group(context))}:{told_by}"
        index = context.cycles.get(name, 0)
        context.cycles[name] = (index + 1) % len(candidates)
        value = candidates[index](context)
        if truthy(value):
            out.append(liquid_text(value))

    return write


def _block(token: Token, rest: Tokens) -> Write:
    body = _sequence(_parse_until("endblock", token, rest))

    def write(context: Context, out: list[str]) -> None:
        block = Drop("block", None)
        block.value = block
        context.scopes.append({"block": block})
        body(context, out)
        context.scopes.pop()

    return write


def _stop(_: Token, __: Tokens) -> Write:
    def write(context: Context, _: list[str]) -> None:
        context.stopped = True

    return write


def _lines(token: Token, _: Tokens) -> Write:
    return parse(deque(read_lines(token.arguments)))


def _disabled(name: str) -> Callable[[Token, Tokens], Write]:
    def refuse(_: Token, __: Tokens) -> Write:
        raise Failure(f'tag "{name}" is disabled')

    return refuse


_TAGS: Final[Mapping[str, Callable[[Token, Tokens], Write]]] = {
    "#": _inline_comment,
    "assign": _assign,
    "block": _block,
    "break": _stop,
    "capture": _capture,
    "comment": _comment,
    "continue": _stop,
    "cycle": _cycle,
    "decrement": partial(_counter, step=-1, shows_result=True),
    "echo": _echo,
    "if": _if,
    "increment": partial(_counter, step=1, shows_result=False),
    "liquid": _lines,
    "raw": _raw,
    "unless": _unless,
    **{name: _disabled(name) for name in _DISABLED},
}
