"""A failing scenario made small: only what still shows the failure."""

from conformance.scenario.minimiser.failing_part import NothingToShowError
from conformance.scenario.minimiser.minimise import Minimised, minimise, minimise_path

__all__ = ["Minimised", "NothingToShowError", "minimise", "minimise_path"]
