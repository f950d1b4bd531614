"""PCM on the phone side."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from telephony.audio import Pcm, StreamResampler, frame_bytes, mono, resample, spread, through_g711, to_ulaw

EVERY_SAMPLE = np.arange(-32768, 32768, dtype=np.int16)
SAMPLES = arrays.arrays(np.int16, st.integers(0, 400))


def test_a_frame_is_twenty_milliseconds() -> None:
    assert [frame_bytes(rate) for rate in (8000, 16000, 48000)] == [320, 640, 1920]


@given(SAMPLES, st.integers(1, 4))
def test_spread_to_channels_and_back_changes_nothing(pcm: Pcm, channels: int) -> None:
    interleaved = spread(pcm.tobytes(), channels)
    assert len(interleaved) == len(pcm) * 2 * channels
    assert mono(interleaved, channels) == pcm.tobytes()


def test_stereo_is_averaged() -> None:
    stereo = np.array([100, 300, -100, -300, 32767, 32767], np.int16)
    assert np.frombuffer(mono(stereo.tobytes(), 2), np.int16).tolist() == [200, -200, 32767]


@pytest.mark.parametrize(("from_rate", "to_rate"), [(8000, 16000), (16000, 8000), (48000, 16000), (24000, 8000)])
def test_a_whole_recording_keeps_its_length_and_its_tone(from_rate: int, to_rate: int) -> None:
    there = resample(_tone(440, from_rate, 1.0), from_rate, to_rate)
    assert abs(len(there) - to_rate) <= 1
    assert _pitch(there, to_rate) == pytest.approx(440, abs=3)
    assert np.abs(there.astype(int)).max() == pytest.approx(8000, rel=0.05)


def test_the_same_rate_is_the_same_recording() -> None:
    tone = _tone(440, 8000, 0.1)
    assert resample(tone, 8000, 8000) is tone
    assert StreamResampler(8000, 8000).feed(tone.tobytes()) == tone.tobytes()


@pytest.mark.parametrize(("from_rate", "to_rate"), [(8000, 16000), (16000, 8000), (48000, 16000), (16000, 48000)])
def test_a_stream_loses_nothing_however_long_the_call(from_rate: int, to_rate: int) -> None:
    stream = StreamResampler(from_rate, to_rate)
    pcm, size = _tone(440, from_rate, 20.0).tobytes(), frame_bytes(from_rate)
    out, held_back_s = b"", []
    for number, start in enumerate(range(0, len(pcm), size), start=1):
        out += stream.feed(pcm[start : start + size])
        held_back_s.append(number * 0.02 - len(out) / 2 / to_rate)
    # What the filter holds back is a delay that stays, not a loss that grows.
    assert min(held_back_s) > -1e-9
    assert max(held_back_s) < 0.08
    assert max(held_back_s[900:]) == pytest.approx(max(held_back_s[:100]))
    assert _pitch(np.frombuffer(out, np.int16), to_rate) == pytest.approx(440, abs=1)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=12))
def test_how_a_stream_is_cut_does_not_matter(lengths: list[int]) -> None:
    pcm = _tone(300, 8000, sum(lengths) / 8000)
    whole, cut, at = StreamResampler(8000, 16000), StreamResampler(8000, 16000), 0
    pieces = []
    for length in lengths:
        pieces.append(cut.feed(pcm[at : at + length].tobytes()))
        at += length
    expected = whole.feed(pcm.tobytes())
    got = b"".join(pieces)
    # The last piece may still be held back by one of the two.
    shared = min(len(expected), len(got))
    assert abs(len(expected) - len(got)) <= 2 * 160
    first, second = (np.frombuffer(out[:shared], np.int16).astype(int) for out in (expected, got))
    assert np.abs(first - second).max(initial=0) <= 2


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the reference, audioop, left the standard library with 3.13")
@pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")
def test_mu_law_is_that_of_the_standard() -> None:
    import audioop

    codes = to_ulaw(EVERY_SAMPLE)
    reference = audioop.lin2ulaw(EVERY_SAMPLE.tobytes(), 2)
    there = np.frombuffer(audioop.ulaw2lin(codes, 2), np.int16).astype(int)
    expected = np.frombuffer(audioop.ulaw2lin(reference, 2), np.int16).astype(int)
    wide = EVERY_SAMPLE.astype(int)
    # Where the two choose different codes, the sample lies on the border between them: neither may be further off.
    off, reference_off = np.abs(there - wide), np.abs(expected - wide)
    assert (off - reference_off).max() <= 4
    assert np.mean(np.frombuffer(codes, np.uint8) == np.frombuffer(reference, np.uint8)) > 0.97
    assert np.array_equal(through_g711(EVERY_SAMPLE).astype(int), there)


@given(SAMPLES)
def test_what_mu_law_does_to_a_sample_is_bounded(pcm: Pcm) -> None:
    once = through_g711(pcm)
    wide = pcm.astype(int)
    # A step is a sixteenth of its segment: the error is at most 1/32 of sample plus bias, and clipping at the top.
    allowed = np.abs(wide) / 32 + 8 + np.maximum(0, np.abs(wide) - 32124)
    assert (np.abs(once.astype(int) - wide) <= allowed).all()
    assert (np.sign(once) * np.sign(pcm) >= 0).all()
    assert np.array_equal(through_g711(once), once)


def test_louder_stays_louder() -> None:
    assert (np.diff(through_g711(EVERY_SAMPLE).astype(int)) >= 0).all()


def _tone(hertz: float, rate: int, seconds: float) -> Pcm:
    return (np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate) * 8000).astype(np.int16)


def _pitch(pcm: Pcm, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.astype(float) * np.hanning(len(pcm))))
    return float(np.argmax(spectrum) * rate / len(pcm))
