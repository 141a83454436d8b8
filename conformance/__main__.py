"""`python -m conformance` is `iterable-harness`."""

from __future__ import annotations

import sys

from iterable_harness import main

if __name__ == "__main__":
    sys.exit(main())
