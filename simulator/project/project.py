"""One project: its contents, written out as a state document and replaced by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.project.contents import ProjectContents
from simulator.project.document import dump
from simulator.project.document_reading import load
from simulator.project.state import StateError, read_state

if TYPE_CHECKING:
    from simulator.message import Instant


class Project(ProjectContents):
    """A project: its contents, and the state document that stands for them."""

    def state_document(self) -> dict[str, Any]:
        """The whole state; `replace_state` takes it back. What is pending is not part of it."""
        return dump(self)

    def replace_state(self, document: object, now: Instant) -> None:
        """Take over a state document; one with mistakes changes nothing.

        Raises:
            StateError: With every mistake.
        """
        state = read_state(document)
        fresh = Project(self.configuration)
        fresh.settings = self.settings
        mistakes = load(fresh, state, now)
        if mistakes:
            raise StateError(mistakes)
        fresh.changes.continue_from(self.changes, self.people)
        fresh.people_since = self.changes.number
        vars(self).update(vars(fresh))
