"""Delivery of events as a service would do it: order, retries, and an exact account."""

from conformance.delivery.account import Account, Delivery, Result, describe_reply
from conformance.delivery.order import identifiers
from conformance.delivery.retries import RetryPolicy
from conformance.delivery.runtime import Runtime
from conformance.delivery.service import DeliveryService

__all__ = [
    "Account",
    "Delivery",
    "DeliveryService",
    "Result",
    "RetryPolicy",
    "Runtime",
    "describe_reply",
    "identifiers",
]
