"""Iterable's API: routes, bodies, handlers and replies."""

from simulator.api.dispatch import answer, apply_due
from simulator.api.identifiers import (
    NamedIdentifiers,
    NamedPeople,
    identifier_kind,
    identifiers_carried,
    identifiers_named,
)
from simulator.api.replies import route_not_found
from simulator.api.route import Limit, Route, Scope
from simulator.api.router import find_route
from simulator.api.routes import ROUTES

__all__ = [
    "ROUTES",
    "Limit",
    "NamedIdentifiers",
    "NamedPeople",
    "Route",
    "Scope",
    "answer",
    "apply_due",
    "find_route",
    "identifier_kind",
    "identifiers_carried",
    "identifiers_named",
    "route_not_found",
]
