"""How a report on a REFER reads."""

from __future__ import annotations

import pytest

from telephony.leg import TransferOutcome
from telephony.sip.transfer import outcome_of


@pytest.mark.parametrize(
    ("status", "message", "outcome"),
    [
        (486, "", TransferOutcome.BUSY),
        (600, "", TransferOutcome.BUSY),
        (603, "", TransferOutcome.DECLINED),
        (403, "", TransferOutcome.DECLINED),
        (408, "", TransferOutcome.NO_ANSWER),
        (480, "", TransferOutcome.NO_ANSWER),
        (487, "", TransferOutcome.NO_ANSWER),
        (405, "", TransferOutcome.NOT_SUPPORTED),
        (501, "", TransferOutcome.NOT_SUPPORTED),
        (404, "", TransferOutcome.UNREACHABLE),
        (503, "call closed", TransferOutcome.UNREACHABLE),
        (None, "call closed before the transfer completed", TransferOutcome.CALLER_GONE),
        (None, "no transfer outcome within 30 s", TransferOutcome.NO_ANSWER),
        (None, "peer does not support the Replaces header", TransferOutcome.NOT_SUPPORTED),
        (None, "something new", TransferOutcome.UNREACHABLE),
    ],
)
def test_every_report_has_an_outcome(status: int | None, message: str, outcome: TransferOutcome) -> None:
    assert outcome_of(status, message) is outcome


def test_no_failure_reads_as_success() -> None:
    outcomes = {outcome_of(status, "") for status in range(300, 700)}
    assert TransferOutcome.ACCEPTED not in outcomes
