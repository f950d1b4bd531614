"""Hand-off by blind transfer: the caller's side is asked to call the configured number.

While it rings the caller hears that we are still trying: silence for half a minute would read as a dead line.
"""

from __future__ import annotations

import asyncio

import structlog

from telephony.errors import TelephonyError
from telephony.leg import CallLeg, TransferOutcome

NOT_CONFIGURED = "not_configured"
_REASSURE_EVERY_S = 7.0

log = structlog.get_logger()


async def blind_transfer(
    leg: CallLeg, target: str | None, *, timeout_s: float, reassurance: bytes, call_id: str
) -> str:
    """How it ended: a :class:`TransferOutcome` value or ``not_configured``.

    ``reassurance`` is spoken every few seconds while the target rings: 16-bit mono at the leg's rate, may be empty.
    """
    if target is None:
        return NOT_CONFIGURED
    reassuring = asyncio.create_task(_reassure(leg, reassurance), name="hand-off reassurance")
    try:
        return (await leg.transfer(target, timeout_s=timeout_s)).value
    except TelephonyError as error:
        log.warning("hand_off.transfer_not_sent", call_id=call_id, error=type(error).__name__)
        return TransferOutcome.UNREACHABLE.value
    finally:
        reassuring.cancel()
        leg.flush()


async def _reassure(leg: CallLeg, speech: bytes) -> None:
    while speech:
        await asyncio.sleep(_REASSURE_EVERY_S)
        leg.send(speech)
