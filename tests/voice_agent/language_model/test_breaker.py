"""When a failing server is left alone."""

from __future__ import annotations

from voice_agent.language_model.breaker import CircuitBreaker


def test_it_opens_after_failures_in_a_row_and_lets_one_through_later() -> None:
    breaker = CircuitBreaker(failures=2, retry_s=30)
    assert breaker.allows(0)
    breaker.failed(0)
    assert breaker.allows(1)
    breaker.failed(1)
    assert not breaker.allows(2)
    assert breaker.allows(31)
    assert not breaker.allows(32), "one probe at a time"


def test_a_failed_probe_opens_it_again_at_once_and_a_good_one_closes_it() -> None:
    breaker = CircuitBreaker(failures=2, retry_s=30)
    for at in (0, 1):
        breaker.failed(at)
    assert breaker.allows(31)
    breaker.failed(32)
    assert not breaker.allows(61)
    assert breaker.allows(62)
    breaker.succeeded()
    assert breaker.allows(63) and breaker.allows(64)


def test_a_success_between_failures_starts_the_count_anew() -> None:
    breaker = CircuitBreaker(failures=2, retry_s=30)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(1)
    assert breaker.allows(2)
