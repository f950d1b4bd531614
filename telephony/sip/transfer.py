"""How the far end's report on a REFER reads as a :class:`~telephony.leg.TransferOutcome`."""

from __future__ import annotations

from telephony.leg import TransferOutcome

_BY_STATUS = {
    408: TransferOutcome.NO_ANSWER,
    480: TransferOutcome.NO_ANSWER,
    487: TransferOutcome.NO_ANSWER,
    486: TransferOutcome.BUSY,
    600: TransferOutcome.BUSY,
    603: TransferOutcome.DECLINED,
    403: TransferOutcome.DECLINED,
    405: TransferOutcome.NOT_SUPPORTED,
    420: TransferOutcome.NOT_SUPPORTED,
    501: TransferOutcome.NOT_SUPPORTED,
}


def outcome_of(status: int | None, message: str) -> TransferOutcome:
    """The outcome for a failed transfer: SIP ``status`` where one was reported, else the stack's own ``message``."""
    if status is not None:
        return _BY_STATUS.get(status, TransferOutcome.UNREACHABLE)
    if "call closed" in message:
        return TransferOutcome.CALLER_GONE
    if "Replaces" in message:
        return TransferOutcome.NOT_SUPPORTED
    if "within" in message:
        return TransferOutcome.NO_ANSWER
    return TransferOutcome.UNREACHABLE
