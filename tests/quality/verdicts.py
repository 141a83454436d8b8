"""What `conform` says of a mapping: its problems, told as they are for a file of it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conformance.inputs.configuration import Configuration, ConfiguredSubscription, configuration_of
from conformance.inputs.configuration.writers import to_own
from conformance.judging import Problem, build_report, judge, shipped_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from destination import Subscription

#: Enough for all but a few mistakes to show.
EXAMPLES = 10
#: What shows in seldom histories.
MORE_EXAMPLES = {"a date in lower case": 30}


def problems_of(
    mapping: Sequence[Subscription], project_types: Sequence[str], examples: int = EXAMPLES
) -> tuple[Problem, ...]:
    """The problems of a mapping in some project types."""
    text = to_own(Configuration("own", tuple(ConfiguredSubscription(item, item.name) for item in mapping)))
    judgement = judge(mapping, examples=examples, project_types=project_types, baseline=shipped_baseline())
    with TemporaryDirectory() as folder:
        return build_report(judgement, Path(folder), configuration=configuration_of("mapping.yaml", text)).problems
