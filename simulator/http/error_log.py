"""What is logged when the simulator itself breaks: enough to find the fault, and nobody's keys or data.

The text of an exception may hold what a request said, so it is left out; so are the values in a path. The frames of
a traceback hold source text only.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final

from simulator.api import find_route
from simulator.response import code_reply

if TYPE_CHECKING:
    import logging

    from simulator.message import Request

#: The reply to a request at which the simulator broke.
BROKEN: Final = code_reply(
    500, "SimulatorFault", "a bug in the simulator itself; please report it with its output on stderr"
)


def log_failure(logger: logging.Logger, request: Request, error: BaseException) -> None:
    """Log that a request could not be answered, with the place in the code and without any value."""
    lines = [f"a bug in the simulator itself at {_operation_of(request)}: {type(error).__name__}; please report it\n"]
    for link in _chain(error):
        lines += [f"{type(link).__name__} (message omitted: it may contain keys or personal data) at\n"]
        lines += traceback.format_tb(link.__traceback__)
    logger.error("".join(lines).rstrip())


def _operation_of(request: Request) -> str:
    """A request by its operation, such as `GET /api/users/{email}`."""
    if request.path.startswith("/api/"):
        route, _ = find_route(request.method, request.path)
        return "an unknown operation of the API" if route is None else route.operation
    if request.path.startswith("/_sim"):
        return f"{request.method} {'/'.join(request.path.split('/')[:3])}"
    return "a path outside the API"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and those that it came from, the last first."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain
