"""What a judgement takes for granted: that events carry who somebody is where the mapping looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from conformance.strategies.leaves import Leaf
from conformance.strategies.mapping_analysis import (
    AnalysedSubscription,
    MappingAnalysis,
    analyse,
    is_possible,
    role_of,
)
from conformance.strategies.subscription_kinds import Kind
from destination import Subscription

#: Fields that say who somebody is: what they hold, and the role of paths where histories carry it.
_IDENTIFIERS: Final = MappingProxyType(
    {"email": ("email", "email"), "userId": ("userId", ""), "phoneNumber": ("phone number", "phone")}
)
#: Where Segment's specification has them: the traits of an identify, the traits in the context of any call, and the
#: email in the properties of its ecommerce events.
_SPECIFIED: Final = frozenset(
    {"userId", "anonymousId", "traits.email", "context.traits.email", "properties.email"}
    | {"traits.phone", "context.traits.phone"}
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """That events carry an identifier in a place of the customer's own.

    Attributes:
        identifier: `email`, `userId` or `phone number`.
        path: Where the mapping looks for it, such as `traits.e_mail`.
        subscriptions: The names of the subscriptions that do.
    """

    identifier: str
    path: str
    subscriptions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is assumed, and what checks it."""
        return (
            f"your events carry the {self.identifier} in {self.path}, which Segment's specification does not "
            "have (backtest over real events checks this)"
        )


def assumptions(subscriptions: Sequence[Subscription], models: Sequence[str | None] = ()) -> tuple[Assumption, ...]:
    """What histories for a mapping assume of its events: generated events carry whatever the mapping reads.

    Columns of a Reverse ETL model have names of the customer's own, and are no assumption.

    Args:
        subscriptions: The mapping.
        models: The Reverse ETL model of each subscription, or None.
    """
    names: dict[tuple[str, str], list[str]] = {}
    for analysed, key in _assumed(analyse(subscriptions, models)):
        names.setdefault(key, []).append(analysed.subscription.name)
    return tuple(Assumption(*key, tuple(dict.fromkeys(found))) for key, found in names.items())


def _assumed(analysis: MappingAnalysis) -> Iterator[tuple[AnalysedSubscription, tuple[str, str]]]:
    for analysed in analysis.subscriptions:
        for leaf in analysed.leaves if analysed.kind is Kind.EVENTS else ():
            for path in _own_paths(leaf, analysed.type):
                yield analysed, (_IDENTIFIERS[leaf.target[-1]][0], path)


def _own_paths(leaf: Leaf, kind: str) -> tuple[str, ...]:
    """The paths of an identifier that the specification lacks; none where a usual place is read as well."""
    if leaf.target not in {(name,) for name in _IDENTIFIERS} | {("user", "email"), ("user", "userId")}:
        return ()
    if _SPECIFIED.intersection(leaf.sources):
        return ()
    _, role = _IDENTIFIERS[leaf.target[-1]]
    # What is carried elsewhere is something else, and is judged: an email in the place of a userId.
    return tuple(path for path in leaf.sources if "." in path and role_of(path) == role and is_possible(path, kind))
