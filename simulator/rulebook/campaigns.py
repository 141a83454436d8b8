"""Rules of how campaigns are sent, of experiments, and of what templates become."""

from __future__ import annotations

from typing import Final

from simulator.project.rules import Rule
from simulator.rulebook.sources import API, ASSUMED, DOCUMENTED, INFERRED, RECORDED, SILENT

_GO: Final = "block/iterable-go ae11307 (2026-01-19), api/campaigns_test.go"
_SCHEMAS: Final = "@iterable/api 0.13.0 and @iterable/mcp 1.9.0 (2026), schemas and descriptions"
_TESTED: Final = "Iterable/api-client 981eeb5 (2026-07-09), integration tests"

# fmt: off
CAMPAIGNS: Final = (
    Rule("campaigns.schedule", "The campaign becomes Scheduled, and is sent to its lists at the scheduled time.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.schedule.not-ready", "Only a blast campaign with lists that has not begun can be scheduled: 400 BadParams.", API, INFERRED),
    Rule("campaigns.schedule.send-at", "A malformed sendAt gets 400 BadJsonBody, as in campaigns/create.", _GO, INFERRED),
    Rule("campaigns.schedule.time-zone", "An unknown time zone is refused.", API, INFERRED),
    Rule("campaigns.schedule.too-far", "A campaign can be scheduled at most 365 days ahead.", API, DOCUMENTED),
    Rule("campaigns.send", "The campaign is sent to its lists at once and becomes Finished.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.send.not-ready", "Only a blast campaign with lists that has not begun can be sent: 400 BadParams.", API, INFERRED),
    Rule("campaigns.trigger", "The campaign is sent to the users on the lists, except those on the suppression lists.", f"{API}; {_TESTED}", RECORDED),
    Rule("campaigns.trigger.lists", "The call must name lists, and they must exist: 400 BadParams.", API, INFERRED),
    Rule("campaigns.trigger.not-running", "Only a campaign that is Running can be triggered: 400 BadParams.", _TESTED, INFERRED),
    Rule("campaigns.trigger.not-triggered", "Only a triggered campaign can be triggered: 400 BadParams.", _GO, INFERRED),
    Rule("messages.target.phone", "sms/target and whatsApp/target reach the user who has the phone number; a number that no user has gets 400.", _SCHEMAS, INFERRED),
    Rule("templates.preview", "Returns the template's HTML, rendered with the given fields; missing fields are empty.", f"{API}; {_TESTED}", RECORDED),
    Rule("templates.preview.unknown", "Previewing an unknown template is refused.", API, INFERRED),
    Rule("templates.preview.locale", "A locale that the template does not have gets 404.", API, DOCUMENTED),
    Rule("templates.preview.fails", "A template that cannot be rendered gets 400 BadParams.", SILENT, ASSUMED),
    Rule("templates.proof.unknown", "A proof of an unknown template is refused.", API, INFERRED),
    Rule("templates.proof.fails", "A template that cannot be rendered for the user gets 400 BadParams.", SILENT, ASSUMED),
    Rule("experiments.list", "Returns the experiments, filtered by campaign or by state: draft, running or finished.", _SCHEMAS, RECORDED),
    Rule("experiments.get", "Returns one experiment, with its variants.", _SCHEMAS, RECORDED),
    Rule("experiments.variants", "Returns the variants, with the content of their templates.", _SCHEMAS, RECORDED),
    Rule("experiments.totals", "Returns how often each variant was sent, and with what results; the names of the metrics are assumed.", _SCHEMAS, INFERRED),
    Rule("experiments.trends", "Returns the same metrics day by day, while the experiment ran or over a given period; the names of the metrics are assumed.", _SCHEMAS, INFERRED),
    Rule("experiments.trends.span", "A period needs a start and an end, and is at most 31 days long.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.create", "A draft experiment is created; the campaign's template is the control.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.create.campaign", "A campaign that does not exist or has no template is refused.", _SCHEMAS, INFERRED),
    Rule("experiments.create.exists", "A campaign can have only one unfinished experiment.", SILENT, ASSUMED),
    Rule("experiments.create.type", "The experimentType must be one that the client lists.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.variants.copy", "A template is copied into a new variant; with two variants the experiment can be started.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.variants.template", "An unknown template is refused.", _SCHEMAS, INFERRED),
    Rule("experiments.settings", "The named settings are written; null removes one.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.settings.malformed", "Settings must be within the bounds that the client lists.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.start", "The experiment starts: the campaign is sent in all variants in turn.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.start.variants", "An experiment needs two variants to start.", SILENT, ASSUMED),
    Rule("experiments.cancel", "The experiment ends without a winner.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.winner", "The experiment ends with a winner, whose template becomes the campaign's.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.winner.unknown", "An unknown variant cannot be the winner.", _SCHEMAS, INFERRED),
    Rule("experiments.delete", "An experiment that was never started is deleted.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.state", "A call that the experiment's state does not allow is refused.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.unknown", "An unknown experiment gets 404.", SILENT, ASSUMED),
)
# fmt: on
