"""What a key may call, and the JWT that some keys want beside them.

Sources: Iterable support articles 360043464871 (types of keys) and 360050801231 (JWT); replies recorded by
RudderStack, 2022 to 2025. The texts about a JWT are those that Iterable's SDKs compare, case aside
(iterable-android-sdk 12748cfe, IterableRequestTask; iterable-swift-sdk 25cd00e1, RequestProcessorUtil).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.identifiers import identifiers_for_token, identifiers_in_token
from simulator.gateway.authentication import LOOPBACK_ADDRESS
from simulator.gateway.token_identity import merges_visitor
from simulator.project.keys import ApiKey, KeyType
from simulator.response import code_reply

if TYPE_CHECKING:
    from simulator.api import Route
    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

#: Email, in lower case, and userId; None for what is absent.
_Identifiers = tuple[str | None, str | None]
_LONGEST_LIFE: Final = 366 * 86_400
#: One of the texts that Iterable's SDKs know; that it is for a payload without whole iat and exp is assumed.
_BAD_PAYLOAD: Final = "Invalid payload"
_MERGE: Final = "/api/users/merge"
_REGISTRATIONS: Final = frozenset({"/api/users/registerDeviceToken", "/api/users/registerBrowserToken"})


def authorize(request: Request, key: ApiKey, route: Route, project: Project, now: Instant) -> Reply | None:
    """The refusal of a call that a key may not make, or whose token is at fault; None when it may be made."""
    if key.type is KeyType.SERVER and key.jwt_secret is None and KeyType.SERVER in route.keys:
        return None
    if not _may_call(key, route, project):
        params = {
            "ip": LOOPBACK_ADDRESS,
            "endpoint": request.path,
            "apiKeyIdentifier": key.identifier,
            "apiKeyType": key.type.reply_name,
        }
        return _refusal(
            401, "BadApiKey", "Disabled API key or insufficient privileges", params, "gate.insufficient-privileges"
        )
    is_client = key.type in {KeyType.MOBILE, KeyType.WEB}
    if route.path == _MERGE and is_client and key.jwt_secret is None:
        return _refusal(403, "Forbidden", "Only a key with JWT can merge users", None, "gate.merge-without-jwt")
    if key.jwt_secret is None or not route.needs_token:
        return None
    return _refuse_token(request, key.jwt_secret, route, project, now)


def _may_call(key: ApiKey, route: Route, project: Project) -> bool:
    if key.type is KeyType.SERVER and route.path in _REGISTRATIONS:
        return project.settings.server_key_may_register_devices
    return key.type in route.keys


def _refuse_token(request: Request, secret: str, route: Route, project: Project, now: Instant) -> Reply | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    named = identifiers_for_token(route.people, request.query, request.body)
    if not token or kind.lower() != "bearer":
        if route.path == _MERGE and (not _is_known(named, project) or merges_visitor(request, project)):
            return None
        return _refusal(401, "BadAuthorizationHeader", "JWT Authorization header is not set", None, "gate.no-token")
    status = int(project.settings.jwt_fault_status)
    payload = _payload(token, secret)
    fault = payload if isinstance(payload, str) else _fault(payload, project, now)
    if isinstance(payload, str) or fault:
        rule = "gate.bad-payload" if fault == _BAD_PAYLOAD else "gate.bad-token"
        return _refusal(status, "InvalidJwtPayload", fault, {"endpoint": request.path}, rule)
    if not _is_of(named, identifiers_in_token(payload), project):
        text = "JWT user identifiers do not match those of the request"
        rule = "gate.token-of-another"
        return _refusal(status, "JwtUserIdentifiersMismatched", text, {"endpoint": request.path}, rule)
    return None


def _payload(token: str, secret: str) -> dict[str, Any] | str:
    """What a token says, or what is wrong with its form or its signature; its times are looked at elsewhere."""
    # Imported here: it takes a while to load, and few projects have keys with a secret.
    import jwt

    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    try:
        payload: dict[str, Any] = jwt.decode(token.strip(), secret, algorithms=["HS256"], options=options)
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        return "JWT is invalid"
    except (jwt.InvalidTokenError, ValueError):
        return "JWT format is invalid"
    return payload


def _fault(payload: dict[str, Any], project: Project, now: Instant) -> str:
    """What is wrong with the content of a token; empty for nothing."""
    issued, expires = payload.get("iat"), payload.get("exp")
    if not (isinstance(issued, int) and isinstance(expires, int)):
        return _BAD_PAYLOAD
    if expires - issued > _LONGEST_LIFE:
        return "exp must be less than 1 year from iat"
    email, user_id = identifiers_in_token(payload)
    who = email or user_id
    if who is None:
        return "JWT payload requires a value for userId or email"
    if expires * 1000 <= now:
        return "JWT token is expired"
    if issued < project.revoked.get(who, 0):
        return "JWT token has been invalidated"
    return ""


def _is_known(named: _Identifiers, project: Project) -> bool:
    email, user_id = named
    return bool(
        (email is not None and project.people.with_email(email))
        or (user_id is not None and project.people.with_user_id(user_id))
    )


def _is_of(named: _Identifiers, said: _Identifiers, project: Project) -> bool:
    """Whether the identifiers of a request and those of a token are of one user; a request may name nobody."""
    pairs = [(one, other) for one, other in zip(named, said, strict=True) if one is not None and other is not None]
    if pairs:
        return all(one == other for one, other in pairs)
    email, user_id = named
    holders = [
        *(project.people.with_email(email) if email is not None else ()),
        *(project.people.with_user_id(user_id) if user_id is not None else ()),
    ]
    same = any(person.email == said[0] or person.user_id == said[1] for person in holders)
    return named == (None, None) or same


def _refusal(status: int, code: str, msg: str, params: Any, rule: str) -> Reply:
    return code_reply(status, code, msg, params, rules=(rule,))
