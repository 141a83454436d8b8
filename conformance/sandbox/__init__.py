"""A real project of Iterable as a place to run in: safely, and beside a simulator."""

from conformance.sandbox.backend import SandboxBackend
from conformance.sandbox.cleanup_ledger import Ledger
from conformance.sandbox.differential import compare_with_sandbox
from conformance.sandbox.executor import SandboxExecutor
from conformance.sandbox.session import DEFAULT_PATIENCE, Sandbox, Session
from conformance.sandbox.throttle import Waiter

__all__ = [
    "DEFAULT_PATIENCE",
    "Ledger",
    "Sandbox",
    "SandboxBackend",
    "SandboxExecutor",
    "Session",
    "Waiter",
    "compare_with_sandbox",
]
