"""What a clip did to our speech, told from packets made by hand."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

from telephony.audio import Pcm, from_ulaw, through_g711, to_ulaw
from telephony.wav_leg import write_wav
from tests.voice_agent.engines.conftest import model_or_skip
from voice_agent.errors import EngineNotAvailable, VoiceAgentError
from voice_agent.qa.barge_in import figures, measure_barge_in
from voice_agent.qa.barge_in_clips import LISTENING, TAKING_THE_TURN, Clip, callers_clips, from_first_sound
from voice_agent.qa.barge_in_outcome import Outcome, Question, judged
from voice_agent.qa.rtp_probe import RtpEnd

FRAME = 160
RNG = np.random.default_rng(5)


def noise(seconds: float) -> Pcm:
    """Something to recognise again."""
    return RNG.integers(-6000, 6000, round(seconds * 8000)).astype(np.int16)


def nothing(seconds: float) -> Pcm:
    return np.zeros(round(seconds * 8000), np.int16)


QUESTION_PCM = through_g711(noise(10.0))
QUESTION = Question(QUESTION_PCM, np.full(500, 3000.0, np.float32))


def question(begin: float, end: float) -> Pcm:
    """Part of it, by seconds."""
    return QUESTION_PCM[round(begin * 8000) : round(end * 8000)]


def call(*heard: Pcm, clip_at: float = 4.0) -> RtpEnd:
    """A call in which this was heard, a packet each 20 ms from second 100, and a clip was spoken."""
    pcm = np.concatenate(heard)
    packets = [to_ulaw(pcm[at : at + FRAME]) for at in range(0, len(pcm) - FRAME + 1, FRAME)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        end = RtpEnd(sock)
    end.heard = packets
    end.arrivals_s = [100 + 0.02 * number for number in range(len(packets))]
    end.heard_since = 100.0
    end.sent_s = [100 + clip_at + 0.02 * number for number in range(20)]
    return end


def clip(*, listening: bool, onset: int = 0) -> Clip:
    return Clip(LISTENING[0] if listening else TAKING_THE_TURN[0], listening, noise(0.4), onset)


def test_a_stop_is_timed_from_the_first_sound_to_the_first_silent_packet() -> None:
    end = call(question(0, 4.2), nothing(1.5), noise(2.0), nothing(1.0))
    outcome = judged(clip(listening=False, onset=FRAME + 80), end, QUESTION)
    # The first sound was in the second packet, 10 ms into it: 30 ms after the clip's beginning.
    assert outcome.stop_ms == pytest.approx(200 - 30, abs=0.1)
    assert outcome.left_over_ms == 0
    assert not outcome.went_on
    assert outcome.counts_as_stopped


def test_what_sounds_on_after_the_stop_is_left_over() -> None:
    end = call(question(0, 4.2), nothing(0.08), question(4.28, 4.32), nothing(2.0))
    assert judged(clip(listening=False), end, QUESTION).left_over_ms == 40


def test_who_takes_the_question_up_again_has_not_stopped() -> None:
    end = call(question(0, 4.2), nothing(0.6), question(4.1, 10.0), nothing(1.0))
    outcome = judged(clip(listening=False), end, QUESTION)
    assert outcome.went_on
    assert not outcome.counts_as_stopped


def test_who_speaks_on_has_not_stopped() -> None:
    outcome = judged(clip(listening=False), call(question(0, 10.0)), QUESTION)
    assert outcome.stop_ms is None
    assert not outcome.counts_as_stopped


@pytest.mark.parametrize(
    ("heard", "pause_ms", "false_stop"),
    [
        ([question(0, 10.0), nothing(1.0)], 0, False),
        ([question(0, 4.2), nothing(0.3), question(4.1, 10.0), nothing(1.0)], 300, False),
        ([question(0, 4.2), nothing(0.9), question(4.1, 10.0), nothing(1.0)], 900, False),
        ([question(0, 4.2), nothing(1.3), question(4.1, 10.0), nothing(1.0)], 1300, True),
        ([question(0, 4.2), nothing(1.0), noise(2.0), nothing(1.0)], 2000, True),
        ([question(0, 4.2), nothing(0.3), question(4.1, 7.0), nothing(1.0)], 1300, True),
    ],
)
def test_a_listener_must_hear_the_question_to_its_end_without_waiting_long_for_it(
    heard: list[Pcm], pause_ms: float, false_stop: bool
) -> None:
    outcome = judged(clip(listening=True), call(*heard), QUESTION)
    assert outcome.pause_ms == pytest.approx(pause_ms, abs=20)
    assert outcome.wait_ms == max(0, outcome.pause_ms - 400)
    assert outcome.counts_as_stopped is false_stop


def test_a_clip_that_was_never_spoken_is_an_error_not_a_figure() -> None:
    end = call(question(0, 10.0))
    end.sent_s = []
    with pytest.raises(VoiceAgentError, match="never spoken"):
        judged(clip(listening=True), end, QUESTION)
    end.heard_since = None
    with pytest.raises(VoiceAgentError):
        judged(clip(listening=True), end, QUESTION)


def test_clips_begin_with_their_first_sound() -> None:
    made = from_first_sound("네.", np.concatenate([nothing(0.3), noise(0.2)]), early=37)
    assert made.listening
    assert made.onset == 37
    assert not made.pcm[:37].any() and np.abs(made.pcm[37:117]).max() > 1000
    assert len(made.pcm) == 37 + 1600
    with pytest.raises(VoiceAgentError, match="silent"):
        from_first_sound("네.", nothing(0.3), early=0)


async def test_only_some_of_the_clips_can_be_asked_for(tmp_path: Path) -> None:
    write_wav(tmp_path / "jm_kumo_0.9_14.wav", noise(0.3).tobytes(), 8000)
    made = await callers_clips(tmp_path, tmp_path, 5, only=("됐어",))
    assert [(clip.text, clip.caller) for clip in made] == [("됐어요.", "jm_kumo@0.9")]
    with pytest.raises(VoiceAgentError, match="밥"):
        await callers_clips(tmp_path, tmp_path, 5, only=("밥",))


def test_what_was_heard_is_told_for_each_clip() -> None:
    end = call(question(0, 4.2), nothing(1.0), question(4.1, 6.1), nothing(1.0))
    told = judged(clip(listening=True), end, QUESTION).details()
    assert told["sounded_ms"] == ((0, 200), (1200, 3200))
    assert (told["text"], told["stop_ms"], told["counts_as_stopped"]) == (LISTENING[0], 200, True)


def test_clips_are_spoken_where_the_question_has_no_pause() -> None:
    levels = np.full(500, 3000.0, np.float32)
    levels[200:210] = 0
    moments = Question(QUESTION_PCM, levels).moments(60)
    assert len(set(moments)) > 40
    assert all(3.5 <= at <= 8.5 for at in moments)
    assert not any(at + 0.5 > 4.06 and at < 4.16 for at in moments)
    with pytest.raises(VoiceAgentError, match="without a pause"):
        Question(QUESTION_PCM, np.zeros(500, np.float32)).moments(1)


def test_the_figures_of_a_run() -> None:
    listener, other = clip(listening=True), clip(listening=False)
    outcomes = [
        Outcome(listener, None, 0.0, 0.0, went_on=True, finished=True),
        Outcome(listener, 150.0, 0.0, 1200.0, went_on=True, finished=True),
        Outcome(other, 100.0, 0.0, 2000.0, went_on=False, finished=False),
        Outcome(other, 200.0, 20.0, 500.0, went_on=False, finished=False),
        Outcome(other, 900.0, 300.0, 0.0, went_on=True, finished=True),
    ]
    found = figures(outcomes)
    assert found["stop_ms"] == {"p50": 150.0, "p99": 199.0, "n": 2}, "the last is the question's own pause"
    assert found["left_over_ms"] == 20.0
    assert (found["false_stops"], found["true_stops"]) == (0.5, 0.667)
    assert found["backchannel_pause_ms"] == {"p50": 600.0, "p95": 1140.0}
    assert found["backchannel_wait_ms"] == {"p50": 400.0, "p95": 760.0}
    assert found["clips"]["stopped_by"] == {"네.": 1}
    assert (found["clips"]["backchannels_unfinished"], found["clips"]["backchannels_waited_long"]) == (0, 1)
    assert found["clips"]["not_stopped_by"] == {"그만.": 1}


def test_the_two_kinds_have_as_many_clips() -> None:
    assert len(LISTENING) == len(TAKING_THE_TURN) == 10
    assert not set(LISTENING) & set(TAKING_THE_TURN)


def test_without_sipp_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineNotAvailable, match="apt-get install sip-tester"):
        measure_barge_in(tmp_path, tmp_path, clips=1, report=lambda _done, _total: None)


def test_packets_are_what_was_said() -> None:
    assert np.array_equal(from_ulaw(to_ulaw(QUESTION_PCM)), QUESTION_PCM)


@pytest.mark.peers
@pytest.mark.alone
@pytest.mark.engines
@pytest.mark.slow
def test_over_real_calls_our_speech_stops_for_a_caller(cache_dir: Path) -> None:
    kokoro = model_or_skip("kokoro-82m", cache_dir)
    model_or_skip("whisper-base", cache_dir)
    done: list[int] = []
    outcomes = measure_barge_in(cache_dir, kokoro, clips=2, quick=True, report=lambda count, _total: done.append(count))
    found = figures(outcomes)
    assert done == [0, 4]
    assert found["stop_ms"]["n"] == 2
    assert found["stop_ms"]["p50"] < 500, "generous: a figure is taken on a quiet machine"
    assert found["left_over_ms"] <= 40
