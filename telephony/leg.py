"""The port between a phone call and everything else.

A leg is one side of a call: a SIP phone, a media stream, a browser, or a WAV file. Whoever holds it

* awaits :meth:`CallLeg.receive` for what happens on the line, in order, until :class:`LegClosed`;
* queues speech with :meth:`CallLeg.send`, which never blocks, and takes it back with :meth:`CallLeg.flush`.

The leg does its own pacing: one :class:`AudioFrame` for each 20 ms of the line, whether anybody speaks or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

FRAME_MS = 20
"""Length of one audio frame in milliseconds."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """One 20 ms tick of the line, both directions. PCM is signed 16-bit little-endian mono at the leg's rate."""

    heard: bytes
    """What came in; silence where nothing arrived. ``sample_rate * 0.02 * 2`` bytes."""
    spoken: bytes
    """What went out in the same tick; silence where nothing was queued. As long as ``heard``."""


@dataclass(frozen=True, slots=True)
class Digit:
    """A key the far end pressed (RFC 4733 or SIP INFO)."""

    key: str
    """One of ``0123456789*#ABCD``."""


class HoldState(StrEnum):
    """Whether the far end has us on hold."""

    HELD = "held"
    RESUMED = "resumed"


class CloseReason(StrEnum):
    """Why a leg closed."""

    CALLER_HUNG_UP = "caller_hung_up"
    WE_HUNG_UP = "we_hung_up"
    CANCELLED = "cancelled"
    """The caller gave up before the answer."""
    TRANSFERRED = "transferred"
    REFUSED = "refused"
    MEDIA_LOST = "media_lost"
    """No RTP for the configured time: the far end vanished without a word."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LegClosed:
    """The last thing a leg says."""

    reason: CloseReason
    detail: str = ""
    """The stack's own words, for the log; never caller data."""


LegIncident = AudioFrame | Digit | HoldState | LegClosed


class TransferOutcome(StrEnum):
    """How a blind transfer ended."""

    ACCEPTED = "accepted"
    """The far end reported that the new call was answered; our leg has ended."""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    """The transfer target does not exist or could not be reached (404, 480, 5xx …)."""
    NOT_SUPPORTED = "not_supported"
    """The caller's side refused to transfer at all."""
    CALLER_GONE = "caller_gone"


class CallLeg(Protocol):
    """One side of a call."""

    @property
    def leg_id(self) -> str:
        """Unique in this process; the SIP Call-ID for SIP legs."""

    @property
    def remote(self) -> str:
        """The far end's address as it gave it (a SIP URI, a file name). Personal data: never log it."""

    @property
    def sample_rate(self) -> int:
        """Hz. Fixed from the moment the leg is answered, whatever is renegotiated later."""

    @property
    def pending_s(self) -> float:
        """Seconds of queued speech that have not been handed to the line."""

    @property
    def ahead_s(self) -> float:
        """Seconds of speech between :meth:`send` and the network: queued here, or in the stack's own buffer."""

    async def answer(self) -> None:
        """Answer a ringing leg; returns when audio flows. Raises LegGone if the caller gave up first."""

    async def refuse(self) -> None:
        """Turn a ringing leg away (486 Busy Here)."""

    async def receive(self) -> LegIncident:
        """The next thing that happened. After LegClosed it returns LegClosed for ever."""

    def send(self, pcm: bytes) -> None:
        """Queue speech (16-bit mono at ``sample_rate``). Never blocks; dropped once the leg is closed."""

    def flush(self) -> float:
        """Take back what is queued but not yet on the line; returns the seconds taken back."""

    async def send_digits(self, keys: str) -> None:
        """Press keys towards the far end."""

    async def hold(self) -> None:
        """Put the far end on hold."""

    async def resume(self) -> None:
        """Take the far end off hold."""

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """Blind transfer (REFER) to a SIP URI. On any outcome but ACCEPTED and CALLER_GONE the call goes on."""

    async def hang_up(self) -> None:
        """End the call. Idempotent."""
