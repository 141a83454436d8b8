"""A part of a project's journal handed to whoever makes a scenario of it.

What a scenario looks like is not known here: that is for the function that is injected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from simulator.control.replies import ControlError, error_reply, model_body
from simulator.history.replay import rebuilt
from simulator.journal import NotKeptError, Selection
from simulator.message import Reply

if TYPE_CHECKING:
    from simulator.engine.simulator import Simulator
    from simulator.journal import Entry
    from simulator.message import Instant, Request
    from simulator.project import ProjectConfiguration
    from simulator.project.pending import Pending

#: Requests that go into one recording; a scenario with more is not read by anybody.
MOST_REQUESTS: Final = 2_000
_Number = Annotated[StrictInt, Field(ge=1)]


class Wish(BaseModel):
    """What is to be recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: _Number | None = Field(None, alias="from", description="The number of the first request.")
    last: _Number | None = Field(None, alias="to", description="The number of the last request.")
    user: StrictStr | None = Field(None, description="Only requests about this email or userId.")
    numbers: list[_Number] | None = Field(None, description="Only requests with these numbers.")
    keep_personal_data: StrictBool = Field(default=False, alias="keepPersonalData")
    name: StrictStr | None = Field(None, description="What the scenario is called.")
    events: list[dict[str, Any]] | None = Field(None, description="Segment events that requests were made from.")
    mapping: list[dict[str, Any]] | None = Field(None, description="The subscriptions that made them.")

    @model_validator(mode="after")
    def _in_order(self) -> Wish:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"from is {self.first} and to is {self.last}: the first request comes before the last")
        return self


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """What a scenario is to be made of.

    Attributes:
        project: How the project is set up.
        project_id: What Iterable calls the project.
        wish: What was asked for.
        entries: The requests with their replies, in order.
        begin: The instant up to which everything is part of the state before.
        waiting: The requests that were accepted before the first one and not carried out yet at that instant.
        before: The state document before the first request.
        after: The state document after the last one, with all that was due by then.
    """

    project: ProjectConfiguration
    project_id: int
    wish: Wish
    entries: Sequence[Entry]
    begin: Instant
    waiting: Sequence[Pending]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class RecordingRefusedError(Exception):
    """Nothing can be made of the part of the journal that was asked for; the text says why."""


#: Makes the text of a scenario file; raises `RecordingRefusedError`.
Recorder = Callable[[RecordingRequest], str]
_TEXT: Final = {"Content-Type": "text/yaml; charset=utf-8"}
_PATH: Final = re.compile(r"/_sim/projects/([^/]+)/record/?")


def answer_recording(simulator: Simulator, request: Request, recorder: Recorder | None) -> Reply | None:
    """The reply to `POST /_sim/projects/{name}/record`, a scenario file; None for a request that is another."""
    found = _PATH.fullmatch(request.path)
    if found is None or request.method != "POST":
        return None
    try:
        return Reply(200, _recorded(simulator, unquote(found[1]), request, recorder), _TEXT)
    except ControlError as error:
        return error_reply(error)
    except RecordingRefusedError as error:
        return error_reply(ControlError(400, str(error)))
    except NotKeptError as error:
        return error_reply(ControlError(410, f"that is too long ago: {error}; serve --data DIR keeps everything"))


def _recorded(simulator: Simulator, name: str, request: Request, recorder: Recorder | None) -> bytes:
    if recorder is None:
        raise ControlError(404, "this simulator cannot record; one that `iterable-harness serve` has started can")
    if name not in simulator.projects:
        known = ", ".join(simulator.projects) or "none"
        raise ControlError(404, f"there is no project {name[:200]!r}; there are {known}")
    wish = model_body(request, Wish)
    return recorder(recording_request(simulator, name, wish)).encode("utf-8", "backslashreplace")


def recording_request(simulator: Simulator, name: str, wish: Wish) -> RecordingRequest:
    """What a scenario of a part of the journal of a project is made of.

    Raises:
        ControlError: There is nothing to record, or too much.
        NotKeptError: The journal no longer goes back that far.
    """
    entries = _chosen(simulator, name, wish)
    project = simulator.projects[name]
    before, begin, waiting = _before(simulator, name, entries[0])
    later, _ = rebuilt(simulator.journal, entries[-1].number)
    later.apply_due(entries[-1].at)
    after = _document(later, name)
    return RecordingRequest(project.configuration, project.id, wish, entries, begin, waiting, before, after)


def _before(simulator: Simulator, name: str, first: Entry) -> tuple[Mapping[str, Any], Instant, Sequence[Pending]]:
    """The state before a request, since when it is so, and what was waiting then."""
    earlier, _ = rebuilt(simulator.journal, first.number - 1)
    waiting = sorted(earlier.projects[name].pending) if name in earlier.projects else []
    begin = min((item.at for item in waiting), default=first.at)
    return _document(earlier, name), min(begin, first.at), waiting


def _document(simulator: Simulator, name: str) -> Mapping[str, Any]:
    if name not in simulator.projects:
        raise ControlError(400, f"the project {name!r} came to be later: record from the first request in it")
    # Nothing may change in it while it is looked at, and JSON is what it is for others, too.
    document: Mapping[str, Any] = json.loads(json.dumps(simulator.projects[name].state_document()))
    return document


def _chosen(simulator: Simulator, name: str, wish: Wish) -> list[Entry]:
    selection = Selection(
        project=name,
        user=wish.user,
        after=(wish.first or 1) - 1,
        before=None if wish.last is None else wish.last + 1,
        limit=None if wish.numbers is not None else MOST_REQUESTS + 1,
    )
    wanted = None if wish.numbers is None else set(wish.numbers)
    entries = [entry for entry in simulator.journal.select(selection) if wanted is None or entry.number in wanted]
    if not entries:
        raise ControlError(400, f"the journal of {name!r} has no such request")
    if len(entries) > MOST_REQUESTS:
        message = f"these are more than {MOST_REQUESTS:,} requests: choose fewer"
        raise ControlError(400, f"{message} with from and to, or those about one user")
    return entries
