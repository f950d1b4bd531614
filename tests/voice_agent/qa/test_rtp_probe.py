"""The probe as an RTP peer: it times what comes and speaks back."""

from __future__ import annotations

import socket
import struct
import threading
import time

import numpy as np
import pytest

from telephony.audio import to_ulaw
from voice_agent.qa.rtp_probe import ClipProbe, RtpEnd, RtpProbe

TONE = (np.sin(2 * np.pi * 440 * np.arange(8000) / 8000) * 8000).astype(np.int16)
SILENCE = np.zeros(160, np.int16)


class Sender:
    """A phone's media: sends frames at its own pace and keeps what comes back."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(2)
        self.sequence = 0

    def send(self, port: int, pcm: np.ndarray) -> None:
        header = struct.pack("!BBHII", 0x80, 0, self.sequence, self.sequence * 160, 1)
        self.sequence += 1
        self.sock.sendto(header + to_ulaw(pcm), ("127.0.0.1", port))

    def receive(self, packets: int) -> list[bytes]:
        return [self.sock.recv(2048) for _ in range(packets)]


def test_arrivals_are_counted_and_sound_is_told_from_silence() -> None:
    sender = Sender()
    with RtpProbe(1, TONE) as probe, sender.sock:
        [end] = probe.ends
        for number in range(20):
            sender.send(end.port, TONE[:160] if number < 8 else SILENCE)
        _until(lambda: len(end.arrivals_s) == 20)
        assert end.audible == 8
        assert end.arrivals_s == sorted(end.arrivals_s)
        assert len(end.gaps_ms()) == 14, "the first five packets are left out"


def test_gaps_are_those_of_the_arrivals() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        end = RtpEnd(sock, arrivals_s=[0, 1, 2, 3, 4, 5.0, 5.02, 5.05])
        assert end.gaps_ms() == pytest.approx([20, 30])
        assert RtpEnd(sock).gaps_ms() == []


def test_it_speaks_its_recording_once_to_whoever_sent_to_it() -> None:
    sender = Sender()
    with RtpProbe(2, TONE[:1600], speaks_after_s=0.1) as probe, sender.sock:
        first, second = probe.ends
        assert first.port != second.port
        sender.send(first.port, SILENCE)
        packets = sender.receive(25)
        assert second.peer is None
    headers = [struct.unpack("!BBHII", packet[:12]) for packet in packets]
    assert [header[2] for header in headers] == list(range(25))
    assert {header[3] - 160 * header[2] for header in headers} == {0}
    assert len({header[4] for header in headers}) == 1
    spoken = [number for number, packet in enumerate(packets) if packet[12:] != b"\xff" * 160]
    assert spoken == list(range(5, 5 + len(spoken))), "after 0.1 s, in one go"
    assert packets[5][12:] == to_ulaw(TONE[:160])


def test_every_whole_frame_of_the_recording_is_spoken() -> None:
    sender = Sender()
    with RtpProbe(1, TONE[:1600], speaks_after_s=0.0) as probe, sender.sock:
        sender.send(probe.ends[0].port, SILENCE)
        packets = sender.receive(14)
    assert b"".join(packet[12:] for packet in packets[:10]) == to_ulaw(TONE[:1600])


def test_a_clip_is_spoken_after_its_cue_counted_from_the_first_sound() -> None:
    sender = Sender()
    with ClipProbe([(TONE[:400], 0.1)]) as probe, sender.sock:
        [end] = probe.ends
        sender.send(end.port, SILENCE)
        before = sender.receive(10)
        sender.send(end.port, TONE[:160])
        after = sender.receive(15)
    assert {packet[12:] for packet in before} == {b"\xff" * 160}
    spoken = [packet[12:] for packet in after if packet[12:] != b"\xff" * 160]
    assert b"".join(spoken) == to_ulaw(np.pad(TONE[:400], (0, 80)))
    assert end.heard_since is not None
    assert len(end.sent_s) == 3
    assert 0.1 <= end.sent_s[0] - end.heard_since <= 0.15
    assert end.heard == [b"\xff" * 160, to_ulaw(TONE[:160])]


def test_what_is_left_of_a_call_that_had_the_port_before_is_forgotten() -> None:
    before, sender = Sender(), Sender()
    with ClipProbe([(TONE[:160], 0.05)]) as probe, before.sock, sender.sock:
        [end] = probe.ends
        before.send(end.port, TONE[:160])
        before.receive(8)
        assert len(end.sent_s) == 1, "the clip was spoken into the wrong call"
        sender.send(end.port, TONE[160:320])
        sender.receive(8)
    assert end.heard == [to_ulaw(TONE[160:320])]
    assert len(end.sent_s) == 1
    assert end.heard_since is not None and end.sent_s[0] > end.heard_since


def test_nothing_is_left_running() -> None:
    with RtpProbe(3, TONE) as probe:
        pass
    assert all(end.sock.fileno() == -1 for end in probe.ends)
    assert "rtp probe" not in [thread.name for thread in threading.enumerate()]


def _until(true: object) -> None:
    give_up = time.monotonic() + 3
    while not true():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_reports_meant_for_a_neighbours_port_are_not_heard() -> None:
    with ClipProbe([(np.zeros(160, np.int16), 1e9)]) as probe, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        [end] = probe.ends
        sock.sendto(bytes([0x81, 200, 0, 6]) + bytes(range(24)), ("127.0.0.1", end.port))
        time.sleep(0.2)
    assert end.peer is None and end.heard_since is None and not end.heard
