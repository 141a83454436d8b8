"""What a bulk reply says failed, although its status is 200 and Segment takes every event for delivered.

Sources: the `BulkUpdateResponse` and `TrackBulkResponse` models of Iterable's API description; Segment does
not look at them (observed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from destination.delivery import parsed_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination.outcome import Outcome

_EMAILS: Final = "Emails"
_USER_IDS: Final = "UserIds"


def partial_failures(outcome: Outcome) -> dict[int, str]:
    """For each event of a batch that Iterable did not take: its position, and the list that names it.

    An event is found by the identifiers it was sent with, e-mails without regard to case. Where several
    events of a batch share an identifier, the reply does not say which of them failed, and all are reported.
    """
    if not outcome.exchanges or outcome.error is not None:
        return {}
    reply = outcome.exchanges[-1].reply
    body = None if reply is None else parsed_body(reply)
    if not isinstance(body, dict) or not body.get("failCount"):
        return {}
    failed = body.get("failedUpdates")
    reasons = {**_reasons(body), **(_reasons(failed) if isinstance(failed, dict) else {})}
    disallowed = body.get("disallowedEventNames")
    failures: dict[int, str] = {}
    for position, payload in zip(outcome.positions, outcome.payloads, strict=True):
        reason = _reason(payload, reasons)
        if reason is None and isinstance(disallowed, list) and payload.get("eventName") in disallowed:
            reason = "disallowedEventNames"
        if reason is not None:
            failures[position] = reason
    return failures


def _reasons(lists: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """The name of the list in which each identifier stands."""
    reasons: dict[tuple[str, str], str] = {}
    for name, identifiers in lists.items():
        kind = next((kind for kind in (_EMAILS, _USER_IDS) if name.endswith(kind)), None)
        if kind is None or not isinstance(identifiers, list) or name.startswith("noOp"):
            continue
        for identifier in identifiers:
            key = str(identifier).lower() if kind == _EMAILS else str(identifier)
            reasons[kind, key] = name
    return reasons


def _reason(payload: Mapping[str, object], reasons: Mapping[tuple[str, str], str]) -> str | None:
    by_email = reasons.get((_EMAILS, str(payload.get("email", "")).lower()))
    return by_email or reasons.get((_USER_IDS, str(payload.get("userId", ""))))
