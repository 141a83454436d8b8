"""What is not known about Iterable, as questions: which rules each decides, and what would answer it.

One question is often many rules, as a row of the table of identity is a rule of every call. A table, so a long module.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
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


_CLIENT_KEY: Final = "it needs a key for clients, and a run has a server-side one"
_OTHERS: Final = "the call may touch more than a run's own people"
_UNNAMED: Final = "the run cannot see whom the body names, so nothing is sent"

# fmt: off
QUESTIONS: Final = (
    Question("hybrid-known-email-new-user-id", "Hybrid: a write with the email of a user who has no userId, and a userId that nobody has: is it added?", "GET users/byUserId after the write: the user of the email, or nobody; a 409; two users", ("*.hybrid.both.known-email-without-user-id",)),
    Question("hybrid-known-user-id-new-email", "Hybrid: a write with the userId of a user who has no email, and an email that nobody has: is it added?", "GET users/{email} after the write: the user of the userId, or nobody; a 409; two users", ("*.hybrid.both.known-user-id-without-email",)),
    Question("hybrid-known-user-id-other-email", "Hybrid: a write with the userId of a user and another email, which nobody has: is the address replaced?", "who has the two addresses after the write, or a 409; then the setting hybridRenameByTopLevel", ("*.hybrid.both.known-user-id-with-other-email",)),
    Question("hybrid-known-email-other-user-id", "Hybrid: a write with the email of a user and another userId, which nobody has: a conflict, or a new userId?", "the status of a single write and the list of a batch in which it stands; then the setting hybridConflict", ("*.hybrid.both.known-email-with-other-user-id",)),
    Question("hybrid-two-users", "Hybrid: the email of one user and the userId of another: is it refused, in which words, and whom does an event mean?", "status, code and msg of a write, the lists of a batch, and whose events/track is", ("*.hybrid.both.different-users",)),
    Question("userid-based-known-user-id-and-email", "UserID-based: a write with a known userId and an email: does the email go onto the profile?", "GET users/byUserId after the write and after an event", ("*.userid-based.both.known-user-id",)),
    Question("userid-based-new-user-id-with-taken-email", "UserID-based: a new userId with an email that another user has: a second user with it?", "GET users/byUserId of both", ("*.userid-based.both.unknown-user-id",)),
    Question("userid-based-email-only", "UserID-based: what does a call answer that names an email only?", "status, code and msg of users/update and events/track; then the setting emailOnlyInUserIdProject", ("users.update.userid-based.email-only", "events.track.userid-based.email-only")),
    Question("userid-based-read-by-email", "UserID-based: does GET users/{email} find anybody?", "the reply for an email that a profile has; then the setting emailLookupInUserIdProject", ("users.get-by-email.unknown", "events.get")),
    Question("taken-identifier-in-data-fields", "Is it 400 or 409 when the email or the userId in dataFields is taken?", "the status of users/update; then the setting conflictStatus", ("rename.email-taken", "rename.user-id-taken")),
    Question("failures-of-a-batch", "Under which name does users/bulkUpdate list a malformed or taken identifier in dataFields, and a userId that is null?", "failedUpdates of one batch", ("identifier.invalid-*", "rename.*-taken")),
    Question("unknown-user-id-in-a-batch", "Email-based: where does users/bulkUpdate list a userId that nobody has?", "failedUpdates of one batch", ("users.bulk-update.email-based.unknown-user-id",)),
    Question("email-in-data-fields-of-a-batch", "Email-based: is another email in dataFields left out, or refused?", "the profile after users/update and users/bulkUpdate; then the setting dataFieldsEmail", ("rename.email", "rename.email-left-out")),
    Question("null-user-id", "With which code is a userId refused that is null?", "code of users/update and events/track, beside a good email", ("identifier.null-user-id",)),
    Question("shared-user-id", "Email-based: whom does a write by a userId mean that two profiles have?", "which of the profiles has the field, or the refusal; then the setting duplicateUserId", ("*.email-based.shared-user-id",)),
    Question("event-for-an-unknown-email", "Email-based: is an event for an unknown email lost, or kept until somebody has the address?", "GET events/{email} after the user has been created; then the setting trackUnknownEmail", ("events.track.email-based.unknown-email",)),
    Question("event-for-an-unknown-email-and-a-known-user-id", "Email-based: is an event with an unknown email and a known userId lost?", "the events of the user with the userId; then the setting trackUnknownEmailKnownUserId", ("events.track*.email-based.both.unknown-email-known-user-id",)),
    Question("forgotten-again", "What does users/forget answer for somebody who has been forgotten, and events/track for them?", "status and code of both; then the settings forgetAgain and trackForgotten", ("users.forget.again", "users.forget.forgotten", "events.track.*.forgotten")),
    Question("forgotten-by-the-other-identifier", "Hybrid: does forgetting by one identifier block the other, and does the other lift the block?", "users/update by the other identifier, users/unforget by it; then the setting forgetBothIdentifiers", ("users.forget.done", "users.unforget.unknown")),
    Question("unforget-nobody", "What does users/unforget answer for somebody who was never forgotten?", "status and code", ("users.unforget.unknown",)),
    Question("update-email-without-a-user", "What does users/updateEmail answer that names nobody, or whose new address is the present one?", "status and code", ("users.update-email.no-identifier",)),
    Question("update-email-empty-identifier", "Does an empty text for the unused identifier of users/updateEmail count as absent?", "status of a change by currentUserId with an empty currentEmail beside it, as block/iterable-go sends it", ("users.update-email.no-identifier", "identifier.invalid-email")),
    Question("update-email-userid-based", "UserID-based: does users/updateEmail work by currentUserId, and by currentEmail alone?", "status and the profile; then the setting updateEmailOutsideEmailProjects", ("users.update-email.project-type", "users.update-email.user-id-required")),
    Question("update-email-merge", "Is the parameter `merge` of users/updateEmail heeded, which it had in 2023?", "a change to a taken address with `merge: true`: EmailAlreadyExists, or one user", ("users.update-email.taken",)),
    Question("merge-with-itself", "What does users/merge answer when source and destination are one user?", "status and code", ("users.merge.same-user",)),
    Question("merge-by-email-userid-based", "UserID-based: can users be merged by email?", "status and code", ("users.merge.not-by-email",)),
    Question("placeholder-email", "Which digits does a placeholder address have, and does it keep capitals?", "the email of two profiles made with preferUserId", ("users.update.email-based.unknown-user-id",)),
    Question("unknown-user-id-read", "Is GET users/byUserId 400 or 500 for nobody?", "the status and the body", ("users.get-by-user-id.unknown",)),
    Question("managed-fields", "Is a field that only Iterable writes left out, or refused?", "status and the profile; then the setting managedFields", ("fields.managed", "fields.managed-left-out")),
    Question("delete-unknown-email", "Is DELETE users/{email} of nobody 200, or refused as by userId?", "status and code; then the setting deleteUnknownEmail", ("users.delete.nobody", "users.delete.unknown-email")),
    Question("disable-device-without-the-token", "What does users/disableDevice answer for a user who lacks the token?", "status and code", ("users.disable-device.unknown-token",)),
    Question("conflict-in-bulk-subscriptions", "Hybrid: does one item with two users refuse users/bulkUpdateSubscriptions, and are the others carried out?", "status and the profile of the other user", ("subscriptions.conflict",)),
    Question("content-type", "Is a body of another Content-Type than JSON read, or refused with 415?", "status of users/update with JSON in text/plain; then the setting contentType", ("body.content-type",)),
    Question("number-in-the-query", "What does a number in the query get that is none?", "status and body of GET events/{email}?limit=ten", ("query.malformed", "events.get.limit")),
    Question("unknown-subscription-group", "What do the subscription calls answer for a group or a member of it that is not there?", "status, code and msg", ("subscriptions.unknown-group",)),
    Question("broken-json", "Does broken JSON get the page of an empty body, or BadJsonBody?", "`curl -d '{' -H 'Api-Key: …' …/api/users/update`; then the setting brokenJson", ("body.not-json",), _UNNAMED),
    Question("large-body", "What is in the body of a 413?", "a body of 5 MB to users/bulkUpdate", ("body.too-large",), "a scenario would have to hold the body"),
    Question("missing-query-parameter", "Is a missing parameter of the query BadParams or the page of a bad request?", "GET users/getByEmail without a query", ("query.missing",), _OTHERS),
    Question("jwt-payload", "Which token is refused as `Invalid payload`, and which as `email could not be found`?", "users/update with tokens without iat, without exp, with texts there, and for nobody", ("gate.bad-payload",), _CLIENT_KEY),
    Question("jwt-of-another", "In which words is a token of another user refused?", "msg and params of JwtUserIdentifiersMismatched", ("gate.token-of-another",), _CLIENT_KEY),
    Question("disable-device-without-a-jwt", "Does users/disableDevice want a token where a key has a secret? In 2023 it did, and Iterable's documents of 2026 say it does not.", "status of the call with a key for clients and no token", ("gate.no-token",), _CLIENT_KEY),
    Question("rate-limit-params", "Has a 429 the params rateLimitLimit, rateLimitRemaining and rateLimitReset?", "the body of a 429; then the settings rateLimitParams and retryAfter", ("gate.rate-limit",), "a run keeps to the limits"),
    Question("empty-browser-token", "What does users/registerBrowserToken answer for an empty token?", "status and code", ("users.register-browser.empty-token",), _CLIENT_KEY),
    Question("jwts-of-nobody", "What does auth/jwts/invalidate answer that names nobody?", "status and code of an empty object", ("jwts.invalidate.nobody",), _OTHERS),
    Question("subscriptions-of-nobody", "What does PUT subscriptions/{group}/{id} answer without users?", "status and code of an empty object", ("subscriptions.nobody",), _OTHERS),
    Question("unknown-export-job", "What does GET export/{jobId}/files answer for a job that is not there?", "status, code and msg", ("export.unknown-job",), _OTHERS),
    Question("export-delimiter", "Which delimiters does export/data.csv take?", "two characters, over a range without events", ("export.delimiter",), _OTHERS),
    Question("list-without-a-name", "Is a list made whose name is empty?", "status and code of POST lists", ("lists.create.name",), _OTHERS),
    Question("existing-catalog", "In which words is a catalog refused that is there?", "POST catalogs/{name} twice", ("catalogs.create.exists",), _OTHERS),
    Question("unknown-journey", "In which words is a journey refused that is not there?", "workflows/triggerWorkflow with workflowId 0", ("journeys.trigger.unknown",), _OTHERS),
    Question("consent-of-nobody", "Is a consent refused whose email or userId nobody has?", "status of unknownuser/consent for a fresh userId", ("unknown-users.consent",), _CLIENT_KEY),
    Question("second-experiment", "May a campaign have a second experiment while the first is not finished?", "POST experiments twice for one draft", ("experiments.create.exists",), _OTHERS),
    Question("experiment-with-one-variant", "Does an experiment start with one variant?", "experiments/{id}/start of a draft as it was made", ("experiments.start.variants",), _OTHERS),
    Question("unknown-experiment", "How is an experiment refused that is not there?", "GET experiments/0", ("experiments.unknown",), _OTHERS),
    Question("template-that-fails", "What do previews and proofs answer to a template that cannot be rendered?", "templates/email/preview of {{#if", ("templates.preview.fails", "templates.proof.fails"), _OTHERS),
)
# fmt: on


def question_of(rule: str) -> Question | None:
    """The first question on whose answer a rule depends; None for a rule that is settled."""
    return next(
        (question for question in QUESTIONS if any(fnmatchcase(rule, pattern) for pattern in question.rules)), None
    )
