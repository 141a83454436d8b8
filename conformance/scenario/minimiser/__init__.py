"""A failing scenario made small: only what still shows the failure."""

from conformance.scenario.minimiser.history import Minimised, NothingToShowError, minimise

__all__ = ["Minimised", "NothingToShowError", "minimise"]
