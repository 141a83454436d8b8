"""What is not known about Iterable, as questions: which rules each decides, and what would answer it.

One question is often many rules, as a row of the table of identity is a rule of every call. A table, so a long module.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Final

from simulator.rulebook.book import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        id: Its name; the scenario in `scenarios/questions/` that asks it is called so, where there is one.
        text: The question.
        settles: What would answer it.
        rules: Globs over the ids of the rules that depend on the answer.
        by_hand: Why no scenario asks it in a real project; empty where one does.
    """

    id: str
    text: str
    settles: str
    rules: tuple[str, ...]
    by_hand: str = ""

    def decided(self) -> Iterator[str]:
        """The ids of the rules that depend on the answer."""
        return (rule for rule in RULES if any(fnmatchcase(rule, pattern) for pattern in self.rules))


_CLIENT_KEY: Final = "it needs a client-side key, and a run has a server-side one"
_OTHERS: Final = "the call may affect people other than the run's own"
_UNNAMED: Final = "the run cannot tell whom the body names, so it sends nothing"

# fmt: off
QUESTIONS: Final = (
    Question("hybrid-known-email-new-user-id", "Hybrid: a write names the email of a user without a userId, and a new userId. Is the userId added?", "GET users/byUserId after the write: the user with the email, no user, or two users; or a 409", ("*.hybrid.both.known-email-without-user-id",)),
    Question("hybrid-known-user-id-new-email", "Hybrid: a write names the userId of a user without an email, and a new email. Is the email added?", "GET users/{email} after the write: the user with the userId, no user, or two users; or a 409", ("*.hybrid.both.known-user-id-without-email",)),
    Question("hybrid-known-user-id-other-email", "Hybrid: a write names the userId of a user and a new email in place of theirs. Is the email replaced?", "who has each of the two emails after the write, or a 409; then the setting hybridRenameByTopLevel", ("*.hybrid.both.known-user-id-with-other-email",)),
    Question("hybrid-known-email-other-user-id", "Hybrid: a write names the email of a user and a new userId in place of theirs. Is that a conflict, or is the userId replaced?", "the status of a single write and the list in the reply to a batch; then the setting hybridConflict", ("*.hybrid.both.known-email-with-other-user-id",)),
    Question("hybrid-two-users", "Hybrid: what is the reply to the email of one user with the userId of another, and to whom does an event with both belong?", "status, code and msg of a write, the lists in the reply to a batch, and the owner of an event", ("*.hybrid.both.different-users",)),
    Question("userid-based-known-user-id-and-email", "UserID-based: does the email of a write with a known userId go onto the profile?", "GET users/byUserId after the write and after an event", ("*.userid-based.both.known-user-id",)),
    Question("userid-based-new-user-id-with-taken-email", "UserID-based: does a new userId with the email of another user create a second user with that email?", "GET users/byUserId for both", ("*.userid-based.both.unknown-user-id",)),
    Question("userid-based-email-only", "UserID-based: what is the reply to a call that names only an email?", "status, code and msg of users/update and events/track; then the setting emailOnlyInUserIdProject", ("*.userid-based.email-only",)),
    Question("userid-based-read-by-email", "UserID-based: does GET users/{email} find a user?", "the reply for an email that a profile has; then the setting emailLookupInUserIdProject", ("users.get-by-email.unknown", "events.get")),
    Question("taken-identifier-in-data-fields", "Is the status 400 or 409 when the email or userId in dataFields is taken?", "the status of users/update; then the setting conflictStatus", ("rename.email-taken", "rename.user-id-taken")),
    Question("failures-of-a-batch", "In which list of its reply does users/bulkUpdate put a malformed or taken identifier in dataFields, and a null userId?", "failedUpdates of one batch", ("identifier.invalid-*", "rename.*-taken")),
    Question("unknown-user-id-in-a-batch", "Email-based: in which list of its reply does users/bulkUpdate put an unknown userId?", "failedUpdates of one batch", ("users.bulk-update.email-based.unknown-user-id",)),
    Question("email-in-data-fields-of-a-batch", "Email-based: is a different email in dataFields ignored or refused?", "the profile after users/update and users/bulkUpdate; then the setting dataFieldsEmail", ("rename.email", "rename.email-left-out")),
    Question("null-user-id", "With which code is a null userId refused?", "code of users/update and events/track, beside a good email", ("identifier.null-user-id",)),
    Question("shared-user-id", "Email-based: which profile does a write by userId change when two profiles have that userId?", "which of the profiles has the field, or the refusal; then the setting duplicateUserId", ("*.email-based.shared-user-id",)),
    Question("event-for-an-unknown-email", "Email-based: is an event for an unknown email lost, or kept until a user has that email?", "GET events/{email} after the user has been created; then the setting trackUnknownEmail", ("events.track.email-based.unknown-email",)),
    Question("event-for-an-unknown-email-and-a-known-user-id", "Email-based: is an event with an unknown email and a known userId lost?", "the events of the user with the userId; then the setting trackUnknownEmailKnownUserId", ("events.track*.email-based.both.unknown-email-known-user-id",)),
    Question("forgotten-again", "What do users/forget and events/track reply for a user who has been forgotten?", "status and code of both; then the settings forgetAgain and trackForgotten", ("users.forget.again", "users.forget.forgotten", "events.track.*.forgotten")),
    Question("forgotten-by-the-other-identifier", "Hybrid: does forgetting a user by one identifier block the other, and can the block be lifted by the other?", "users/update by the other identifier, users/unforget by it; then the setting forgetBothIdentifiers", ("users.forget.done", "users.unforget.unknown")),
    Question("unforget-nobody", "What does users/unforget reply for a user who was never forgotten?", "status and code", ("users.unforget.unknown",)),
    Question("update-email-without-a-user", "What does users/updateEmail reply when it names no user, or when the new email is the current one?", "status and code", ("users.update-email.no-identifier",)),
    Question("update-email-empty-identifier", "Does users/updateEmail treat an empty string for the unused identifier as absent?", "status of a change by currentUserId with an empty currentEmail beside it, as block/iterable-go sends it", ("users.update-email.no-identifier", "identifier.invalid-email")),
    Question("update-email-userid-based", "UserID-based: does users/updateEmail accept currentUserId, and does it accept currentEmail alone?", "status and the profile; then the setting updateEmailOutsideEmailProjects", ("users.update-email.project-type", "users.update-email.user-id-required")),
    Question("update-email-merge", "Does users/updateEmail still honor the parameter `merge`, which it had in 2023?", "a change to a taken address with `merge: true`: EmailAlreadyExists, or one user", ("users.update-email.taken",)),
    Question("merge-with-itself", "What does users/merge reply when source and destination are the same user?", "status and code", ("users.merge.same-user",)),
    Question("merge-by-email-userid-based", "UserID-based: can users be merged by email?", "status and code", ("users.merge.not-by-email",)),
    Question("placeholder-email", "Which digits does a placeholder email have, and does it keep uppercase letters?", "the email of two profiles made with preferUserId", ("users.update.email-based.unknown-user-id",)),
    Question("unknown-user-id-read", "Is the status of GET users/byUserId 400 or 500 for an unknown userId?", "the status and the body", ("users.get-by-user-id.unknown",)),
    Question("managed-fields", "Is a field that only Iterable may write ignored or refused?", "status and the profile; then the setting managedFields", ("fields.managed", "fields.managed-left-out")),
    Question("delete-unknown-email", "Is the status of DELETE users/{email} 200 for an unknown email, or is it refused as for an unknown userId?", "status and code; then the setting deleteUnknownEmail", ("users.delete.nobody", "users.delete.unknown-email")),
    Question("disable-device-without-the-token", "What does users/disableDevice reply for a user without that token?", "status and code", ("users.disable-device.unknown-token",)),
    Question("conflict-in-bulk-subscriptions", "Hybrid: does one item that names two users fail all of users/bulkUpdateSubscriptions, or are the other items applied?", "status and the profile of the other user", ("subscriptions.conflict",)),
    Question("content-type", "Is a body read, or refused with 415, when its Content-Type is not JSON?", "status of users/update with JSON as text/plain; then the setting contentType", ("body.content-type",)),
    Question("number-in-the-query", "What is the reply to a non-numeric query value where a number is required?", "status and body of GET events/{email}?limit=ten", ("query.malformed", "events.get.limit")),
    Question("unknown-subscription-group", "What do the subscription calls reply for an unknown group, or an unknown member of a group?", "status, code and msg", ("subscriptions.unknown-group",)),
    Question("broken-json", "Is the reply to malformed JSON the HTML page of an empty body, or BadJsonBody?", "`curl -d '{' -H 'Api-Key: …' …/api/users/update`; then the setting brokenJson", ("body.not-json",), _UNNAMED),
    Question("large-body", "What is in the body of a 413 reply?", "a body of 5 MB to users/bulkUpdate", ("body.too-large",), "a scenario would have to contain the body"),
    Question("missing-query-parameter", "Is the reply to a missing query parameter BadParams, or the HTML page of a bad request?", "GET users/getByEmail without a query", ("query.missing",), _OTHERS),
    Question("jwt-payload", "Which tokens are refused with `Invalid payload`, and which with `email could not be found`?", "users/update with tokens without iat, without exp, with strings for them, and for an unknown user", ("gate.bad-payload",), _CLIENT_KEY),
    Question("jwt-of-another", "What is the message when the token belongs to another user?", "msg and params of JwtUserIdentifiersMismatched", ("gate.token-of-another",), _CLIENT_KEY),
    Question("disable-device-without-a-jwt", "Does users/disableDevice require a token when the key has a secret? In 2023 it did; Iterable's documentation of 2026 says it does not.", "status of the call with a client-side key and no token", ("gate.no-token",), _CLIENT_KEY),
    Question("rate-limit-params", "Does a 429 reply have the params rateLimitLimit, rateLimitRemaining and rateLimitReset?", "the body of a 429; then the settings rateLimitParams and retryAfter", ("gate.rate-limit",), "a run stays within the limits"),
    Question("empty-browser-token", "What does users/registerBrowserToken reply to an empty token?", "status and code", ("users.register-browser.empty-token",), _CLIENT_KEY),
    Question("jwts-of-nobody", "What does auth/jwts/invalidate reply when it names no user?", "status and code of an empty object", ("jwts.invalidate.nobody",), _OTHERS),
    Question("subscriptions-of-nobody", "What does PUT subscriptions/{group}/{id} reply when it names no users?", "status and code of an empty object", ("subscriptions.nobody",), _OTHERS),
    Question("unknown-export-job", "What does GET export/{jobId}/files reply for an unknown job?", "status, code and msg", ("export.unknown-job",), _OTHERS),
    Question("export-delimiter", "Which delimiters does export/data.csv accept?", "two characters, over a range without events", ("export.delimiter",), _OTHERS),
    Question("list-without-a-name", "Can a list be created with an empty name?", "status and code of POST lists", ("lists.create.name",), _OTHERS),
    Question("existing-catalog", "What is the message when a catalog of that name exists already?", "POST catalogs/{name} twice", ("catalogs.create.exists",), _OTHERS),
    Question("unknown-journey", "What is the message for an unknown journey?", "workflows/triggerWorkflow with workflowId 0", ("journeys.trigger.unknown",), _OTHERS),
    Question("consent-of-nobody", "Is a consent for an unknown email or userId refused?", "status of unknownuser/consent for a fresh userId", ("unknown-users.consent",), _CLIENT_KEY),
    Question("second-experiment", "Can a campaign have a second experiment before the first has finished?", "POST experiments twice for one draft", ("experiments.create.exists",), _OTHERS),
    Question("experiment-with-one-variant", "Can an experiment with one variant be started?", "experiments/{id}/start for an unchanged draft", ("experiments.start.variants",), _OTHERS),
    Question("unknown-experiment", "What is the reply for an unknown experiment?", "GET experiments/0", ("experiments.unknown",), _OTHERS),
    Question("template-that-fails", "What do previews and proofs reply when the template cannot be rendered?", "templates/email/preview of {{#if", ("templates.preview.fails", "templates.proof.fails"), _OTHERS),
)
# fmt: on


@cache
def question_of(rule: str) -> Question | None:
    """The first question on whose answer a rule depends; None for a rule that is settled."""
    return next(
        (question for question in QUESTIONS if any(fnmatchcase(rule, pattern) for pattern in question.rules)), None
    )
