"""Hypothesis strategies for whole customer histories, generated for the mapping that they are to judge.

A history is plain data: personas, and the events that their apps send to Segment, in deliveries. A family is a kind
of histories; its themes are one thing each that is peculiar about a history. What a family generates follows from
the analysis of the mapping, so that what the mapping reads is what histories vary.

    history             personas, events, deliveries, histories
    mapping_analysis    what a mapping reads and is meant for; its parts are in `leaves` and `triggers`
    choice              choices that depend on the seed alone
    families            what a family and a theme are
    event_writer        Segment events of a persona, with values from `values`
    *_histories         the families, in modules called as the ids of the properties that use them
"""

from conformance.strategies.attribution_histories import PARTIAL_FAILURES, STRANGERS
from conformance.strategies.commerce_histories import SHOP
from conformance.strategies.delivery_histories import BATCHES, PAIRS, REPETITIONS, UNRELATED
from conformance.strategies.event_histories import EVENTS
from conformance.strategies.families import Family
from conformance.strategies.field_histories import DATES, PROFILES
from conformance.strategies.history import Delivery, History, HistoryEvent, KnownPerson, Persona
from conformance.strategies.identity_histories import CHANGES, PEOPLE
from conformance.strategies.mapping_analysis import MappingAnalysis, analyse
from conformance.strategies.mapping_histories import TRIGGERS
from conformance.strategies.phone_histories import PHONE_NUMBERS
from conformance.strategies.privacy_histories import SECRETS

__all__ = [
    "BATCHES",
    "CHANGES",
    "DATES",
    "EVENTS",
    "PAIRS",
    "PARTIAL_FAILURES",
    "PEOPLE",
    "PHONE_NUMBERS",
    "PROFILES",
    "REPETITIONS",
    "SECRETS",
    "SHOP",
    "STRANGERS",
    "TRIGGERS",
    "UNRELATED",
    "Delivery",
    "Family",
    "History",
    "HistoryEvent",
    "KnownPerson",
    "MappingAnalysis",
    "Persona",
    "analyse",
]
