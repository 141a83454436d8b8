"""The steps of a recording, made of the requests of a journal or of the events that they were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.recorder.calls import RecordedStep, Unwritable, steps_of, waiting_step
from conformance.recorder.replies import expected_reply, whole_reply
from simulator.clock import format_instant

if TYPE_CHECKING:
    from conformance.recorder.masking import Masking
    from conformance.recorder.segment import Part, SegmentEvents
    from simulator.history.recording import RecordingRequest
    from simulator.journal import Entry


@dataclass(slots=True)
class RecordedSteps:
    """Steps in order.

    Attributes:
        steps: The steps.
        replies: The whole reply of each as it was recorded; None where nothing is known.
        lost: What could not be written, one sentence each.
    """

    steps: list[RecordedStep] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def recorded_steps(request: RecordingRequest, masking: Masking, segment: SegmentEvents) -> RecordedSteps:
    """The steps that a request for a recording asks for."""
    made = RecordedSteps()
    for item in request.waiting:
        made.steps.append(waiting_step(item, masking))
        made.replies.append(None)
    for part in segment.in_order(request.entries):
        if part.event is None:
            _add(made, part.entries[0], masking)
        else:
            _add_event(made, part, masking)
    return made


def _add(made: RecordedSteps, entry: Entry, masking: Masking) -> None:
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
        made.replies.append(whole_reply(entry, masking) if is_call else None)


def _add_event(made: RecordedSteps, part: Part, masking: Masking) -> None:
    entries = part.entries
    numbers = ", ".join(str(entry.number) for entry in entries)
    for entry in entries:
        for fault in steps_of(entry, masking)[:-1]:
            made.steps.append(fault)
            made.replies.append(None)
    step: dict[str, Any] = {"at": format_instant(entries[0].at)} if entries else {}
    if part.received is not None:
        step = {"at": part.received.at, "segment": True}
    step["send"] = masking.value(part.event if part.received is None else part.received.message)
    replies = [expected_reply(entry, masking) for entry in entries]
    step["expect"] = {"replies": [reply or {} for reply in replies]}
    remark = (
        f"request {numbers}" if len(entries) == 1 else f"requests {numbers}" if entries else "nothing was sent for it"
    )
    made.steps.append(RecordedStep(step, entries[0].number if entries else None, remark))
    made.replies.append(whole_reply(entries[0], masking) if len(entries) == 1 else None)
