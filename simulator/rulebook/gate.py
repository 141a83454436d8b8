"""Rules of keys, limits, paths and bodies."""

from __future__ import annotations

from typing import Final

from simulator.project.rules import Rule
from simulator.rulebook.sources import (
    AMPERSAND,
    API,
    ASSUMED,
    CAULDRON,
    CODES,
    DOCUMENTED,
    FIELDS,
    FRAMEWORK,
    GROUPAROO,
    INFERRED,
    JWT,
    KEYS,
    OLD,
    PROFILE_FIELDS,
    RECORDED,
    RUDDER,
    SDKS,
    SILENT,
    VALIDATION,
)

# fmt: off
GATE: Final = (
    Rule("gate.no-key", "A request without a key is 401 Unauthorized, in words of its own.", CAULDRON, RECORDED),
    Rule("gate.unknown-key", "A key that reaches no project of this data centre is 401 Unauthorized; until 2025 it was BadApiKey.", f"{CAULDRON}; {RUDDER}", RECORDED),
    Rule("gate.insufficient-privileges", "A key whose type may not make the call is 401 BadApiKey, naming the key's type.", f"{RUDDER}; {KEYS}", RECORDED),
    Rule("gate.merge-without-jwt", "A client-side key without JWT may not merge users: 403.", API, DOCUMENTED),
    Rule("gate.no-token", "A key with JWT wants a bearer token: 401 BadAuthorizationHeader, without params.", f"{SDKS}; a reply of 2023-08-30 in iterable-swift-sdk pull request 671", RECORDED),
    Rule("gate.bad-payload", "A token without whole iat and exp is InvalidJwtPayload; that the text is this one is assumed.", SDKS, ASSUMED),
    Rule("gate.bad-token", "A token that is no token, badly signed, expired, revoked, for over a year or for nobody is InvalidJwtPayload, each in words of its own.", f"{SDKS}; {JWT}", INFERRED),
    Rule("gate.token-of-another", "A token of another user is JwtUserIdentifiersMismatched.", f"{JWT}; {CODES}; {SDKS} know the code under 401", DOCUMENTED),
    Rule("gate.rate-limit", "A request beyond the rate limit of its operation is 429 RateLimitExceeded.", f"{API}; {OLD}", RECORDED),
    Rule("fault", "A fault that was asked for answered instead of Iterable.", "the simulator itself", DOCUMENTED),
    Rule("fault.delay", "A fault that was asked for kept the reply back for a while.", "the simulator itself", DOCUMENTED),
    Rule("fault.lost-reply", "The request was carried out, and a fault that was asked for closed the connection with no reply.", "the simulator itself", DOCUMENTED),
    Rule("dropped", "The request was answered as a success, and nothing of it was carried out; the rule before says why.", "the simulator itself", DOCUMENTED),
    Rule("route.not-found", "An unknown path or method, or an id that the path does not take, is a 404 page in HTML, with a key or without.", f"{OLD}; {CAULDRON}", RECORDED),
    Rule("route.not-modelled", "An operation that Iterable has and the simulator has not is 501.", "the simulator itself", DOCUMENTED),
    Rule("body.too-large", "A body over the limit is 413 in plain text, before it is read.", "block/iterable-go splits batches on 413", INFERRED),
    Rule("body.content-type", "A body of another Content-Type than JSON is 415 where the project minds.", SILENT, ASSUMED),
    Rule("body.empty", "An empty body is an HTML page, Bad Request, with 400.", AMPERSAND, RECORDED),
    Rule("body.not-json", "A body that is no JSON, or that names a member twice, gets the page of an empty one, or BadJsonBody where the project is set so.", f"{AMPERSAND}; {CODES}", INFERRED),
    Rule("body.wrong-type", "Members that are missing or of the wrong JSON type are 400 BadJsonBody, all listed by path.", f"{RUDDER}; {AMPERSAND}", RECORDED),
    Rule("query.missing", "A parameter of the query that must be there is 400 BadParams when it is not.", CODES, DOCUMENTED),
    Rule("query.malformed", "A number or a boolean in the query that is none is an HTML page, Bad Request, with 400.", f"{AMPERSAND}, for dates; {FRAMEWORK}", INFERRED),
    Rule("query.no-date", "A date in the query that cannot be read is an HTML page, Bad Request, with 400.", AMPERSAND, RECORDED),
    Rule("query.not-allowed", "A value that can be read and that a parameter does not take is 400 BadParams.", CODES, DOCUMENTED),
    Rule("bulk.empty", "A bulk call without items answers zero counts.", f"{OLD}; {RUDDER}", INFERRED),
    Rule("bulk.some-dropped", "Items were dropped, and the reply does not say so.", "the simulator itself", DOCUMENTED),
    Rule("bulk.some-refused", "Items were refused, and the reply lists them.", "the simulator itself", DOCUMENTED),
    Rule("bulk.all-refused", "Every item was refused; the status is 200 all the same, and the reply lists them.", "the simulator itself", DOCUMENTED),
    Rule("bulk.too-large", "A batch with more items than the project takes is 400 BatchTooLarge.", CODES, INFERRED),
    Rule("identifier.invalid-email", "A malformed email, the empty one too, is 400 InvalidEmailAddressError; in bulk its item fails.", f"{VALIDATION}; {OLD}", RECORDED),
    Rule("identifier.invalid-user-id", "A userId that is empty, longer than 52 characters, not printable ASCII or ends in a blank is 400 InvalidUserIdError.", f"{FIELDS}; {API}", DOCUMENTED),
    Rule("identifier.null-user-id", "A userId that is null is refused, in every project type and whatever stands beside it: it is to be left out. The code is inferred.", PROFILE_FIELDS, DOCUMENTED),
    Rule("fields.mismatch", "A value that does not go into its field's type refuses the whole request, single or bulk: RequestFieldsTypesMismatched.", f"{GROUPAROO}; block/iterable-go", RECORDED),
    Rule("fields.limit", "More new fields than the project may have are 400 UniqueFieldsLimitExceeded.", f"{API}; {CODES}", DOCUMENTED),
    Rule("fields.unknown-left-out", "A field that the project does not have is left out where it takes no new ones; bulk replies list it.", RUDDER, RECORDED),
    Rule("fields.managed-left-out", "A field that only Iterable writes is left out.", SILENT, ASSUMED),
    Rule("fields.managed", "A field that only Iterable writes is refused where the project is set so.", SILENT, ASSUMED),
)
# fmt: on
