"""The journal: every request with its reply, in order, and the state that the first one met."""

from simulator.journal.entry import Entry, Journal, NotKeptError, Selection
from simulator.journal.formatting import body_to_json, entry_to_json, mask, raw_body
from simulator.journal.initial_state import InitialState
from simulator.journal.memory import MemoryJournal
from simulator.journal.null import NullJournal
from simulator.journal.outcome import EntryOutcome
from simulator.journal.selecting import chosen

__all__ = [
    "Entry",
    "EntryOutcome",
    "InitialState",
    "Journal",
    "MemoryJournal",
    "NotKeptError",
    "NullJournal",
    "Selection",
    "body_to_json",
    "chosen",
    "entry_to_json",
    "mask",
    "raw_body",
]
