"""Which form a text is in, told by its content alone, and the subscriptions in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from conformance.inputs.configuration.api_form import holds_subscriptions, list_entries, reply_entries
from conformance.inputs.configuration.entries import OWN, Entry, Found, Unusable
from conformance.inputs.configuration.json_form import JsonText, read_json
from conformance.inputs.configuration.source_text import Excerpt, Source
from conformance.inputs.configuration.terraform_form import shown_entries, state_entries, terraform_entries
from conformance.inputs.configuration.unsuitable import unsuitable, unsuitable_text, without_resources
from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.places import Location
from conformance.inputs.yaml_file import Document, document_of
from conformance.inputs.yaml_limits import check_yaml

_SETTINGS: Final = "settings"
#: Characters. Reading so much as YAML to see whether broken JSON is meant to be YAML takes a second.
_LARGEST_GUESS: Final = 200_000
#: A block that begins a line, such as `resource "type" "name" {`.
_TERRAFORM_BLOCK: Final = re.compile(
    r"^[ \t]*(?:resource|data|provider|terraform|variable|output|locals|module|import|moved|removed|check)"
    r'(?:[ \t]+(?:"[^"\n]*"|[\w-]+))*[ \t]*\{',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of a file that may hold JSON, and what is needed to read on inside them."""

    source: Source
    excerpts: Mapping[Location, Excerpt]


def find_subscriptions(file: str, text: str) -> Found:
    """The subscriptions in a text, in whatever form.

    Raises:
        InputError: It is in none of the forms; with what it seems to be.
    """
    if text.lstrip()[:1] in {"{", "["}:
        return _in_json(file, text)
    if _TERRAFORM_BLOCK.search(text):
        return _suitable(terraform_entries(file, text))
    return _in_yaml(file, text)


def find_in_document(document: Document, location: Location, value: Any) -> Found:
    """The subscriptions in a value that stands in another document, such as a scenario.

    Raises:
        InputError: It holds none.
    """
    length = len(location)
    places = {place[length:]: at for place, at in document.places.items() if place[:length] == location}
    found = _found(Document(document.file, value, places))
    entries = tuple(
        replace(entry, document=document, location=(*location, *entry.location)) for entry in found.entries
    )
    return _opened(replace(found, document=document, entries=entries), None)


def _in_json(file: str, text: str) -> Found:
    source = Source(text)
    try:
        read = read_json(file, source, source.whole(), wanted=_SETTINGS)
    except InputError:
        document = _yaml_or_none(file, text)
        if document is None:
            _refuse_other_texts(file, text)
            raise
        return _opened(_found(document), None)
    found = _opened(_found(Document(file, read.value, read.places)), _Texts(source, read.texts))
    return replace(found, problems=(*found.problems, *read.problems))


def _yaml_or_none(file: str, text: str) -> Document | None:
    """The document, if a text that begins like JSON and is none is YAML."""
    if len(text) > _LARGEST_GUESS:
        return None
    try:
        check_yaml(file, text)
        return document_of(file, text)
    except InputError:
        return None


def _refuse_other_texts(file: str, text: str) -> None:
    if problem := unsuitable_text(file, text):
        raise InputError([problem])


def _in_yaml(file: str, text: str) -> Found:
    _refuse_other_texts(file, text)
    check_yaml(file, text)
    return _opened(_found(document_of(file, text)), None)


def _found(document: Document) -> Found:
    value = document.value
    if isinstance(value, dict):
        if value.get("resources") and "version" in value:
            return _suitable(state_entries(document))
        if "values" in value or "planned_values" in value:
            return _suitable(shown_entries(document))
        if (found := reply_entries(document)) is not None:
            return found
    if holds_subscriptions(value):
        return list_entries(document, (), value)
    raise InputError([unsuitable(document)])


def _suitable(found: Found) -> Found:
    if not found.entries:
        raise InputError([without_resources(found.document)])
    return found


def _opened(found: Found, texts: _Texts | None) -> Found:
    """What was found, with the settings read that are JSON as text."""
    if found.form is OWN:
        return found
    return replace(found, entries=tuple(_with_settings(entry, texts) for entry in found.entries))


def _with_settings(entry: Entry, texts: _Texts | None) -> Entry:
    text = entry.members.get(_SETTINGS) if isinstance(entry.members, dict) else None
    if not isinstance(text, str):
        return entry
    location = (*entry.location, _SETTINGS)
    places = dict(entry.document.places)
    settings = _settings(entry, location, texts)
    if isinstance(settings, JsonText):
        places = {**settings.places, **places}
        value = Unusable(text, tuple(settings.problems)) if settings.problems else settings.value
    else:
        value = settings
    document = replace(entry.document, places=places)
    return replace(entry, document=document, members={**entry.members, _SETTINGS: value})


def _settings(entry: Entry, location: Location, texts: _Texts | None) -> JsonText | Unusable:
    text = entry.members[_SETTINGS]
    excerpt = texts.excerpts.get(location) if texts else None
    file = entry.document.file
    try:
        if texts and excerpt:
            return read_json(file, texts.source, excerpt, location)
        # Nothing tells where the characters of the text stand: everything in it stands where the text does.
        source = Source(text)
        read = read_json(file, source, source.whole(), location)
        return JsonText(read.value, problems=_at(entry, location, read.problems))
    except InputError as error:
        problems = list(error.problems) if excerpt else _at(entry, location, error.problems)
        return Unusable(text, tuple(problems))


def _at(entry: Entry, location: Location, problems: Sequence[InputProblem]) -> list[InputProblem]:
    line, column = entry.document.place(location)
    return [replace(problem, line=line, column=column) for problem in problems]
