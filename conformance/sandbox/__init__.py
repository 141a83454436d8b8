"""A real project of Iterable as a place to run in: safely, and beside a simulator."""

from conformance.sandbox.backend import SandboxBackend
from conformance.sandbox.comparing import compare_with_sandbox
from conformance.sandbox.laboratory import SandboxLaboratory
from conformance.sandbox.ledger import Ledger
from conformance.sandbox.pace import Waiter
from conformance.sandbox.session import DEFAULT_PATIENCE, Sandbox, Session

__all__ = [
    "DEFAULT_PATIENCE",
    "Ledger",
    "Sandbox",
    "SandboxBackend",
    "SandboxLaboratory",
    "Session",
    "Waiter",
    "compare_with_sandbox",
]
