"""WAV bytes as studios and speech servers write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice_agent.engines.wav_files import tone, wav
from voice_agent.engines.tts.wav import NotWav, parse_wav

TONE = tone()
BODY = TONE.astype("<i2").tobytes()


@pytest.mark.parametrize("length", [None, 0, 0xFFFFFFFF, len(BODY) + 4])
def test_a_length_that_was_never_filled_in_means_all_there_is(length: int | None) -> None:
    heard = parse_wav(wav(BODY, length=length))
    assert heard.sample_rate == 24_000
    assert np.array_equal(heard.pcm[:, 0], TONE)


def test_other_chunks_odd_lengths_and_what_follows_the_samples_do_not_matter() -> None:
    file = wav(BODY, extra=b"LIST\x03\x00\x00\x00abc\x00") + b"id3 \x04\x00\x00\x00tags"
    assert np.array_equal(parse_wav(file).pcm[:, 0], TONE)


def test_the_extensible_header_of_studio_programs_and_float_samples_are_read() -> None:
    assert np.array_equal(parse_wav(wav(BODY, kind=0xFFFE)).pcm[:, 0], TONE)
    values = (TONE / np.float32(32767)).astype("<f4")
    values[0] = np.nan
    heard = parse_wav(wav(values.tobytes(), kind=3, bits=32)).pcm[:, 0]
    assert heard[0] == 0
    assert np.abs(heard[1:].astype(int) - TONE[1:]).max() <= 1


def test_channels_stay_apart() -> None:
    pair = np.stack([TONE, -TONE], axis=1)
    assert np.array_equal(parse_wav(wav(pair.tobytes(), channels=2)).pcm, pair)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "header"),
        (b"<html>", "header"),
        (wav(BODY, bits=24), "24-bit"),
        (wav(BODY, kind=85), "kind 85"),
        (wav(BODY, rate=100), "100 Hz"),
        (wav(BODY, channels=0), "no channels"),
        (wav(BODY)[:30], "cut off"),
        (wav(BODY)[:36], "no data"),
        (b"RIFF\x00\x00\x00\x00WAVEdata\x00\x00\x00\x00", "before the fmt"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(NotWav, match=reason):
        parse_wav(data)


@given(st.binary(max_size=200), st.integers(0, 60), st.binary(max_size=8))
def test_no_bytes_do_more_than_be_refused(garbage: bytes, at: int, damage: bytes) -> None:
    for data in (garbage, b"RIFF\x00\x00\x00\x00WAVE" + garbage, wav(BODY)[:at] + damage + wav(BODY)[at + 8 :]):
        try:
            heard = parse_wav(data)
        except NotWav:
            continue
        assert heard.pcm.ndim == 2 and heard.pcm.dtype == np.int16
