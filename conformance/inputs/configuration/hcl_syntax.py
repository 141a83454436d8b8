"""Terraform's syntax, read by python-hcl2 (the extra `terraform`): what of that package is used, with types.

Only its parse tree is used, in which every token knows its place in the file; the values that the package itself
makes of a file have neither places nor the calls inside them taken apart. Texts are decoded from the file and
not from the tree, see `_masked`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from lark import Token, Tree


@dataclass(frozen=True, slots=True)
class Node:
    """A rule of the grammar that matched, or a token.

    Attributes:
        kind: The name of the rule or of the token, such as `attribute`, `expr_term`, `INT_LITERAL`.
        start: Where in the file it begins.
        end: Where it ends.
        children: What it consists of; line breaks and comments left out.
    """

    kind: str
    start: int
    end: int
    children: tuple[Node, ...] = ()

    def first(self, *kinds: str) -> Node | None:
        """The first child of a kind."""
        return next((child for child in self.children if child.kind in kinds), None)


def parse_terraform(file: str, text: str) -> Node:
    """The body of a Terraform file.

    Raises:
        InputError: The package is missing, or the file is not Terraform's syntax; with the place.
    """
    try:
        import hcl2
        from lark.exceptions import LarkError, UnexpectedInput
    except ImportError as error:
        message = "Terraform's own syntax is read by python-hcl2, which is not installed"
        hint = "pip install 'iterable-harness[terraform]', or use the output of `terraform show -json`"
        raise InputError([InputProblem(file, 0, 0, "", message, hint)]) from error
    try:
        tree: Tree[Token] = hcl2.parses_to_tree(_masked(text))
        return _node(tree).children[0]
    except UnexpectedInput as error:
        place = (max(error.line, 1), max(error.column, 1))
        raise InputError(
            [InputProblem(file, *place, "", f"invalid Terraform syntax: {_unexpected(text, error)}")]
        ) from error
    except (LarkError, RecursionError) as error:
        raise InputError([InputProblem(file, 1, 1, "", "invalid Terraform syntax: nested too deeply")]) from error


def _masked(text: str) -> str:
    """The text without escaped interpolations, each replaced by as many other characters.

    python-hcl2 takes `$${` to reach to the next `}`, be it outside the text in which it stands.
    """
    return text.replace("$${", "\ue000" * 3).replace("%%{", "\ue000" * 3)


def _unexpected(text: str, error: Any) -> str:
    position = getattr(error, "pos_in_stream", None)
    line = text[position:].split("\n", 1)[0].strip() if isinstance(position, int) else ""
    return f"{line[:40]!r} is not expected here" if line else "unexpected end of file"


def _node(tree: Tree[Token]) -> Node:
    """The tree with our own nodes, built from the leaves so that depth costs no stack."""
    built: dict[int, Node] = {}
    for subtree in tree.iter_subtrees():
        built[id(subtree)] = _built(subtree, built)
    return built[id(tree)]


def _built(subtree: Tree[Token], built: dict[int, Node]) -> Node:
    children = tuple(_children(subtree, built))
    start = getattr(subtree.meta, "start_pos", 0)
    return Node(str(subtree.data), start, getattr(subtree.meta, "end_pos", start), children)


def _children(subtree: Tree[Token], built: dict[int, Node]) -> Iterator[Node]:
    from lark import Token

    for child in subtree.children:
        if isinstance(child, Token):
            yield Node(child.type, child.start_pos or 0, child.end_pos or 0)
        elif child.data != "new_line_or_comment":
            yield built[id(child)]
