"""Baselines: what is accepted of properties and of `lint`, each with a reason and a source; one ships with us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError
from ruamel.yaml import YAML

from conformance.inputs.errors import InputError, InputProblem, nearest
from conformance.inputs.yaml_file import Document, document_of, problems_of, read_document
from conformance.lint.rules import RULES
from conformance.properties import PROPERTIES
from conformance.properties.renamed_ids import RENAMED_IDS, Warn, current_id, warn_by_default

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lint import Finding as LintFinding

_VERSION: Final = 1
#: What the reason or the source of an entry begins with until somebody has written it.
TODO: Final = "TODO"
#: The keys of the format, for hints on others.
_KEYS: Final = (
    *("version", "accepted", "lint", "property", "projectTypes", "themes", "about"),
    *("rule", "subscription", "place", "reason", "source"),
)
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


class LintEntry(BaseModel):
    """Why what `lint` finds at one place is accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: _Text
    subscription: StrictStr
    place: StrictStr = ""
    reason: _Text
    source: _Text

    def accepts(self, finding: LintFinding) -> bool:
        """Whether a finding is accepted: one of this rule, at this place of the subscription with this name."""
        return (self.rule, self.subscription, self.place) == (finding.rule, finding.subscription, finding.place)


def is_to_be_reviewed(entry: Entry | LintEntry) -> bool:
    """Whether nobody has written yet why something is accepted."""
    return entry.reason.startswith(TODO) or entry.source.startswith(TODO)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    accepted: tuple[Entry, ...] = ()
    lint: tuple[LintEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that is accepted.

    Attributes:
        entries: What is accepted of properties, and why; the first that accepts something counts.
        lint: What is accepted of `lint`.
        files: The customer's files, each with its entries.
    """

    entries: tuple[Entry, ...] = ()
    lint: tuple[LintEntry, ...] = ()
    files: tuple[tuple[str, tuple[Entry | LintEntry, ...]], ...] = field(default=(), compare=False)

    @classmethod
    def joined(cls, baselines: Iterable[Baseline]) -> Baseline:
        """Some baselines as one."""
        found = tuple(baselines)
        return cls(
            tuple(entry for baseline in found for entry in baseline.entries),
            tuple(entry for baseline in found for entry in baseline.lint),
            tuple(file for baseline in found for file in baseline.files),
        )

    def read_from(self, file: str) -> Baseline:
        """The same, as that of a file of the customer."""
        return Baseline(self.entries, self.lint, ((file, (*self.entries, *self.lint)),))

    def file_of(self, entry: Entry | LintEntry) -> str:
        """The customer's file that has an entry; empty for what ships with us."""
        return next((file for file, entries in self.files if any(item is entry for item in entries)), "")

    def accepts(self, signature: Signature) -> bool:
        """Whether violations with a signature are accepted."""
        return self.entry_for(signature) is not None

    def entry_for(self, signature: Signature) -> Entry | None:
        """The entry that accepts violations with a signature; None when they are not accepted."""
        return next((entry for entry in self.entries if signature in entry.signatures), None)

    def lint_entry_for(self, finding: LintFinding) -> LintEntry | None:
        """The entry that accepts what `lint` found; None when it is not accepted."""
        return next((entry for entry in self.lint if entry.accepts(finding)), None)


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
    return _baseline_of(read_document(path), warn)


def _baseline_of(document: Document, warn: Warn) -> Baseline:
    try:
        file = _File.model_validate(document.value)
    except ValidationError as error:
        raise InputError(problems_of(document, error, _KEYS)) from error
    entries = file.accepted
    if problems := list(_unknown_ids(document, file)):
        raise InputError(problems)
    former = dict.fromkeys(entry.property_id for entry in entries)
    present = {name: current_id(name, lambda message: warn(f"{document.file}: {message}")) for name in former}
    renamed = tuple(entry.model_copy(update={"property_id": present[entry.property_id]}) for entry in entries)
    return Baseline(renamed, file.lint).read_from(str(document.file))


def _unknown_ids(document: Document, file: _File) -> Iterator[InputProblem]:
    """Entries that would never match: there is no such property, or no such rule."""
    for index, entry in enumerate(file.accepted):
        name = entry.property_id
        if name not in PROPERTIES and name not in RENAMED_IDS:
            hint = nearest(name, list(PROPERTIES))
            yield document.problem(("accepted", index, "property"), f"there is no property {name!r}", hint)
    for index, rule in enumerate(file.lint):
        if rule.rule not in RULES:
            hint = nearest(rule.rule, list(RULES))
            yield document.problem(("lint", index, "rule"), f"lint has no rule {rule.rule!r}", hint)


def baseline_text(baseline: Baseline) -> str:
    """The baseline as the text of a file."""
    document: dict[str, Any] = {"version": _VERSION, "accepted": [_to_document(entry) for entry in baseline.entries]}
    if baseline.lint:
        document["lint"] = [_to_document(entry) for entry in baseline.lint]
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its annotation is that of the default
    yaml.width = 110
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _to_document(entry: Entry | LintEntry) -> dict[str, Any]:
    members = entry.model_dump(by_alias=True, mode="json")
    return {key: value for key, value in members.items() if value != ""}


def pruned_text(text: str, baseline: Baseline, left: Baseline) -> str:
    """The text of a file without the entries that are not left; comments stay where entries are written in blocks.

    Args:
        text: The text as it is.
        baseline: What is in it.
        left: What is to stay.
    """
    document = document_of("", text)
    lines = text.splitlines(keepends=True)
    gone = [("accepted", index) for index, entry in enumerate(baseline.entries) if entry not in left.entries]
    gone += [("lint", index) for index, entry in enumerate(baseline.lint) if entry not in left.lint]
    for location in sorted(gone, key=document.place, reverse=True):
        places = [place for key, place in document.places.items() if key[:2] == location]
        first, last = min(line for line, _ in places), max(line for line, _ in places)
        # A text over several lines goes on to the next that is not indented as deep.
        depth = min(column for _, column in places) - 1
        while last < len(lines) and lines[last].strip() and not lines[last][:depth].strip():
            last += 1
        del lines[first - 1 : last]
    shorter = "".join(lines)
    try:
        is_right = _baseline_of(document_of("", shorter), lambda _: None) == left
    except InputError:
        is_right = False
    return shorter if is_right else baseline_text(left)
