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
    Rule("messages.target.phone", "sms/target and whatsApp/target: who has the phone number gets it; nobody is 400.", _SCHEMAS, INFERRED),
    Rule("templates.preview", "The HTML of the template with the fields that are given; what is missing is empty.", f"{API}; {_TESTED}", RECORDED),
    Rule("templates.preview.unknown", "A template that is not there has no preview.", API, INFERRED),
    Rule("templates.preview.locale", "A locale that the template lacks is 404.", API, DOCUMENTED),
    Rule("templates.preview.fails", "A template that cannot be rendered is 400 BadParams.", SILENT, ASSUMED),
    Rule("templates.proof.unknown", "A template that is not there has no proof.", API, INFERRED),
    Rule("templates.proof.fails", "A template that cannot be rendered for the user is 400 BadParams.", SILENT, ASSUMED),
    Rule("experiments.list", "The experiments, of a campaign or a state: draft, running or finished.", _SCHEMAS, RECORDED),
    Rule("experiments.get", "One experiment, with its variants.", _SCHEMAS, RECORDED),
    Rule("experiments.variants", "The variants, with what their templates say.", _SCHEMAS, RECORDED),
    Rule("experiments.totals", "How often each variant was sent, and what came of it; names of metrics are assumed.", _SCHEMAS, INFERRED),
    Rule("experiments.trends", "The same day by day, while it ran or in a span; names of metrics are assumed.", _SCHEMAS, INFERRED),
    Rule("experiments.trends.span", "A span has both ends, and 31 days at the most.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.create", "A draft is made; the campaign's template is the control.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.create.campaign", "A campaign that is not there, or has no template, is refused.", _SCHEMAS, INFERRED),
    Rule("experiments.create.exists", "A campaign has one experiment that is not finished.", SILENT, ASSUMED),
    Rule("experiments.create.type", "An experimentType is one that the client lists.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.variants.copy", "A template is copied into a new variant; with two there is something to start.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.variants.template", "A template that is not there is refused.", _SCHEMAS, INFERRED),
    Rule("experiments.settings", "What is named of the settings is written; null removes it.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.settings.malformed", "Settings have the bounds that the client lists.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.start", "It runs: the campaign goes out in all variants by turns.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.start.variants", "It takes two variants to start.", SILENT, ASSUMED),
    Rule("experiments.cancel", "It ends without a winner.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.winner", "It ends with a winner, whose template the campaign has from then on.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.winner.unknown", "A variant that is not there cannot win.", _SCHEMAS, INFERRED),
    Rule("experiments.delete", "An experiment that was never started goes.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.state", "An experiment in another state than the call is for is refused.", _SCHEMAS, DOCUMENTED),
    Rule("experiments.unknown", "An experiment that is not there is 404.", SILENT, ASSUMED),
)
# fmt: on
