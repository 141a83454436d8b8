"""Replies in Iterable's own shapes.

The texts of replies are protocol constants; where no recording shows one, ours is assumed. Sources: recordings
of 2017 to 2023, Iterable support article 39629320560148 (codes and statuses), Iterable's API description.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from simulator import response
from simulator.message import Reply
from simulator.project.rules import DROPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.project import Project
    from simulator.project.field_types import Mismatch

_JSON: Final = response.JSON_HEADERS
_HTML: Final = {"Content-Type": "text/html; charset=utf-8"}
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}
_SUCCESS: Final = b'{"msg":"","code":"Success","params":null}'
_NOT_FOUND_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Action not found</title></head>"
    b"<body><h1>Oh no- that url doesn't exist.</h1></body></html>"
)


class RefusedError(Exception):
    """A request that is refused; nothing of it has been applied.

    Attributes:
        reply: The reply.
        code: Iterable's code.
    """

    def __init__(self, reply: Reply, code: str = "") -> None:
        super().__init__(code)
        self.reply = reply
        self.code = code


def json_reply(value: Any, status: int = 200, *, rules: Sequence[str] = (), users: Sequence[str] = ()) -> Reply:
    """A reply with a JSON body, without indentation."""
    return response.json_reply(value, status, headers=_JSON, rules=rules, users=users)


def success(
    rule: str,
    users: Sequence[str] = (),
    msg: str = "",
    params: Any = None,
    *,
    status: int = 200,
    also: tuple[str, ...] = (),
) -> Reply:
    """The reply to a write that was accepted.

    Args:
        rule: The rule that decided.
        users: The people that it was about.
        msg: The text.
        params: What the text speaks of.
        status: The status.
        also: The rules beside it, such as those by which parts were left out.
    """
    rules = (rule, *also) if also else (rule,)
    if not msg and params is None and status == HTTPStatus.OK:
        return Reply(200, _SUCCESS, _JSON, rules, tuple(users))
    return json_reply({"msg": msg, "code": "Success", "params": params}, status, rules=rules, users=users)


def dropped(rule: str, msg: str = "", params: Any = None) -> Reply:
    """The reply to a write that is answered as a success, and of which nothing is carried out."""
    return success(rule, (), msg, params, also=(DROPPED,))


def text_reply(
    text: str,
    rule: str,
    *,
    users: Sequence[str] = (),
    content_type: str = "text/plain",
    status: int = 200,
    also: tuple[str, ...] = (),
) -> Reply:
    """A reply with a body that is no JSON: lines, a bare number, CSV, a page."""
    return response.text_reply(text, status, content_type=content_type, rules=(rule, *also), users=users)


def refused(code: str, msg: str, status: int = 400, *, rule: str, params: Any = None) -> RefusedError:
    """The refusal of a request, in the usual envelope."""
    return RefusedError(json_reply({"msg": msg, "code": code, "params": params}, status, rules=(rule,)), code)


def not_found(
    error: str, message: str, code: str, args: Sequence[str], *, rule: str, status: int = 404
) -> RefusedError:
    """A refusal in the second envelope, which a few calls use. Source: recorded by RudderStack; block/iterable-go."""
    body = {"error": error, "message": message, "code": code, "data": {"args": list(args)}}
    return RefusedError(json_reply(body, status, rules=(rule,)), error)


def not_modelled(sentence: str) -> RefusedError:
    """The refusal of a call that Iterable has and the simulator has not."""
    return refused("GenericError", f"Not simulated: {sentence}", 501, rule="route.not-modelled")


def bad_json_body(path: str, errors: dict[str, str] | None = None) -> RefusedError:
    """The body is no JSON, or members of it are missing or of the wrong type."""
    rule = "body.wrong-type" if errors else "body.not-json"
    return refused("BadJsonBody", f"[{path}] Invalid JSON body", params=errors or None, rule=rule)


def types_mismatched(project_id: int, mismatches: Sequence[Mismatch]) -> RefusedError:
    """Values that do not go into their fields."""
    sentences = [
        f"Field '{mismatch.field}' already exists for type '{mismatch.category}' and has a data type of "
        f"'{mismatch.expected}' but possible types '{', '.join(mismatch.incoming)}' in the request."
        for mismatch in mismatches
    ]
    errors = {
        mismatch.field: {
            "incomingTypes": list(mismatch.incoming),
            "expectedType": mismatch.expected,
            "category": mismatch.category,
            "offendingValue": mismatch.value,
            "_type": "UnexpectedType",
        }
        for mismatch in mismatches
    }
    msg = (
        f"Project {project_id}: The request does not have the same data types as the data previously submitted. "
        f"{' '.join(sentences)}"
    )
    return refused("RequestFieldsTypesMismatched", msg, params={"validationErrors": errors}, rule="fields.mismatch")


def fields_limit_exceeded(project_id: int, new: Sequence[str], total: int, limit: int) -> RefusedError:
    """More fields than a project may have.

    Args:
        project_id: The project.
        new: The fields that the request would add.
        total: How many there would be.
        limit: How many there may be.
    """
    msg = (
        f"Project {project_id}: The request would increase the number of object fields to {total} by adding "
        f"[{', '.join(new)}], which exceeds the limit of {limit}"
    )
    params = {"limit": limit, "requestedTotal": total, "newFields": list(new)}
    return refused("UniqueFieldsLimitExceeded", msg, params=params, rule="fields.limit")


def conflicted(project: Project, code: str, msg: str, *, rule: str, in_fields: bool) -> RefusedError:
    """An identifier is taken.

    Args:
        project: The project, whose settings may name one status for all.
        code: Iterable's code.
        msg: The text.
        rule: The rule that decided.
        in_fields: Whether the identifier stands in the data fields, and not at the top level.
    """
    by_place = 400 if in_fields else 409
    status = project.settings.conflict_status
    return refused(code, msg, by_place if status == "byPlace" else int(status), rule=rule)


def forgotten(project: Project, who: str, *, rule: str) -> RefusedError:
    """The user has asked to be forgotten."""
    status = int(project.settings.forgotten_status)
    return refused("ForgottenUserError", f"User has been forgotten: {who}", status, rule=rule)


def route_not_found() -> Reply:
    """The page for a path or a method that is not there."""
    return not_found_page("route.not-found")


def not_found_page(rule: str) -> Reply:
    """The page for what is not there, where a rule says that it is this page."""
    return Reply(404, _NOT_FOUND_PAGE, _HTML, (rule,))


def content_type_refused() -> Reply:
    """A body that says it is something else than JSON, in a project that minds."""
    return Reply(415, b"Expecting text/json or application/json body", _TEXT, ("body.content-type",))


def body_too_large() -> Reply:
    """A body over the limit is refused before it is read as JSON."""
    return Reply(413, b"Request Entity Too Large", _TEXT, ("body.too-large",))
