"""Push devices and browser tokens of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.replies import dropped, refused, success
from simulator.api.resolution import require_person, resolve_for_write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project
    from simulator.project.person import Person

_DEVICE: Final = ObjectSchema(
    {"token": "string", "platform": "string", "applicationName": "string", "dataFields": "object"},
    frozenset({"token", "platform", "applicationName"}),
)
_REGISTER_DEVICE: Final = ObjectSchema(
    {"email": "string", "userId": "string", "preferUserId": "boolean", "device": _DEVICE}, frozenset({"device"})
)
_REGISTER_BROWSER: Final = ObjectSchema(
    {"email": "string", "userId": "string", "browserToken": "string"}, frozenset({"browserToken"})
)
_DISABLE: Final = ObjectSchema({"email": "string", "userId": "string", "token": "string"}, frozenset({"token"}))
_PLATFORMS: Final = frozenset({"APNS", "APNS_SANDBOX", "GCM"})
#: Tokens a profile may have. Source: API description.
_MOST: Final = 500
_TOO_MANY: Final = f"A user cannot have more than {_MOST} device tokens"


def register_device(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Attach a push device to a user, who is created where a write creates one."""
    body = read_body(request.path, request.body, _REGISTER_DEVICE)
    email, user_id = identifiers_of(body)
    device = body["device"]
    if device["platform"] not in _PLATFORMS:
        raise refused("BadParams", f"Invalid platform: {device['platform']}", rule="users.register-device.platform")
    apps = project.settings.push_integrations
    if apps is not None and device["applicationName"] not in apps:
        where = f"application {device['applicationName']} on {device['platform']}"
        text = f"Unable to find a push integration set up for {where}"
        raise refused("BadParams", text, rule="users.register-device.integration")
    if not device["token"]:
        text = f"Unable to register token to user Some({email or user_id})"
        raise refused("GenericError", text, 500, rule="users.register-device.empty-token")
    registered: dict[str, Any] = {
        "token": device["token"],
        "platform": device["platform"],
        "applicationName": device["applicationName"],
        "endpointEnabled": True,
        **device.get("dataFields", {}),
    }
    decision = project.identity.for_write(email, user_id, prefer_user_id=body.get("preferUserId", False))
    _refuse_too_many(decision.person, "devices", device["token"])
    person, rule = resolve_for_write(
        project, email, user_id, now, "users.register-device", prefer_user_id=body.get("preferUserId", False)
    )
    if person is None:
        return dropped(rule)
    others = [other for other in _listed(person, "devices") if other.get("token") != device["token"]]
    _write(project, person, "devices", [*others, registered], now)
    return success(rule, person.identifiers)


def register_browser(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Attach a web push token to a user, who is created where a write creates one."""
    body = read_body(request.path, request.body, _REGISTER_BROWSER)
    email, user_id = identifiers_of(body)
    token = body["browserToken"]
    if not token:
        raise refused("BadParams", "browserToken must not be empty", rule="users.register-browser.empty-token")
    _refuse_too_many(project.identity.for_write(email, user_id).person, "browserTokens", token)
    person, rule = resolve_for_write(project, email, user_id, now, "users.register-browser")
    if person is None:
        return dropped(rule)
    others = [other for other in _listed(person, "browserTokens") if other != token]
    _write(project, person, "browserTokens", [*others, token], now)
    return success(rule, person.identifiers)


def disable_device(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Send no more pushes to a token; without a user, whoever has it."""
    body = read_body(request.path, request.body, _DISABLE)
    email, user_id = identifiers_of(body)
    if email is None and user_id is None:
        holders = [person for person in project.people if _has_token(person, body["token"])]
        rule = "users.disable-device.by-token"
    else:
        person, rule = require_person(project, email, user_id, "users.disable-device")
        holders = [person] if _has_token(person, body["token"]) else []
    if not holders:
        return success("users.disable-device.unknown-token", [name for name in (email, user_id) if name is not None])
    for person in holders:
        disabled = [
            {**device, "endpointEnabled": False} if device.get("token") == body["token"] else device
            for device in _listed(person, "devices")
        ]
        _write(project, person, "devices", disabled, now)
    return success(rule, [identifier for person in holders for identifier in person.identifiers])


def _has_token(person: Person, token: str) -> bool:
    return any(device.get("token") == token for device in _listed(person, "devices"))


def _listed(person: Person, name: str) -> list[Any]:
    value = person.fields.get(name)
    kind = dict if name == "devices" else str
    return [item for item in value if isinstance(item, kind)] if isinstance(value, list) else []


def _refuse_too_many(person: Person | None, name: str, token: str) -> None:
    tokens = [] if person is None else _listed(person, name)
    if len(tokens) >= _MOST and not any(token in (item, _token(item)) for item in tokens):
        raise refused("BadParams", _TOO_MANY, rule="users.register-device.too-many")


def _token(item: Any) -> Any:
    return item.get("token") if isinstance(item, dict) else item


def _write(project: Project, person: Person, name: str, tokens: list[Any], now: Instant) -> None:
    project.merge_fields(person, {name: tokens}, now)
