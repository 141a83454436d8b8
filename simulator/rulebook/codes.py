"""The codes of Iterable's replies: what each says, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

_RESPONSE_CODES: Final = "Iterable support article 39629320560148, API response codes"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A code of Iterable's replies.

    Attributes:
        code: As it stands in the member `code`.
        status: The HTTP statuses that it comes with.
        statement: What it says.
        advice: What to do about it.
        rules: The rules that answer with it, or what their ids contain; the first few of many.
        source: Where the code is documented or recorded.
    """

    code: str
    status: str
    statement: str
    advice: str
    rules: tuple[str, ...] = ()
    source: str = _RESPONSE_CODES

    def to_json(self) -> dict[str, Any]:
        """The code as a JSON object."""
        return {
            "code": self.code,
            "status": self.status,
            "statement": self.statement,
            "advice": self.advice,
            "rules": list(self.rules),
            "source": self.source,
        }


# fmt: off
_ALL: Final = (
    ErrorCode("UnknownUserIdError", "400", "No user of the project has the userId of the request.", "In an email-based project a userId alone never creates anyone: map `email` as well, or identify the person first.", ("users.update.email-based.unknown-user-id", "events.track.email-based.unknown-user-id")),
    ErrorCode("UnknownEmailError", "400", "No user of the project has the email of the request.", "Events do not create users in an email-based project: identify the person first.", ("events.track.email-based.unknown-email",)),
    ErrorCode("InvalidEmailAddressError", "400", "The email is not an email address.", "Check what the mapping's `email` reads: an id, an empty string or a template without its value.", ("identifier.invalid-email",)),
    ErrorCode("InvalidUserIdError", "400", "The userId is not one that Iterable accepts.", "A userId has at most 52 characters and is not empty.", ("identifier.invalid-user-id",)),
    ErrorCode("BadParams", "400", "Parameters are missing, contradict each other, or name something that does not exist; `msg` says which.", "Read `msg`. In a userID-based project the usual reason is that only an email was sent.", ("users.update.userid-based.email-only", "messages.target.unknown-campaign")),
    ErrorCode("BadJsonBody", "400", "The body is not JSON, or a member is missing or of the wrong type; `params` names it.", "Send what the API description asks for: `params` has the path of each member.", ("body.not-json", "body.wrong-type")),
    ErrorCode("RequestFieldsTypesMismatched", "400", "A field already has another type in this project, so the whole request is rejected.", "Send the field with the type of its first value, or under another name: types never change.", ("fields.mismatch",)),
    ErrorCode("UniqueFieldsLimitExceeded", "400", "The request would exceed the project's field limit.", "Map fields by name instead of passing all traits or properties on.", ("fields.limit",)),
    ErrorCode("BatchTooLarge", "400", "A bulk request has too many items.", "Send at most 1,000 users, or 1,000 events, at once.", ("bulk.too-large",)),
    ErrorCode("EmailAlreadyExists", "400", "The new email already belongs to someone else.", "Merge the two users, or keep the address.", ("rename.email-taken", "users.update-email.taken")),
    ErrorCode("UserIdAlreadyExists", "400", "The new userId already belongs to someone else.", "Merge the two users. A data field called `userId` renames people; do not map one.", ("rename.user-id-taken",)),
    ErrorCode("ExternalKeyConflict", "409", "The email and the userId belong to two different users of a hybrid project.", "Send the identifier that you trust, or merge the two users first.", ("users.update.hybrid.both.different-users",)),
    ErrorCode("ForgottenUserError", "400, 409", "The user was forgotten (GDPR) and cannot come back.", "Do not send the person; users/unforget lifts the block.", ("users.forget.forgotten", "rename.forgotten")),
    ErrorCode("Unauthorized", "401", "The API key is missing, or no project of this data centre has it.", "Check the key and the data centre: a key of one is unknown in the other.", ("gate.no-key", "gate.unknown-key"), "measured 2026-09-07 by CauldronUp/cauldron"),
    ErrorCode("BadApiKey", "401", "The API key is disabled or may not make this call; until 2025 also an unknown key.", "Use a key of the type that the call needs.", ("gate.insufficient-privileges",)),
    ErrorCode("BadAuthorizationHeader", "401", "The key needs a JWT, and the request has none.", "Send `Authorization: Bearer TOKEN`.", ("gate.no-token",)),
    ErrorCode("InvalidJwtPayload", "401", "The JWT is expired, malformed or wrongly signed.", "Sign a new one with the key's secret; it may last one year at most.", ("gate.bad-token", "gate.bad-payload")),
    ErrorCode("JwtUserIdentifiersMismatched", "401", "The JWT was issued for someone else: it does not name the user in the request.", "Sign a token for the user that the request names.", ("gate.token-of-another",)),
    ErrorCode("RateLimitExceeded", "429", "The endpoint's rate limit was exceeded.", "Wait and retry; send batches where the API has a bulk call.", ("gate.rate-limit",), "recording of 2017, mtchavez/iterable-api-client"),
    ErrorCode("NotFound", "404", "What the path names does not exist.", "Check the id or name in the path.", ("metadata.unknown", "subscriptions.off")),
    ErrorCode("Conflict", "409", "The thing to be deleted or changed is in use.", "First stop whatever uses it.", ("lists.delete.in-use",)),
    ErrorCode("InsufficientStorage", "507", "`serve --data` could not store the request, so it was not carried out.", "Free some disk space; no restart is needed.", (), "this simulator; Iterable has no such code"),
    ErrorCode("SimulatorFault", "500", "The simulator itself has a bug; the request was not carried out.", "Please report it with the request.", (), "this simulator; Iterable has no such code"),
    ErrorCode("GenericError", "400, 500", "Something went wrong for which there is no specific code.", "Read `msg`.", ("campaigns.abort.over", "journeys.trigger.nobody")),
)
# fmt: on

#: All codes by name.
CODES: Final = MappingProxyType({one.code: one for one in _ALL})
