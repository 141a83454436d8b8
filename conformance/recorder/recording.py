"""A part of a journal made into a scenario that passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.yaml_file import document_of
from conformance.recorder.calls import (
    RecordedStep,
    Unwritable,
    expected_reply,
    said_in,
    said_in_request,
    steps_of,
    waiting_step,
)
from conformance.recorder.masking import Masking
from conformance.recorder.outcome import expected_end
from conformance.recorder.segment import SegmentEvents
from conformance.recorder.state_before import Document, Extent, Mentioned, chosen, mentioned_in
from conformance.recorder.verification import Confirmed, confirmed
from conformance.recorder.writing import scenario_yaml
from conformance.scenario import BackendError, scenario_in
from simulator.clock import format_instant
from simulator.history.recording import RecordingRefusedError, RecordingRequest
from simulator.project.settings import ProjectSettings

if TYPE_CHECKING:
    from simulator.journal import Entry

_MANAGED_IN_STATE: Final = frozenset({"email", "userId", "itblUserId", "profileUpdatedAt"})
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario made of a journal.

    Attributes:
        text: The text of its file.
        lost: What could not be written, or did not come out again, one sentence each.
    """

    text: str
    lost: tuple[str, ...] = ()


@dataclass(slots=True)
class _Steps:
    steps: list[RecordedStep] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def record_text(request: RecordingRequest) -> str:
    """The text of the scenario file that a request asks for; a simulator's recorder.

    Raises:
        RecordingRefusedError: No scenario can be made of it.
    """
    return recording_of(request).text


def recording_of(request: RecordingRequest) -> Recording:
    """The scenario that a request asks for.

    Raises:
        RecordingRefusedError: No scenario can be made of it.
    """
    masking = _masking(request)
    segment = SegmentEvents.of(request.wish.events, request.wish.mapping)
    made = _steps(request, masking, segment)
    if not made.steps:
        raise RecordingRefusedError(f"nothing of it can be written: {'; '.join(made.lost[:3])}")
    mentioned = mentioned_in(request.entries, request.waiting)
    best: Confirmed | None = None
    for extent in Extent:
        scenario = _scenario(request, made, masking, mentioned, extent, segment)
        result = _confirmed(request, scenario, made, masking)
        if best is None or len(result.lost) < len(best.lost):
            best = result
        if not result.lost:
            break
    assert best is not None  # noqa: S101  # there is more than one extent
    return _written(best, made, request)


def _masking(request: RecordingRequest) -> Masking:
    secrets = [(("token",), key.key) for key in request.project.keys]
    if request.wish.keep_personal_data:
        return Masking(secrets)
    documents: list[tuple[tuple[str, ...], Any]] = [*secrets]
    for state in (request.before, request.after):
        documents.append(((), {part: value for part, value in state.items() if part != "fields"}))
    for asked in (*(item.request for item in request.waiting), *(entry.request for entry in request.entries)):
        documents += said_in_request(asked)
    replies = [entry.reply for entry in request.entries if entry.reply is not None]
    for reply in replies:
        documents += said_in(reply.body)
    documents += [((), event) for event in request.wish.events or ()]
    spoken_of = [*(item.users for item in request.waiting), *(reply.users for reply in replies)]
    return Masking(documents, sorted({user for users in spoken_of for user in users}))


def _steps(request: RecordingRequest, masking: Masking, segment: SegmentEvents) -> _Steps:
    made = _Steps()
    for item in request.waiting:
        made.steps.append(waiting_step(item, masking))
        made.replies.append(None)
    for part in segment.in_order(request.entries):
        if part.event is None:
            _add(made, part.entries[0], masking)
        else:
            _add_event(made, part.event, part.entries, masking)
    return made


def _add(made: _Steps, entry: Entry, masking: Masking) -> None:
    remark = f"request {entry.number}"
    try:
        steps = steps_of(entry, masking)
    except Unwritable as error:
        made.lost.append(f"{remark} is left out: {error}")
        return
    for step in steps:
        is_call = step.number is not None
        expected = expected_reply(entry, masking) if is_call else None
        if expected is not None:
            step.step["expect"] = {"replies": [expected]}
        step.remark = f"{remark}: {step.remark}" if step.remark else remark if is_call else ""
        made.steps.append(step)
        made.replies.append(_whole_reply(entry, masking) if is_call else None)


def _add_event(made: _Steps, event: dict[str, Any], entries: Sequence[Entry], masking: Masking) -> None:
    numbers = ", ".join(str(entry.number) for entry in entries)
    for entry in entries:
        for fault in steps_of(entry, masking)[:-1]:
            made.steps.append(fault)
            made.replies.append(None)
    step: dict[str, Any] = {"at": format_instant(entries[0].at)} if entries else {}
    step["send"] = masking.value(event)
    replies = [expected_reply(entry, masking) for entry in entries]
    step["expect"] = {"replies": [reply or {} for reply in replies]}
    remark = (
        f"request {numbers}" if len(entries) == 1 else f"requests {numbers}" if entries else "nothing was sent for it"
    )
    made.steps.append(RecordedStep(step, entries[0].number if entries else None, remark))
    made.replies.append(_whole_reply(entries[0], masking) if len(entries) == 1 else None)


def _whole_reply(entry: Entry, masking: Masking) -> Any:
    from simulator.message import read_json

    if entry.reply is None or not entry.reply.body:
        return None
    try:
        return masking.value(read_json(entry.reply.body, deepest=400))
    except ValueError:
        return masking.value(entry.reply.body.decode("utf-8", "replace"))


