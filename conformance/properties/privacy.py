"""The property about what must not leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from conformance.properties.execution import Execution
from conformance.properties.model import Property, Severity, Violation
from conformance.strategies import SECRETS, MappingAnalysis
from conformance.strategies.leaves import members
from conformance.strategies.mapping_analysis import AnalysedSubscription
from conformance.strategies.privacy_histories import SENSITIVE, secret
from conformance.strategies.subscription_kinds import Kind

_EMPTY: Final[tuple[Any, ...]] = (None, "", {"@literal": None}, {"@literal": ""})


def excludes(analysis: MappingAnalysis, name: str, taking: Sequence[AnalysedSubscription], *, trait: bool) -> bool:
    """Whether the author of a mapping meant something to stay out of some subscriptions.

    They did when they blanked it. A trait they meant to stay out altogether when they named the traits of people
    that they want one by one somewhere, and not this one.
    """
    if any(
        key == name and value in _EMPTY
        for analysed in taking
        for key, value in members(analysed.subscription.mapping)
    ):
        return True
    # What is listed of rows, or of an audience, says nothing of what people's traits may leave.
    of_events = analysis.of_kind(Kind.EVENTS)
    leaves = [leaf for analysed in of_events for leaf in analysed.leaves]
    is_named = any(path.rpartition(".")[2] == name for leaf in leaves for path in leaf.sources)
    are_listed = any(
        (analysed.action == "updateUser" and leaf.target[:1] == ("dataFields",) and len(leaf.target) > 1)
        or (leaf.target[:2] == ("user", "dataFields") and len(leaf.target) > 2)  # noqa: PLR2004  # user.dataFields.x
        for analysed in of_events
        for leaf in analysed.leaves
    )
    return trait and are_listed and not is_named


def _stays(execution: Execution) -> Iterator[Violation | None]:
    for step, history_event in execution.singles():
        sent = [exchange.request.json for outcome in step.outcomes for exchange in outcome.exchanges]
        taking = execution.analysis.taking(history_event.event)
        is_trait = "traits" in execution.history.theme
        for name in SENSITIVE if sent and secret("") in str(history_event.event) else ():
            if secret(name) not in str(history_event.event) or not excludes(
                execution.analysis, name, taking, trait=is_trait
            ):
                continue
            paths = [_path_to(body, secret(name)) for body in sent]
            found = [path for path in paths if path]
            wanted = {"requests": [{"without": [path]} if path else {} for path in paths]}
            detail = f"{name} is sent as {', '.join(found)}"
            # Which secret it is does not matter: one finding is enough to mend them all.
            yield Violation(detail, wanted, step.index) if found else None


def _path_to(value: Any, text: str) -> str:
    """The dotted path at which a text is found in an object; empty when it is not there."""
    if not isinstance(value, dict):
        return ""
    for key, inner in value.items():
        if isinstance(inner, dict):
            below = _path_to(inner, text)
            if below:
                return f"{key}.{below}"
        elif text in str(inner):
            return str(key)
    return ""


PROPERTIES: Final = (
    Property(
        "privacy.excluded-stays",
        "Sensitive data that the mapping excludes is not sent.",
        "Segment's documentation of mappings: only what is mapped is sent",
        Severity.HIGH,
        SECRETS,
        _stays,
    ),
)
