"""A real project of Iterable as a place to run in: safely, and beside a simulator."""

from conformance.sandbox.backend import SandboxBackend
from conformance.sandbox.cleanup_ledger import Ledger
from conformance.sandbox.differential import compare_with_sandbox
from conformance.sandbox.executor import SandboxExecutor
from conformance.sandbox.session import DEFAULT_WAIT_TIMEOUT, Sandbox, Session
from conformance.sandbox.throttle import Sleeper

__all__ = [
    "DEFAULT_WAIT_TIMEOUT",
    "Ledger",
    "Sandbox",
    "SandboxBackend",
    "SandboxExecutor",
    "Session",
    "Sleeper",
    "compare_with_sandbox",
]
