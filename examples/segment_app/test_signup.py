"""The shop's code, its Segment SDK and its mapping against a simulated Iterable project, in each project type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from segment.analytics import Client
from signup import sign_up, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.pytest_plugin import SegmentSource

MAPPING: Final = Path(__file__).with_name("mapping.yaml")


@pytest.fixture
def segment(segment_source: SegmentSource) -> Iterator[Client]:
    """The SDK as the shop sets it up, with another host; the shop's own mapping behind it."""
    segment_source.configure(mapping=MAPPING)
    client = Client(segment_source.write_key, host=segment_source.host)
    yield client
    client.join()


def test_a_customer_who_signs_up_has_a_plan_and_an_event(segment: Client, segment_source: SegmentSource) -> None:
    sign_up(segment, user_id="u1", email="ada@example.com", plan="pro")
    segment.flush()
    assert segment_source.flush() == {"delivered": 2}
    user = segment_source.project.user(email="ada@example.com")
    assert user["dataFields"]["plan"] == "pro"
    [event] = segment_source.project.events("Signed Up")
    assert event["dataFields"]["page"] == "/welcome"


def test_a_lost_reply_signs_nobody_up_twice(segment: Client, segment_source: SegmentSource) -> None:
    segment_source.fail({"drop": "after"}, times=1)
    sign_up(segment, user_id="u1", email="ada@example.com", plan="pro")
    segment.flush()
    segment_source.flush()
    assert [message["received"]["type"] for message in segment_source.messages("delivered")] == ["identify", "track"]
    assert {message["rule"] for message in segment_source.messages("dropped")} == {"segment.duplicate"}
    assert len(segment_source.project.events("Signed Up")) == 1


def test_an_event_that_is_not_mapped_is_reported(segment: Client, segment_source: SegmentSource) -> None:
    visit(segment, user_id="u1", page="/prices")
    segment.flush()
    segment_source.flush()
    [message] = segment_source.messages()
    assert (message["outcome"], message["reason"]) == ("not subscribed", "no subscription matches it")
    assert segment_source.project.requests() == []
