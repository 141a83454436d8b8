"""What is known not to hold and accepted, with the source of each; the one for the presets ships with the package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError
from ruamel.yaml import YAML

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import Document, mistakes_of, read_document

_VERSION: Final = 1
_TypeName = Literal["email", "userid", "hybrid"]
_Text = Annotated[StrictStr, Field(min_length=1)]


@dataclass(frozen=True, slots=True, order=True)
class Accepted:
    """One sort of violation.

    Attributes:
        property: The id of the property.
        project_type: `email`, `userid` or `hybrid`.
        theme: The theme of the histories.
        about: What tells it from others with the same theme; usually empty.
    """

    property: str
    project_type: str
    theme: str
    about: str = ""


class Entry(BaseModel):
    """Why violations of one sort are accepted, in some project types."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    property_id: Annotated[_Text, Field(alias="property")]
    project_types: Annotated[tuple[_TypeName, ...], Field(alias="projectTypes", min_length=1)]
    themes: Annotated[tuple[_Text, ...], Field(min_length=1)]
    about: StrictStr = ""
    reason: _Text
    source: _Text

    @property
    def accepted(self) -> frozenset[Accepted]:
        """What it accepts."""
        return frozenset(
            Accepted(self.property_id, kind, theme, self.about)
            for kind in self.project_types
            for theme in self.themes
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    accepted: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that is accepted."""

    entries: tuple[Entry, ...] = ()

    def accepts(self, sort: Accepted) -> bool:
        """Whether violations of a sort are accepted."""
        return self.entry_for(sort) is not None

    def entry_for(self, sort: Accepted) -> Entry | None:
        """The entry that accepts violations of a sort."""
        return next((entry for entry in self.entries if sort in entry.accepted), None)


def shipped_baseline() -> Baseline:
    """What is known of the destination's own presets."""
    file = resources.files("conformance.judging") / "presets.baseline.yaml"
    with resources.as_file(file) as path:
        return read_baseline(path)


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file.

    Raises:
        InputError: With every mistake in it.
    """
    document: Document = read_document(path)
    try:
        return Baseline(_File.model_validate(document.value).accepted)
    except ValidationError as error:
        names = ("version", "accepted", "property", "projectTypes", "themes", "about", "reason", "source")
        raise InputError(mistakes_of(document, error, names)) from error


def updated(
    baseline: Baseline, found: Iterable[tuple[Accepted, str, str]], judged: Iterable[tuple[str, str]]
) -> Baseline:
    """The baseline after a run: what was found is in it, what was judged and not found is not.

    Args:
        baseline: The baseline before; what it says about sources and reasons stays.
        found: Every sort that was found, accepted before or not, with a reason and a source for a new entry.
        judged: Every property with every project type in which it was judged.
    """
    judged = set(judged)
    entries: dict[tuple[str, str, str, str], set[Accepted]] = {}
    for entry in baseline.entries:
        kept = {sort for sort in entry.accepted if (sort.property, sort.project_type) not in judged}
        entries.setdefault((entry.property_id, entry.about, entry.reason, entry.source), set()).update(kept)
    for sort, reason, source in found:
        known = baseline.entry_for(sort)
        key = (sort.property, sort.about, known.reason if known else reason, known.source if known else source)
        entries.setdefault(key, set()).add(sort)
    return Baseline(tuple(entry for key, sorts in entries.items() for entry in _entries(key, sorts)))


def _entries(key: tuple[str, str, str, str], sorts: set[Accepted]) -> list[Entry]:
    """Entries that accept exactly these sorts: one for each set of project types."""
    property_id, about, reason, source = key
    by_types: dict[tuple[str, ...], list[str]] = {}
    for theme in dict.fromkeys(sort.theme for sort in sorted(sorts)):
        types = {sort.project_type for sort in sorts if sort.theme == theme}
        by_types.setdefault(tuple(kind for kind in ("email", "userid", "hybrid") if kind in types), []).append(theme)
    return [
        Entry.model_validate(
            {
                "property": property_id,
                "projectTypes": types,
                "themes": tuple(themes),
                "about": about,
                "reason": reason,
                "source": source,
            }
        )
        for types, themes in by_types.items()
    ]


def baseline_text(baseline: Baseline) -> str:
    """The baseline as the text of a file."""
    document: dict[str, Any] = {"version": _VERSION, "accepted": [_shown(entry) for entry in baseline.entries]}
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its annotation is that of the default
    yaml.width = 110
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _shown(entry: Entry) -> dict[str, Any]:
    members = entry.model_dump(by_alias=True, mode="json")
    return {key: value for key, value in members.items() if value != ""}
