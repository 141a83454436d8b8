"""A simulated Iterable: email-based, userID-based and hybrid projects behind Iterable's own API."""

from simulator.clock import Clock
from simulator.message import Instant, Reply, Request
from simulator.project import DEFAULT_PROJECTS, ProjectConfiguration, ProjectSettings, ProjectType
from simulator.server import Server, serve_until_signalled
from simulator.simulator import Simulator
from simulator.transport import SimulatorTransport

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
