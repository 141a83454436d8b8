"""Rules of keys, limits, paths and bodies."""

from __future__ import annotations

from typing import Final

from simulator.project.rules import Rule
from simulator.rulebook.sources import (
    API,
    ASSUMED,
    CODES,
    DOCUMENTED,
    FIELDS,
    INFERRED,
    JWT,
    KEYS,
    OLD,
    RECORDED,
    RUDDER,
    SILENT,
    VALIDATION,
)

# fmt: off
GATE: Final = (
    Rule("gate.preflight", "A browser's preflight is answered before the key is looked at, with the few headers that pages may send; every reply of the API says that pages of any origin may read it.", f"{OLD}, with Access-Control-Allow-Origin: *; headers that Iterable/iterable-web-sdk 669147f (2026-07-23) sends and leaves out", INFERRED),
    Rule("gate.unknown-key", "A key that reaches no project of this data centre, or none at all, is 401 BadApiKey.", RUDDER, RECORDED),
    Rule("gate.insufficient-privileges", "A key whose type may not make the call is 401 BadApiKey, naming the key's type.", f"{RUDDER}; {KEYS}", RECORDED),
    Rule("gate.merge-without-jwt", "A client-side key without JWT may not merge users: 403.", API, DOCUMENTED),
    Rule("gate.no-token", "A key with JWT wants a bearer token: 401 BadAuthorizationHeader.", f"{JWT}; {CODES}", DOCUMENTED),
    Rule("gate.bad-token", "A token that is expired, revoked, badly signed or without whole iat and exp is InvalidJwtPayload.", JWT, RECORDED),
    Rule("gate.token-of-another", "A token of another user is JwtUserIdentifiersMismatched.", f"{JWT}; {CODES}", DOCUMENTED),
    Rule("gate.identity-from-token", "A call of an app that names nobody is about the user of its JWT.", "Iterable/iterable-web-sdk 669147f (2026-07-23) names nobody in trackInAppOpen, trackInAppClick, trackInAppDelivery and inAppConsume of a user with an email; the other calls are inferred", INFERRED),
    Rule("gate.rate-limit", "A request beyond the rate limit of its operation is 429 RateLimitExceeded.", f"{API}; {OLD}", RECORDED),
    Rule("fault", "A fault that was asked for answered instead of Iterable.", "the simulator itself", DOCUMENTED),
    Rule("fault.delay", "A fault that was asked for kept the reply back for a while.", "the simulator itself", DOCUMENTED),
    Rule("fault.lost-reply", "The request was carried out, and a fault that was asked for closed the connection with no reply.", "the simulator itself", DOCUMENTED),
    Rule("dropped", "The request was answered as a success, and nothing of it was carried out; the rule before says why.", "the simulator itself", DOCUMENTED),
    Rule("route.not-found", "An unknown path or method, or an id that the path does not take, is a 404 page in HTML.", f"{OLD}; schemas and tests of Iterable's TypeScript client", RECORDED),
    Rule("route.not-modelled", "An operation that Iterable has and the simulator has not is 501.", "the simulator itself", DOCUMENTED),
    Rule("body.too-large", "A body over the limit is 413 in plain text, before it is read.", "block/iterable-go splits batches on 413", INFERRED),
    Rule("body.content-type", "A body of another Content-Type than JSON is 415 where the project minds.", SILENT, ASSUMED),
    Rule("body.not-json", "A body that is no JSON, or that names a member twice, is 400 BadJsonBody without params.", SILENT, ASSUMED),
    Rule("body.wrong-type", "Members that are missing or of the wrong JSON type are 400 BadJsonBody, all listed by path.", RUDDER, RECORDED),
    Rule("query.missing", "A parameter of the query that must be there is 400 BadParams when it is not.", SILENT, ASSUMED),
    Rule("query.malformed", "A parameter of the query that cannot be read is 400 BadParams.", SILENT, ASSUMED),
    Rule("bulk.empty", "A bulk call without items answers zero counts.", f"{OLD}; {RUDDER}", INFERRED),
    Rule("bulk.some-dropped", "Items were dropped, and the reply does not say so.", "the simulator itself", DOCUMENTED),
    Rule("bulk.some-refused", "Items were refused, and the reply lists them.", "the simulator itself", DOCUMENTED),
    Rule("bulk.all-refused", "Every item was refused; the status is 200 all the same, and the reply lists them.", "the simulator itself", DOCUMENTED),
    Rule("bulk.too-large", "A batch with more items than the project takes is 400 BatchTooLarge.", CODES, INFERRED),
    Rule("identifier.invalid-email", "A malformed email, the empty one too, is 400 InvalidEmailAddressError; in bulk its item fails.", f"{VALIDATION}; {OLD}", RECORDED),
    Rule("identifier.invalid-user-id", "A userId that is empty, longer than 52 characters, not printable ASCII or ends in a blank is 400 InvalidUserIdError.", f"{FIELDS}; {API}", DOCUMENTED),
    Rule("fields.mismatch", "A value that does not go into its field's type refuses the whole request, single or bulk: RequestFieldsTypesMismatched.", "recordings of 2021 by a Hull connector; block/iterable-go", RECORDED),
    Rule("fields.limit", "More new fields than the project may have are 400 UniqueFieldsLimitExceeded.", f"{API}; {CODES}", DOCUMENTED),
    Rule("fields.unknown-left-out", "A field that the project does not have is left out where it takes no new ones; bulk replies list it.", RUDDER, RECORDED),
    Rule("fields.managed-left-out", "A field that only Iterable writes is left out.", SILENT, ASSUMED),
    Rule("fields.managed", "A field that only Iterable writes is refused where the project is set so.", SILENT, ASSUMED),
)
# fmt: on
