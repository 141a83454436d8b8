"""The control surface over the simulator as a whole: whether it is up, its reset, and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.replies import json_reply, no_content
from simulator.rulebook import RULES
from simulator.rulebook.rule_document import rule_to_json

if TYPE_CHECKING:
    from simulator.control.call import ControlCall
    from simulator.message import Reply


def get_health(_call: ControlCall) -> Reply:
    """That the simulator answers."""
    return json_reply({"status": "ok"})


def reset(call: ControlCall) -> Reply:
    """Everything back to its first state."""
    call.simulator.reset()
    return no_content()


def list_rules(_call: ControlCall) -> Reply:
    """Every rule, with the question that it depends on and the settings that change it, where there are any."""
    return json_reply([rule_to_json(rule) for rule in RULES.values()])
