"""Iterable's API: routes, bodies, handlers and replies."""

from simulator.api.routes import ROUTES, answer

__all__ = ["ROUTES", "answer"]
