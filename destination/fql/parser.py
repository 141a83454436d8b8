"""Tokens to a syntax tree, as `@segment/destination-subscriptions` 3.37.0 does it.

The original skips what it does not know, gives all parts of a level the last conditional of that level, and
lets the first closing parenthesis end a group. All of that decides which events match, so all of it is kept; a
`Trace` tells whoever wrote the trigger where it happened.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from destination.fql.lexer import END_TOKEN, Kind, LexicalError, Token, tokenize
from destination.fql.syntax import Condition, FqlError, Group, Node
from destination.javascript.values import text_to_number, to_text

_CONDITION_TYPES: Final = {
    "type": "event-type",
    "event": "event",
    "name": "name",
    "userId": "userId",
    "context": "event-context",
    "properties": "event-property",
    "traits": "event-trait",
}
_FUNCTIONS: Final = frozenset({"contains", "match"})
_NESTED: Final = frozenset({"event-context", "event-property", "event-trait"})
_ROOT: Final = re.compile(r"(properties|traits|context)\.")
_FUNCTION_ROOTS: Final = ("properties", "traits", "context")
_EXISTENCE: Final = {"!=": "exists", "=": "not_exists"}
_TRUTH: Final = {"true": "is_true", "false": "is_false"}
#: What the original says when it looks at a token, or at a tree, that is not there.
_NOTHING_THERE: Final = "Cannot read properties of undefined (reading 'type')"
_NUMERIC: Final = {"=": "number_equals", "!=": "number_not_equals"}


@dataclass(slots=True)
class Trace:
    """What the parser made of a text beside the tree.

    Attributes:
        skipped: The parts that it skipped, each as its tokens in order.
        mixed: For each level with both conditionals the one that was given to all of its parts.
        split_groups: How many groups ended at a parenthesis of a function in them, before their last part.
    """

    skipped: list[tuple[str, ...]] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    split_groups: int = 0
    _run: list[str] = field(default_factory=list)
    _open: bool = False

    def skip(self, token: Token) -> None:
        """Note a token that was skipped."""
        if self._open and token.kind is Kind.PARENTHESIS_RIGHT:
            # The parenthesis that was meant to end the group: nothing of the group came before it.
            self._open = False
            return
        self._run.append(token.value)

    def use(self) -> None:
        """Note that a token was not skipped."""
        self.end()
        self.split_groups += self._open
        self._open = False

    def end(self) -> None:
        """Note that the text, or a part of it, has ended."""
        if self._run and self._run != [")"]:
            self.skipped.append(tuple(self._run))
        self._run = []

    def group(self, tokens: deque[Token]) -> None:
        """Note the tokens of a group that has just been parsed."""
        self._open = any(token.kind is Kind.PARENTHESIS_LEFT for token in tokens)

    def level(self, operators: list[str]) -> None:
        """Note the conditionals of one level."""
        if len(set(operators)) > 1:
            self.mixed.append(operators[-1])


def parse(text: str, trace: Trace | None = None) -> Group:
    """The syntax tree of a trigger; a single condition is wrapped in an `and` group.

    Args:
        text: The trigger.
        trace: Is told what the parser skips and overrules.

    Raises:
        FqlError: The text is empty, not well formed, or holds nothing that the language knows.
    """
    try:
        tokens = tokenize(text)
    except LexicalError as error:
        raise FqlError(_NOTHING_THERE, f"the trigger cannot be read: {error}") from error
    root = _parse(deque(_joined(tokens)), trace or Trace())
    if root is None:
        raise FqlError(_NOTHING_THERE, "the trigger has no condition that Segment knows")
    return root if isinstance(root, Group) else Group("and", (root,))


def _joined(tokens: list[Token]) -> list[Token]:
    """The tokens with name, dot, name made into one dotted name."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else END_TOKEN
        if joined and joined[-1].kind is Kind.IDENT and token.kind is Kind.DOT and following.kind is Kind.IDENT:
            joined[-1] = Token(Kind.IDENT, f"{joined[-1].value}.{following.value}")
            index += 2
        else:
            joined.append(token)
            index += 1
    return joined


