"""Faults that are injected on purpose: their form, and which of the active ones a request meets.

A fault is data. What happens to a request is decided here; whoever holds the connection delays or drops the reply.
"""

from simulator.faults.active import Faults, InjectedFault
from simulator.faults.fault import Action, Fault, Match, fault_reply

__all__ = ["Action", "Fault", "Faults", "InjectedFault", "Match", "fault_reply"]
