"""A real project of Iterable, used safely, with a simulator beside it that says what to wait for.

A `Session` gives everybody whom a run makes identifiers with a prefix of its own, writes them down before they are
made, and removes them afterwards. `SandboxBackend` runs scenarios in it, `SandboxExecutor` histories of properties.

    session             the session, by way of `transport`: namespace, throttle, retries
    namespacing         the prefix of identifiers
    allowed_operations  the calls that touch nobody else, with their limits
    throttle            time, and calls per second
    cleanup_ledger      who may be there because of a run; `people` reads and removes them
    backend             scenarios; `restrictions` says which are unsupported
    executor            histories
    state_comparison    whether two states show the same
    differential        a scenario in the simulator and in the project, side by side
"""

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