def _parse(tokens: deque[Token], trace: Trace) -> Node:
    nodes: list[Node] = []
    operators: list[str] = []
    while tokens and (token := tokens.popleft()).kind is not Kind.END:
        if token.kind is Kind.IDENT:
            nodes.extend(_traced(token, _named(token, tokens), trace))
        elif token.kind is Kind.OPERATOR and token.value == "!" and tokens[0].value in _FUNCTIONS:
            name = tokens.popleft()
            nodes.extend(_traced(name, _function(name.value, tokens, negated=True), trace))
        elif token.kind is Kind.PARENTHESIS_LEFT:
            trace.use()
            nodes.append(_parse_group(_group_tokens(tokens), trace))
        elif token.kind is Kind.CONDITIONAL:
            trace.use()
            operators.append(token.value)
        else:
            trace.skip(token)
    trace.end()
    trace.level(operators)
    if len(nodes) > 1:
        return Group(operators[-1] if operators else "and", tuple(nodes))
    return nodes[0] if nodes else None


def _parse_group(tokens: deque[Token], trace: Trace) -> Node:
    copy = deque(tokens)
    node = _parse(tokens, trace)
    trace.group(copy)
    return node


def _traced(token: Token, found: list[Node], trace: Trace) -> list[Node]:
    """What was found at a name; the trace is told whether that is anything."""
    if found:
        trace.use()
    else:
        trace.skip(token)
    return found


def _group_tokens(tokens: deque[Token]) -> deque[Token]:
    group: deque[Token] = deque()
    while tokens:
        token = tokens.popleft()
        if token.kind is Kind.PARENTHESIS_RIGHT:
            group.append(END_TOKEN)
            return group
        group.append(token)
    raise FqlError(_NOTHING_THERE, "a closing parenthesis is missing")


def _named(token: Token, tokens: deque[Token]) -> list[Node]:
    condition_type = _CONDITION_TYPES.get(token.value.split(".")[0])
    if condition_type is not None:
        return [_condition(condition_type, token, tokens)]
    if token.value in _FUNCTIONS:
        return _function(token.value, tokens, negated=False)
    return []


def _condition(condition_type: str, name: Token, tokens: deque[Token]) -> Condition:
    if not tokens:
        raise FqlError("Operator token is missing")
    operator = tokens.popleft().value
    if not tokens:
        raise FqlError("Value token is missing")
    value = tokens.popleft()
    nested = condition_type in _NESTED
    path = _ROOT.sub("", name.value, count=1) if nested else None
    if nested or condition_type in {"userId", "name"}:
        if value.value == "null" and operator in _EXISTENCE:
            return Condition(condition_type, _EXISTENCE[operator], path)
        if operator == "=" and value.value in _TRUTH and condition_type != "name":
            return Condition(condition_type, _TRUTH[value.value], path)
    if not nested:
        return Condition(condition_type, operator, None, to_text(_value(value)))
    if value.kind is Kind.NUMBER:
        operator = _NUMERIC.get(operator, operator)
    return Condition(condition_type, operator, path, _value(value))


def _function(function: str, tokens: deque[Token], *, negated: bool) -> list[Node]:
    _skip(tokens)
    if not tokens:
        raise FqlError(f"{function}() is missing a 1st argument")
    path = tokens.popleft().value
    _skip(tokens)
    if not tokens:
        raise FqlError(f"{function}() is missing a 2nd argument")
    argument = tokens.popleft()
    _skip(tokens)
    operator, value = _function_operator(function, argument)
    operator = f"not_{operator}" if negated else operator
    if path in {"event", "name", "userId"}:
        return [Condition(path, operator, None, value)]
    return [
        Condition(_CONDITION_TYPES[root], operator, path.removeprefix(f"{root}."), value)
        for root in _FUNCTION_ROOTS
        if path.startswith(root)
    ]


def _function_operator(function: str, argument: Token) -> tuple[str, str]:
    value = to_text(_value(argument))
    if function == "contains":
        return "contains", value
    if argument.value.endswith('*"'):
        return "starts_with", value[:-1]
    return "ends_with", value[1:]


def _skip(tokens: deque[Token]) -> None:
    """Skip a parenthesis or a comma; the original does not look what it is."""
    if tokens:
        tokens.popleft()


def _value(token: Token) -> object:
    if token.kind is Kind.STRING:
        return token.value.removeprefix('"').removesuffix('"')
    if token.kind is Kind.NUMBER:
        return text_to_number(token.value)
    if token.kind is Kind.IDENT and token.value in _TRUTH:
        return token.value == "true"
    return token.value
