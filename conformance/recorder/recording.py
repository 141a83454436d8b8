"""A part of a journal made into a scenario that passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from conformance.inputs.yaml_file import document_of
from conformance.recorder.content import values_in_body, values_in_request
from conformance.recorder.initial_state import initial_state
from conformance.recorder.masking import Masking
from conformance.recorder.outcome import expected_end
from conformance.recorder.segment import SegmentEvents
from conformance.recorder.state_before import Document, Extent, Mentioned, chosen, mentioned_in
from conformance.recorder.steps import RecordedSteps, recorded_steps
from conformance.recorder.verification import Confirmed, confirmed
from conformance.recorder.writing import scenario_yaml
from conformance.recorder.yaml_values import part_that_is_too_deep
from conformance.scenario import BackendError, scenario_in
from simulator.clock import format_instant
from simulator.history.recording import RecordingRefusedError, RecordingRequest

if TYPE_CHECKING:
    pass

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
    segment = SegmentEvents.of(request.options)
    made = recorded_steps(request, masking, segment)
    if not made.steps:
        raise RecordingRefusedError(f"nothing of it can be recorded: {'; '.join(made.lost[:3])}")
    mentioned = mentioned_in(request.entries, request.waiting)
    best: Confirmed | None = None
    reason: BackendError | None = None
    for extent in Extent:
        scenario = _scenario(request, made, masking, mentioned, extent, segment)
        too_deep = part_that_is_too_deep(scenario)
        if too_deep is not None:
            hint = "choose requests or a person without it"
            raise RecordingRefusedError(f"{too_deep} is nested deeper than a scenario can be: {hint}")
        try:
            result = _confirmed(request, scenario, made, masking)
        except BackendError as error:
            # A part of the state may lack what the rest of it speaks of; the whole of it does not.
            reason = error
            continue
        if best is None or len(result.lost) < len(best.lost):
            best = result
        if not result.lost:
            break
    if best is None:
        raise RecordingRefusedError(f"the recording cannot be played: {reason}") from reason
    return _written(best, made, request)


def _masking(request: RecordingRequest) -> Masking:
    secrets = [(("token",), key.key) for key in request.project.keys]
    if request.options.keep_personal_data:
        return Masking(secrets)
    documents: list[tuple[tuple[str, ...], Any]] = [*secrets]
    for state in (request.before, request.after):
        documents.append(((), {part: value for part, value in state.items() if part != "fields"}))
    for asked in (*(item.request for item in request.waiting), *(entry.request for entry in request.entries)):
        documents += values_in_request(asked)
    replies = [entry.reply for entry in request.entries if entry.reply is not None]
    for reply in replies:
        documents += values_in_body(reply.body)
    documents += [((), event) for event in request.options.events or ()]
    documents += [((), item.message) for item in request.options.received or ()]
    spoken_of = [*(item.users for item in request.waiting), *(entry.users for entry in request.entries)]
    return Masking(documents, sorted({user for users in spoken_of for user in users}))


def _scenario(  # all that a scenario is made of
    request: RecordingRequest,
    made: RecordedSteps,
    masking: Masking,
    mentioned: Mentioned,
    extent: Extent,
    segment: SegmentEvents,
) -> Document:
    first, last = request.entries[0], request.entries[-1]
    taken = chosen(request.before, mentioned, extent, request.project)
    gaps = request.options.user is not None or request.options.numbers is not None
    types = request.project.type.value
    scenario: Document = {
        "name": request.options.name
        or f"Requests {first.number} to {last.number} of the project {request.project.name}",
        "description": "A recording: initial state, calls and outcome.",
        "source": f"the journal of a simulator, requests {first.number} to {last.number}",
        "tags": ["recorded"],
        "clock": format_instant(request.begin),
        "project": {"type": types, "id": request.project_id, **initial_state(taken, request, masking)},
    }
    if request.options.source_settings:
        scenario["segment"] = request.options.source_settings
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


def _confirmed(request: RecordingRequest, scenario: Document, made: RecordedSteps, masking: Masking) -> Confirmed:
    known = {event["id"] for event in request.before["events"]}
    stored = [masking.value(event) for event in request.after["events"] if event["id"] not in known]
    titles = [step.remark.partition(":")[0] or "a fault" for step in made.steps]
    return confirmed(scenario, request.project.type.value, request.project_id, [*made.replies, stored], titles)


def _written(result: Confirmed, made: RecordedSteps, request: RecordingRequest) -> Recording:
    lost = [*made.lost, *result.lost]
    remarks = {place: step.remark for place, step in enumerate(made.steps) if step.remark}
    head = _head(lost, keep=request.options.keep_personal_data)
    text = scenario_yaml(result.scenario, head=head, remarks=remarks)
    if document_of("recording", text).value != result.scenario:
        raise RecordingRefusedError("something in it cannot be written as YAML: choose fewer requests")
    scenario_in(document_of("recording", text), Path())
    return Recording(text, tuple(lost))


def _head(lost: Sequence[str], *, keep: bool) -> list[str]:
    lines = ["Personal data is unchanged." if keep else "Personal data is replaced consistently."]
    if lost:
        lines.append("Not recorded, or not reproduced:")
        lines += [f"  {' '.join(sentence.split())}" for sentence in lost[:_MOST_NAMED]]
        if len(lost) > _MOST_NAMED:
            lines.append(f"  and {len(lost) - _MOST_NAMED} more")
    return lines
