"""Engines that die, stall, dawdle or talk nonsense in the middle of real calls: what the caller hears then.

The speech server is a process of its own behind real sockets, recogniser and voice in one, so that both fail at once,
right after the caller's first sentence. Silence is measured in the hotline's own recording of the line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from telephony.audio import Pcm
from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, one_call, status
from tests.peers.speech_process import TRANSCRIPTIONS, SpeechProcess
from tests.voice_agent.voices import FIXTURES
from voice_agent.qa.served import ServedHotline
from voice_agent.storage.calls import CallRecord

pytestmark = [pytest.mark.peers, pytest.mark.alone, pytest.mark.engines, pytest.mark.slow]

MOST_SILENCE_S = 3.0
FAULTS = ["killed", "stopped", "silent", "trickle", "garbage"]
_FRAME_S = 0.02
_AUDIBLE_RMS = 150.0


ALONE = "nothing else"
AT_ONCE = 3
"""Calls at the same time: they mostly wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call."""

    record: CallRecord
    silence_s: float
    """The longest that the caller heard nothing while it was not their turn."""

    @property
    def said(self) -> list[str]:
        """The voice agent's sentences."""
        return [turn.text_masked for turn in self.record.turns if turn.speaker == "voice_agent"]


@pytest.fixture(scope="module")
def outcomes(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """A call for each fault, with the embedded engines behind the server, and one with nothing behind it."""

    def run(fault: str, folder: Path) -> Outcome:
        alone = fault == ALONE
        engines = "openai-server" if alone else "openai-server,faster-whisper"
        voices = "openai-server" if alone else "openai-server,pyttsx3"
        answers = ["address"] * (3 if alone else 1)
        with SpeechProcess() as server, _serve(server, folder, cache_dir, engines, voices) as hotline:
            record = _call(server, hotline, "stopped" if alone else fault, answers)
        return Outcome(record, _longest_silence_s(record))

    calls = [ALONE, *FAULTS]
    folders = [tmp_path_factory.mktemp("faults") for _ in calls]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(calls, pool.map(run, calls, folders), strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_when_recogniser_and_voice_fail_together_the_next_ones_go_on(outcomes: dict[str, Outcome], fault: str) -> None:
    outcome = outcomes[fault]

    assert outcome.silence_s <= MOST_SILENCE_S, outcome.said
    assert outcome.record.call.outcome == "completed"
    # The place was heard by the other recogniser: the next question followed, or it was read back.
    assert any("차량 번호" in sentence or "맞" in sentence for sentence in outcome.said[4:]), outcome.said


def test_when_nothing_hears_or_speaks_any_more_the_caller_is_told_and_offered_a_person(
    outcomes: dict[str, Outcome],
) -> None:
    outcome = outcomes[ALONE]

    assert outcome.silence_s <= MOST_SILENCE_S, outcome.said
    assert any("죄송합니다" in sentence for sentence in outcome.said), outcome.said
    assert any("상담원에게 연결" in sentence for sentence in outcome.said), outcome.said


def _serve(server: SpeechProcess, folder: Path, cache_dir: Path, engines: str, voices: str) -> ServedHotline:
    settings = {
        "VOICE_AGENT_HEARING__ENGINES": engines,
        "VOICE_AGENT_HEARING__SERVER__URL": server.url,
        "VOICE_AGENT_HEARING__SERVER__MODEL": "scripted",
        "VOICE_AGENT_SPEAKING__VOICES": voices,
        # Where nothing speaks any more, only what was made before can be said.
        "VOICE_AGENT_SPEAKING__AHEAD": "menu",
        "VOICE_AGENT_SPEAKING__SERVER__URL": server.url,
        "VOICE_AGENT_SPEAKING__SERVER__MODEL": "scripted",
        "VOICE_AGENT_SPEAKING__SERVER__VOICE": "tone",
    }
    return ServedHotline(folder, cache_dir, settings)


def _call(server: SpeechProcess, hotline: ServedHotline, fault: str, answers: list[str]) -> CallRecord:
    """A resident reports a parked car; once that has been heard, the server fails for the rest of the call."""
    since = server.requests
    what = [str(FIXTURES / name) for name in ("illegal_parking", *answers)]
    command = [
        sys.executable,
        "-m",
        "voice_agent.cli",
        "call",
        *what,
        "--to",
        hotline.uri,
        "--quiet-s",
        "3.2",
        "--json",
    ]
    calling = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert server.wait_for(TRANSCRIPTIONS, since, 60), "the first sentence was never heard"
        wait_until(lambda: _turns(hotline) >= 1, 10, "the first sentence was understood")
        server.become(fault)
        out, err = calling.communicate(timeout=120)
    finally:
        calling.kill()
    assert calling.returncode == 0, err.decode()[-500:]
    assert json.loads(out.decode().splitlines()[-1])["answered"] is True
    wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
    return one_call(hotline, all_calls(hotline, 1)[0].call_id)


def _turns(hotline: ServedHotline) -> int:
    """What the caller has said so far in the call that is going on."""
    newest = all_calls(hotline, 1)
    return sum(turn.speaker == "caller" for turn in one_call(hotline, newest[0].call_id).turns) if newest else 0


def _longest_silence_s(record: CallRecord) -> float:
    """How long the caller heard nothing while it was not their turn: from each sentence's end until the voice agent's
    last sound before the next sentence."""
    assert record.call.recording is not None
    with wave.open(str(record.call.recording), "rb") as reader:
        rate = reader.getframerate()
        caller, voice_agent = np.frombuffer(reader.readframes(reader.getnframes()), np.int16).reshape(-1, 2).T
    speaks, sounds = _audible(caller, rate), _audible(voice_agent, rate)
    longest = 0.0
    ends = [at for at in np.flatnonzero(speaks) if not speaks[at + 1 : at + 50].any()]
    for number, end in enumerate(ends):
        until = next((at for at in np.flatnonzero(speaks) if at > end), len(speaks))
        heard = [end, *(at for at in np.flatnonzero(sounds) if end < at < until)]
        assert len(heard) > 1, f"nothing was said after sentence {number + 1}"
        longest = max(longest, float(np.diff(heard).max()) * _FRAME_S)
    return longest


def _audible(pcm: Pcm, rate: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    frame = int(rate * _FRAME_S)
    frames = pcm[: len(pcm) // frame * frame].reshape(-1, frame).astype(np.float32)
    result: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = np.sqrt((frames * frames).mean(axis=1)) >= _AUDIBLE_RMS
    return result
