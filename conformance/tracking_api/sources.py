"""Sources: a write key that feeds one or more projects through a mapping."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from conformance.inputs.errors import InputError, InputProblem
from conformance.tracking_api.settings import SourceSettings
from destination import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from destination import Subscription

#: The write key of the only source where none is named.
DEFAULT_WRITE_KEY: Final = "write-key"
_OPTION: Final = "--source"
_DEFAULT_SETTINGS: Final = SourceSettings()


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Attributes:
        write_key: Its key, which SDKs are set up with.
        projects: The names of the projects that it feeds, in order; with none it feeds every project there is.
        subscriptions: The mapping.
        settings: What it decides.
        project_id: What Segment calls the source in messages; made of the write key, so that it is always the same.
    """

    write_key: str
    projects: tuple[str, ...] = ()
    subscriptions: tuple[Subscription, ...] = PRESETS
    settings: SourceSettings = _DEFAULT_SETTINGS
    project_id: str = field(init=False)

    def __post_init__(self) -> None:
        """Derive the id."""
        identifier = hashlib.blake2b(self.write_key.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        object.__setattr__(self, "project_id", identifier)


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources by write key; adding and removing give new ones.

    Attributes:
        by_key: The sources, in the order in which they were added.
        largest_request: The largest request that any of them takes, in bytes.
    """

    by_key: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    largest_request: int = field(init=False)

    def __post_init__(self) -> None:
        """Work out the limit."""
        every = [_DEFAULT_SETTINGS, *(source.settings for source in self.by_key.values())]
        largest = max(max(settings.batch_limit, settings.message_limit) for settings in every)
        object.__setattr__(self, "largest_request", largest)

    def __iter__(self) -> Iterator[Source]:
        """The sources, in order."""
        return iter(self.by_key.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self.by_key)

    def get(self, write_key: str) -> Source | None:
        """The source with a write key."""
        return self.by_key.get(write_key)

    def settings_of(self, write_key: str) -> SourceSettings:
        """The settings of the source with a write key; the defaults where no source has it."""
        source = self.by_key.get(write_key)
        return _DEFAULT_SETTINGS if source is None else source.settings

    def with_source(self, source: Source) -> Sources:
        """These and one more, which takes the place of one with the same write key."""
        return Sources(MappingProxyType({**self.by_key, source.write_key: source}))

    def without(self, write_key: str) -> Sources:
        """These without the one with a write key.

        Raises:
            KeyError: There is none.
        """
        if write_key not in self.by_key:
            raise KeyError(write_key)
        return Sources(MappingProxyType({key: source for key, source in self.by_key.items() if key != write_key}))


def sources_from_options(
    options: Sequence[str],
    projects: Sequence[str],
    subscriptions: tuple[Subscription, ...] = PRESETS,
    settings: SourceSettings = _DEFAULT_SETTINGS,
) -> Sources:
    """The sources that `KEY[:PROJECT[,PROJECT…]]` options name; without any, one that feeds every project.

    Args:
        options: The options.
        projects: The names of the projects that are served.
        subscriptions: The mapping of all of them.
        settings: The settings of all of them.

    Raises:
        InputError: A key is empty or named twice, or a project is not served; every such option is named.
    """
    found = Sources()
    problems: list[InputProblem] = []
    for option in options or [DEFAULT_WRITE_KEY]:
        write_key, _, names = option.partition(":")
        wanted = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
        problems += _option_problems(option, write_key, wanted, found, projects)
        found = found.with_source(Source(write_key, wanted, subscriptions, settings))
    if problems:
        raise InputError(problems)
    return found


def _option_problems(
    option: str, write_key: str, wanted: tuple[str, ...], found: Sources, projects: Sequence[str]
) -> Iterator[InputProblem]:
    form = "write KEY or KEY:PROJECT,PROJECT"
    if not write_key:
        yield InputProblem(_OPTION, 0, 0, "", f"{option!r} has no write key", form)
    if found.get(write_key) is not None:
        yield InputProblem(_OPTION, 0, 0, "", f"the write key {write_key!r} is given twice", form)
    for name in wanted:
        if name not in projects:
            yield InputProblem(_OPTION, 0, 0, "", f"no project {name!r} is served", f"known: {', '.join(projects)}")
