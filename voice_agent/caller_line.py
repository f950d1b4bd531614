"""The caller's line of one call: who is on it, what sounds while they wait, and what a hand-off may do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from dialogs.vocabulary import HandOff
from telephony.audio import resample
from telephony.bridge.bridge import Bridge
from telephony.bridge.parts import Part, reaches_caller
from telephony.bridge.waiting import WaitingSound, chimes
from telephony.errors import LegGone, TelephonyError
from telephony.leg import CallLeg, CloseReason, LegClosed, TransferOutcome
from telephony.sip.leg import SipLeg
from voice_agent import events
from voice_agent.engines.ports import Speech
from voice_agent.errors import EngineError
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.ports import CallerInput
from voice_agent.pipeline.text_to_speech import Speaker

log = structlog.get_logger()

_ANNOUNCER = "announcement"


async def spoken(speaker: Speaker, text: str, sample_rate: int) -> bytes:
    """A sentence as 16-bit mono PCM at ``sample_rate``. Raises EngineError where no voice can say it."""
    parts: list[Speech] = [piece.speech for part in speaker.split(text) async for piece in speaker.say(part)]
    return b"".join(resample(part.pcm, part.sample_rate, sample_rate).tobytes() for part in parts)


class CallLine:
    """A :class:`voice_agent.handoff.ports.CallerLine`, and what commands need beside it."""

    def __init__(
        self,
        call_id: str,
        caller: CallLeg,
        bridge: Bridge,
        speaker: Speaker,
        *,
        tell: Callable[[events.CallEvent], None],
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        self.bridge = bridge
        self.handing_off = False
        """Whether the caller is being brought to a person, or talks to one."""
        self.taken_by = ""
        """Who talks instead of the voice agent; empty where nobody does."""
        self.ended_because = ""
        """The reason of whoever hung up; empty where nobody did."""
        self.over = False
        self.write_brief: Callable[[HandOff], Brief] = lambda request: Brief(call_id, "", request.reason)
        """What the call knows, once it knows more than this."""
        self._call_id = call_id
        self._caller = caller
        self._speaker = speaker
        self._tell = tell
        self._on_failure = on_failure
        self._on_gone: dict[str, Callable[[LegClosed], None]] = {}
        self._sound: WaitingSound | None = None
        self._listener: Callable[[CallerInput], None] | None = None
        self._telling = asyncio.Lock()

    async def close(self) -> None:
        """The call is over: everybody is let go. Idempotent."""
        self.over = True
        people = self.bridge.people
        await self.bridge.close()
        for who, part in people.items():
            self._tell_left(who, part, CloseReason.WE_HUNG_UP)

    @property
    def with_a_person(self) -> bool:
        """Whether the caller hears somebody who has joined."""
        return any(reaches_caller(part) for part in self.bridge.people.values())

    # ── who is on it ──────────

    def join(self, who: str, leg: CallLeg, part: Part) -> None:
        """Somebody joins. Raises TelephonyError where they cannot."""
        if self.over:
            raise LegGone("the call is over")
        self.bridge.join(who, leg, part)
        self._tell(events.ParticipantJoined(call_id=self._call_id, who=who, part=part.value))

    def change(self, who: str, part: Part) -> None:
        """Somebody who is there takes part in another way."""
        if self.bridge.people[who] is part:
            return
        self.bridge.change(who, part)
        self._tell(events.ParticipantChanged(call_id=self._call_id, who=who, part=part.value))

    async def let_go(self, who: str) -> None:
        """Fade somebody out and hang up their leg; a hand-off driver whose person it was is told."""
        await self._let_go(who)
        self._tell_gone(who, LegClosed(CloseReason.WE_HUNG_UP))

    def on_left(self, who: str, part: Part, closed: LegClosed) -> None:
        """Somebody's leg has closed by itself."""
        self._tell_left(who, part, closed.reason)
        self._tell_gone(who, closed)

    def _tell_gone(self, who: str, closed: LegClosed) -> None:
        gone = self._on_gone.pop(who, None)
        if gone is not None:
            self._wait_if_alone()
            gone(closed)

    async def _let_go(self, who: str) -> None:
        part = self.bridge.people.get(who)
        if part is None:
            return
        try:
            leg = await self.bridge.leave(who)
        except TelephonyError:
            return  # their own hang-up came first, and has been told
        await leg.hang_up()
        self._tell_left(who, part, CloseReason.WE_HUNG_UP)

    def _tell_left(self, who: str, part: Part, reason: CloseReason) -> None:
        self._tell(events.ParticipantLeft(call_id=self._call_id, who=who, part=part.value, reason=reason.value))

    # ── CallerLine ──────────

    @property
    def call_id(self) -> str:
        """See CallerLine."""
        return self._call_id

    @property
    def sample_rate(self) -> int:
        """See CallerLine."""
        return self._caller.sample_rate

    def play_waiting(self, sound: WaitingSound | None = None) -> None:
        """See CallerLine."""
        if self.over:
            return
        self._sound = sound or self._sound
        self.bridge.give_back()
        self.start_waiting()

    async def tell(self, text: str) -> None:
        """See CallerLine."""
        async with self._telling:
            if self.over:
                return
            try:
                pcm = await spoken(self._speaker, text, self.sample_rate)
            except EngineError as error:
                self._on_failure("text_to_speech", error)
                return
            self._tell(
                events.AgentSaid(
                    call_id=self._call_id, text=text, voice=_ANNOUNCER, cached=False, voice_to_voice_ms=None
                )
            )
            await self.bridge.announce(pcm)

    async def connect(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """See CallerLine."""
        self.join(person, leg, Part.HUMAN_AGENT)
        self._on_gone[person] = on_gone
        self.bridge.silence_voice_agent()
        self.stop_waiting()

    def put_aside(self, person: str, aside: bool) -> None:
        """See CallerLine."""
        if person not in self.bridge.people:
            return
        self.change(person, Part.ASIDE if aside else Part.HUMAN_AGENT)
        if aside:
            self._wait_if_alone()
        else:
            self.stop_waiting()

    def consult(self, person: str) -> None:
        """See CallerLine."""
        if person in self.bridge.people:
            self.change(person, Part.CONSULT)
            self._wait_if_alone()

    def bring(self, person: str, leg: CallLeg, on_gone: Callable[[LegClosed], None]) -> None:
        """See CallerLine."""
        self.join(person, leg, Part.CONSULT)
        self._on_gone[person] = on_gone

    def admit(self, person: str) -> None:
        """See CallerLine."""
        if person in self.bridge.people:
            self.change(person, Part.HUMAN_AGENT)
            self.stop_waiting()

    async def dismiss(self, person: str) -> None:
        """See CallerLine."""
        self._on_gone.pop(person, None)
        await self._let_go(person)

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """See CallerLine."""
        try:
            return await self._caller.transfer(target, timeout_s=timeout_s)
        except TelephonyError as error:
            log.warning("transfer.not_sent", call_id=self._call_id, error=type(error).__name__)
            return TransferOutcome.UNREACHABLE

    async def attended_transfer(self, leg: CallLeg, *, timeout_s: float) -> TransferOutcome:
        """See CallerLine."""
        if not isinstance(self._caller, SipLeg) or not isinstance(leg, SipLeg):
            return TransferOutcome.NOT_SUPPORTED
        try:
            return await self._caller.attended_transfer(leg, timeout_s=timeout_s)
        except TelephonyError as error:
            log.warning("transfer.not_sent", call_id=self._call_id, error=type(error).__name__)
            return TransferOutcome.UNREACHABLE

    def brief(self, request: HandOff) -> Brief:
        """See CallerLine."""
        return self.write_brief(request)

    async def hang_up(self, reason: str) -> None:
        """See CallerLine."""
        self.ended_because = reason
        await self._caller.hang_up()

    def listen(self, listener: Callable[[CallerInput], None] | None) -> None:
        """See CallerLine."""
        self._listener = listener

    # ── for the call ──────────

    def caller_turn(self, said: CallerInput) -> None:
        """A whole turn of the caller's, for whoever listens to it."""
        if self._listener is not None and self.bridge.voice_agent_on:
            self._listener(said)

    def hand_off_begins(self) -> None:
        """A driver has the line from here."""
        self.handing_off = True

    async def hand_off_ends(self) -> None:
        """The driver is done: the voice agent hears and is heard, whatever the driver left behind."""
        for who in tuple(self._on_gone):
            await self.dismiss(who)
        self.handing_off = False
        self._listener = self._sound = None
        self.stop_waiting()
        if not self.over and not self.taken_by:
            self.bridge.give_back()

    def start_waiting(self) -> None:
        """The waiting sound, from now on."""
        if self.over:
            return
        if not self.bridge.waiting:
            self._tell(events.WaitingStarted(call_id=self._call_id))
        self._sound = self._sound or WaitingSound(chimes(self.sample_rate), self.sample_rate)
        self.bridge.play(self._sound)

    def stop_waiting(self) -> None:
        """No more of it."""
        if self.bridge.waiting:
            self.bridge.play(None)
            self._tell(events.WaitingEnded(call_id=self._call_id))

    def _wait_if_alone(self) -> None:
        """A caller who hears nobody hears the waiting sound."""
        if not self.with_a_person:
            self.start_waiting()
