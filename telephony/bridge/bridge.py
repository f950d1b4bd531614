"""Several people on one call, mixed every 20 ms.

    caller's leg ◄── mix ── Bridge ──► human agent's leg, supervisors' legs
          │                   │
          └──── frames ────► seat ◄──► the voice agent's pipeline

A bridge is there for every call from its beginning and costs nothing while caller and voice agent are alone: frames and
speech pass straight through the :class:`~telephony.bridge.seat.Seat`. Mixing runs on the shared beat while somebody has
joined, a waiting sound plays or something is announced; to the caller only while they hear anybody but the voice agent.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from telephony.audio import frame_bytes
from telephony.bridge.elastic import ElasticBuffer
from telephony.bridge.mixing import Frame, as_frame, ramp
from telephony.bridge.outlet import Outlet
from telephony.bridge.participant import Participant
from telephony.bridge.parts import Part, hears, reaches_caller
from telephony.bridge.seat import Seat
from telephony.bridge.waiting import WaitingSound
from telephony.clock import Beat
from telephony.errors import BridgeError, LegGone
from telephony.leg import FRAME_MS, AudioFrame, CallLeg, CloseReason, LegClosed

Tap = Callable[[bytes, bytes], None]
"""Told of each 20 ms of the caller's line: what they said, and all that they heard. 16-bit mono at the leg's rate."""
OnLeft = Callable[[str, Part, LegClosed], None]
"""A person's leg has closed by itself: name, part, why. They are off the bridge already."""
OnKey = Callable[[str, str], None]
"""A person pressed a key: name, key."""

_CALLER, _VOICE_AGENT, _SOUNDED = "\0caller", "\0voice agent", "\0voice agent as it sounded"
_WAITING, _ANNOUNCEMENT = "\0waiting sound", "\0announcement"
_LEAVE_S = 1.0


def _nobody(*_news: object) -> None:
    """Tell nobody."""


