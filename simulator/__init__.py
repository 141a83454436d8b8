"""A simulated Iterable: email-based, userID-based and hybrid projects behind Iterable's own API."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.engine.simulator import Simulator
    from simulator.http.in_process import SimulatorTransport
    from simulator.http.server import Server, serve_until_signalled
    from simulator.message import Instant, Reply, Request
    from simulator.project import DEFAULT_PROJECTS, ProjectConfiguration, ProjectSettings, ProjectType
else:

    def __getattr__(name: str) -> object:
        """A public name, imported when it is first used: few who use the simulator need both aiohttp and httpx."""
        from importlib import import_module

        places = {
            "Clock": "clock",
            "DEFAULT_PROJECTS": "project",
            "Instant": "message",
            "ProjectConfiguration": "project",
            "ProjectSettings": "project",
            "ProjectType": "project",
            "Reply": "message",
            "Request": "message",
            "Server": "http.server",
            "Simulator": "engine.simulator",
            "SimulatorTransport": "http.in_process",
            "serve_until_signalled": "http.server",
        }
        if name not in places:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{places[name]}"), name)
        return found


__all__ = [
    "DEFAULT_PROJECTS",
    "Clock",
    "Instant",
    "ProjectConfiguration",
    "ProjectSettings",
    "ProjectType",
    "Reply",
    "Request",
    "Server",
    "Simulator",
    "SimulatorTransport",
    "serve_until_signalled",
]
