"""Who asks: the API key of a request, and the project that it reaches in the data centre that it was sent to.

Sources: Iterable support articles 360043464871 (keys, data centres) and 41044692130196; replies recorded by
RudderStack, 2022 to 2025.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from simulator.response import code_reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Reply, Request
    from simulator.project import Project
    from simulator.project.keys import ApiKey

#: A project, and the key that reaches it.
Credentials = tuple["Project", "ApiKey"]
_HEADERS: Final = ("api-key", "api_key")
_PARAMETERS: Final = ("api_key", "apiKey")
_DATA_CENTERS: Final = {"api.iterable.com": "united_states", "api.eu.iterable.com": "europe"}
#: Stands for the address of every client: replies must not depend on who asks.
LOOPBACK_ADDRESS: Final = "127.0.0.1"
#: The chain of forwarding as a refusal shows it: the client's address and that of a host of Iterable's.
#: Source: CauldronUp/cauldron ae267a1f, recipes/iterable, measured 2026-09-07.
_FORWARDED: Final = f"{LOOPBACK_ADDRESS},{LOOPBACK_ADDRESS}"


def api_key_of(request: Request) -> str | None:
    """The API key of a request: from its header, or in the legacy places, the query and the body."""
    headers = request.headers
    for name in _HEADERS:
        if name in headers:
            return headers[name]
    if request.query:
        parameters = parse_qs(request.query, keep_blank_values=True)
        for name in _PARAMETERS:
            if name in parameters:
                return parameters[name][0]
    if b'"apiKey"' in request.body:
        return _key_in_body(request.body)
    return None


def _key_in_body(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    key = value.get("apiKey") if isinstance(value, dict) else None
    return key if isinstance(key, str) else None


def authenticate(
    request: Request, api_key: str | None, projects_by_key: Mapping[str, Credentials]
) -> Credentials | None:
    """The project that a key reaches, with the key; None for a key that reaches none.

    A key of one data centre is unknown in the other. A host that is neither of Iterable's reaches both.
    """
    credentials = None if api_key is None else projects_by_key.get(api_key)
    if credentials is None:
        return None
    data_center = _data_center(request.headers.get("host", ""))
    if data_center is not None and data_center != credentials[0].configuration.settings.data_center:
        return None
    return credentials


@lru_cache(maxsize=64)
def _data_center(host: str) -> str | None:
    """The data centre that a host is of; None for one that is neither of Iterable's."""
    return _DATA_CENTERS.get(host.partition(":")[0].lower())


def unauthorized_reply(request: Request, api_key: str | None) -> Reply:
    """The reply to a request without a key, or whose key reaches no project."""
    params = {"ip": _FORWARDED, "endpoint": request.path}
    if api_key is None:
        return code_reply(401, "Unauthorized", "No API key found on request", params, rules=("gate.no-key",))
    return code_reply(401, "Unauthorized", "Invalid API key", params, rules=("gate.unknown-key",))
