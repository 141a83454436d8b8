"""What apps are given, over the control surface: in-app and embedded messages, and the criteria of unknown users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, StrictInt, StrictStr

from simulator.control.replies import ControlError, json_reply, model_body, no_content
from simulator.project.app_content import Criterion, InAppContent
from simulator.project.document import embedded_to_json, message_to_json
from simulator.project.messages import EmbeddedMessage, Message
from simulator.project.state import EmbeddedState

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.message import Reply
    from simulator.project import Project
    from simulator.project.person import Person
    from simulator.project.undoable_map import UndoableMap

_QUOTED = 100


class NewInAppMessage(InAppContent):
    """An in-app message to add: for whom, and what it says."""

    email: StrictStr | None = None
    user_id: StrictStr | None = None
    message_id: Annotated[StrictStr, Field(min_length=1)] | None = None
    campaign_id: StrictInt = 1
    template_id: StrictInt = 0


class NewEmbeddedMessage(EmbeddedState):
    """An embedded message to add; without an id it gets one."""

    message_id: Annotated[StrictStr, Field(min_length=1)] | None = Field(None, alias="messageId")  # type: ignore[assignment]  # may be left out here


def list_in_app_messages(call: ControlCall) -> Reply:
    """The in-app messages of a project, the consumed ones as well, as in its state document."""
    sent = call.project().sent
    return json_reply({"messages": [message_to_json(one.id, one) for one in sent if one.medium == "InApp"]})


def add_in_app_message(call: ControlCall) -> Reply:
    """Put an in-app message into somebody's queue; 201 with the message."""
    project = call.project()
    new = model_body(call.request, NewInAppMessage)
    person = _person(project, new.email, new.user_id)
    if person is None:
        raise ControlError(400, "an in-app message needs a recipient: give an email or a userId")
    own = new.model_dump(include=set(InAppContent.model_fields))
    message = Message(
        _free_id(project, new.message_id, project.sent),
        "InApp",
        person,
        new.campaign_id,
        new.template_id,
        call.clock.now(),
        in_app=InAppContent.model_validate(own),
    )
    project.sent.put(message.id, message)
    return json_reply(message_to_json(message.id, message), 201)


def remove_in_app_message(call: ControlCall) -> Reply:
    """Take an in-app message away."""
    return _removed(call, call.project().sent, "in-app message")


def list_embedded_messages(call: ControlCall) -> Reply:
    """The embedded messages of a project, as in its state document."""
    return json_reply({"messages": [embedded_to_json(message) for message in call.project().embedded]})


def add_embedded_message(call: ControlCall) -> Reply:
    """Show an embedded message to somebody, or to everybody; 201 with the message."""
    project = call.project()
    new = model_body(call.request, NewEmbeddedMessage)
    person = _person(project, new.email, new.user_id)
    message = EmbeddedMessage(
        _free_id(project, new.message_id, project.embedded),
        new.placement_id,
        person,
        new.campaign_id,
        new.priority_order,
        new.is_proof,
        new.elements,
        new.payload,
    )
    project.embedded.put(message.id, message)
    return json_reply(embedded_to_json(message), 201)


def remove_embedded_message(call: ControlCall) -> Reply:
    """Show an embedded message to nobody any more."""
    return _removed(call, call.project().embedded, "embedded message")


def list_criteria(call: ControlCall) -> Reply:
    """The criteria of a project, as in its state document."""
    return json_reply({"criteria": [criterion.to_json() for criterion in call.project().criteria]})


def add_criterion(call: ControlCall) -> Reply:
    """Add a criterion, or put it in the place of the one with its id; 201 with the criterion."""
    criterion = model_body(call.request, Criterion)
    call.project().criteria.put(criterion.criteria_id, criterion)
    return json_reply(criterion.to_json(), 201)


def remove_criterion(call: ControlCall) -> Reply:
    """Take a criterion away."""
    return _removed(call, call.project().criteria, "criterion")


def _person(project: Project, email: str | None, user_id: str | None) -> Person | None:
    """Who has an email or userId; None where none is given.

    Raises:
        ControlError: Nobody has it.
    """
    if email is None and user_id is None:
        return None
    people = project.people.with_email(email.lower()) if email is not None else ()
    if not people and user_id is not None:
        people = project.people.with_user_id(user_id)
    if not people:
        raise ControlError(404, f"no user has {(email or user_id or '')[:_QUOTED]!r}")
    return people[0]


def _free_id(project: Project, wanted: str | None, taken: UndoableMap[str, Any]) -> str:
    """The id that was given, or one that is made up.

    Raises:
        ControlError: Another message has it.
    """
    if wanted is None:
        project.begin()
        return project.new_id()
    if wanted in taken:
        raise ControlError(409, f"a message {wanted[:_QUOTED]!r} already exists")
    return wanted


def _removed(call: ControlCall, kept: UndoableMap[str, Any], what: str) -> Reply:
    wanted = call.path_parameters["id"]
    if kept.remove(wanted) is None:
        raise ControlError(404, f"there is no {what} {wanted[:_QUOTED]!r}")
    return no_content()
