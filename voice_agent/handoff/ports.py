"""Between a live call and whoever brings its caller to a person.

:class:`CallerLine` is the call as a hand-off driver sees it: one method for each action of the contract that the caller
hears. :class:`HandOffDriver` is the driver as the call sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from dialogs.vocabulary import CallerPressed, CallerSaid, HandOff
from telephony.bridge.waiting import WaitingSound
from telephony.leg import CallLeg, LegClosed, TransferOutcome
from voice_agent.handoff.brief import Brief

CallerInput = CallerSaid | CallerPressed
"""One whole turn of a caller who waits: words, or the keys that belong together."""


class CallerLine(Protocol):
    """One live call, for the time of a hand-off. On the event loop; a caller who has left makes everything a no-op."""

    @property
    def call_id(self) -> str:
        """The call's id."""

    @property
    def sample_rate(self) -> int:
        """Hz, of the caller's leg: that of ``WaitingSound`` and the rate at which everything is mixed."""

    def play_waiting(self, sound: WaitingSound | None = None) -> None:
        """PlayWaiting: from now on, until a person is connected, the caller hears it; None: the built-in sound.

        The voice agent still hears the caller: danger is answered with the safety line, over the sound.
        """

    async def tell(self, text: str) -> None:
        """TellCaller: say a Korean sentence over whatever sounds, which is lowered; returns when it has sounded.

        One after another. Told as :class:`voice_agent.events.AgentSaid`. A sentence no voice can speak is told as
        EngineFailed and returns at once.
        """

    async def connect(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """Connect: join an answered leg as human agent. The sound ends, the voice agent is silent and hears nothing.

        ``on_gone`` is called, once, when their leg closes by itself, on the loop; the caller then hears the waiting
        sound at once, before the driver has done anything. Raises LegGone where the leg has closed already.
        """

    def put_aside(self, person: str, aside: bool) -> None:
        """Hold, and back: neither hears the other, and the caller hears the waiting sound."""

    def consult(self, person: str) -> None:
        """A connected person talks only to who else consults; a caller who hears nobody hears the waiting sound."""

    def bring(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """Join an answered leg of somebody who is consulted: the caller does not hear them. Else as :meth:`connect`."""

    def admit(self, person: str) -> None:
        """Who consults and the caller hear each other, the sound ends. Harmless where they are not there."""

    async def dismiss(self, person: str) -> None:
        """Dismiss: fade out and hang up that leg, without ``on_gone``. Harmless where they are not there."""

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """Blind REFER of the caller."""

    async def attended_transfer(self, leg: CallLeg, *, timeout_s: float) -> TransferOutcome:
        """Leave the caller and the far end of an answered leg alone with each other; NOT_SUPPORTED where either side
        is no SIP call. ACCEPTED: both have left us."""

    def brief(self, request: HandOff) -> Brief:
        """What the person reads, as things stand. Masked."""

    async def hang_up(self, reason: str) -> None:
        """HangUpCaller: ``reason`` becomes the call's."""

    def listen(self, listener: Callable[[CallerInput], None] | None) -> None:
        """Whom to tell, on the loop, of every whole turn of the caller's while the hand-off lasts; None: nobody.

        Not told while a person is connected.
        """


class HandOffDriver(Protocol):
    """Brings a caller to a person."""

    async def serve(self, line: CallerLine, request: HandOff) -> str | None:
        """From the request to its end. None: the caller was served or has left.

        Anything else takes the caller back to the voice agent, which is told it as ``HandOffFailed.outcome``; by then
        nobody the driver connected may be left. Cancelled when the caller leaves; it may clean up, not linger.
        """
