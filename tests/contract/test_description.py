"""Whatever is sent to an operation of Iterable's API, the reply is one that the API's description declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, settings
from ruamel.yaml import YAML
from schemathesis.checks import load_all_checks
from schemathesis.core.transport import Response

from simulator import ProjectConfiguration, ProjectSettings, ProjectType, Request, Simulator
from simulator.api import ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW: Final = 1_787_227_200_000
FILE: Final = Path(__file__).parent / "operations.yaml"
FACTS: Final[dict[str, Any]] = YAML(typ="safe").load(FILE)
INTEGERS: Final = frozenset({"listId", "jobId", "campaignId", "experimentId", "id", "subscriptionGroupId"})
#: What every operation may answer though nothing declares it: wrong keys, pages for wrong paths, what is not modelled.
EVERYWHERE: Final = frozenset({401, 501})
#: Values that exist in the project that is asked, so that not every request is about nobody.
KNOWN: Final = {
    "email": "ada@example.com",
    "userEmail": "ada@example.com",
    "userId": "u1",
    "listId": 1,
    "campaignId": 1,
    "id": 1,
    "catalogName": "restaurants",
    "itemId": "one",
    "table": "cities",
    "key": "london",
    "identifier": "greeting",
    "subscriptionGroup": "messageType",
    "subscriptionGroupId": 1,
    "jobId": 1,
    "experimentId": 1,
}
STATE: Final[dict[str, Any]] = {
    "users": [{"email": "ada@example.com", "userId": "u1", "dataFields": {"plan": "gold"}}],
    "events": [{"email": "ada@example.com", "eventName": "Seen", "createdAt": NOW // 1000}],
    "lists": [{"id": 1, "name": "News"}],
    "catalogs": [{"name": "restaurants", "items": [{"id": "one", "value": {"stars": 4}}]}],
    "metadata": [{"name": "cities", "values": [{"id": "london", "value": {"country": "GB"}}]}],
    "templates": [
        {"templateId": 1, "name": "Welcome", "clientTemplateId": "welcome", "createdAt": NOW, "updatedAt": NOW}
    ],
    "campaigns": [
        {"id": 1, "name": "Welcome", "templateId": 1, "type": "Triggered", "createdAt": NOW, "updatedAt": NOW}
    ],
    "experiments": [
        {"id": 1, "name": "Louder", "campaignId": 1, "variants": [{"id": 1, "name": "Control", "templateId": 1}]}
    ],
    "snippets": [{"id": 1, "name": "greeting", "content": "Hello", "createdAt": NOW, "updatedAt": NOW}],
    "journeys": [{"id": 1, "name": "Onboarding"}],
    "webhooks": [{"id": 1, "endpoint": "https://hooks.example.com"}],
}


def schema_of(text: str) -> dict[str, Any]:
    """A type of the facts as JSON Schema."""
    if text.endswith("?"):
        return {"anyOf": [schema_of(text[:-1]), {"type": "null"}]}
    if text.startswith("["):
        return {"type": "array", "items": schema_of(text[1:-1])}
    if text.startswith("{"):
        return {"type": "object", "additionalProperties": schema_of(text[1:-1])}
    if text in {"string", "integer", "number", "boolean", "object"}:
        return {"type": text}
    if text in FACTS["schemas"]:
        return {"$ref": f"#/components/schemas/{text}"}
    return {"type": "string", "enum": text.split("|")}


def members(facts: Mapping[str, str] | str) -> dict[str, Any]:
    if isinstance(facts, str):
        return schema_of(facts)
    return {
        "type": "object",
        "properties": {name.removesuffix("?"): schema_of(kind) for name, kind in facts.items()},
        "required": [name for name in facts if not name.endswith("?")],
    }


def operation(path: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"in": "path", "name": piece[1:-1], "required": True, "schema": parameter(piece[1:-1])}
        for piece in path.split("/")
        if piece.startswith("{")
    ]
    for name, kind in facts.get("query", {}).items():
        required = not name.endswith("?")
        parameters.append(
            {"in": "query", "name": name.removesuffix("?"), "required": required, "schema": schema_of(kind)}
        )
    result: dict[str, Any] = {"parameters": parameters, "responses": {}}
    if "body" in facts:
        content = {"application/json": {"schema": schema_of(facts["body"])}}
        result["requestBody"] = {"required": True, "content": content}
    for status, schema in facts["replies"].items():
        result["responses"][str(status)] = {"description": "a reply"}
        if schema is not None and schema != "string":
            content = {"application/json": {"schema": schema_of(schema)}}
            result["responses"][str(status)]["content"] = content
    for status in EVERYWHERE:
        result["responses"].setdefault(str(status), {"description": "a reply"})
    return result


def parameter(name: str) -> dict[str, Any]:
    if name in INTEGERS:
        return {"type": "integer", "minimum": 0}
    return {"type": "string", "minLength": 1, "pattern": "^[^/.?#%\x00]+$"}


def description() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for name, facts in FACTS["operations"].items():
        method, _, path = name.partition(" ")
        paths.setdefault(path, {})[method.lower()] = operation(path, facts)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Iterable", "version": "1.8"},
        "paths": paths,
        "components": {"schemas": {name: members(facts) for name, facts in FACTS["schemas"].items()}},
    }


load_all_checks()
schema = schemathesis.openapi.from_dict(description())


def answered(case: Any, project_type: ProjectType, *, known: bool) -> Any:
    """The reply of a fresh project to a generated request, as schemathesis wants it."""
    settings_ = ProjectSettings.model_validate({"serverKeyMayRegisterDevices": True, "optInMessageTypes": True})
    simulator = Simulator([ProjectConfiguration("p", project_type, ("key",), settings_)])
    simulator.projects["p"].replace_state(STATE, NOW)
    if known:
        case.path_parameters = {name: KNOWN[name] for name in case.path_parameters or {}}
        case.query = {**(case.query or {}), **{name: KNOWN[name] for name in case.query or {} if name in KNOWN}}
        if isinstance(case.body, dict):
            case.body = {**case.body, **{name: KNOWN[name] for name in case.body if name in KNOWN}}
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1")).prepare()
    path, _, query = prepared.path_url.partition("?")
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    assert body is None or isinstance(body, bytes)
    request = Request(str(prepared.method), path, query, {"api-key": "key"}, body or b"")
    reply = simulator.handle(request, NOW)
    headers = {name.lower(): [value] for name, value in reply.headers.items()}
    response = Response(reply.status, headers, reply.body, prepared, 0.0, verify=False)
    return response, simulator


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_reply_is_a_declared_one(case: Any) -> None:
    for project_type in ProjectType:
        for known in (False, True):
            response, simulator = answered(case, project_type, known=known)
            if response.status_code == 404 and response.headers["content-type"][0].startswith("text/html"):
                continue
            declared = case.operation.definition.raw["responses"]
            assert str(response.status_code) in declared, (response.status_code, response.content)
            route = next(route for route in ROUTES if route.operation == case.operation.label)
            assert response.status_code < 500 or not route.modelled or "500" in declared, response.text
            if response.status_code < 300 and "content" in declared[str(response.status_code)]:
                case.operation.validate_response(response)
            elif response.headers["content-type"][0] == "application/json":
                assert all(json.loads(line) is not None for line in response.content.split(b"\n") if line)
            simulator.projects["p"].state_document()


def test_every_operation_of_the_description_is_a_route_and_the_reverse() -> None:
    assert {route.operation for route in ROUTES} == set(FACTS["operations"])