class Bridge:
    """One call's bridge. On the event loop only; make it before the caller is answered, and :meth:`close` it."""

    def __init__(
        self, caller: CallLeg, beat: Beat, *, tap: Tap = _nobody, on_left: OnLeft = _nobody, on_key: OnKey = _nobody
    ) -> None:
        self.seat = Seat(caller, self._on_caller_frame, self._on_caller_closed)
        """The voice agent's leg."""
        self.frames = 0
        """Mixes made."""
        self.late_frames = 0
        """Of them, those that came more than a beat late."""
        self.lateness_s: deque[float] = deque(maxlen=3000)
        """How late the last of them were, in seconds."""
        self._caller = caller
        self._beat = beat
        self._tap = tap
        self._on_left = on_left
        self._on_key = on_key
        self._people: dict[str, Participant] = {}
        self._closed = False
        self._ticking = False
        self._mixing_for_caller = False
        self._ignore_spoken = 0
        self._gains: dict[tuple[str, str], bool] = {}
        self._sound: WaitingSound | None = None
        self._announcement = bytearray()
        self._announced = asyncio.Event()
        self._announced.set()
        self._from_caller: ElasticBuffer | None = None
        self._from_voice_agent: ElasticBuffer | None = None
        self._to_caller: Outlet | None = None

    # ── people ──────────

    @property
    def people(self) -> Mapping[str, Part]:
        """Who has joined, by name; not the caller, not the voice agent."""
        return {name: person.part for name, person in self._people.items() if not person.leaving}

    def join(self, name: str, leg: CallLeg, part: Part) -> None:
        """Let an answered leg take part. They fade in, hear and are heard from the next beat on.

        Raises BridgeError where somebody has that name, LegGone where the call is over.
        """
        if self._closed:
            raise LegGone("the call is over")
        if name in self._people:
            raise BridgeError(f"expected a name that is new on this bridge, got {part.value}'s twice")
        self._people[name] = Participant(
            name, leg, part, self._caller.sample_rate, on_closed=self._on_person_closed, on_key=self._on_key
        )
        self._keep_time()

    def change(self, name: str, part: Part) -> None:
        """Let somebody take part in another way. Raises BridgeError where nobody has that name."""
        self._person(name).part = part

    async def leave(self, name: str) -> CallLeg:
        """Fade somebody out and give their leg back, still up. Raises BridgeError where nobody has that name."""
        person = self._person(name)
        person.leaving = True
        if not self._ticking:
            self._remove(person)
        try:
            async with asyncio.timeout(_LEAVE_S):
                await person.gone.wait()
        except TimeoutError:
            self._remove(person)
        await person.stop()
        return person.leg

    def gaps(self, name: str) -> int:
        """How often nothing had come from somebody when it was to be mixed. Raises BridgeError."""
        return self._person(name).inbox.gaps

    def _person(self, name: str) -> Participant:
        person = self._people.get(name)
        if person is None or person.leaving:
            raise BridgeError("expected the name of somebody on this bridge, got another")
        return person

    # ── the voice agent ──────────

    @property
    def voice_agent_on(self) -> bool:
        """Whether the voice agent hears the caller and is heard."""
        return self.seat.on

    def silence_voice_agent(self) -> None:
        """It fades out at once, what it had to say is gone, and it hears only silence. Idempotent."""
        self.seat.switch(False)

    def give_back(self) -> None:
        """The voice agent hears and is heard again. Idempotent."""
        self.seat.switch(True)

    # ── waiting ──────────

    @property
    def waiting(self) -> bool:
        """Whether the caller hears the waiting sound."""
        return self._sound is not None

    def play(self, sound: WaitingSound | None) -> None:
        """The caller hears it from now on, whoever else speaks; None: no more."""
        self._sound = sound
        self._keep_time()

    async def announce(self, pcm: bytes) -> None:
        """Say something (16-bit mono at the caller's rate) to the caller over whatever sounds; returns when it has.

        A waiting sound is lowered meanwhile. Returns at once where the call is over.
        """
        if self._closed or not pcm:
            return
        self._announcement += pcm
        self._announced.clear()
        self._keep_time()
        await self._announced.wait()

    # ── the end ──────────

    async def close(self) -> None:
        """The call is over: let everybody go, and hang up their legs. Idempotent."""
        self._on_caller_closed(None)
        people, self._people = list(self._people.values()), {}
        for person in people:
            await person.stop()
            person.gone.set()
            await person.leg.hang_up()

    # ── what legs tell ──────────

    def _on_caller_frame(self, frame: AudioFrame) -> None:
        self._tap(frame.heard, frame.spoken)
        if not self._ticking or self._from_caller is None or self._from_voice_agent is None:
            return
        self._from_caller.put(as_frame(frame.heard))
        if self._ignore_spoken:
            self._ignore_spoken -= 1
        elif not self._mixing_for_caller or self._outlet.draining:
            self._from_voice_agent.put(as_frame(frame.spoken))

    def _on_caller_closed(self, _closed: LegClosed | None) -> None:
        self._closed = True
        self._sound = None
        self._announcement.clear()
        self._announced.set()
        if self._ticking:
            self._ticking = False
            self._beat.leave(self._on_beat)

    def _on_person_closed(self, person: Participant, closed: LegClosed) -> None:
        # Nothing more comes from them; the elastic buffer fades out what did.
        told = not person.leaving
        person.leaving = True
        self._remove(person)
        if told:
            self._on_left(person.name, person.part, closed)

    def _remove(self, person: Participant) -> None:
        if self._people.get(person.name) is person:
            del self._people[person.name]
        self._gains = {pair: on for pair, on in self._gains.items() if person.name not in pair}
        person.gone.set()

    # ── every 20 ms ──────────

    @property
    def _outlet(self) -> Outlet:
        assert self._to_caller is not None
        return self._to_caller

    def _keep_time(self) -> None:
        """Tick while there is something to mix."""
        if self._ticking or self._closed:
            return
        rate = self._caller.sample_rate
        self._from_caller = ElasticBuffer(rate)
        self._from_voice_agent = ElasticBuffer(rate)
        self._to_caller = Outlet(self._caller, rate)
        self._gains = {(_VOICE_AGENT, _CALLER): True}
        self._ticking = True
        self._beat.join(self._on_beat)

    def _on_beat(self) -> None:
        # After the legs' own ticks, and after those who read them have been woken: a beat less of delay.
        asyncio.get_running_loop().call_soon(self._mix, self._beat.due)

    def _mix(self, due: float) -> None:
        if not self._ticking:
            return
        late_s = self._beat.now() - due
        self.frames += 1
        self.late_frames += late_s > FRAME_MS / 1000
        self.lateness_s.append(late_s)
        self._decide_how_caller_is_served()
        mixed = self._mixing_for_caller and not self._outlet.draining
        voices = self._voices(mixed)
        for person in tuple(self._people.values()):
            mix = self._heard_by(person.name, self._part_of(person), voices)
            try:
                person.outlet.send(mix)
            except Exception as error:  # noqa: BLE001 - whatever breaks one leg, the caller and the others go on
                self._on_person_closed(person, LegClosed(CloseReason.FAILED, type(error).__name__))
        if mixed:
            self._outlet.send(self._heard_by(_CALLER, Part.CALLER, voices))
            self.seat.sounded(voices[_VOICE_AGENT][1] is not None)
        if not self._announcement:
            self._announced.set()
        self._let_go(person for person in self._people.values() if person.leaving)
        self._rest_if_alone()

    def _decide_how_caller_is_served(self) -> None:
        others = any(reaches_caller(person.part) for person in self._people.values())
        wanted = others or self._sound is not None or bool(self._announcement) or not self.seat.on
        still_sounding = any(on for (speaker, listener), on in self._gains.items() if _others(speaker, listener))
        if wanted and not self._mixing_for_caller:
            self._mixing_for_caller = True
            self._outlet.restart()
            self.seat.go_mixed()
        elif self._mixing_for_caller and not wanted and not still_sounding:
            self._mixing_for_caller = False
            self._ignore_spoken = round(self._caller.ahead_s / 0.02) + 1
            self.seat.go_direct()

    def _voices(self, mixed: bool) -> dict[str, tuple[Part, Frame | None]]:
        assert self._from_caller is not None and self._from_voice_agent is not None
        # Mixed, the voice agent is heard as it speaks; before that, as it sounds on the caller's line.
        agent = self.seat.next_frame() if mixed else None
        if agent is not None:
            self._from_voice_agent.clear()
        sounded = self._from_voice_agent.take()
        announcement = self._next_announcement() if mixed or not self._mixing_for_caller else None
        voices: dict[str, tuple[Part, Frame | None]] = {
            _CALLER: (Part.CALLER, self._from_caller.take()),
            _VOICE_AGENT: (Part.VOICE_AGENT, agent),
            _SOUNDED: (Part.VOICE_AGENT, sounded),
            _ANNOUNCEMENT: (Part.WAITING_SOUND, announcement),
        }
        for person in self._people.values():
            voices[person.name] = (self._part_of(person), person.inbox.take())
        if self._sound is not None:
            said = announcement is not None or agent is not None
            samples = frame_bytes(self._caller.sample_rate) // 2
            voices[_WAITING] = (Part.WAITING_SOUND, self._sound.next(samples, lowered=said))
        return voices

    def _next_announcement(self) -> Frame | None:
        if not self._announcement:
            return None
        size = frame_bytes(self._caller.sample_rate)
        frame = as_frame(bytes(self._announcement[:size]).ljust(size, b"\0"))
        del self._announcement[:size]
        return frame

    def _part_of(self, person: Participant) -> Part:
        return Part.ASIDE if person.leaving else person.part

    def _heard_by(self, name: str, part: Part, voices: Mapping[str, tuple[Part, Frame | None]]) -> Frame:
        samples = frame_bytes(self._caller.sample_rate) // 2
        mix = np.zeros(samples, np.float32)
        listening = part is not Part.ASIDE
        for speaker, (role, frame) in voices.items():
            if speaker == name or (name == _CALLER and speaker == _SOUNDED):
                continue
            on = listening and hears(part, role) and (role is not Part.VOICE_AGENT or self.seat.on)
            was = self._gains.get((speaker, name), False)
            # A voice that comes out of nothing fades in; only what the caller's own line goes on with does not.
            self._gains[speaker, name] = on and (frame is not None or (speaker, name) == (_VOICE_AGENT, _CALLER))
            if frame is None or not (on or was):
                continue
            mix += frame if on and was else frame * ramp(samples, self._caller.sample_rate, up=on)
        return mix

    def _let_go(self, leaving: Iterable[Participant]) -> None:
        for person in tuple(leaving):
            self._remove(person)

    def _rest_if_alone(self) -> None:
        if not (self._people or self._sound or self._announcement or self._mixing_for_caller):
            self._ticking = False
            self._beat.leave(self._on_beat)


def _others(speaker: str, listener: str) -> bool:
    return listener == _CALLER and speaker != _VOICE_AGENT
