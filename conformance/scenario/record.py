"""What a step did: requests, replies and outcomes, as expectations and traces look at them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from conformance.report.model import TraceLine
from conformance.scenario.matching import format_value
from destination import HTTPError, Outcome, partial_failures
from destination.javascript import to_json_value
from simulator.common_headers import REQUEST_ID, request_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from destination import DestinationError, Exchange

Json = Any
#: The destination has the names of headers in lower case.
_REQUEST_ID: Final = REQUEST_ID.lower()


@dataclass(slots=True)
class Record:
    """What a step, or all steps, did.

    Attributes:
        requests: `method`, `url`, `path`, `headers`, `body` of each request.
        replies: `status`, `code`, `msg`, `body` of each reply; status None where there was none.
        results: What became of each subscription that matched or raised an error.
        trace: What happened, line by line.
        numbers: The number in the simulator's journal of each request whose reply has a line, by the line's position.
    """

    requests: list[dict[str, Json]] = field(default_factory=list)
    replies: list[dict[str, Json]] = field(default_factory=list)
    results: list[dict[str, Json]] = field(default_factory=list)
    trace: list[TraceLine] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)

    def extend(self, other: Record) -> None:
        """Add what another step did."""
        self.requests += other.requests
        self.replies += other.replies
        self.results += other.results

    def trace_with(self, rules: Mapping[int, Sequence[str]]) -> tuple[TraceLine, ...]:
        """The trace with the rules that decided each reply.

        Args:
            rules: Their ids, by the number of the request.
        """
        trace = [*self.trace]
        for position, number in self.numbers.items():
            trace[position] = replace(trace[position], rules=tuple(rules.get(number, ())))
        return tuple(trace)

    def note(self, stage: str, text: str, data: Json = None) -> None:
        """Add a line to the trace."""
        self.trace.append(TraceLine(stage, text, data))

    def add_event(self, event: Json) -> None:
        """Note the event, or the batch, that a step sends."""
        events = event if isinstance(event, list) else [event]
        text = "; ".join(describe_event(item) for item in events)
        self.note("event", f"batch of {len(events)}: {text}" if isinstance(event, list) else text, event)

    def add_outcome(self, outcome: Outcome, connection: str) -> None:
        """Add what became of one subscription."""
        name = outcome.subscription.name or outcome.subscription.partner_action
        if not outcome.matched and outcome.error is None:
            self.note("subscription", f"{name}: {_not_matched(outcome)}")
            return
        self.note("subscription", f"{name}: matched")
        for payload in outcome.payloads:
            self.note("payload", format_value(to_json_value(payload)), to_json_value(payload))
        for exchange in outcome.exchanges:
            self._add_exchange(exchange)
        result = _result(outcome, connection)
        self.results.append(result)
        if outcome.error is not None:
            self.note("error", f"{outcome.error.name}: {outcome.error.message}", error_to_json(outcome.error))
        for position, reason in partial_failures(outcome).items():
            self.note("reply", f"event {position} of the batch is in {reason}; Segment shows it as delivered")

    def _add_exchange(self, exchange: Exchange) -> None:
        request = exchange.request
        path = "/" + request.url.split("/", 3)[-1]
        self.requests.append(
            {
                "method": request.method,
                "url": request.url,
                "path": path,
                "headers": dict(request.headers),
                "body": request.json,
            }
        )
        self.note("request", f"{request.method} {path} {format_value(request.json)}", request.json)
        if exchange.reply is None:
            self.replies.append({"status": None})
            return
        self._add_reply(exchange.reply.status, exchange.reply.text, exchange.reply.headers.get(_REQUEST_ID))

    def _add_reply(self, status: int, text: str, request_id: str | None) -> None:
        body = _json_or_text(text)
        reply: dict[str, Json] = {"status": status, "body": body}
        if isinstance(body, dict):
            reply.update({key: body[key] for key in ("code", "msg") if key in body})
        self.replies.append(reply)
        if (number := request_number(request_id)) is not None:
            self.numbers[len(self.trace)] = number
        self.note("reply", f"{status} {format_value(body)}", body)

    def add_call(self, response: httpx.Response, body: Json) -> None:
        """Add a call that was made without the destination."""
        request = response.request
        url = request.url
        self.requests.append(
            {
                "method": request.method,
                "url": str(url),
                "path": url.path,
                "headers": dict(request.headers),
                "body": body,
            }
        )
        self.note("request", f"{request.method} {url.raw_path.decode()} {format_value(body)}", body)
        self._add_reply(response.status_code, response.text, response.headers.get(_REQUEST_ID))


def describe_event(event: Json) -> str:
    """An event in a few words, such as `track "Signed Up" of u1`."""
    if not isinstance(event, dict):
        return format_value(event)
    name = event.get("event") or event.get("name")
    who = event.get("userId") or event.get("anonymousId") or "nobody"
    return f"{event.get('type')}{f' {format_value(name)}' if name else ''} of {who}"


def error_to_json(error: DestinationError) -> dict[str, Json]:
    """An error as expectations see it; `status` is that of the reply where there was one."""
    status = error.reply.status if isinstance(error, HTTPError) else error.status
    return {"name": error.name, "message": error.message, "code": error.code, "status": status}


def _result(outcome: Outcome, connection: str) -> dict[str, Json]:
    result: dict[str, Json] = {
        "subscription": outcome.subscription.name,
        "action": outcome.subscription.partner_action,
        "connection": connection,
        "status": "delivered" if outcome.error is None else "error",
        "error": None if outcome.error is None else error_to_json(outcome.error),
    }
    first = outcome.results[0] if outcome.results else None
    nodes = first.get("multistatus") if isinstance(first, dict) else None
    if isinstance(nodes, list):
        failures = partial_failures(outcome)
        result["nodes"] = [
            {
                "status": node.get("status"),
                "message": node.get("errormessage"),
                "partialFailure": failures.get(position),
            }
            for position, node in enumerate(nodes)
            if isinstance(node, dict)
        ]
    return result


def _not_matched(outcome: Outcome) -> str:
    first = outcome.results[0] if outcome.results else {}
    return str(first.get("output", "no result")) if isinstance(first, dict) else "no result"


def _json_or_text(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
