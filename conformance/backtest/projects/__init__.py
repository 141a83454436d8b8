"""What projects of each type would make of the requests of an archive: `backtest --project-type`.

Every event's requests are written to disk (`requests`, `runs`), put into the order of time, and dealt out so that what
has to do with each other stays together (`connections`). Each part is played on its own, in simulators in this process
(`observed_project`, `play`); what parts would otherwise not know of each other, the types of fields, they are told
(`field_types`). Whom a request finds, the simulator alone decides; here it is counted (`fates`, `people`).
"""

from conformance.backtest.projects.engine import Requests, play_in_projects, run_parts

__all__ = ["Requests", "play_in_projects", "run_parts"]
