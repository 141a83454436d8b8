"""Checks of paths: syntax that Segment does not have, and keys that no event of the trigger has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.lint.event_space import ROOTS, SPECIFIC
from conformance.lint.model import Complaint
from conformance.lint.near_misses import same_but_written_otherwise
from conformance.lint.reads import Read
from conformance.lint.subject import Subject

#: What any event can have at its top.
_COMMON: Final = frozenset(
    {"type", "messageId", "anonymousId", "userId", "context", "integrations", "channel", "version", "projectId"}
    | {"timestamp", "originalTimestamp", "sentAt", "receivedAt", "writeKey", "_metadata", "sourceId", "userAgent"}
)
_OPEN: Final = frozenset({"properties", "traits", "context"})
_TEXTS: Final = frozenset(
    {"type", "event", "name", "category", "messageId", "anonymousId", "userId", "groupId", "previousId", "channel"}
    | {"timestamp", "originalTimestamp", "sentAt", "receivedAt", "projectId", "writeKey"}
)
_CONTEXT_TEXTS: Final = frozenset({"groupId", "ip", "locale", "timezone", "userAgent"})
_MEMBER: Final = 2
#: What hardly an item of a list is called.
_OF_EVENTS_ALONE: Final = frozenset(
    {"messageId", "anonymousId", "userId", "originalTimestamp", "receivedAt", "sentAt"}
)
#: What linked audiences and linked events add.
_LINKED: Final = frozenset({"__segment_entities", "__entity_context"})
_SEGMENT_ID: Final = "__segment_id"
#: What is not in the language of Segment's paths, and what to say of it.
_UNSUPPORTED: Final = (
    (re.compile(r"\{\{"), "braces are for templates", "use @template"),
    (
        re.compile(r"\[\s*\*\s*\]|\.\*(?=\.|\[|$)|\[\]"),
        "wildcards are not supported",
        "use @arrayPath for the items of a list",
    ),
    (re.compile(r"\[\s*-\d"), "items cannot be counted from the end", "count from the start: [0]"),
    (re.compile(r"\[\s*[?(]"), "filters are not supported", "use @liquid, or send what you need"),
    (re.compile(r"\[\d*:\d*\]"), "slices are not supported", "use @arrayPath for the items of a list"),
    (re.compile(r"\|\||\?\?"), "a path cannot have an `or`", "use @if"),
    (re.compile(r"\[['\"][^'\"\]]*\.[^'\"\]]*['\"]\]"), "a dot separates keys even inside quotes", "rename the key"),
    (re.compile(r"^\s+|\s+$"), "spaces around it are part of the path", "remove them"),
    (re.compile(r"^\$(\[|$)"), "the `$` is read as a key", "begin with `$.`"),
    (re.compile(r"^\$\.\."), "recursive search is not supported", "write the full path"),
    (re.compile(r"\[[A-Za-z_][^\]'\"]*\]"), "a key in brackets needs quotes", "write .key"),
)


def check_paths(subject: Subject) -> Iterator[Complaint]:
    """What is wrong with the paths of a mapping."""
    sound: list[Read] = []
    for read in subject.contents.reads:
        complaint = _syntax(read)
        if complaint is not None:
            yield complaint
        elif read.input == "event":
            sound.append(read)
        elif read.input == "item":
            yield from _item(read)
    if subject.item.is_reverse_etl or not subject.is_reverse_etl:
        yield from _roots(subject, sound)


def _syntax(read: Read) -> Complaint | None:
    keys = ("mapping", *read.keys)
    if read.directive == "@liquid":
        return None
    if read.directive == "@template":
        return _template(read)
    for pattern, reason, advice in _UNSUPPORTED:
        if pattern.search(read.path):
            return Complaint("path.syntax", keys, f"`{read.path}` finds nothing: {reason}", advice)
    return None


def _item(read: Read) -> Iterator[Complaint]:
    """A path in an item that begins like one of an event."""
    steps = read.steps
    if steps[:1] and ((steps[0] in _OPEN and len(steps) > 1) or steps[0] in _OF_EVENTS_ALONE):
        message = f"`{read.path}` is read from each item of `{read.list}`, not from the event"
        prefix = "" if read.directive in {"@template", "@liquid"} else "$."
        advice = f"write {prefix}{steps[-1]}, if the items have it; nothing else can be read here"
        yield Complaint("path.item", ("mapping", *read.keys), message, advice)


def _template(read: Read) -> Complaint | None:
    keys = ("mapping", *read.keys)
    if read.path.startswith("$"):
        path = read.path.removeprefix("$.").removeprefix("$")
        message = f"`{{{{{read.path}}}}}` renders nothing: paths in templates do not begin with `$.`"
        return Complaint("template.variable", keys, message, f"write {{{{{path}}}}}")
    if re.search(r"(?<!\|)\|(?!\|)", read.path):
        message = f"`{{{{{read.path}}}}}` renders nothing: templates have no filters"
        return Complaint("template.variable", keys, message, "use @liquid, or @case and @replace")
    return None


def _roots(subject: Subject, reads: Sequence[Read]) -> Iterator[Complaint]:
    """Paths that begin with what the events do not have; one that another of the same choice replaces is left out."""
    if subject.is_reverse_etl:
        wrong = [(read, _row_root(read)) for read in reads]
    else:
        wrong = [(read, _root(read, subject.types)) for read in reads]
    saved = {read.choice for read, complaint in wrong if complaint is None and not _is_condition(read)}
    seen: set[tuple[object, ...]] = set()
    for read, complaint in wrong:
        if complaint is None or (read.choice in saved and complaint.rule not in {"path.root", "path.inside-text"}):
            continue
        if (read.choice, read.path) not in seen:
            seen.add((read.choice, read.path))
            yield complaint


def _is_condition(read: Read) -> bool:
    """Whether it is what an `@if` asks for, and not what it gives."""
    return "exists" in read.keys or "blank" in read.keys


def _root(read: Read, types: frozenset[str]) -> Complaint | None:
    keys = ("mapping", *read.keys)
    steps = read.steps
    if not steps:
        return None
    root = steps[0]
    rule = "template.variable" if read.directive in {"@template", "@liquid"} else "path.root"
    if root == _SEGMENT_ID:
        message = f"`{read.path}` exists only in rows of a Reverse ETL model, and this subscription takes events"
        return Complaint("reverse-etl.segment-id", keys, message, "map something the event has", "error")
    if root not in SPECIFIC | _COMMON | _LINKED:
        if read.directive == "@liquid":
            # It may be a variable of the template itself.
            return _event_prefix(read, steps)
        message = f"no event has a top-level `{root}`, so `{read.path}` never has a value"
        return Complaint(rule, keys, message, _advice(root, read, types))
    if len(steps) > 1 and root in _TEXTS and steps[1] != "length":
        return _inside(read, root)
    if root == "context" and len(steps) > _MEMBER and steps[1] in _CONTEXT_TEXTS and steps[_MEMBER] != "length":
        message = f"`context.{steps[1]}` is a string, so `{read.path}` never has a value"
        return Complaint("path.inside-text", keys, message, f"read context.{steps[1]} itself")
    return _of_type(read, root, types)


def _row_root(read: Read) -> Complaint | None:
    """A path that begins with what events have, and rows of a model have not."""
    steps = read.steps
    prefix = "" if read.directive in {"@template", "@liquid"} else "$."
    if steps[:2] == ("properties", _SEGMENT_ID):
        message = f"`{_SEGMENT_ID}` is at the top level of a row, not among its columns"
        keys, column = ("mapping", *read.keys), f"properties.{_SEGMENT_ID}"
        advice = f"write {prefix}{_SEGMENT_ID}"
        return Complaint("reverse-etl.segment-id", keys, message, advice, instead=(column, _SEGMENT_ID))
    instead = None
    if steps[:1] == ("traits",) or steps[:2] == ("context", "traits"):
        root = "traits" if steps[0] == "traits" else "context.traits"
        advice = "write " + ".".join((f"{prefix}properties", *steps[root.count(".") + 1 :]))
        instead = (root, "properties")
    elif steps in {("userId",), ("anonymousId",)}:
        advice = f"write {prefix}properties. and the column that has it"
    else:
        return None
    message = f"no row of a model has `{'.'.join(steps)}`: its columns are its properties"
    return Complaint("path.wrong-root", ("mapping", *read.keys), message, advice, instead=instead)


def _event_prefix(read: Read, steps: tuple[str, ...]) -> Complaint | None:
    near = same_but_written_otherwise(steps[0], SPECIFIC | _COMMON)
    if near is None:
        return None
    message = f"no event has a top-level `{steps[0]}`"
    return Complaint("template.variable", ("mapping", *read.keys), message, f"write {near}")


def _inside(read: Read, root: str) -> Complaint:
    message = f"`{root}` is a string, so `{read.path}` never has a value"
    rest = ".".join(read.steps[1:])
    prefix = "$." if read.directive in {"@path", "@arrayPath"} else ""
    known = read.steps[1] in _OPEN
    advice = f"write {prefix}{rest}" if known else f"write {prefix}properties.{rest}, or just {prefix}{root}"
    return Complaint("path.inside-text", ("mapping", *read.keys), message, advice)


def _of_type(read: Read, root: str, types: frozenset[str]) -> Complaint | None:
    keys = ("mapping", *read.keys)
    steps = read.steps
    events = " and ".join(sorted(types))
    if root in SPECIFIC and not any(root in ROOTS[kind] for kind in types):
        if steps[1:2] and steps[1] in _LINKED:
            return None
        message = f"no {events} event has `{root}`, so `{read.path}` never has a value"
        return Complaint("path.wrong-root", keys, message, _other_root(root, read, types))
    if steps[:2] == ("context", "traits") and types == {"identify"}:
        message = f"an identify has its traits at the top level, and rarely `{read.path}`"
        path = ".".join(("$", *steps[1:]))
        return Complaint("path.context-traits", keys, message, f"write {path}")
    return None


def _other_root(root: str, read: Read, types: frozenset[str]) -> str:
    rest = "".join(f".{step}" for step in read.steps[1:])
    if root == "traits":
        return (
            f"write $.context.traits{rest}, or $.properties{rest}"
            if types & {"track", "page"}
            else "map something else"
        )
    if root == "properties" and types & {"identify", "group"}:
        return f"write $.traits{rest}"
    if root == "groupId":
        return f"write $.context.groupId{rest}"
    if root in {"name", "category"} and "track" in types:
        return f"write $.properties.{root}{rest}" + (", or $.event" if root == "name" else "")
    if root == "event" and types & {"page", "screen"}:
        return "write $.name"
    return "map something these events have, or change the trigger"


def _advice(root: str, read: Read, types: frozenset[str]) -> str:
    prefix = "" if read.directive == "@template" else "$."
    known = sorted(SPECIFIC | _COMMON)
    near = same_but_written_otherwise(root, known)
    bare = root.lstrip("$,;:")
    near = bare if near is None and bare in known else near
    rest = "".join(f".{step}" for step in read.steps[1:])
    if near is not None:
        return f"write {prefix}{near}{rest}"
    for name in sorted(_OPEN):
        if root.rstrip("s") == name.rstrip("s") or root == name.replace("ies", "y"):
            return f"write {prefix}{name}{rest}"
    home = "traits" if types <= {"identify", "group"} else "properties"
    return f"write {prefix}{home}.{root}{rest}"
