"""Replies in Iterable's own shapes.

The texts of replies are protocol constants; where no recording shows one, ours is assumed. Sources: recordings
of 2017 to 2023, Iterable support article 39629320560148 (codes and statuses), Iterable's API description.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from simulator import response
from simulator.message import Reply
from simulator.project.rules import DROPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.message import Request
    from simulator.project import Project
    from simulator.project.field_types import Mismatch

_JSON: Final = response.JSON_HEADERS
_HTML: Final = {"Content-Type": "text/html; charset=utf-8"}
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}
#: The calls for which Iterable's API description declares the 409 of a forgotten user, as rule ids begin; the one to
#: users/updateEmail has a setting of its own.
_FORGOTTEN_IS_CONFLICT: Final = frozenset({"users.update", "users.merge"})
_OK: Final = HTTPStatus.OK.value
_NOT_FOUND_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Action not found</title></head>"
    b"<body><h1>Oh no- that url doesn't exist.</h1></body></html>"
)


_BAD_REQUEST_PAGE: Final = (
    '<!DOCTYPE html><html lang="en"><head><title>Bad Request</title></head>'
    '<body><h1>Bad Request</h1><p id="detail">{}</p></body></html>'
)


class Culprit(NamedTuple):
    """An identifier at fault, and the end of the names of the lists of bulk replies in which it belongs."""

    lists: Literal["Emails", "UserIds"]
    identifier: str


class RefusedError(Exception):
    """A request that is refused; nothing of it has been applied.

    Attributes:
        reply: The reply.
        code: Iterable's code.
        culprit: The identifier that is at fault; None where that is what the user was named by.
    """

    def __init__(self, reply: Reply, code: str = "", culprit: Culprit | None = None) -> None:
        super().__init__(code)
        self.reply = reply
        self.code = code
        self.culprit = culprit


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
    if params is None and status == _OK:
        return Reply(200, _success_body(msg), _JSON, rules, tuple(users))
    return json_reply({"msg": msg, "code": "Success", "params": params}, status, rules=rules, users=users)


@lru_cache(maxsize=64)
def _success_body(msg: str) -> bytes:
    """The body of the most frequent reply; most calls have one text, and need not write it anew."""
    return response.encode(response.COMPACT({"msg": msg, "code": "Success", "params": None}))


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


def refused(
    code: str, msg: str, status: int = 400, *, rule: str, params: Any = None, culprit: Culprit | None = None
) -> RefusedError:
    """The refusal of a request, in the usual envelope."""
    reply = json_reply({"msg": msg, "code": code, "params": params}, status, rules=(rule,))
    return RefusedError(reply, code, culprit)


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
    """Members of the body are missing or of the wrong type, by path; None when it is no JSON at all."""
    rule = "body.wrong-type" if errors else "body.not-json"
    return refused("BadJsonBody", f"[{path}] Invalid JSON body", params=errors, rule=rule)


def bad_request_page(request: Request, detail: str, *, rule: str) -> RefusedError:
    """The page for what is refused before an operation sees it: a body that is no JSON, a query that cannot be read.

    Source: replies of 2024 and 2025 kept by amp-labs/connectors, providers/iterable/test (ff51a543, 78ea79f4).
    """
    target = f"{request.path}?{request.query}" if request.query else request.path
    text = escape(f"For request '{request.method} {target}' [{detail}]", quote=False)
    body = response.encode(_BAD_REQUEST_PAGE.format(text))
    return RefusedError(Reply(400, body, _HTML, (rule,)), "Bad Request")


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


def conflicted(
    project: Project, code: str, msg: str, *, rule: str, in_fields: bool, culprit: Culprit | None = None
) -> RefusedError:
    """An identifier is taken.

    Args:
        project: The project, whose settings may name one status for all.
        code: Iterable's code.
        msg: The text.
        rule: The rule that decided.
        in_fields: Whether the identifier stands in the data fields, and not at the top level.
        culprit: The identifier that somebody has, where it is not what the user was named by.
    """
    by_place = 400 if in_fields else 409
    status = project.settings.conflict_status
    return refused(code, msg, by_place if status == "byPlace" else int(status), rule=rule, culprit=culprit)


def forgotten(
    project: Project, who: str, *, rule: str, operation: str, culprit: Culprit | None = None
) -> RefusedError:
    """The user has asked to be forgotten.

    Args:
        project: The project, whose settings may name one status for all calls.
        who: How the text names them.
        rule: The rule that decided.
        operation: The call, as the ids of its rules begin; the API description declares 409 for some.
        culprit: The identifier that is blocked, where it is not what the user was named by.
    """
    setting = project.settings.forgotten_status
    status = (409 if operation in _FORGOTTEN_IS_CONFLICT else 400) if setting == "byCall" else int(setting)
    text = f"User has been forgotten: {who}"
    return refused("ForgottenUserError", text, status, rule=rule, culprit=culprit)


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
