"""Every rule that decides a request: what it says, where that is from and how sure it is."""

from simulator.project.rules import Confidence, Rule
from simulator.rulebook.book import RULES, matching, similar
from simulator.rulebook.codes import CODES, ErrorCode

__all__ = ["CODES", "RULES", "Confidence", "ErrorCode", "Rule", "matching", "similar"]
