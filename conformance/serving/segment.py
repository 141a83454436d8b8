"""Segment in front of a served simulator, from texts such as `write-key:hybrid`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.serving.simulator import ServedSimulator
    from conformance.tracking_api.sources import Sources
    from destination import Subscription

#: The file of a data directory that keeps the sources.
_FILE: Final = "sources.json"


def with_segment(
    served: ServedSimulator,
    *,
    sources: Sequence[str] = (),
    subscriptions: Sequence[Subscription] | None = None,
    in_batches: bool = False,
    directory: Path | None = None,
) -> ServedSimulator:
    """A served simulator with Segment in front of it.

    Args:
        served: The simulator.
        sources: `KEY[:PROJECT[,PROJECT…]]` texts; with none there is one source, which feeds every project.
        subscriptions: Those of all sources; the presets without.
        in_batches: Whether what the mapping marks with `enable_batching` is delivered in batches.
        directory: Where the sources are kept. Those that it has come back where nothing else is asked for.

    Raises:
        InputError: A text is wrong, or what the directory keeps.
    """
    from conformance.tracking_service.surface import Place, TrackingSurface

    asked = None
    if sources or subscriptions is not None or in_batches:
        from conformance.tracking_api.settings import SourceSettings
        from conformance.tracking_api.sources import sources_from_options
        from destination import PRESETS

        settings = SourceSettings(batch_deliveries=in_batches)
        names = tuple(served.simulator.projects)
        own = PRESETS if subscriptions is None else tuple(subscriptions)
        asked = sources_from_options(sources, names, own, settings)
    file = None if directory is None else directory / _FILE
    if file is not None and (asked is not None or file.exists()):
        asked = _kept(file, asked)
    place = Place(served.simulator, served.clock, asked, file)
    return replace(served, surfaces=(*served.surfaces, TrackingSurface(place)))


def _kept(file: Path, asked: Sources | None) -> Sources | None:
    """The sources that are asked for, which the file keeps from now on, or else those that it has."""
    from conformance.tracking_service.source_documents import read_sources, write_sources

    if asked is None:
        return read_sources(file)
    try:
        write_sources(file, asked)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError([InputProblem(str(file), 0, 0, "--data", f"cannot be written: {reason}")]) from error
    return asked