def _scenario(  # all that a scenario is made of
    request: RecordingRequest,
    made: _Steps,
    masking: Masking,
    mentioned: Mentioned,
    extent: Extent,
    segment: SegmentEvents,
) -> Document:
    first, last = request.entries[0], request.entries[-1]
    taken = chosen(request.before, mentioned, extent, request.project)
    gaps = request.wish.user is not None or request.wish.numbers is not None
    types = request.project.type.value
    scenario: Document = {
        "name": request.wish.name
        or f"Requests {first.number} to {last.number} of the project {request.project.name}",
        "description": "Recorded: what was there, what was called, and what came of it.",
        "source": f"the journal of a simulator, requests {first.number} to {last.number}",
        "tags": ["recorded"],
        "clock": format_instant(request.begin),
        "project": {"type": types, "id": request.project_id, **_state(taken, request, masking)},
    }
    if segment.mapping is not None:
        scenario["destination"] = {"mapping": segment.mapping}
    scenario["steps"] = [_copied(step.step) for step in made.steps]
    end = expected_end(request.before, taken, request.after, mentioned, gaps=gaps)
    scenario["expect"] = {
        part: masking.value(value, (part,)) if part != "counts" else value for part, value in end.items()
    }
    return scenario


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _state(taken: Document, request: RecordingRequest, masking: Masking) -> Document:
    """Settings, people, lists and events by the keys of a scenario, and the rest as a state document."""
    document: Document = {}
    settings = _settings(request.project.settings)
    if settings:
        document["settings"] = settings
    rest = {part: _masked_part(part, value, masking) for part, value in taken.items()}
    if "users" in rest:
        document["users"] = [_existing(user) for user in rest.pop("users")]
    if "lists" in rest:
        document["lists"] = [_brief_list(item) for item in rest.pop("lists")]
    if rest.get("events") and all(_is_plain(event) for event in rest["events"]):
        document["events"] = [_existing_event(event) for event in rest.pop("events")]
    return {**document, "state": rest} if rest else document


def _masked_part(part: str, value: Any, masking: Masking) -> Any:
    if part != "fields":
        return masking.value(value, (part.lower(),))
    return {
        masking.segment(category): dict(
            zip(masking.value(dict.fromkeys(types, 0), ("datafields",)), types.values(), strict=True)
        )
        for category, types in value.items()
    }


def _settings(settings: ProjectSettings) -> Document:
    """The settings that are not as usual; limits are recorded as what they did, and do nothing more."""
    usual = ProjectSettings.model_validate({}).model_dump(by_alias=True, mode="json")
    given = settings.model_dump(by_alias=True, mode="json")
    return {name: value for name, value in given.items() if value != usual[name] and name != "enforceRateLimits"}


def _existing(user: Document) -> Document:
    fields = {name: value for name, value in user["dataFields"].items() if name not in _MANAGED_IN_STATE}
    internal = fields.get("itblInternal")
    if isinstance(internal, dict):
        fields["itblInternal"] = {name: value for name, value in internal.items() if name.startswith("document")}
    return {**{name: user[name] for name in ("email", "userId") if user.get(name) is not None}, "dataFields": fields}


def _brief_list(item: Document) -> Document:
    usual = {"description": "", "listType": "Standard"}
    return {name: value for name, value in item.items() if usual.get(name) != value}


def _is_plain(event: Document) -> bool:
    return event["eventType"] == "customEvent" and not event.keys() - {
        "email", "userId", "createdAt", "eventName", "eventType", "id", "dataFields"
    }  # fmt: skip


def _existing_event(event: Document) -> Document:
    made = {name: value for name, value in event.items() if name != "eventType"}
    made["createdAt"] = str(made["createdAt"]).replace(" +00:00", "+00:00")
    return made


def _confirmed(request: RecordingRequest, scenario: Document, made: _Steps, masking: Masking) -> Confirmed:
    known = {event["id"] for event in request.before["events"]}
    stored = [masking.value(event) for event in request.after["events"] if event["id"] not in known]
    titles = [step.remark.partition(":")[0] or "a fault" for step in made.steps]
    try:
        return confirmed(scenario, request.project.type.value, request.project_id, [*made.replies, stored], titles)
    except BackendError as error:
        raise RecordingRefusedError(f"the recording cannot be played: {error}") from error


def _written(result: Confirmed, made: _Steps, request: RecordingRequest) -> Recording:
    lost = [*made.lost, *result.lost]
    remarks = {place: step.remark for place, step in enumerate(made.steps) if step.remark}
    head = _head(lost, keep=request.wish.keep_personal_data)
    text = scenario_yaml(result.scenario, head=head, remarks=remarks)
    if document_of("recording", text).value != result.scenario:
        raise RecordingRefusedError("something in it cannot be written as YAML: choose fewer requests")
    scenario_in(document_of("recording", text), Path())
    return Recording(text, tuple(lost))


def _head(lost: Sequence[str], *, keep: bool) -> list[str]:
    lines = [
        "Personal data is as it was recorded." if keep else "Personal data is replaced, everywhere in the same way."
    ]
    if lost:
        lines.append("What is not in here, or did not come out again:")
        lines += [f"  {' '.join(sentence.split())}" for sentence in lost[:_MOST_NAMED]]
        if len(lost) > _MOST_NAMED:
            lines.append(f"  and {len(lost) - _MOST_NAMED} more")
    return lines
