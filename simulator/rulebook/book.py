"""All rules by id: those written down one by one, and those of identity, one for each operation and row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.project.identity import ROWS, Outcome
from simulator.project.rules import Confidence, Rule
from simulator.rulebook.campaigns import CAMPAIGNS
from simulator.rulebook.content import CONTENT
from simulator.rulebook.gate import GATE
from simulator.rulebook.people import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Operations that create users, by what rule ids begin with, and the call that it is.
_WRITES: Final = {
    "users.update": "users/update",
    "users.bulk-update": "users/bulkUpdate",
    "users.register-device": "users/registerDeviceToken",
    "users.register-browser": "users/registerBrowserToken",
    "users.update-subscriptions": "users/updateSubscriptions",
    "users.bulk-update-subscriptions": "users/bulkUpdateSubscriptions",
    "commerce.update-cart": "commerce/updateCart",
    "commerce.track-purchase": "commerce/trackPurchase",
    "lists.subscribe": "lists/subscribe",
    "subscriptions.subscribe": "subscriptions (subscribe)",
    "subscriptions.unsubscribe": "subscriptions (unsubscribe)",
    "subscriptions.double-opt-in": "subscriptions/subscribeToDoubleOptIn",
    "messages.target": "email/target and inApp/target",
}
_TRACKS: Final = {"events.track": "events/track", "events.track-bulk": "events/trackBulk"}
_LOOKUPS: Final = {
    "users.disable-device": "users/disableDevice",
    "users.get-sent-messages": "users/getSentMessages",
    "lists.unsubscribe": "lists/unsubscribe",
    "engagement.track": "the calls that track opens, clicks and the like",
    "export.user-events": "export/userEvents",
    "messages.in-app": "inApp/getMessages and getPriorityMessage",
    "messages.embedded": "embedded-messaging/messages",
    "templates.proof": "the proof calls",
    "messages.target-known": "the target calls of push, SMS, web push and WhatsApp",
    "journeys.trigger": "workflows/triggerWorkflow",
}
_NOBODY: Final = "Nobody is found, and nobody is created."
_FINDS: Final = frozenset(
    {Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_USER_ID, Outcome.NO_IDENTIFIER, Outcome.NOT_BY_EMAIL}
)
#: Statements of a row's outcome, where a row says something else about writes and tracks.
_OUTCOMES: Final = {
    Outcome.CREATE: "The user is created.",
    Outcome.UNKNOWN_EMAIL: "Nobody has the email: the event is accepted and dropped, or refused by setting.",
    Outcome.UNKNOWN_USER_ID: "Nobody has the userId: the event is refused, or dropped by setting.",
    Outcome.BY_USER_ID_IF_ASKED: "Nobody has the email: the event is dropped, or goes to the user with the userId by setting.",
    Outcome.TRACK_FORGOTTEN: "The user has been forgotten: the event is refused, or dropped by setting.",
}


def _of_identity() -> Iterator[Rule]:
    for row in ROWS.values():
        for prefix, call in _WRITES.items():
            yield _rule(prefix, call, row.case, row.statement, row.source, row.confidence)
        for prefix, call in _TRACKS.items():
            statement = _OUTCOMES.get(row.track, row.statement)
            yield _rule(prefix, call, row.case, statement, row.source, row.confidence)
        for prefix, call in _LOOKUPS.items():
            statement = row.statement if row.track in _FINDS else _NOBODY
            yield _rule(prefix, call, row.case, statement, row.source, row.confidence)


def _rule(prefix: str, call: str, case: str, statement: str, source: str, confidence: Confidence) -> Rule:
    return Rule(f"{prefix}.{case}", f"{call}: {statement}", source, confidence)


#: Every rule by its id, in alphabetical order.
RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule
    for rule in sorted((*GATE, *PEOPLE, *CONTENT, *CAMPAIGNS, *_of_identity()), key=lambda rule: rule.id)
}


def matching(text: str, rules: Mapping[str, Rule] = RULES) -> list[Rule]:
    """The rule with an id, or all rules whose id begins with a text at a dot."""
    if text in rules:
        return [rules[text]]
    return [rule for identifier, rule in rules.items() if identifier.startswith(f"{text.rstrip('.')}.")]


def similar(text: str, rules: Mapping[str, Rule] = RULES) -> list[str]:
    """Up to three ids that look like a text that is none, the most similar first."""
    from difflib import get_close_matches

    return get_close_matches(text, list(rules), 3, 0.5)
