"""Hypothesis strategies for whole customer histories, made for the mapping that they are to judge."""

from conformance.strategies.attribution_histories import PARTIAL_FAILURES, STRANGERS
from conformance.strategies.commerce_histories import SHOP
from conformance.strategies.delivery_histories import BATCHES, PAIRS, REPETITIONS, UNRELATED
from conformance.strategies.event_histories import EVENTS
from conformance.strategies.families import Family
from conformance.strategies.field_histories import DATES, PROFILES
from conformance.strategies.history import Delivery, History, HistoryEvent, Persona
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
    "MappingAnalysis",
    "Persona",
    "analyse",
]
