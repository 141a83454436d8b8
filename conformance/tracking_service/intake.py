"""A request to the Tracking API taken in: its reply, and what is to be delivered of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from conformance.tracking_api.gzip_body import unpacked_beginning
from conformance.tracking_api.ingestion import SeenMessages
from conformance.tracking_api.intake import ingest_request
from conformance.tracking_api.messages import Dropped, PassedOn, Receipt, numbered_ids
from conformance.tracking_api.requests import Refused, read_request
from conformance.tracking_service.kept_messages import Carrier, KeptMessage, MessageLog
from conformance.tracking_service.replies import TAKEN, failure
from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.tracking_api.intake import Ingested
    from conformance.tracking_api.requests import Accepted
    from conformance.tracking_api.sources import Sources
    from simulator.http.surface import Peer
    from simulator.message import Instant, Request

#: Messages that may wait to be delivered; with more, requests are answered 429.
MOST_WAITING: Final = 50_000
#: Seconds after which an SDK is to come back then.
_COME_BACK: Final = 1
#: Characters of the body of a refused request that are kept.
_LONGEST_BODY: Final = 4_000
#: Bytes of the body of a refused request that are read once more, to count its messages.
_MOST_COUNTED: Final = 4_000_000
#: What the server has unpacked by itself.
_UNPACKED: Final = frozenset({"gzip", "x-gzip"})


class Intake:
    """Takes requests in, one after the other; each is given its messages in `taken`.

    Args:
        log: Where messages are kept.
        seen: The messageIds that each source has had.
    """

    def __init__(self, log: MessageLog, seen: dict[str, SeenMessages]) -> None:
        self._log = log
        self._seen = seen

    def take(
        self, request: Request, sources: Sources, now: Instant, *, peer: Peer, number: int, waiting: int
    ) -> tuple[Reply, list[KeptMessage]]:
        """The reply to a request, and its messages in order.

        Args:
            request: The request.
            sources: The sources.
            now: When it came in.
            peer: Who sent it, and how.
            number: Its number in the journal.
            waiting: How many messages wait to be delivered.
        """
        if waiting >= MOST_WAITING:
            return _too_many(waiting, now), []
        read = read_request(request.method, request.path, _headers(request, peer), request.body, sources)
        if read is None:
            return failure(404, "not_found", f"no such path: {request.path}"), []
        if isinstance(read, Refused):
            reply = failure(read.status, read.code, read.message, read.rule)
            return reply, [self._keep_refused(request, read, now, number, packed=peer.packed)]
        # The ids follow from the number of the request, so that they are the same in every run.
        receipt = Receipt(now, numbered_ids(f"segment-{number}"), peer.address)
        messages = self._keep(request, read, ingest_request(read, sources, receipt, self._seen), now, number)
        rules = dict.fromkeys(message.rule for message in messages if message.rule)
        return (Reply(TAKEN.status, TAKEN.body, TAKEN.headers, tuple(rules)) if rules else TAKEN), messages

    def take_back(self, messages: list[KeptMessage]) -> None:
        """Let it be as if a request had not come in: it could not be stored."""
        for message in messages:
            passed_on = message.ingested
            if isinstance(passed_on, PassedOn) and message.write_key in self._seen:
                self._seen[message.write_key].forget(str(passed_on.message["messageId"]))
        self._log.take_back(messages)

    def _keep(
        self, request: Request, accepted: Accepted, rows: Iterable[Ingested], now: Instant, number: int
    ) -> list[KeptMessage]:
        carrier = _carrier(request, 200, number)
        count = len(accepted.messages) + len(accepted.dropped)
        size = len(request.body) // max(1, count)
        messages = []
        for index, row in enumerate(rows):
            message = _kept(row, self._log.next_number, now, carrier, index)
            self._log.add(message, size)
            messages.append(message)
        return messages

    def _keep_refused(
        self, request: Request, refused: Refused, now: Instant, number: int, *, packed: bool
    ) -> KeptMessage:
        carrier = _carrier(request, refused.status, number)
        beginning = unpacked_beginning(request.body, _LONGEST_BODY) if packed else request.body[:_LONGEST_BODY]
        body = beginning.decode("utf-8", "replace")
        reason = refused.message + _lost(request.body)
        message = KeptMessage(
            self._log.next_number, now, refused.write_key, carrier, None, None, body, refused.rule, reason
        )
        self._log.add(message, len(body))
        return message


def _lost(body: bytes) -> str:
    """How many messages are lost with a batch that is refused, in words; empty where that is not known."""
    if len(body) > _MOST_COUNTED:
        return ""
    try:
        # Reads NaN and the infinities as well.
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    batch = value.get("batch") if isinstance(value, dict) else None
    if not isinstance(batch, list) or not batch:
        return ""
    return "; its message is lost" if len(batch) == 1 else f"; all its {len(batch):,} messages are lost"


def _kept(row: Ingested, number: int, now: Instant, carrier: Carrier, index: int) -> KeptMessage:
    outcome = row.outcome
    rule, reason = (outcome.rule, outcome.reason) if isinstance(outcome, Dropped) else ("", "")
    return KeptMessage(number, now, row.write_key, carrier, index, outcome, outcome.received, rule, reason)


def _carrier(request: Request, status: int, number: int) -> Carrier:
    retry_count = request.headers.get("x-retry-count")
    return Carrier(number, request.method, request.path, retry_count, status, len(request.body))


def _headers(request: Request, peer: Peer) -> Mapping[str, str]:
    """The headers that still hold: the server unpacks gzip where it can and leaves the header as it was."""
    if peer.packed or request.headers.get("content-encoding", "").strip().lower() not in _UNPACKED:
        return request.headers
    return {name: value for name, value in request.headers.items() if name != "content-encoding"}


def _too_many(waiting: int, now: Instant) -> Reply:
    headers = {"Retry-After": str(_COME_BACK), "X-RateLimit-Reset": str(now // 1000 + _COME_BACK)}
    reason = f"{waiting:,} messages are waiting to be delivered"
    return failure(429, "too_many_requests", reason, "segment.rate-limit", headers)
