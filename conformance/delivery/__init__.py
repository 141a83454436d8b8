"""Delivery of events as a service would do it: order, retries, and an exact account."""

from conformance.delivery.account import Account, Delivery, Result, describe_reply
from conformance.delivery.order import identifiers
from conformance.delivery.retries import RetryPolicy
from conformance.delivery.service import DeliveryService, Surroundings

__all__ = [
    "Account",
    "Delivery",
    "DeliveryService",
    "Result",
    "RetryPolicy",
    "Surroundings",
    "describe_reply",
    "identifiers",
]
