"""A simulated Iterable: email-based, userID-based and hybrid projects behind Iterable's own API."""

from simulator.clock import Clock
from simulator.engine.simulator import Simulator
from simulator.http.in_process import SimulatorTransport
from simulator.http.server import Server, serve_until_signalled
from simulator.message import Instant, Reply, Request
from simulator.project import DEFAULT_PROJECTS, ProjectConfiguration, ProjectSettings, ProjectType

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
