"""Each directive compiled into a function of the input.

What is wrong with a directive that the configuration check did not see (inside a list) is raised when the
directive runs. Source: observed in `actions-core` 3.170.0.
"""

from destination.mapping.directives.definition import Compile, failing
from destination.mapping.directives.table import compile_directive
from destination.mapping.directives.texts import liquid_directive

__all__ = ["Compile", "compile_directive", "failing", "liquid_directive"]
