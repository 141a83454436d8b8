from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.delivery import RetryPolicy
from destination import ConnectionFailure, DestinationError, HTTPError, PayloadValidationError, Reply

NOON = 1_787_227_200.0


def http_error(status: int, retry_after: str | None = None) -> HTTPError:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return HTTPError(Reply(status, "Reason", "", headers))


def delay(policy: RetryPolicy, error: DestinationError, tries: int = 1, chance: float = 1.0) -> float | None:
    return policy.delay(error, tries, now=lambda: NOON, chance=lambda: chance)


@pytest.mark.parametrize("status", [408, 423, 429, 500, 502, 503, 504])
def test_statuses_that_may_pass_are_tried_again(status: int) -> None:
    assert delay(RetryPolicy(), http_error(status)) is not None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 501])
def test_final_statuses_are_not_tried_again(status: int) -> None:
    assert delay(RetryPolicy(), http_error(status)) is None


def test_a_lost_connection_is_tried_again_and_a_refused_payload_is_not() -> None:
    assert delay(RetryPolicy(), ConnectionFailure("reset")) is not None
    assert delay(RetryPolicy(), PayloadValidationError("Must include email or userId.")) is None


def test_delays_double() -> None:
    policy = RetryPolicy(attempts=9, base_delay=0.5)
    assert [delay(policy, http_error(503), tries) for tries in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]


@given(tries=st.integers(1, 8), chance=st.floats(0, 1))
def test_chance_keeps_a_delay_between_half_of_it_and_all_of_it(tries: int, chance: float) -> None:
    policy = RetryPolicy(attempts=9, base_delay=1.0, longest_delay=1e9)
    seconds = delay(policy, http_error(503), tries, chance)
    assert seconds is not None
    assert 2.0 ** (tries - 1) / 2 <= seconds <= 2.0 ** (tries - 1)


def test_the_last_try_is_followed_by_none() -> None:
    policy = RetryPolicy(attempts=3)
    assert delay(policy, http_error(503), 2) is not None
    assert delay(policy, http_error(503), 3) is None


def test_retry_after_in_seconds_prolongs_the_delay() -> None:
    assert delay(RetryPolicy(), http_error(429, "7")) == 7


def test_a_short_retry_after_does_not_shorten_the_delay() -> None:
    assert delay(RetryPolicy(base_delay=4), http_error(429, "1")) == 4


def test_retry_after_may_be_a_date() -> None:
    assert delay(RetryPolicy(), http_error(503, "Thu, 20 Aug 2026 12:00:09 GMT")) == 9


def test_a_retry_after_in_the_past_asks_for_nothing() -> None:
    assert delay(RetryPolicy(base_delay=1), http_error(503, "Thu, 20 Aug 2026 11:00:00 GMT")) == 1


@pytest.mark.parametrize(
    "nonsense",
    ["", "soon", "-5", "1.5e", "٣", "Thu, 20 Aug 99999999999999999999 12:00:09 GMT", "Thu, 99 Aug 2026 12:00:09 GMT"],
)
def test_a_retry_after_that_cannot_be_read_is_ignored(nonsense: str) -> None:
    assert delay(RetryPolicy(base_delay=1), http_error(503, nonsense)) == 1


def test_no_delay_is_longer_than_the_longest() -> None:
    assert delay(RetryPolicy(longest_delay=60), http_error(429, "86400")) == 60


@pytest.mark.parametrize(
    ("asked", "warning"),
    [("60", ""), ("61", "Retry-After asks for 61 s; no wait is longer than 60 s"), (None, ""), ("soon", "")],
)
def test_a_wait_that_is_cut_short_is_warned_of(asked: str | None, warning: str) -> None:
    assert RetryPolicy().warning(http_error(429, asked), lambda: NOON) == warning
