"""The bridge in figures: delay it adds, drift, clicks, who hears whom, and how many bridges two cores carry.

Everything but the last is measured on a driven clock, from what each leg's far end hears; the last in real time.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from telephony.audio import Pcm
from telephony.bridge.bridge import Bridge
from telephony.bridge.parts import Part
from telephony.bridge.skewed_leg import SkewedLeg, chirp, chirps
from telephony.clock import Beat, ManualBeat, RealBeat
from telephony.leg import AudioFrame, LegClosed

_SETTLE = 4
"""Turns of the loop a beat: enough for a leg, its reader and the mix."""
TONES = {"caller": 400, "voice_agent": 700, "human_agent": 1000, "supervisor": 1500}
"""Hz: far enough apart to be told from each other, low enough for a telephone."""
_LOUD = 4000


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds that the bridge adds to a bare relay of frames between the same two legs."""

    person_to_caller: float
    caller_to_person: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Of a person whose clock runs off, over the time of a whole call."""

    ppm: float
    late: float
    """Share of their packets that came late."""
    minutes: float
    first_ms: float
    """Delay of the first marks, of the last ones, and the most and least in between."""
    last_ms: float
    least_ms: float
    most_ms: float
    gaps: int
    """How often nothing was there to be mixed."""

    @property
    def drift_ms(self) -> float:
        """From the first minute to the last."""
        return self.last_ms - self.first_ms


@dataclass(frozen=True, slots=True)
class Clicks:
    """The largest step between two samples at joins, leaves and changes, as a multiple of the signal's own."""

    to_caller: float
    to_person: float


@dataclass(frozen=True, slots=True)
class Load:
    """Real time."""

    bridges: int
    seconds: float
    late_frames: int
    """Mixes more than 20 ms late."""
    frames: int
    lateness_p99_ms: float
    cpu_cores: float
    underruns: int
    """Holes in what the legs' far ends heard."""


@dataclass(frozen=True, slots=True)
class BridgeFigures:
    """All of it."""

    delays: dict[str, Delays]
    """By the person's sample rate."""
    drifts: tuple[Drift, ...]
    clicks: Clicks
    load: Load | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "added_delay_ms": {rate: asdict(delays) for rate, delays in self.delays.items()},
            "drifts": {
                f"{drift.ppm:+g} ppm{', late packets' if drift.late else ''}": {
                    **asdict(drift),
                    "drift_ms": round(drift.drift_ms, 1),
                }
                for drift in self.drifts
            },
            "largest_step": asdict(self.clicks),
            "load": asdict(self.load) if self.load else None,
        }


def tone(hertz: float, seconds: float, sample_rate: int) -> Pcm:
    """A steady tone."""
    wave = _LOUD * np.sin(2 * np.pi * hertz * np.arange(int(seconds * sample_rate)) / sample_rate)
    steady: Pcm = np.rint(wave).astype(np.int16)
    return steady


def levels(heard: bytes, sample_rate: int) -> dict[str, float]:
    """How loud each participant's tone is in a recording: 1.0 is as loud as it was spoken."""
    samples = np.frombuffer(bytes(heard), np.int16).astype(np.float64)
    at = np.arange(len(samples)) / sample_rate
    window = np.hanning(len(samples))
    scale = 2 / (window.sum() * _LOUD)
    return {
        who: float(scale * abs(np.dot(samples * window, np.exp(-2j * np.pi * hertz * at))))
        for who, hertz in TONES.items()
    }


class Room:
    """A caller, a voice agent and whoever joins, on a clock that is driven."""

    def __init__(self, speech: Pcm, *, ppm: float = 0.0) -> None:
        self.beat = ManualBeat()
        self.caller = SkewedLeg(self.beat, speech, ppm=ppm)
        self.tapped: list[tuple[bytes, bytes]] = []
        self.voice_agent_heard = bytearray()
        self.bridge = Bridge(self.caller, self.beat, tap=lambda heard, spoken: self.tapped.append((heard, spoken)))
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Room:
        await self.bridge.seat.answer()
        self._listening = asyncio.create_task(self._listen(), name="voice agent")
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.bridge.close()
        await self.caller.hang_up()
        if self._listening is not None:
            await self._listening

    async def join(
        self, name: str, speech: Pcm, part: Part, *, sample_rate: int = 16_000, ppm: float = 0.0, late: float = 0.0
    ) -> SkewedLeg:
        """Somebody joins."""
        leg = SkewedLeg(self.beat, speech, sample_rate=sample_rate, ppm=ppm, late=late)
        await leg.answer()
        self.bridge.join(name, leg, part)
        return leg

    async def passes(self, seconds: float) -> None:
        """Time of the line."""
        await self.beat.advance(seconds, settle=_SETTLE)

    async def last(self, leg: SkewedLeg, seconds: float) -> bytes:
        """What a leg's far end hears in the next so many seconds, after a moment of settling."""
        await self.passes(0.2)
        at = len(leg.heard)
        await self.passes(seconds)
        return bytes(leg.heard[at:])

    async def _listen(self) -> None:
        while not isinstance(incident := await self.bridge.seat.receive(), LegClosed):
            if isinstance(incident, AudioFrame):
                self.voice_agent_heard += incident.heard


