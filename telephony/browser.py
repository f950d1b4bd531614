"""A person's browser as a :class:`~telephony.leg.CallLeg`: WebRTC by aiortc, one offer in, one answer out.

Who signals (the console's page and its API) passes the SDP; audio is opus both ways. The browser keeps a microphone
that is off sending silence (``track.enabled = false``): a leg that hears nothing at all for some seconds has lost its
far end, and closes.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError

from telephony.audio import frame_bytes
from telephony.clock import Beat
from telephony.errors import LegGone, TelephonyError
from telephony.ice import IceServer
from telephony.leg import FRAME_MS, CloseReason, LegClosed, LegIncident, TransferOutcome
from telephony.line import Line

_CONNECT_S = 15.0
_MEDIA_LOST_S = 5.0
"""ICE alone takes half a minute to notice a browser that has vanished."""
_MOST_WAITING = 10
"""Frames for the network when it does not take them: older ones go."""
_numbers = itertools.count(1)


class BrowserLeg:
    """Made by :meth:`accept`. ``answer_sdp`` goes back to the browser; then :meth:`answer` waits for the audio."""

    def __init__(
        self, beat: Beat, *, sample_rate: int = 16_000, remote: str = "browser", ice_servers: Sequence[IceServer] = ()
    ) -> None:
        """``ice_servers``: without any, nobody outside is asked for our address."""
        self._beat = beat
        self._line = Line(sample_rate)
        self._remote = remote
        self._number = next(_numbers)
        # aiortc would ask a public server by default.
        servers = [
            RTCIceServer(urls=each.url, username=each.username or None, credential=each.credential or None)
            for each in ice_servers
        ]
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._peer.on("track", self._on_track)
        self._peer.on("connectionstatechange", self._on_state)
        self._voice = _Voice(sample_rate)
        self._reader: asyncio.Task[None] | None = None
        self._flowing = asyncio.Event()
        self._quiet_beats = 0
        self._closing: asyncio.Task[None] | None = None
        self.answer_sdp = ""
        """Our answer, once the offer has been accepted."""

    @classmethod
    async def accept(
        cls,
        offer_sdp: str,
        beat: Beat,
        *,
        sample_rate: int = 16_000,
        remote: str = "browser",
        ice_servers: Sequence[IceServer] = (),
    ) -> BrowserLeg:
        """A leg for a browser's offer, its candidates included. Raises TelephonyError where it is none with audio."""
        leg = cls(beat, sample_rate=sample_rate, remote=remote, ice_servers=ice_servers)
        try:
            await leg._negotiate(offer_sdp)
        except (ValueError, InvalidStateError, AttributeError, IndexError, KeyError) as error:
            # What aiortc raises for an offer that is none is as various as what such an offer may hold.
            await leg.hang_up()
            raise TelephonyError(f"expected a WebRTC offer with audio, got {type(error).__name__}: {error}") from error
        return leg

    async def _negotiate(self, offer_sdp: str) -> None:
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp=offer_sdp, type="offer"))
        audio = next((one for one in self._peer.getTransceivers() if one.kind == "audio"), None)
        if audio is None:
            raise ValueError("no audio in it")
        audio.sender.replaceTrack(self._voice)
        audio.direction = "sendrecv"
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        self.answer_sdp = self._peer.localDescription.sdp

    # ── CallLeg ──────────

    @property
    def leg_id(self) -> str:
        """Unique in this process."""
        return f"browser-{self._number}"

    @property
    def remote(self) -> str:
        """As given: the account whose browser it is."""
        return self._remote

    @property
    def sample_rate(self) -> int:
        """Hz, as given."""
        return self._line.sample_rate

    @property
    def pending_s(self) -> float:
        """Seconds of speech that have not been handed to the network."""
        return self._line.queued_s + self._voice.waiting_s

    @property
    def ahead_s(self) -> float:
        """The same: each frame goes to the network on its beat."""
        return self.pending_s

    async def answer(self) -> None:
        """Wait until audio flows both ways. Raises LegGone when that does not come to be."""
        try:
            async with asyncio.timeout(_CONNECT_S):
                await self._flowing.wait()
        except TimeoutError:
            await self._close(CloseReason.FAILED, "no connection to the browser")
        if self._line.closed is not None:
            raise LegGone("the browser could not be reached, or left at once")

    async def refuse(self) -> None:
        """Nothing rings in a browser of ours: the connection is closed."""
        await self._close(CloseReason.REFUSED, "")

    async def receive(self) -> LegIncident:
        """See :class:`telephony.leg.CallLeg`."""
        return await self._line.receive()

    def send(self, pcm: bytes) -> None:
        """See :class:`telephony.leg.CallLeg`."""
        self._line.send(pcm)

    def flush(self) -> float:
        """See :class:`telephony.leg.CallLeg`."""
        self._voice.clear()
        return self._line.flush()

    async def send_digits(self, keys: str) -> None:
        """A browser has no use for keys."""

    async def hold(self) -> None:
        """Holding is the bridge's business: a browser only listens and speaks."""

    async def resume(self) -> None:
        """See :meth:`hold`."""

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """A browser cannot be sent elsewhere."""
        return TransferOutcome.NOT_SUPPORTED

    async def hang_up(self) -> None:
        """Close the connection. Idempotent."""
        await self._close(CloseReason.WE_HUNG_UP, "")

    # ── the browser's side ──────────

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._reader is None:
            self._reader = asyncio.get_running_loop().create_task(self._read(track), name="browser audio")

    async def _read(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=self.sample_rate)
        try:
            while True:
                frame = await track.recv()
                if not isinstance(frame, av.AudioFrame):
                    continue
                self._start()
                self._quiet_beats = 0
                for part in resampler.resample(frame):
                    self._line.hear(part.to_ndarray().astype(np.int16).tobytes())
        except MediaStreamError:
            await self._close(CloseReason.CALLER_HUNG_UP, "the browser's audio ended")

    def _start(self) -> None:
        if not self._flowing.is_set() and self._line.closed is None:
            self._flowing.set()
            self._beat.join(self._tick)

    async def _on_state(self) -> None:
        state = self._peer.connectionState
        if state == "failed":
            await self._close(CloseReason.MEDIA_LOST, "ICE failed")
        elif state == "closed":
            await self._close(CloseReason.CALLER_HUNG_UP, "the browser closed the connection")

    def _tick(self) -> None:
        self._quiet_beats += 1
        self._voice.put(self._line.due(self._voice.waiting_frames))
        self._voice.beat()
        self._line.tick()
        if self._quiet_beats * FRAME_MS / 1000 > _MEDIA_LOST_S and self._closing is None:
            lost = self._close(CloseReason.MEDIA_LOST, "no audio from the browser")
            self._closing = asyncio.get_running_loop().create_task(lost, name="browser lost")

    def _end(self, reason: CloseReason, detail: str) -> None:
        """Nothing more is heard or said."""
        self._beat.leave(self._tick)
        self._line.tell(LegClosed(reason, detail))
        self._flowing.set()

    async def _close(self, reason: CloseReason, detail: str) -> None:
        self._end(reason, detail)
        self._voice.stop()
        reader, self._reader = self._reader, None
        if reader is not None and reader is not asyncio.current_task():
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await self._peer.close()


