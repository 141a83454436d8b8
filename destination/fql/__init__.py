"""Triggers: the subset of Segment's filter language that destinations parse, evaluate and print."""

from destination.fql.evaluation import compile_condition, types_of
from destination.fql.parser import Trace, parse
from destination.fql.printer import generate
from destination.fql.syntax import Condition, FqlError, Group, Node, from_json, to_json

__all__ = [
    "Condition",
    "FqlError",
    "Group",
    "Node",
    "Trace",
    "compile_condition",
    "from_json",
    "generate",
    "parse",
    "to_json",
    "types_of",
]
