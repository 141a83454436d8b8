"""The control surface under `/_sim`: for tests in any language, JSON, without an API key.

`routes` is its one table, `execution` carries a request out, and every other module has the handlers of one subject.
"""

from simulator.control.call import ControlCall, History
from simulator.control.execution import ControlResult, execute_control
from simulator.control.replies import ControlError
from simulator.control.routes import (
    ROUTES,
    ControlRoute,
    changes_state,
    is_control_path,
    is_health_path,
    reads_much,
)

__all__ = [
    "ROUTES",
    "ControlCall",
    "ControlError",
    "ControlResult",
    "ControlRoute",
    "History",
    "changes_state",
    "execute_control",
    "is_control_path",
    "is_health_path",
    "reads_much",
]
