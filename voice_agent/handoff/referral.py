"""Blind transfer into the PBX's own queue: the caller leaves us, and the brief goes with them.

It travels as ``User-to-User`` (RFC 7433) in the Refer-To address, from where the caller's side copies it into its
INVITE: the id of the hand-off, why, what about and how urgent, hexadecimal and at most 256 characters. No word of the
caller's is in it; the whole brief goes by webhook under the same id.
"""

from __future__ import annotations

import asyncio

import structlog

from telephony.errors import TelephonyError
from telephony.leg import TransferOutcome
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.ports import CallerLine

log = structlog.get_logger()

_REASSURE_EVERY_S = 7.0
_MOST_CHARACTERS = 256


def user_to_user(hand_off_id: str, brief: Brief) -> str:
    """The header's value: ``HEX;encoding=hex`` of ``id=…;why=…;urgency=…;topic=…``, cut at whole fields."""
    fields = [f"id={hand_off_id}", f"why={brief.reason}", f"urgency={brief.urgency.value}", f"topic={brief.topic}"]
    while len(value := ";".join(fields).encode("ascii", "ignore").hex()) > _MOST_CHARACTERS - len(";encoding=hex"):
        fields.pop()
    return f"{value};encoding=hex"


def with_brief(target: str, hand_off_id: str, brief: Brief) -> str:
    """The Refer-To address that carries the brief. ``target``: a SIP URI without headers of its own."""
    return f"{target}?User-to-User={user_to_user(hand_off_id, brief).replace(';', '%3B').replace('=', '%3D')}"


async def refer(line: CallerLine, target: str, *, timeout_s: float, reassurance: str) -> TransferOutcome:
    """How it ended. ``reassurance`` is said while it rings."""
    reassuring = asyncio.create_task(_reassure(line, reassurance), name="hand-off reassurance")
    try:
        return await line.transfer(target, timeout_s=timeout_s)
    except (TelephonyError, ValueError) as error:
        log.warning("hand_off.transfer_not_sent", call_id=line.call_id, error=type(error).__name__)
        return TransferOutcome.UNREACHABLE
    finally:
        reassuring.cancel()
        await asyncio.gather(reassuring, return_exceptions=True)


async def _reassure(line: CallerLine, sentence: str) -> None:
    while sentence:
        await asyncio.sleep(_REASSURE_EVERY_S)
        await line.tell(sentence)
