"""All rules by id: those written down one by one, and those of identity, one for each operation and row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.project.identity import ROWS, Outcome
from simulator.project.rules import Rule
from simulator.rulebook.campaigns import CAMPAIGNS
from simulator.rulebook.content import CONTENT
from simulator.rulebook.gate import GATE
from simulator.rulebook.people import PEOPLE
from simulator.rulebook.sources import (
    API,
    ASSUMED,
    CODES,
    DOCUMENTED,
    INFERRED,
    NEW,
    PULL_3811,
    RECORDED,
    SEGMENT_PAGE,
    SEGMENT_TESTS,
    SNOWPLOW,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.project.rules import Confidence

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
    "unknown-users.session": "unknownuser/events/session (with preferUserId)",
}
_TRACKS: Final = {"events.track": "events/track", "events.track-bulk": "events/trackBulk"}
_LOOKUPS: Final = {
    "users.disable-device": "users/disableDevice",
    "users.get-sent-messages": "users/getSentMessages",
    "lists.unsubscribe": "lists/unsubscribe",
    "engagement.track": "engagement calls (opens, clicks and so on)",
    "export.user-events": "export/userEvents",
    "messages.in-app": "inApp/getMessages and getPriorityMessage",
    "unknown-users.consent": "unknownuser/consent",
    "messages.embedded": "embedded-messaging/messages",
    "templates.proof": "template proof calls",
    "messages.target-known": "target calls for push, SMS, web push and WhatsApp",
    "messages.view-in-browser": "email/viewInBrowser",
    "journeys.trigger": "workflows/triggerWorkflow",
}
_NOBODY: Final = "No user is found, and none is created."
_FINDS: Final = frozenset(
    {Outcome.FIND_BY_EMAIL, Outcome.FIND_BY_USER_ID, Outcome.NO_IDENTIFIER, Outcome.NOT_BY_EMAIL}
)
#: Statements about tracks, by outcome, for rows whose own statement is about writes.
_OUTCOMES: Final = {
    Outcome.CREATE: "The user is created.",
    Outcome.UNKNOWN_EMAIL: "No user has the email: the event is accepted and dropped, or refused, depending on the setting trackUnknownEmail.",
    Outcome.UNKNOWN_USER_ID: "No user has the userId: the event is refused, or dropped, depending on the setting trackUnknownUserId.",
    Outcome.BY_USER_ID_IF_ASKED: "No user has the email: the event is dropped, or goes to the user with the userId, depending on the setting trackUnknownEmailKnownUserId.",
    Outcome.TRACK_FORGOTTEN: "The user has been forgotten: the event is refused, or dropped, depending on the setting trackForgotten.",
}
_TYPES: Final = "Iterable support article 9216719179796"
_BULLETIN: Final = "Iterable's bulletin 721 on community.iterable.com; Iterable API description of 2022"
#: What tracks and look-ups, which write no identifier, make of two of them: statement, source, confidence. The userId
#: is the only key of a userID-based project, and either identifies in a hybrid one; that settles what no source states.
_WITHOUT_WRITING: Final = {
    "email-based.both.known-email": (
        "The email identifies the user, and the userId is discarded.",
        _BULLETIN,
        DOCUMENTED,
    ),
    "email-based.shared-user-id": ("A userId that several users have finds the first of them.", _BULLETIN, INFERRED),
    "userid-based.both.known-user-id": ("The userId finds the user; the email is not a key.", _TYPES, DOCUMENTED),
    "hybrid.both.known-email-without-user-id": ("The email finds the user.", _TYPES, INFERRED),
    "hybrid.both.known-user-id-without-email": ("The userId finds the user.", _TYPES, INFERRED),
    "hybrid.both.known-user-id-with-other-email": ("The userId finds the user.", _TYPES, INFERRED),
    "hybrid.both.known-email-with-other-user-id": ("The email finds the user.", _TYPES, INFERRED),
    "hybrid.both.different-users": (
        "The identifiers belong to two users; the one with the userId is used.",
        _TYPES,
        ASSUMED,
    ),
}
#: The same of look-ups alone.
_LOOKED_UP: Final = {
    "userid-based.both.unknown-user-id": (f"{_NOBODY} The email is not a key.", _TYPES, DOCUMENTED),
}
#: Single rules for which there is more than the table has: statement, None for that of the table; source; confidence.
_EVIDENCE: Final = {
    "users.update.email-based.unknown-user-id": (None, f"{SEGMENT_TESTS}; {CODES}", RECORDED),
    "users.bulk-update.email-based.unknown-user-id": (
        "An unknown userId without an email fails in an email-based project and is listed as invalid: identify the user first.",
        API,
        INFERRED,
    ),
    "events.track.email-based.unknown-user-id": (None, f"{SNOWPLOW} falls back on the text; {NEW}", RECORDED),
    "events.track.email-based.unknown-email": (None, f"{SNOWPLOW} counts it as accepted; {SEGMENT_PAGE}", INFERRED),
    "events.track-bulk.email-based.unknown-user-id": (
        "No user has the userId: the event fails and is listed as not found, or is dropped, depending on the setting trackBulkUnknown.",
        API,
        DOCUMENTED,
    ),
    "events.track-bulk.email-based.unknown-email": (
        "No user has the email: the event fails and is listed as not found, or is dropped, depending on the setting trackBulkUnknown.",
        API,
        DOCUMENTED,
    ),
    "events.track-bulk.email-based.both.unknown": (
        "No user has the email or the userId: the event fails and is listed as not found, or is dropped, depending on the setting trackBulkUnknown.",
        API,
        DOCUMENTED,
    ),
    "events.track-bulk.email-based.both.unknown-email-known-user-id": (
        "No user has the email: the event fails and is listed as not found, or is dropped, depending on the setting trackBulkUnknown; or it goes to the user with the userId, if the setting trackUnknownEmailKnownUserId says so.",
        f"{API}; {_TYPES}",
        INFERRED,
    ),
    "users.update.hybrid.both.unknown": (None, f"{_TYPES}; {SEGMENT_TESTS}", RECORDED),
    "users.bulk-update.hybrid.both.unknown": (None, f"{_TYPES}; {SEGMENT_TESTS}; {PULL_3811}", RECORDED),
    "users.update.hybrid.unknown-user-id": (None, f"{_TYPES}; {SEGMENT_TESTS}", RECORDED),
}


def _of_identity() -> Iterator[Rule]:
    for row in ROWS.values():
        of_the_row = (row.statement, row.source, row.confidence)
        for prefix, call in _WRITES.items():
            yield _rule(prefix, call, row.case, of_the_row)
        finds = row.track in _FINDS
        track = _WITHOUT_WRITING.get(row.case) or (_OUTCOMES.get(row.track, row.statement), *of_the_row[1:])
        for prefix, call in _TRACKS.items():
            yield _rule(prefix, call, row.case, track)
        found = _WITHOUT_WRITING.get(row.case) or (row.statement if finds else _NOBODY, *of_the_row[1:])
        for prefix, call in _LOOKUPS.items():
            # Who disables the devices of nobody in particular names a token alone.
            if prefix != "users.disable-device" or not row.case.endswith(".no-identifier"):
                yield _rule(prefix, call, row.case, _LOOKED_UP.get(row.case, found))


def _rule(prefix: str, call: str, case: str, said: tuple[str, str, Confidence]) -> Rule:
    identifier = f"{prefix}.{case}"
    statement, source, confidence = _EVIDENCE.get(identifier, said)
    return Rule(identifier, f"{call}: {statement or said[0]}", source, confidence)


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
