"""Segment's own build, for tests that hold ours against it; they are skipped where it cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.inputs.errors import InputError
from conformance.segment_build import SegmentBuild, install

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def installed() -> None:
    """That the build is installed."""
    try:
        install()
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture
def build(request: pytest.FixtureRequest) -> Iterator[SegmentBuild]:
    """The build, running."""
    request.getfixturevalue("installed")
    with SegmentBuild() as running:
        yield running
