"""Sources as JSON: as the control surface takes and gives them, and as a directory keeps them."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from conformance.inputs.errors import InputError, InputProblem
from conformance.inputs.mapping_file import mapping_document
from conformance.tracking_api.settings import SourceSettings
from conformance.tracking_api.sources import Source, Sources
from destination import PRESETS

if TYPE_CHECKING:
    from destination import Subscription


class SourceDocument(BaseModel):
    """A source as it is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    write_key: Annotated[str, Field(alias="writeKey", min_length=1, max_length=200)]
    projects: tuple[str, ...] = Field((), description="The names of the projects that it feeds; none for every one.")
    mapping: JsonValue = Field(None, description="The mapping, as in a mapping file; the presets without.")
    settings: SourceSettings = Field(default_factory=SourceSettings)

    def source(self) -> Source:
        """The source.

        Raises:
            InputError: The mapping is none; every problem is named.
        """
        return Source(self.write_key, self.projects, _subscriptions(self.mapping), self.settings)


def _subscriptions(mapping: JsonValue) -> tuple[Subscription, ...]:
    if mapping is None:
        return PRESETS
    # The readers of YAML and Terraform are imported only where a mapping is given.
    from conformance.inputs.configuration import configuration_of

    configuration = configuration_of("mapping", json.dumps(mapping))
    return tuple(item.subscription for item in configuration.subscriptions)


def source_to_json(source: Source) -> dict[str, Any]:
    """A source as it can be given again; the mapping is left out where it is the presets."""
    document: dict[str, Any] = {"writeKey": source.write_key, "projects": list(source.projects)}
    if source.subscriptions is not PRESETS:
        document["mapping"] = mapping_document(source.subscriptions)
    document["settings"] = source.settings.model_dump(by_alias=True, exclude_defaults=True)
    return document


def read_sources(file: Path) -> Sources | None:
    """The sources that a file keeps; None where there is none.

    Raises:
        InputError: It holds something else.
    """
    try:
        documents = json.loads(file.read_bytes())
        sources = Sources()
        for document in documents:
            sources = sources.with_source(SourceDocument.model_validate(document).source())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, ValidationError) as error:
        hint = "delete it, and name the sources with --source"
        raise InputError([InputProblem(str(file), 0, 0, "", "no longer contains sources", hint)]) from error
    return sources


def write_sources(file: Path, sources: Sources) -> None:
    """Keep sources in a file, wholly or not at all; nobody else may read it.

    Raises:
        OSError: It cannot be written.
    """
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump([source_to_json(source) for source in sources], written, ensure_ascii=True)
        Path(beside).replace(file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
