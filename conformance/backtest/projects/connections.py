"""What belongs together because something names it together; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ItemT = TypeVar("ItemT", str, int)


class Connections(Generic[ItemT]):
    """Groups of items, of which each is connected with the others, directly or by way of others."""

    def __init__(self) -> None:
        self._towards: dict[ItemT, ItemT] = {}

    def __iter__(self) -> Iterator[ItemT]:
        """Every item that was connected, if only with itself."""
        return iter(self._towards)

    def connect(self, items: Iterable[ItemT]) -> None:
        """Make one group of the groups of some items."""
        roots = {self.root(item) for item in items}
        if not roots:
            return
        least = min(roots)
        for root in roots:
            self._towards[root] = least

    def root(self, item: ItemT) -> ItemT:
        """The item that stands for the group of an item: the least of those in it, whatever came first."""
        towards = self._towards
        root = towards.get(item, item)
        while (further := towards.get(root, root)) != root:
            root = further
        # The next time it takes one step.
        while (further := towards.get(item, item)) != root:
            towards[item], item = root, further
        return root
