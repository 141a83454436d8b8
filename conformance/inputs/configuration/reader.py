"""A customer's configuration, read in any of the forms in which it leaves Segment and checked as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from conformance.inputs.configuration.content import content_problems
from conformance.inputs.configuration.entries import Found
from conformance.inputs.configuration.examination import examine
from conformance.inputs.configuration.find import find_in_document, find_subscriptions
from conformance.inputs.configuration.model import (
    Configuration,
    ConfiguredSubscription,
    Expression,
    LeftOut,
    left_out_sentence,
)
from conformance.inputs.configuration.unsuitable import unsuitable_bytes
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location
from conformance.inputs.yaml_file import LARGEST_FILE, Document
from destination import PRESETS, CompiledSubscription, Subscription

_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_configuration(path: Path) -> Configuration:
    """The configuration in a file, whose form is told by its content.

    Raises:
        InputError: The file cannot be read, is in none of the forms, has problems (every one is named where it
            stands), or leaves no subscription in force.
    """
    return configuration_of_bytes(str(path), _content(path))


def configuration_of_bytes(file: str, content: bytes) -> Configuration:
    """The configuration in the content of a file.

    Args:
        file: What problems call it.
        content: In UTF-8, or in UTF-16 with its mark.

    Raises:
        InputError: As `read_configuration` has it.
    """
    return configuration_of(file, _text(file, content))


def configuration_of(file: str, text: str) -> Configuration:
    """The configuration in a text.

    Args:
        file: What problems call the text.
        text: In any of the forms.

    Raises:
        InputError: As `read_configuration` has it.
    """
    return _configuration(find_subscriptions(file, text))


def configuration_in(document: Document, location: Location, value: Any) -> Configuration:
    """The configuration in a part of another document, such as a scenario's `destination.mapping`.

    Args:
        document: The document.
        location: Where the part stands.
        value: The part.

    Raises:
        InputError: As `read_configuration` has it.
    """
    return _configuration(find_in_document(document, location, value))


def configuration_of_presets(presets: Sequence[Subscription] = PRESETS) -> Configuration:
    """Presets of the destination as if they had been read, those of a new connection unless others are named."""
    return Configuration("own", tuple(ConfiguredSubscription(preset, name=preset.name) for preset in presets))


def _content(path: Path) -> bytes:
    try:
        _check_size(str(path), path.stat().st_size)
        return path.read_bytes()
    except IsADirectoryError as error:
        hint = "name one file; `terraform show -json` prints a whole workspace as one"
        raise InputError([InputProblem(str(path), 0, 0, "", "is a folder", hint)]) from error
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "a mapping is read from a file; `pull` writes one with --out" if str(path) == "-" else ""
        raise InputError([InputProblem(str(path), 0, 0, "", f"cannot be read: {reason}", hint)]) from error


def _check_size(file: str, size: int) -> None:
    if size > LARGEST_FILE:
        message = f"is {size:,} bytes long; the limit is {LARGEST_FILE:,}"
        hint = "keep only the destination's part, or fetch it with `pull`"
        raise InputError([InputProblem(file, 0, 0, "", message, hint)])


def _text(file: str, content: bytes) -> str:
    _check_size(file, len(content))
    try:
        # PowerShell writes what a command prints as UTF-16.
        text = content.decode("utf-16" if content[:2] in _UTF_16_MARKS else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([unsuitable_bytes(file, content, f" in UTF-8: {error.reason}")]) from error
    if "\0" in text:
        raise InputError([unsuitable_bytes(file, content, ": it contains zero bytes")])
    return text


def _configuration(found: Found) -> Configuration:
    results = [(entry, examine(entry)) for entry in found.entries]
    problems = [
        *found.problems,
        *(problem for _, result in results if isinstance(result, tuple) for problem in result),
    ]
    kept = _distinct([result for _, result in results if isinstance(result, ConfiguredSubscription)])
    left_out = tuple(result for _, result in results if isinstance(result, LeftOut))
    problems += content_problems(kept)
    if problems:
        raise InputError(sorted(problems))
    if not kept:
        raise InputError([_nothing_left(found, left_out)])
    remarks = (*found.remarks, *_connection_remarks(kept))
    return Configuration(found.form.id, kept, left_out, remarks, found.document.file)


def _distinct(subscriptions: Sequence[ConfiguredSubscription]) -> tuple[ConfiguredSubscription, ...]:
    """The subscriptions, compiled, each with a name that no other has: a second `Track` is `Track (2)`."""
    names: set[str] = set()
    distinct = []
    for item in subscriptions:
        name = _unused(item.name, names)
        names.add(name)
        subscription = replace(item.subscription, name=name)
        distinct.append(replace(item, subscription=subscription, compiled=CompiledSubscription(subscription)))
    return tuple(distinct)


def _unused(name: str, names: Collection[str]) -> str:
    candidates = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in names)


def _nothing_left(found: Found, left_out: Sequence[LeftOut]) -> InputProblem:
    if not left_out:
        return found.document.problem((), "holds no subscription", "a mapping with none does nothing")
    message = f"no subscription of the Iterable destination is in force; {left_out_sentence(left_out)}"
    return found.document.problem((), message, "enable one, or use the file of the right destination")


def _connection_remarks(kept: Sequence[ConfiguredSubscription]) -> Iterator[str]:
    ids = dict.fromkeys(item.destination_id for item in kept if isinstance(item.destination_id, str))
    references = dict.fromkeys(item.destination_id for item in kept if isinstance(item.destination_id, Expression))
    # A reference and an id may mean the same connection.
    number = max(len(ids), len(references))
    if number > 1:
        names = ", ".join([*ids, *(reference.text for reference in references)])
        yield f"subscriptions of {number} Iterable connections are taken for those of one: {names}"
