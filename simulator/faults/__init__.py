"""What goes wrong on purpose.

A fault is data; what happens to a request is decided here and carried out by the shell that holds the connection.
"""

from simulator.faults.active import Faults, Trouble
from simulator.faults.fault import Action, Fault, Match, fault_reply

__all__ = ["Action", "Fault", "Faults", "Match", "Trouble", "fault_reply"]
