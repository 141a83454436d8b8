"""Iterable's API: routes, bodies, handlers and replies."""

from simulator.api.dispatch import answer, apply_due
from simulator.api.replies import route_not_found
from simulator.api.route import Limit, Route, Scope
from simulator.api.router import find_route
from simulator.api.routes import ROUTES

__all__ = ["ROUTES", "Limit", "Route", "Scope", "answer", "apply_due", "find_route", "route_not_found"]