class _Voice(MediaStreamTrack):
    """What the browser hears: one frame a beat, silence where there is nothing to say."""

    kind = "audio"

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self._rate = sample_rate
        self._size = frame_bytes(sample_rate)
        self._queued: deque[bytes] = deque()
        self._for_network: asyncio.Queue[bytes] = asyncio.Queue()
        self._samples = 0

    @property
    def waiting_frames(self) -> int:
        """Frames that have not been given to the network."""
        return len(self._queued)

    @property
    def waiting_s(self) -> float:
        """The same in seconds."""
        return len(self._queued) * FRAME_MS / 1000

    def put(self, pcm: bytes) -> None:
        """Whole frames of speech."""
        for start in range(0, len(pcm), self._size):
            self._queued.append(pcm[start : start + self._size])

    def clear(self) -> None:
        """Say nothing of what waits."""
        self._queued.clear()

    def beat(self) -> None:
        """20 ms have passed."""
        if self._for_network.qsize() >= _MOST_WAITING:
            self._for_network.get_nowait()
        self._for_network.put_nowait(self._queued.popleft() if self._queued else bytes(self._size))

    async def recv(self) -> av.AudioFrame:
        """For aiortc: the next frame, when it is due."""
        pcm = await self._for_network.get()
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._samples
        self._samples += frame.samples
        return frame