# ── delay ──────────


async def measure_delays(sample_rate: int) -> Delays:
    """Against frames that are handed from one leg to the other without any bridge."""
    async with Room(chirps(10, 8000)) as room:
        person = await room.join("person", chirps(10, sample_rate), Part.HUMAN_AGENT, sample_rate=sample_rate)
        await room.passes(9)
        to_caller = np.median(arrivals(person, room.caller, 1.0))
        to_person = np.median(arrivals(room.caller, person, 1.0))
    bare = await _relayed_ms()
    return Delays(round(float(to_caller) - bare, 1), round(float(to_person) - bare, 1))


async def _relayed_ms() -> float:
    beat = ManualBeat()
    one, other = SkewedLeg(beat, chirps(10, 8000)), SkewedLeg(beat, chirps(10, 8000))
    await one.answer()
    await other.answer()

    async def relay() -> None:
        while not isinstance(incident := await one.receive(), LegClosed):
            if isinstance(incident, AudioFrame):
                other.send(incident.heard)

    relaying = asyncio.create_task(relay(), name="relay")
    await beat.advance(9, settle=_SETTLE)
    delays = arrivals(one, other, 1.0)
    await one.hang_up()
    await relaying
    return float(np.median(delays))


def arrivals(speaker: SkewedLeg, listener: SkewedLeg, every_s: float) -> npt.NDArray[np.float64]:
    """Delay of each mark in ms, from its arrival on our side of the speaker's leg to the listener's far end.

    NaN where a mark did not arrive.
    """
    rate = listener.sample_rate
    heard = np.frombuffer(bytes(listener.heard), np.int16).astype(np.float64)
    mark = chirp(rate).astype(np.float64)
    delays = []
    for came_at in speaker.put_at[:: round(every_s * 50)]:
        start = round((came_at - (listener.heard_from or 0.0)) * rate)
        window = heard[start : start + rate // 2] if start >= 0 else heard[:0]
        if len(window) < rate // 2:
            continue
        likeness = np.correlate(window, mark, "valid")
        found = likeness.max() > 0.25 * np.dot(mark, mark)
        delays.append(int(np.argmax(likeness)) / rate * 1000 if found else np.nan)
    return np.array(delays)


# ── drift ──────────


async def measure_drift(ppm: float, minutes: float = 10.0, *, late: float = 0.0) -> Drift:
    """A person whose clock runs off, and some of whose packets are late, talks to the caller for a whole call."""
    seconds = minutes * 60
    async with Room(np.zeros(0, np.int16)) as room:
        marks = chirps(seconds + 10, 16_000, every_s=2.0)
        person = await room.join("person", marks, Part.HUMAN_AGENT, ppm=ppm, late=late)
        await room.passes(seconds)
        delays = arrivals(person, room.caller, 2.0)
        gaps = room.bridge.gaps("person")
    delays = delays[~np.isnan(delays)][2:]
    minute = 30
    return Drift(
        ppm=ppm,
        late=late,
        minutes=minutes,
        first_ms=round(float(np.median(delays[:minute])), 1),
        last_ms=round(float(np.median(delays[-minute:])), 1),
        least_ms=round(float(delays.min()), 1),
        most_ms=round(float(delays.max()), 1),
        gaps=gaps,
    )


# ── clicks ──────────


async def measure_clicks() -> Clicks:
    """Everybody speaks a steady tone while people join, change and leave, and the voice agent is taken over."""
    async with Room(tone(TONES["caller"], 60, 8000)) as room:
        room.bridge.seat.send(tone(TONES["voice_agent"], 60, 8000).tobytes())
        await room.passes(1.003)
        listener = await room.join("listener", np.zeros(0, np.int16), Part.LISTEN)
        await room.passes(1)
        await room.join("person", tone(TONES["human_agent"], 60, 16_000), Part.HUMAN_AGENT)
        await room.passes(1)
        await room.join("boss", tone(TONES["supervisor"], 60, 8000), Part.WHISPER, sample_rate=8000)
        for part in (Part.BARGE, Part.LISTEN, Part.BARGE):
            await room.passes(0.7)
            room.bridge.change("boss", part)
        await room.passes(0.7)
        room.bridge.silence_voice_agent()
        await room.passes(0.7)
        room.bridge.give_back()
        for name in ("person", "boss"):
            leaving = asyncio.create_task(room.bridge.leave(name))
            await room.passes(0.7)
            await (await leaving).hang_up()
        to_caller = _step(bytes(room.caller.heard), 8000, ("voice_agent", "human_agent", "supervisor"))
        to_person = _step(bytes(listener.heard), 16_000, tuple(TONES))
    return Clicks(to_caller, to_person)


def _step(heard: bytes, sample_rate: int, voices: tuple[str, ...]) -> float:
    """The largest step between two samples, over the largest that the voices heard could make together."""
    samples = np.frombuffer(heard, np.int16).astype(np.float64)
    possible = sum(2 * _LOUD * np.sin(np.pi * TONES[voice] / sample_rate) for voice in voices)
    return round(float(np.abs(np.diff(samples)).max() / possible), 3)


# ── load ──────────


async def measure_load(bridges: int, seconds: float) -> Load:
    """So many three-way bridges at once in this process: caller, human agent in wideband, a supervisor who listens."""
    beat = RealBeat()
    rooms = [await _three_way(beat, seconds, number) for number in range(bridges)]
    await asyncio.sleep(1.0)
    for _caller, bridge, _legs, _task in rooms:
        bridge.late_frames = bridge.frames = 0
        bridge.lateness_s.clear()
    cpu, began = time.process_time(), time.perf_counter()
    holes = sum(leg.underruns for _caller, _bridge, legs, _task in rooms for leg in legs)
    await asyncio.sleep(seconds)
    cpu, took = time.process_time() - cpu, time.perf_counter() - began
    lateness = np.concatenate([np.array(bridge.lateness_s) for _caller, bridge, _legs, _task in rooms])
    figures = Load(
        bridges=bridges,
        seconds=round(took, 1),
        late_frames=sum(bridge.late_frames for _caller, bridge, _legs, _task in rooms),
        frames=sum(bridge.frames for _caller, bridge, _legs, _task in rooms),
        lateness_p99_ms=round(float(np.percentile(lateness, 99)) * 1000, 1),
        cpu_cores=round(cpu / took, 2),
        underruns=sum(leg.underruns for _caller, _bridge, legs, _task in rooms for leg in legs) - holes,
    )
    for caller, bridge, _legs, task in rooms:
        await bridge.close()
        await caller.hang_up()
        await task
    return figures


_RunningRoom = tuple[SkewedLeg, Bridge, list[SkewedLeg], "asyncio.Task[None]"]


async def _three_way(beat: Beat, seconds: float, number: int) -> _RunningRoom:
    caller = SkewedLeg(beat, tone(TONES["caller"], seconds + 5, 8000), ppm=100, late=0.01, seed=number)
    bridge = Bridge(caller, beat)
    await bridge.seat.answer()

    async def listen() -> None:
        while not isinstance(await bridge.seat.receive(), LegClosed):
            pass

    listening = asyncio.create_task(listen(), name="voice agent")
    legs = [caller]
    for name, part in (("human_agent", Part.HUMAN_AGENT), ("supervisor", Part.LISTEN)):
        speech = tone(TONES[name], seconds + 5, 16_000)
        leg = SkewedLeg(beat, speech, sample_rate=16_000, ppm=-100, late=0.01, seed=1000 + number)
        await leg.answer()
        bridge.join(name, leg, part)
        legs.append(leg)
    return caller, bridge, legs, listening


async def measure_bridge(*, bridges: int, seconds: float, minutes: float) -> BridgeFigures:
    """All figures."""
    delays = {f"{rate} Hz": await measure_delays(rate) for rate in (8000, 16_000, 48_000)}
    cases = ((-300.0, 0.0), (0.0, 0.0), (300.0, 0.0), (300.0, 0.02))
    drifts = tuple([await measure_drift(ppm, minutes, late=late) for ppm, late in cases])
    clicks = await measure_clicks()
    return BridgeFigures(delays, drifts, clicks, await measure_load(bridges, seconds) if bridges else None)
