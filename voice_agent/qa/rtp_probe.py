"""RTP end points for measurements: note when each packet came, and speak a recording back at the sender.

Arrival times are the kernel's (SO_TIMESTAMPNS), so a busy measuring process does not look like a late hotline.
"""

from __future__ import annotations

import random
import selectors
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from telephony.audio import Pcm, to_ulaw

_FRAME = 160
_FRAME_S = 0.02
_RTP = struct.Struct("!BBHII")
_TIMESPEC = struct.Struct("qq")
_SO_TIMESTAMPNS = getattr(socket, "SO_TIMESTAMPNS", 35)
_SILENCE = b"\xff" * _FRAME


@dataclass(slots=True)
class RtpEnd:
    """One call's media as the far end meets it."""

    sock: socket.socket
    arrivals_s: list[float] = field(default_factory=list)
    """Wall-clock time of each packet."""
    heard: list[bytes] = field(default_factory=list)
    """Each packet's G.711 payload, as many as ``arrivals_s``."""
    speech: list[bytes] = field(default_factory=list)
    """What is still to be spoken here, a packet each."""
    cue_s: float = 0.0
    """It is spoken so long after the first audible packet came."""
    sent_s: list[float] = field(default_factory=list)
    """Wall-clock time at which each packet of it was sent."""
    heard_since: float | None = None
    """Wall-clock time of the first audible packet."""
    audible: int = 0
    """Packets that held more than silence."""
    peer: tuple[str, int] | None = None
    sequence: int = 0
    ssrc: int = field(default_factory=lambda: random.getrandbits(32))

    @property
    def port(self) -> int:
        """UDP port."""
        return int(self.sock.getsockname()[1])

    def forget(self) -> None:
        """Begin anew: what came so far was for another call, which had the same port before."""
        self.arrivals_s.clear()
        self.heard.clear()
        self.sent_s.clear()
        self.heard_since = None
        self.audible = 0

    def gaps_ms(self) -> list[float]:
        """Milliseconds between packets, the first few (call set-up) left out."""
        return [float(gap) for gap in np.diff(self.arrivals_s[5:]) * 1000]


class RtpProbe:
    """``with RtpProbe(10, speech) as probe:`` – ``probe.ends`` have the ports to offer in SDP."""

    def __init__(self, calls: int, speech: Pcm, *, speaks_after_s: float = 6.0, mute: bool = False) -> None:
        """``speech``: 8 kHz, shape (n,); spoken once on each call. ``mute``: not a packet is ever sent."""
        self._mute = mute
        self.ends = [RtpEnd(_socket()) for _ in range(calls)]
        self._frames = _packets(speech)
        self._speaks_after = round(speaks_after_s / _FRAME_S)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtp probe", daemon=True)

    def __enter__(self) -> RtpProbe:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        for end in self.ends:
            end.sock.close()

    def _run(self) -> None:
        with selectors.DefaultSelector() as ready:
            for end in self.ends:
                ready.register(end.sock, selectors.EVENT_READ, end)
            next_at = time.monotonic()
            while not self._stop.is_set():
                for key, _ in ready.select(max(0.0, next_at - time.monotonic())):
                    _receive(key.data)
                if time.monotonic() >= next_at:
                    next_at += _FRAME_S
                    for end in self.ends:
                        self._send(end)

    def _send(self, end: RtpEnd) -> None:
        if end.peer is None or self._mute:
            return
        payload = self._payload(end)
        header = _RTP.pack(0x80, 0, end.sequence & 0xFFFF, end.sequence * _FRAME & 0xFFFFFFFF, end.ssrc)
        end.sequence += 1
        end.sock.sendto(header + payload, end.peer)

    def _payload(self, end: RtpEnd) -> bytes:
        index = end.sequence - self._speaks_after
        return self._frames[index] if 0 <= index < len(self._frames) else _SILENCE


class ClipProbe(RtpProbe):
    """Each call speaks a clip of its own, so long after the far end's first sound; all that is heard is kept."""

    def __init__(self, clips: Sequence[tuple[Pcm, float]]) -> None:
        """``clips``: 8 kHz speech, shape (n,), and its cue in seconds, one for each call."""
        super().__init__(len(clips), np.zeros(0, np.int16))
        for end, (clip, cue_s) in zip(self.ends, clips, strict=True):
            end.speech = _packets(np.pad(clip, (0, -len(clip) % _FRAME)))
            end.cue_s = cue_s

    def _payload(self, end: RtpEnd) -> bytes:
        now = time.time()
        said = len(end.sent_s)
        if said == len(end.speech):
            return _SILENCE
        if not said and (end.heard_since is None or now < end.heard_since + end.cue_s):
            return _SILENCE
        end.sent_s.append(now)
        return end.speech[said]


def _socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


def _receive(end: RtpEnd) -> None:
    while True:
        try:
            data, ancillary, _flags, peer = end.sock.recvmsg(2048, socket.CMSG_SPACE(_TIMESPEC.size))
        except BlockingIOError:
            return
        if _is_rtcp(data):
            # The far end reports to the port above that of its call, which may be another call's here.
            continue
        if end.peer not in (None, peer):
            end.forget()
        end.peer = peer
        payload = data[_RTP.size :]
        audible = _is_audible(payload)
        end.audible += audible
        for _level, kind, stamp in ancillary:
            if kind == _SO_TIMESTAMPNS:
                seconds, nanoseconds = _TIMESPEC.unpack(stamp[: _TIMESPEC.size])
                end.arrivals_s.append(seconds + nanoseconds / 1e9)
                end.heard.append(payload)
                if audible and end.heard_since is None:
                    end.heard_since = end.arrivals_s[-1]


def _is_rtcp(data: bytes) -> bool:
    """Told from RTP by its second byte: RFC 5761, section 4."""
    return len(data) > 1 and 192 <= data[1] <= 223


def _is_audible(payload: bytes) -> bool:
    """More than a few samples above the lowest μ-law segments (codes near 0x7f and 0xff are silence)."""
    return sum((code & 0x7F) < 0x60 for code in payload) > 8


def _packets(speech: Pcm) -> list[bytes]:
    encoded = to_ulaw(speech)
    return [encoded[start : start + _FRAME] for start in range(0, len(encoded) - _FRAME + 1, _FRAME)]
