"""Baselines: violations that are accepted, each with a reason and a source; the one for the presets ships with us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError
from ruamel.yaml import YAML

from conformance.inputs.errors import InputError
from conformance.inputs.yaml_file import Document, problems_of, read_document
from conformance.properties.renamed_ids import Warn, current_id, warn_by_default

_VERSION: Final = 1
_TypeName = Literal["email", "userid", "hybrid"]
_Text = Annotated[StrictStr, Field(min_length=1)]


@dataclass(frozen=True, slots=True, order=True)
class Signature:
    """What violations have in common that are accepted together.

    Attributes:
        property_id: The id of the property.
        project_type: `email`, `userid` or `hybrid`.
        theme: The theme of the histories.
        about: What tells it from others with the same theme; usually empty.
    """

    property_id: str
    project_type: str
    theme: str
    about: str = ""


class Entry(BaseModel):
    """Why violations with some signatures are accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    property_id: Annotated[_Text, Field(alias="property")]
    project_types: Annotated[tuple[_TypeName, ...], Field(alias="projectTypes", min_length=1)]
    themes: Annotated[tuple[_Text, ...], Field(min_length=1)]
    about: StrictStr = ""
    reason: _Text
    source: _Text

    @cached_property
    def signatures(self) -> frozenset[Signature]:
        """What it accepts."""
        return frozenset(
            Signature(self.property_id, kind, theme, self.about)
            for kind in self.project_types
            for theme in self.themes
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    accepted: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that is accepted.

    Attributes:
        entries: What is accepted and why; the first that accepts something counts.
        files: The customer's files, each with its entries.
    """

    entries: tuple[Entry, ...] = ()
    files: tuple[tuple[str, tuple[Entry, ...]], ...] = ()

    @classmethod
    def joined(cls, baselines: Iterable[Baseline]) -> Baseline:
        """Some baselines as one."""
        found = tuple(baselines)
        return cls(
            tuple(entry for baseline in found for entry in baseline.entries),
            tuple(file for baseline in found for file in baseline.files),
        )

    def file_of(self, entry: Entry) -> str:
        """The customer's file that has an entry; empty for what ships with us."""
        return next((file for file, entries in self.files if any(item is entry for item in entries)), "")

    def accepts(self, signature: Signature) -> bool:
        """Whether violations with a signature are accepted."""
        return self.entry_for(signature) is not None

    def entry_for(self, signature: Signature) -> Entry | None:
        """The entry that accepts violations with a signature; None when they are not accepted."""
        return next((entry for entry in self.entries if signature in entry.signatures), None)


def shipped_baseline() -> Baseline:
    """What is accepted of the destination's own presets."""
    file = resources.files("conformance.judging") / "presets.baseline.yaml"
    with resources.as_file(file) as path:
        return Baseline(read_baseline(path).entries)


def read_baseline(path: Path, warn: Warn = warn_by_default) -> Baseline:
    """The baseline of a file; entries with former ids of properties get the present ones.

    Args:
        path: The file.
        warn: Called with a warning for each former id; by default it is issued as a `FutureWarning`.

    Raises:
        InputError: With every problem in it.
    """
    document: Document = read_document(path)
    try:
        entries = _File.model_validate(document.value).accepted
    except ValidationError as error:
        names = ("version", "accepted", "property", "projectTypes", "themes", "about", "reason", "source")
        raise InputError(problems_of(document, error, names)) from error
    former = dict.fromkeys(entry.property_id for entry in entries)
    present = {name: current_id(name, lambda message: warn(f"{path}: {message}")) for name in former}
    current = tuple(entry.model_copy(update={"property_id": present[entry.property_id]}) for entry in entries)
    return Baseline(current, ((str(path), current),))


def baseline_text(baseline: Baseline) -> str:
    """The baseline as the text of a file."""
    document: dict[str, Any] = {"version": _VERSION, "accepted": [_to_document(entry) for entry in baseline.entries]}
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its annotation is that of the default
    yaml.width = 110
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _to_document(entry: Entry) -> dict[str, Any]:
    members = entry.model_dump(by_alias=True, mode="json")
    return {key: value for key, value in members.items() if value != ""}
