"""A caller who happens to be a file."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from telephony.clock import ManualBeat
from telephony.errors import LegGone, TelephonyError
from telephony.leg import AudioFrame, CloseReason, Digit, LegClosed, LegIncident, TransferOutcome
from telephony.wav_leg import KeyPress, WavLeg, read_wav, write_wav

SPEECH = np.arange(1, 801, dtype=np.int16)  # 100 ms, every sample recognisable
NOTHING = np.zeros(0, np.int16)


async def incidents_of(leg: WavLeg) -> list[LegIncident]:
    """All that has happened, the end included; the leg must be closed."""
    incidents = [await leg.receive()]
    while not isinstance(incidents[-1], LegClosed):
        incidents.append(await leg.receive())
    return incidents


def heard(incidents: list[LegIncident]) -> np.ndarray:
    return np.frombuffer(b"".join(i.heard for i in incidents if isinstance(i, AudioFrame)), np.int16)


async def test_it_rings_is_answered_speaks_once_and_stays_silent() -> None:
    beat = ManualBeat()
    leg = WavLeg(beat, SPEECH, speaks_after_s=0.04)
    await beat.advance(0.2)
    await leg.answer()
    await beat.advance(0.2)
    await leg.hang_up()
    incidents = await incidents_of(leg)
    assert incidents[-1] == LegClosed(CloseReason.WE_HUNG_UP)
    samples = heard(incidents)
    assert len(samples) == 1600
    assert np.array_equal(np.trim_zeros(samples), SPEECH)
    assert np.flatnonzero(samples)[0] == 320


async def test_it_hears_what_is_sent_and_nothing_that_was_taken_back() -> None:
    beat = ManualBeat()
    leg = WavLeg(beat, NOTHING)
    await leg.answer()
    leg.send(np.full(8000, 7, np.int16).tobytes())
    await beat.advance(0.1)
    unsaid = leg.flush()
    await beat.advance(0.5)
    sounded = np.count_nonzero(np.frombuffer(bytes(leg.heard), np.int16)) / 8000
    assert unsaid == pytest.approx(0.9)
    # Up to 80 ms were on their way to the caller already.
    assert 0.1 <= sounded <= 0.18


async def test_its_keys_come_at_their_time_among_the_audio() -> None:
    beat = ManualBeat()
    leg = WavLeg(beat, NOTHING, keys=[KeyPress(0.1, "2"), KeyPress(0.04, "1")], hangs_up_after_s=0.2)
    await leg.answer()
    await beat.advance(1.0)
    incidents = await incidents_of(leg)
    frames_before = [sum(isinstance(i, AudioFrame) for i in incidents[:at]) for at in _places(incidents)]
    assert [i.key for i in incidents if isinstance(i, Digit)] == ["1", "2"]
    assert frames_before == [2, 5]
    assert incidents[-1] == LegClosed(CloseReason.CALLER_HUNG_UP)


async def test_a_caller_who_gives_up_before_the_answer_has_cancelled() -> None:
    leg = WavLeg(ManualBeat(), SPEECH)
    leg.caller_hangs_up()
    with pytest.raises(LegGone, match="before the answer"):
        await leg.answer()
    assert await leg.receive() == LegClosed(CloseReason.CANCELLED)


async def test_a_caller_who_is_refused_hears_busy() -> None:
    leg = WavLeg(ManualBeat(), SPEECH)
    await leg.refuse()
    assert await leg.receive() == LegClosed(CloseReason.REFUSED)


async def test_the_first_reason_to_close_is_the_one_that_stays() -> None:
    leg = WavLeg(ManualBeat(), SPEECH)
    await leg.answer()
    await leg.hang_up()
    await leg.hang_up()
    leg.caller_hangs_up()
    assert await leg.receive() == await leg.receive() == LegClosed(CloseReason.WE_HUNG_UP)


async def test_a_transfer_ends_as_asked_for() -> None:
    busy = WavLeg(ManualBeat(), SPEECH, transfer_outcome=TransferOutcome.BUSY)
    await busy.answer()
    assert await busy.transfer("sip:desk@192.0.2.1", timeout_s=1) is TransferOutcome.BUSY
    assert busy.transferred_to == "sip:desk@192.0.2.1"
    busy.caller_hangs_up()
    assert await busy.receive() == LegClosed(CloseReason.CALLER_HUNG_UP)
    assert await busy.transfer("sip:desk@192.0.2.1", timeout_s=1) is TransferOutcome.CALLER_GONE
    fine = WavLeg(ManualBeat(), SPEECH)
    await fine.answer()
    assert await fine.transfer("sip:desk@192.0.2.1", timeout_s=1) is TransferOutcome.ACCEPTED
    assert await fine.receive() == LegClosed(CloseReason.TRANSFERRED)


def test_every_leg_has_an_id_of_its_own() -> None:
    assert WavLeg(ManualBeat(), SPEECH).leg_id != WavLeg(ManualBeat(), SPEECH).leg_id


def test_what_is_written_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.wav"
    write_wav(path, SPEECH.tobytes(), 8000)
    assert np.array_equal(read_wav(path, 8000), SPEECH)
    assert len(read_wav(path, 16000)) == 1600


def test_stereo_is_read_as_the_average(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.array([100, 300, -50, -150], np.int16).tobytes())
    assert read_wav(tmp_path / "stereo.wav", 8000).tolist() == [200, -100]


def test_a_file_that_cannot_be_a_caller_is_named_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(TelephonyError, match=r"missing\.wav: expected a readable WAV file"):
        read_wav(tmp_path / "missing.wav", 8000)
    (tmp_path / "text.wav").write_text("여보세요")
    with pytest.raises(TelephonyError, match=r"text\.wav: expected a readable WAV file"):
        read_wav(tmp_path / "text.wav", 8000)
    (tmp_path / "empty.wav").write_bytes(b"")
    with pytest.raises(TelephonyError, match=r"empty\.wav: expected a readable WAV file"):
        read_wav(tmp_path / "empty.wav", 8000)
    with wave.open(str(tmp_path / "eight.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(100))
    with pytest.raises(TelephonyError, match="expected 16-bit samples, got 8-bit; convert it with"):
        read_wav(tmp_path / "eight.wav", 8000)


def _places(incidents: list[LegIncident]) -> list[int]:
    return [at for at, incident in enumerate(incidents) if isinstance(incident, Digit)]
