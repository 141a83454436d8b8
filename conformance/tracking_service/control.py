"""What the control surface takes about sources and messages: one table, and a handler for each line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from conformance.inputs.errors import InputError
from conformance.scenario import BackendError
from conformance.tracking_service.formatting import messages_to_json, whole_message_to_json
from conformance.tracking_service.kept_messages import OUTCOMES
from conformance.tracking_service.preview import Preview, PreviewDocument
from conformance.tracking_service.saved_scenario import scenario_text
from conformance.tracking_service.source_documents import SourceDocument, source_to_json
from simulator.control.parameters import Parameters
from simulator.control.replies import ControlError, error_reply, json_reply, model_body, no_content
from simulator.message import Reply

if TYPE_CHECKING:
    from conformance.tracking_api.sources import Source
    from conformance.tracking_service.kept_messages import KeptMessage
    from conformance.tracking_service.service import TrackingService
    from simulator.message import Request

_LONGEST_KEY: Final = 40
_DEFAULT_TIMEOUT: Final = 30
_LONGEST_TIMEOUT: Final = 600


@dataclass(frozen=True, slots=True)
class Call:
    """One request about sources.

    Attributes:
        service: What it is about.
        request: The request.
        parameters: The parts of the path that the route names, decoded.
    """

    service: TrackingService
    request: Request
    parameters: dict[str, str]

    @property
    def write_key(self) -> str:
        """The write key that the path names."""
        return self.parameters["key"]

    def source(self) -> Source:
        """The source that the path names.

        Raises:
            ControlError: There is none.
        """
        source = self.service.sources.get(self.write_key)
        if source is None:
            raise _no_source(self)
        return source


Handler = Callable[[Call], Awaitable[Reply]]


async def list_sources(call: Call) -> Reply:
    """All sources."""
    Parameters(call.request)
    return json_reply([_shown(call.service, source) for source in call.service.sources])


async def add_source(call: Call) -> Reply:
    """Add a source, or put it in the place of the one with its write key."""
    document = model_body(call.request, SourceDocument)
    unknown = [name for name in document.projects if name not in call.service.projects]
    if unknown:
        problem = {"path": "projects", "message": f"there is no project {unknown[0]!r}"}
        known = {"hint": f"there are {', '.join(call.service.projects)}"}
        raise ControlError(400, "invalid body", [{**problem, **known}])
    source = _usable(document)
    is_new = call.service.sources.get(source.write_key) is None
    call.service.add_source(source)
    return json_reply(_shown(call.service, source), 201 if is_new else 200)


def _usable(document: SourceDocument) -> Source:
    """The source of a document.

    Raises:
        ControlError: Its mapping is none; every problem is named.
    """
    try:
        return document.source()
    except InputError as error:
        problems = [
            {"path": _path(item.field), "message": item.message, "hint": item.hint} for item in error.problems
        ]
        raise ControlError(400, "the mapping cannot be used", problems) from error


async def remove_source(call: Call) -> Reply:
    """Remove a source; what it has passed on is delivered."""
    call.service.remove_source(call.source().write_key)
    return no_content()


async def list_messages(call: Call) -> Reply:
    """A page of the messages of all sources, and of those with a write key that no source has, the newest first."""
    return _page(call, lambda _: True)


async def list_messages_of_source(call: Call) -> Reply:
    """A page of the messages with a write key, the newest first."""
    key = call.write_key
    if call.service.sources.get(key) is None and not call.service.log.has_key(key):
        raise _no_source(call)
    return _page(call, lambda message: message.write_key == key)


async def get_message(call: Call) -> Reply:
    """One message."""
    text = call.parameters["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0  # noqa: PLR2004
    message = call.service.log.message(number)
    if message is None:
        raise ControlError(404, f"there is no message {text[:_LONGEST_KEY]!r}, or it is no longer kept")
    return json_reply(whole_message_to_json(message, call.service.journal))


async def flush(call: Call) -> Reply:
    """Wait until all that came in for a source is delivered, or given up."""
    write_key = call.source().write_key
    timeout = Parameters(call.request, "timeout").number("timeout")
    timeout = _DEFAULT_TIMEOUT if timeout is None else min(timeout, _LONGEST_TIMEOUT)
    waiting = await call.service.flush(write_key, timeout)
    if waiting:
        raise ControlError(504, f"{waiting:,} messages are still in flight after {timeout} s")
    return json_reply({"writeKey": write_key, "waiting": 0, "outcomes": call.service.outcomes(write_key)})


async def preview_message(call: Call) -> Reply:
    """What a message would come to in each project, sent now with this mapping; nothing is sent."""
    source = call.source()
    return json_reply(call.service.preview(_preview(call, source, model_body(call.request, PreviewDocument))))


async def save_scenario(call: Call) -> Reply:
    """A scenario of a message, which expects what comes of it in empty projects of the types that are fed."""
    source = call.source()
    document = model_body(call.request, PreviewDocument)
    preview = _preview(call, source, document)
    try:
        # It plays the message in simulators of its own, which takes a while.
        text = await asyncio.to_thread(scenario_text, preview, call.service.types_of(source))
    except (InputError, BackendError) as error:
        raise ControlError(400, f"cannot make a scenario of it: {error}") from error
    return Reply(200, text.encode(), {"Content-Type": "text/yaml; charset=utf-8"})


def _preview(call: Call, source: Source, document: PreviewDocument) -> Preview:
    if document.mapping is not None:
        given = SourceDocument.model_validate({"writeKey": source.write_key, "mapping": document.mapping})
        source = replace(source, subscriptions=_usable(given).subscriptions)
    return Preview(source, document.message, document.instant(call.service.now))


#: Method, path, handler. `{key}` is a write key.
ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "/_sim/sources", list_sources),
    ("POST", "/_sim/sources", add_source),
    ("DELETE", "/_sim/sources/{key}", remove_source),
    ("GET", "/_sim/sources/{key}/messages", list_messages_of_source),
    ("POST", "/_sim/sources/{key}/flush", flush),
    ("POST", "/_sim/sources/{key}/preview", preview_message),
    ("POST", "/_sim/sources/{key}/scenario", save_scenario),
    ("GET", "/_sim/messages", list_messages),
    ("GET", "/_sim/messages/{number}", get_message),
)


async def answer_control(service: TrackingService, request: Request) -> Reply:
    """The reply to a request about sources or messages."""
    try:
        handler, parameters = _find(request)
        return await handler(Call(service, request, parameters))
    except ControlError as error:
        return error_reply(error)


def _find(request: Request) -> tuple[Handler, dict[str, str]]:
    methods: list[str] = []
    for method, path, handler in ROUTES:
        parameters = _match(path, request.path)
        if parameters is not None and method == request.method:
            return handler, parameters
        methods += [] if parameters is None else [method]
    if methods:
        known = ", ".join(methods)
        message = f"{request.method} is not allowed on {request.path}; allowed: {known}"
        raise ControlError(405, message, headers={"Allow": known})
    known = ", ".join(dict.fromkeys(path for _, path, _ in ROUTES))
    raise ControlError(404, f"no such path: {request.path}; paths for sources: {known}")


def _match(pattern: str, path: str) -> dict[str, str] | None:
    """The parameters of a path, or None when it does not match."""
    wanted, given = pattern.split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(given):
        return None
    parameters = {name.strip("{}"): unquote(piece) for name, piece in zip(wanted, given, strict=True) if "{" in name}
    same = all("{" in name or name == piece for name, piece in zip(wanted, given, strict=True))
    return parameters if same else None


def _shown(service: TrackingService, source: Source) -> dict[str, Any]:
    """A source, with the projects that it feeds now."""
    return {**source_to_json(source), "projects": list(service.projects_of(source))}


def _page(call: Call, wanted: Callable[[KeptMessage], bool]) -> Reply:
    given = Parameters(call.request, "outcome", "before", "limit")
    limit, outcome = given.page(), given.text("outcome")
    if outcome is not None and outcome not in OUTCOMES:
        raise ControlError(400, f"outcome must be one of {', '.join(OUTCOMES)}, not {outcome[:_LONGEST_KEY]!r}")
    found = call.service.log.select(
        lambda message: wanted(message) and outcome in {None, message.outcome},
        before=given.number("before"),
        limit=limit + 1,
    )
    page = found[:limit]
    following = page[-1].number if len(found) > limit else None
    return json_reply({"messages": messages_to_json(page, call.service.journal), "next": following})


def _no_source(call: Call) -> ControlError:
    known = ", ".join(source.write_key[:_LONGEST_KEY] for source in call.service.sources) or "none"
    return ControlError(404, f"there is no source {call.write_key[:_LONGEST_KEY]!r}; there are {known}")


def _path(field: str) -> str:
    return f"mapping{field}" if field.startswith("[") or not field else f"mapping.{field}"
