"""The scenario file format. Unknown keys are refused; objects in expectations match partially."""

from conformance.scenario.model.expectations import (
    ByType,
    ErrorExpectation,
    EventExpectation,
    Expectation,
    Identifier,
    NodeExpectation,
    ReplyExpectation,
    RequestExpectation,
    ResultExpectation,
    StateExpectation,
    StepExpectation,
    UserExpectation,
    Wanted,
)
from conformance.scenario.model.project import (
    Connection,
    ExistingEvent,
    ExistingList,
    ExistingUser,
    OtherProject,
    ProjectUnderTest,
)
from conformance.scenario.model.scenario import Scenario
from conformance.scenario.model.steps import ApiCall, ClockMove, Step, step_problem
from conformance.scenario.model.values import DEFAULT_CLOCK, PROJECT_TYPES, ProjectTypeName

__all__ = [
    "DEFAULT_CLOCK",
    "PROJECT_TYPES",
    "ApiCall",
    "ByType",
    "ClockMove",
    "Connection",
    "ErrorExpectation",
    "EventExpectation",
    "ExistingEvent",
    "ExistingList",
    "ExistingUser",
    "Expectation",
    "Identifier",
    "NodeExpectation",
    "OtherProject",
    "ProjectTypeName",
    "ProjectUnderTest",
    "ReplyExpectation",
    "RequestExpectation",
    "ResultExpectation",
    "Scenario",
    "StateExpectation",
    "Step",
    "StepExpectation",
    "UserExpectation",
    "Wanted",
    "step_problem",
]
