"""Rules of how campaigns are sent, of experiments, and of what templates become."""

from __future__ import annotations

from typing import Final

from simulator.project.rules import Rule
from simulator.rulebook.sources import API, DOCUMENTED, INFERRED, RECORDED

_GO: Final = "block/iterable-go ae11307 (2026-01-19), api/campaigns_test.go"
_TESTED: Final = "Iterable/api-client 981eeb5 (2026-07-09), integration tests"

# fmt: off
CAMPAIGNS: Final = (
    Rule("campaigns.schedule", "The campaign is Scheduled, and sent to its lists when its time comes.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.schedule.not-ready", "A campaign that is scheduled is a blast with lists that has not begun: 400 BadParams.", API, INFERRED),
    Rule("campaigns.schedule.send-at", "A sendAt that is no instant is 400 BadJsonBody, as in campaigns/create.", _GO, INFERRED),
    Rule("campaigns.schedule.time-zone", "A time zone that is none is refused.", API, INFERRED),
    Rule("campaigns.schedule.too-far", "A campaign is scheduled 365 days ahead at the most.", API, DOCUMENTED),
    Rule("campaigns.send", "The campaign is sent to its lists at once, and Finished.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.send.not-ready", "A campaign that is sent is a blast with lists that has not begun: 400 BadParams.", API, INFERRED),
    Rule("campaigns.trigger", "The campaign is sent to the people of the lists, less those of the suppression lists.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.trigger.lists", "Lists must be named, and be there: 400 BadParams.", API, INFERRED),
    Rule("campaigns.trigger.not-running", "A campaign that is triggered is Running: 400 BadParams.", _TESTED, INFERRED),
    Rule("campaigns.trigger.not-triggered", "A campaign that is triggered is a triggered one: 400 BadParams.", _GO, INFERRED),
)
# fmt: on
