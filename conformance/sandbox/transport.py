"""The only way out: nothing unsafe is sent, identifiers get the run's prefix, calls keep to the service's limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from conformance.sandbox.allowed_operations import Operation, operation_of, prefixed_path
from conformance.sandbox.namespacing import Namespace, identifiers_in
from conformance.scenario import NotPlayableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.sandbox.cleanup_ledger import Named
    from conformance.sandbox.throttle import Throttle

_TOO_MANY: Final = 429
_TRIES: Final = 8
_FIRST_DELAY: Final = 1.0
_LONGEST_DELAY: Final = 60.0
#: They describe the bytes as they came, which are not those that are handed on.
_BODY_HEADERS: Final = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class SandboxTransport(httpx.BaseTransport):
    """An httpx transport to a real project.

    Args:
        inner: The way to the service.
        throttle: How fast it may go.
        about_to_name: Called, before a call that may make people is sent, with the prefixed identifiers in it.
    """

    def __init__(
        self, inner: httpx.BaseTransport, throttle: Throttle, about_to_name: Callable[[Sequence[Named]], None]
    ) -> None:
        self._inner = inner
        self._throttle = throttle
        self._about_to_name = about_to_name
        #: The present namespace; a session sets it before anything is sent.
        self.namespace = Namespace("")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The reply to a request, with no prefix left in it.

        Raises:
            NotPlayableError: It is not safe to send.
            httpx.HTTPError: There was no reply.
        """
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        operation = operation_of(request.method, path)
        sent = self._prefixed(request, operation, path, query)
        return self._unprefixed(self._send_with_retries(sent, operation), request)

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()

    def _prefixed(self, request: httpx.Request, operation: Operation, path: str, query: str) -> httpx.Request:
        if not self.namespace.prefix:
            raise NotPlayableError("nothing is sent without a prefix")
        body = self._prefixed_body(path, request.read())
        target = prefixed_path(operation, path, self.namespace) + (f"?{query}" if query else "")
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
        url = request.url.copy_with(raw_path=target.encode("ascii"))
        return httpx.Request(request.method, url, headers=headers, content=body, extensions=request.extensions)

    def _prefixed_body(self, path: str, content: bytes) -> bytes:
        if not content:
            return content
        try:
            body: Any = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise NotPlayableError(f"the body for {path} is not JSON: its identifiers cannot get a prefix") from error
        prefixed = self.namespace.body(path, body)
        self._about_to_name(
            [(kind, text) for kind, text in identifiers_in(prefixed) if self.namespace.prefix in text]
        )
        return json.dumps(prefixed, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def _send_with_retries(self, request: httpx.Request, operation: Operation) -> httpx.Response:
        """The reply that is not "too many requests", or the last one when they go on."""
        kind = f"{operation.method} {operation.path}"
        delay = _FIRST_DELAY
        for _ in range(_TRIES - 1):
            self._throttle.take(kind, operation.per_second)
            response = self._inner.handle_request(request)
            if response.status_code != _TOO_MANY:
                return response
            response.read()
            self._throttle.sleeper.sleep(max(delay, _asked_for(response)))
            delay = min(_LONGEST_DELAY, delay * 2)
        self._throttle.take(kind, operation.per_second)
        return self._inner.handle_request(request)

    def _unprefixed(self, response: httpx.Response, request: httpx.Request) -> httpx.Response:
        content = response.read()
        try:
            content = self.namespace.unprefixed(content.decode()).encode()
        except UnicodeDecodeError:
            content = response.content
        headers = [
            (name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODY_HEADERS
        ]
        extensions = {name: value for name, value in response.extensions.items() if name == "reason_phrase"}
        response.close()
        return httpx.Response(
            response.status_code, headers=headers, content=content, request=request, extensions=extensions
        )


def _asked_for(response: httpx.Response) -> float:
    """Seconds that a refusal asks for, in its header or, as Iterable does for some calls, in its body."""
    header = response.headers.get("retry-after", "")
    if header.isascii() and header.isdigit():
        return min(_LONGEST_DELAY, float(header))
    try:
        seconds = response.json()["params"]["rateLimitReset"]
    except (ValueError, KeyError, TypeError):
        return 0.0
    return min(_LONGEST_DELAY, float(seconds)) if isinstance(seconds, (int, float)) else 0.0
