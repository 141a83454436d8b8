"""What projects of each type would make of the requests of an archive: `backtest --project-type`.

The requests of every event are written to disk (`requests`, `runs`), put into the order of time, and dealt out so
that people who have to do with each other stay together (`connections`). Each part is played on its own, in a
simulator in this process (`observed_project`, `play`). The one thing that parts must know of each other is the types
of fields, and they are told (`field_types`). Whom a request finds, the simulator alone decides; here it is counted
(`fates`, `people`).
"""

from conformance.backtest.projects.engine import Requests, play_in_projects, run_parts

__all__ = ["Requests", "play_in_projects", "run_parts"]
