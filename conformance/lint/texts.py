"""Checks of texts: paths and templates that are none, templates and Liquid that read nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conformance.lint.event_space import SPECIFIC
from conformance.lint.model import Complaint
from conformance.lint.reads import Text
from conformance.lint.subject import Subject

_PATH: Final = re.compile(r"\s*\$(\.[A-Za-z_\[]|\[)\S*.*")
_ROOTED: Final = re.compile(r"\s*(traits|properties|context)(\.[A-Za-z_]\w*)+\s*")
_BRACES: Final = re.compile(r"\{\{.*\}\}", re.DOTALL)
#: A variable with one brace on a side.
_ODD_BRACES: Final = re.compile(
    r"(?<!\{)\{\s*(?:\$\.)?([A-Za-z_][\w.]*)\s*\}{1,2}(?!\})|(?<!\{)\{\{\s*(?:\$\.)?([A-Za-z_][\w.]*)\s*\}(?!\})"
)
_ANYWHERE: Final = frozenset({"context", "userId", "anonymousId", "messageId", "timestamp", "type"})
_LONGEST_LIQUID: Final = 1000
_TAG: Final = re.compile(r"\{%-?\s*(\w+)")
_FILTER: Final = re.compile(r"(?<!\|)\|\s*(\w+)")
_DISABLED_TAGS: Final = frozenset({"case", "for", "include", "layout", "render", "tablerow"})
_DISABLED_FILTERS: Final = frozenset(
    {"array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp", "group_by"}
    | {"group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject", "reject_exp", "reverse", "sort"}
    | {"sort_natural", "uniq", "where_exp", "type"}
)


def looks_like_path(text: str) -> bool:
    """Whether a text looks like a path of an event."""
    return bool(_PATH.fullmatch(text) or _ROOTED.fullmatch(text))


def looks_like_template(text: str) -> bool:
    """Whether a text looks like a template."""
    return bool(_BRACES.search(text))


def check_texts(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the texts of a mapping."""
    for text in subject.contents.texts:
        keys = ("mapping", *text.keys)
        if text.directive == "":
            yield from _literal(keys, text)
        elif text.directive == "@template":
            yield from _template(keys, text)
        else:
            yield from _liquid(keys, text)


def _literal(keys: tuple[str | int, ...], text: Text) -> Iterator[Complaint]:
    shown = _shortened(text.text)
    if looks_like_path(text.text):
        message = f"{shown} is sent literally"
        path = text.text.strip() if text.text.strip().startswith("$") else f"$.{text.text.strip()}"
        yield Complaint("text.path", keys, message, f'write {{"@path": "{path}"}}')
    elif looks_like_template(text.text):
        message = f"{shown} is sent literally"
        # Among the data fields it may be a template of Iterable's own.
        severity = "warning" if "dataFields" in text.field else "error"
        yield Complaint("text.template", keys, message, f'write {{"@template": {shown}}}', severity)  # type: ignore[arg-type]  # one of two


def _template(keys: tuple[str | int, ...], text: Text) -> Iterator[Complaint]:
    if looks_like_path(text.text):
        message = f"the template {_shortened(text.text)} has no braces and is sent literally"
        path = text.text.strip().removeprefix("$.")
        yield Complaint("template.text", keys, message, f'write "{{{{{path}}}}}", or use @path')
        return
    for odd in _ODD_BRACES.finditer(text.text):
        path = odd[1] or odd[2]
        if path.split(".")[0] in SPECIFIC | _ANYWHERE:
            message = f"`{odd[0]}` in a template is sent literally: a variable needs two braces on each side"
            yield Complaint("template.text", keys, message, f'write "{{{{{path}}}}}"')


def _liquid(keys: tuple[str | int, ...], text: Text) -> Iterator[Complaint]:
    tags = [tag for tag in _TAG.findall(text.text) if tag in _DISABLED_TAGS]
    inside = " ".join(re.findall(r"\{[{%].*?[}%]\}", text.text, re.DOTALL))
    filters = [name for name in _FILTER.findall(inside) if name in _DISABLED_FILTERS]
    refused = [*(f"the tag `{tag}`" for tag in tags), *(f"the filter `{name}`" for name in filters)]
    if refused:
        advice = "use only what Segment's Liquid has; `if` and `unless` work"
        yield Complaint("liquid.disabled", keys, f"Segment's Liquid rejects {', '.join(refused)}", advice)
    if len(text.text) > _LONGEST_LIQUID:
        message = f"the template has {len(text.text):,} characters, and Segment allows {_LONGEST_LIQUID:,}"
        yield Complaint("liquid.disabled", keys, message, "shorten it")


def _shortened(text: str) -> str:
    longest = 60
    return f'"{text}"' if len(text) <= longest else f'"{text[:longest]}…"'
