"""Replies in Iterable's own shapes.

The texts of replies are protocol constants; where no recording shows one, ours is assumed. Sources: recordings
of 2017 to 2023, Iterable support article 39629320560148 (codes and statuses), Iterable's API description.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulator.message import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.project.field_types import Mismatch

_JSON: Final = {"Content-Type": "application/json", "Vary": "Origin"}
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
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Reply(status, body.encode("utf-8", "replace"), _JSON, tuple(rules), tuple(users))


def success(rule: str, users: Sequence[str], msg: str = "", params: Any = None) -> Reply:
    """The reply to a write that was accepted."""
    if not msg and params is None:
        return Reply(200, _SUCCESS, _JSON, (rule,), tuple(users))
    return json_reply({"msg": msg, "code": "Success", "params": params}, rules=(rule,), users=users)


def refused(code: str, msg: str, status: int = 400, *, params: Any = None, rule: str = "") -> RefusedError:
    """The refusal of a request, in the usual envelope."""
    reply = json_reply({"msg": msg, "code": code, "params": params}, status, rules=(rule or f"refused.{code}",))
    return RefusedError(reply, code)


def bad_json_body(path: str, faults: dict[str, str] | None = None) -> RefusedError:
    """The body is no JSON, or members of it are missing or of the wrong type."""
    rule = "body.wrong-type" if faults else "body.not-json"
    return refused("BadJsonBody", f"[{path}] Invalid JSON body", params=faults or None, rule=rule)


def no_identifier(context: str) -> RefusedError:
    """Nobody is named."""
    texts = {
        "track": "Either email or userId must be specified in a track call",
        "write": "Either email or userId must be set: ApiUserUpdateRequest(None,None,None,None)",
    }
    return refused("BadParams", texts[context])


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


def route_not_found() -> Reply:
    """The page for a path or a method that is not there."""
    return Reply(404, _NOT_FOUND_PAGE, _HTML, ("route.not-found",))


def body_too_large() -> Reply:
    """A body over the limit is refused before it is read as JSON."""
    return Reply(413, b"Request Entity Too Large", _TEXT, ("body.too-large",))
