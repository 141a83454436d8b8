"""What was asked and what was answered, in order."""

from simulator.journal.entry import Entry, Journal, NotKeptError, Selection
from simulator.journal.memory import MemoryJournal
from simulator.journal.selecting import chosen
from simulator.journal.showing import entry_to_json, mask, shown_body

__all__ = [
    "Entry",
    "Journal",
    "MemoryJournal",
    "NotKeptError",
    "Selection",
    "chosen",
    "entry_to_json",
    "mask",
    "shown_body",
]
