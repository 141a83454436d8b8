"""Revoking the JWTs of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.api.body_schema import ObjectSchema, read_body
from simulator.api.identifiers import identifiers_of
from simulator.api.replies import refused, success

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.message import Instant, Reply, Request
    from simulator.project import Project

_INVALIDATE: Final = ObjectSchema({"email": "string", "userId": "string", "issuedBefore": "integer"})


def invalidate(project: Project, request: Request, now: Instant, _: Mapping[str, str]) -> Reply:
    """Take no token of a user that was issued before an instant, by default the present."""
    body = read_body(request.path, request.body, _INVALIDATE)
    email, user_id = identifiers_of(body)
    who = email or user_id
    if who is None:
        raise refused("BadParams", "Either email or userId must be specified", rule="jwts.invalidate.nobody")
    project.revoked[who] = body.get("issuedBefore", now // 1000)
    return success("jwts.invalidate", (who,))
