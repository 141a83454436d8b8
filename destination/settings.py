"""The settings of a connection, and the requests that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from destination.exchange import Request
from destination.fields import Field, compile_fields
from destination.javascript.values import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination.actions import Call

FIELDS: Final = {
    "apiKey": Field("API Key", "password", required=True),
    "dataCenterLocation": Field(
        "Data Center Location",
        "string",
        format="text",
        choices=("united_states", "europe"),
        default="united_states",
    ),
}
BASE_URLS: Final = {
    "united_states": "https://api.iterable.com",
    "europe": "https://api.eu.iterable.com",
}
#: Seconds. The actions wait longer since Segment pull request 2082; the test of credentials does not.
ACTION_TIMEOUT: Final = 30.0
TEST_TIMEOUT: Final = 10.0
_USER_AGENT: Final = "Segment (Actions)"
_VALIDATOR: Final = compile_fields(FIELDS)


@dataclass(frozen=True, slots=True)
class Connection:
    """Validated settings."""

    base_url: str
    headers: Mapping[str, str]

    def request(self, call: Call) -> Request:
        """The request of a call."""
        headers = {**self.headers, "content-type": "application/json"}
        return Request("POST", self.base_url + call.path, headers, call.body, ACTION_TIMEOUT)

    def test_request(self) -> Request:
        """The request that tests the key; Segment has called `webhooks` for it since pull request 1273."""
        return Request("GET", f"{self.base_url}/api/webhooks", self.headers, None, TEST_TIMEOUT)


def validate_settings(settings: Mapping[str, object]) -> Connection:
    """The connection that the settings describe.

    Raises:
        AggregateAjvError: They do not fit.
    """
    valid = _VALIDATOR.validate_settings(settings)
    location = to_text(valid.get("dataCenterLocation", "united_states"))
    headers = {"user-agent": _USER_AGENT, "api-key": to_text(valid["apiKey"])}
    return Connection(BASE_URLS[location], headers)
