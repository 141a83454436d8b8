"""Segment in front of a simulator: a request is answered, and what it carried is delivered behind the reply."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote

from conformance.tracking_api.sources import Source, Sources, sources_from_options
from conformance.tracking_service.control import answer_control
from conformance.tracking_service.deliveries import Deliveries
from conformance.tracking_service.intake import Intake
from conformance.tracking_service.kept_messages import MessageLog
from conformance.tracking_service.preview import copied, preview_to_json
from conformance.tracking_service.replies import failure, for_every_origin, library_settings, preflight
from conformance.tracking_service.source_documents import write_sources
from simulator.message import Request, WireResult
from simulator.response import json_reply

if TYPE_CHECKING:
    from conformance.tracking_api.ingestion import SeenMessages
    from conformance.tracking_service.kept_messages import KeptMessage
    from conformance.tracking_service.preview import Preview
    from conformance.tracking_service.surface import Place
    from simulator.http.surface import Peer, Respond
    from simulator.journal import Journal
    from simulator.message import Instant, Reply
    from simulator.project import Project

_SETTINGS: Final = re.compile(r"/v1/projects/([^/]+)/settings/?")
_RESET: Final = "/_sim/reset"
#: What the simulator answers where a request cannot be stored.
_NO_ROOM: Final = 507
#: Seconds that what is on its way is given when the server ends.
_GRACE: Final = 2.0
#: Turns of the loop without a step after which nothing goes on by itself.
_SETTLED: Final = 10
_TOKEN_LIFETIME: Final = 86_400
_LOGGER: Final = logging.getLogger(__name__)


class TrackingService:
    """Segment in front of a simulator.

    Args:
        place: What it stands in front of.
        respond: The way into the simulator.

    Attributes:
        sources: The sources.
        log: The messages that came in.
    """

    def __init__(self, place: Place, respond: Respond) -> None:
        self._simulator = place.simulator
        self._clock = place.clock
        self._file = place.file
        self._respond = respond
        self._first = place.sources or sources_from_options((), self.projects)
        self.sources = self._first
        self.log = MessageLog()
        self._seen: dict[str, SeenMessages] = {}
        self._intake = Intake(self.log, self._seen)
        self._deliveries = Deliveries(place.simulator, place.clock, respond)
        self._abandoned: set[asyncio.Future[object]] = set()

    async def answer(self, request: Request, peer: Peer) -> WireResult:
        """What goes over the wire for a request."""
        if request.path.startswith("/_sim"):
            return WireResult(await answer_control(self, request))
        if request.method == "OPTIONS":
            return preflight(request)
        messages: list[KeptMessage] = []

        def answer(now: Instant) -> Reply:
            reply, taken = self._reply(request, peer, now)
            messages.extend(taken)
            return reply

        result = await self._respond(request, answer)
        if result.reply is not None and result.reply.status == _NO_ROOM:
            self._intake.take_back(messages)
        else:
            self._deliveries.put(messages, self.sources)
        return for_every_origin(result)

    def _reply(self, request: Request, peer: Peer, now: Instant) -> tuple[Reply, list[KeptMessage]]:
        if (asked := _SETTINGS.fullmatch(request.path)) is not None:
            return self._library_settings(unquote(asked[1]), request, secure=peer.secure), []
        if request.path.rstrip("/") == "/token":
            return _token(request), []
        return self._intake.take(
            request,
            self.sources,
            now,
            peer=peer,
            number=self._simulator.journal.next_number,
            waiting=self._deliveries.progress.messages,
        )

    def _library_settings(self, write_key: str, request: Request, *, secure: bool) -> Reply:
        if request.method not in {"GET", "HEAD"}:
            return failure(405, "method_not_allowed", f"{request.path} takes GET, not {request.method}")
        if self.sources.get(write_key) is None:
            return failure(404, "not_found", f"no source has the write key {write_key[:40]!r}")
        return library_settings(write_key, request, secure=secure)

    @property
    def journal(self) -> Journal:
        """The journal, in which the requests to Iterable are."""
        return self._simulator.journal

    @property
    def projects(self) -> tuple[str, ...]:
        """The names of the projects that are served."""
        return tuple(self._simulator.projects)

    def projects_of(self, source: Source) -> tuple[str, ...]:
        """The names of the projects that a source feeds."""
        return self._deliveries.projects_of(source)

    @property
    def now(self) -> int:
        """The present, in milliseconds since 1970."""
        return self._clock.now()

    def types_of(self, source: Source) -> tuple[str, ...]:
        """The types of the projects that a source feeds, each once."""
        return tuple(dict.fromkeys(project.configuration.type.value for project in self._fed(source)))

    def preview(self, preview: Preview) -> dict[str, Any]:
        """What a message would come to in the projects that its source feeds."""
        copy = copied(self._simulator, self._clock)
        return preview_to_json(preview, self._fed(preview.source), copy, self.now)

    def _fed(self, source: Source) -> list[Project]:
        projects = self._simulator.projects
        return [projects[name] for name in self.projects_of(source) if name in projects]

    def waiting(self, write_key: str) -> int:
        """How many messages of a source are on their way."""
        return self._deliveries.progress.waiting(write_key)

    def outcomes(self, write_key: str) -> dict[str, int]:
        """How the messages of a source have ended so far."""
        return dict(sorted(self._deliveries.progress.ended[write_key].items()))

    def add_source(self, source: Source) -> None:
        """Add a source, or put it in the place of the one with its write key."""
        self._keep(self.sources.with_source(source))

    def remove_source(self, write_key: str) -> None:
        """Remove a source; what it has passed on is delivered."""
        self._keep(self.sources.without(write_key))
        self._deliveries.close(write_key)
        self._seen.pop(write_key, None)

    def _keep(self, sources: Sources) -> None:
        self.sources = sources
        if self._file is not None:
            try:
                write_sources(self._file, sources)
            except OSError as error:
                _LOGGER.warning("the sources cannot be saved in %s: %s", self._file, error.strerror)

    async def flush(self, write_key: str, timeout: float) -> int:  # noqa: ASYNC109  # a part of the promise
        """Wait until a source has nothing on its way; how many messages it has still after `timeout` seconds.

        A clock that stands is moved to the next retry whenever everything waits for one: nobody else would.
        """
        try:
            async with asyncio.timeout(timeout):
                while self.waiting(write_key):
                    self._deliveries.hurry(write_key)
                    await self._go_on()
        except TimeoutError:
            return self.waiting(write_key)
        return 0

    async def _go_on(self) -> None:
        """Wait for something to change."""
        waits, client = self._deliveries.waits, self._deliveries.client
        if not waits.stands:
            await self._deliveries.progress.change()
            return
        steps, quiet = client.steps, 0
        while quiet < _SETTLED:
            await asyncio.sleep(0)
            quiet = quiet + 1 if client.steps == steps and not client.under_way else 0
            steps = client.steps
        due = waits.next_due
        if due is not None and due > self._clock.now():
            body = json.dumps({"advance": (due - self._clock.now()) / 1000}).encode()
            await self._respond(Request("POST", "/_sim/clock", body=body))

    def follow(self, request: Request) -> None:
        """Hear of a request that the control surface has carried out."""
        if request.path.rstrip("/") == _RESET and request.method == "POST":
            self._reset()
        self._deliveries.waits.look()
        self._deliveries.progress.wake()

    def _reset(self) -> None:
        """Be as at first: the first sources, no messages, nothing on its way."""
        ending = asyncio.ensure_future(self._deliveries.abandon("everything was reset"))
        self._abandoned.add(ending)
        ending.add_done_callback(self._abandoned.discard)
        self._deliveries = Deliveries(self._simulator, self._clock, self._respond)
        self.log.clear()
        self._seen.clear()
        self._keep(self._first)

    async def stop(self) -> None:
        """Deliver what can be delivered in a moment, and end."""
        await self._deliveries.stop("the server ended", patience=_GRACE)
        if self._abandoned:
            await asyncio.wait(self._abandoned)


def _token(request: Request) -> Reply:
    """A token for an SDK that authenticates with OAuth; whatever it asserts is believed."""
    if request.method != "POST":
        return failure(405, "method_not_allowed", f"{request.path} takes POST, not {request.method}")
    form = parse_qs(request.body.decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"] or not form.get("client_assertion"):
        return json_reply(
            {"error": "invalid_request", "error_description": "grant_type or client_assertion is missing"}, 400
        )
    scope = form.get("scope", ["tracking_api:write"])[0]
    return json_reply(
        {"access_token": "simulated-token", "token_type": "Bearer", "expires_in": _TOKEN_LIFETIME, "scope": scope}
    )
