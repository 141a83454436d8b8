"""The command line: `iterable-harness`."""

from conformance.cli.program import main

__all__ = ["main"]
