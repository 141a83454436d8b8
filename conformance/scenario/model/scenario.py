"""A scenario as a whole, and what its parts must agree on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, field_validator, model_validator

from conformance.scenario.model.expectations import Expectation, Wanted
from conformance.scenario.model.project import Connection, OtherProject, ProjectUnderTest
from conformance.scenario.model.steps import Step
from conformance.scenario.model.values import DEFAULT_CLOCK, InstantText, Part, ProjectTypeName, Text
from conformance.tracking_api.settings import MessageSettings


class Scenario(Part):
    """A scenario: an initial state, steps, and the outcome expected in each project type."""

    name: Text
    description: Text = Field("", description="What the scenario shows.")
    source: Text = Field("", description="Where the behaviour is documented or the bug was reported.")
    tags: list[Text] = Field(default_factory=list, description="Search terms, and error messages verbatim.")
    known_issue: Text | None = Field(None, description="Whose behaviour this still is, and why.")
    fixed_in: Text | None = Field(None, description="Where the bug was fixed; the scenario guards against it.")
    wanted: Wanted | None = None
    intended: list[Text] = Field(
        default_factory=list,
        description="Event members that look like typos but are not, such as steps[0].send.traits; no warning.",
    )
    clock: InstantText = DEFAULT_CLOCK
    segment: StrictBool | MessageSettings = Field(
        default=False,
        description="Whether events go through Segment first, which adds fields and drops some events; or the "
        "settings of the source.",
    )
    project: ProjectUnderTest
    other_projects: list[OtherProject] = Field(default_factory=list)
    destination: Connection | Annotated[list[Connection], Field(min_length=1)] = Field(
        default_factory=lambda: Connection.model_validate({})
    )
    steps: Annotated[list[Step], Field(min_length=1)]
    expect: Expectation | None = None

    @field_validator("other_projects")
    @classmethod
    def _distinct(cls, projects: list[OtherProject]) -> list[OtherProject]:
        names = [project.name for project in projects]
        if len(set(names)) < len(names):
            raise ValueError("two of other_projects share a name")
        return projects

    @model_validator(mode="after")
    def _known_projects(self) -> Scenario:
        known = {project.name for project in self.other_projects}
        for connection in self.connections:
            if connection.project is not None and connection.project not in known:
                raise ValueError(f"the destination names the project {connection.project!r}, not in other_projects")
        return self

    @model_validator(mode="after")
    def _one_story(self) -> Scenario:
        if self.known_issue is not None and self.fixed_in is not None:
            raise ValueError("a fixed bug is no known issue: use either known_issue or fixed_in")
        if strangers := sorted({*(self.wanted.met_in or ())} - {*self.project.types} if self.wanted else ()):
            raise ValueError(f"wanted.met_in names {', '.join(strangers)}, which the scenario does not run in")
        if self.wanted is None:
            return self
        is_everywhere = self.works_as_expected_in == self.project.types
        if self.known_issue is None and not is_everywhere:
            raise ValueError("if wanted is not met, known_issue must say whose behaviour that is")
        if self.known_issue is not None and is_everywhere:
            raise ValueError("wanted.met_in names every project type, so known_issue does not apply")
        return self

    @property
    def works_as_expected_in(self) -> tuple[ProjectTypeName, ...]:
        """The project types in which the customer gets what they expected, as the file says."""
        if self.wanted is None or self.wanted.met_in is None:
            return () if self.known_issue is not None else self.project.types
        return tuple(name for name in self.project.types if name in self.wanted.met_in)

    @property
    def expects_nothing_in(self) -> tuple[ProjectTypeName, ...]:
        """The project types in which it could not fail, because nothing is expected there."""
        wanted = None if self.wanted is None else self.wanted.expect
        given = [item for item in (self.expect, wanted, *(step.expect for step in self.steps)) if item is not None]
        return tuple(
            name for name in self.project.types if not any(item.for_type(name)[1].can_fail for item in given)
        )

    @property
    def connections(self) -> list[Connection]:
        """The connections, in order."""
        return self.destination if isinstance(self.destination, list) else [self.destination]
