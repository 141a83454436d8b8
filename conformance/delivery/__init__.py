"""Delivery of events as a service would do it: order, retries, and an exact account."""

from conformance.delivery.account import Account, Delivery, Fate, Result, fate_of
from conformance.delivery.order import identifiers
from conformance.delivery.replies import describe_reply
from conformance.delivery.retries import LONGEST_DELAY, RetryPolicy
from conformance.delivery.runtime import Runtime
from conformance.delivery.service import DeliveryService

__all__ = [
    "LONGEST_DELAY",
    "Account",
    "Delivery",
    "DeliveryService",
    "Fate",
    "Result",
    "RetryPolicy",
    "Runtime",
    "describe_reply",
    "fate_of",
    "identifiers",
]
