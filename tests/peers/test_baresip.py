"""A real telephone: it hears the greeting, presses keys, and is put through to another one."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from telephony.wav_leg import read_wav
from tests.peers.baresip_peer import BaresipPeer, wait_until
from tests.peers.records import all_calls, hand_offs_of, one_call, status
from voice_agent.engines.ports import STT_RATE, as_samples
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.weights import open_model
from voice_agent.qa.key_words import missing_words
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("baresip")]


def test_it_hears_the_greeting_and_its_keys_are_obeyed(hotline: ServedHotline, tmp_path: Path, cache_dir: Path) -> None:
    with BaresipPeer(tmp_path / "phone", dials=hotline.uri) as phone:
        phone.wait_for(r"Call established", 10)
        _wait_until_said(hotline, "무엇을 도와드릴까요")
        time.sleep(3)  # hear it out: a key would cut it short
        phone.keys("2")
        wait_until(lambda: "CallerPressedKeys" in _events(hotline), 10, "the key reached the dialog")
        wait_until(lambda: _turns(hotline)[-1] != "무엇을 도와드릴까요?", 10, "the dialog answered the key")
        phone.keys("b")
        wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
    [recording] = phone.recorded()
    heard = asyncio.run(_transcribe(recording, cache_dir))
    # A quarter of a word's sounds may be heard otherwise: both the voice and the recogniser differ a little by CPU.
    assert missing_words(heard, ["안녕하세요", "녹음", "무엇을"], alike=0.75) == [], heard


def test_zero_leads_to_a_person_on_a_second_telephone(cache_dir: Path, tmp_path: Path) -> None:
    with BaresipPeer(tmp_path / "desk", answers=True) as desk:
        settings = {"VOICE_AGENT_HAND_OFF__TARGET": desk.uri, "VOICE_AGENT_HAND_OFF__BRIEF_HEADER": "true"}
        with (
            ServedHotline(tmp_path / "hotline", cache_dir, settings) as hotline,
            BaresipPeer(tmp_path / "phone", dials=hotline.uri) as phone,
        ):
            phone.wait_for(r"Call established", 10)
            _wait_until_said(hotline, "무엇을 도와드릴까요")
            phone.keys("0")
            desk.wait_for(r"Call established", 25)
            wait_until(lambda: all_calls(hotline, 1)[0].sealed, 15, "the hotline's part of the call ended")
            assert all_calls(hotline, 1)[0].outcome == "transferred"
            assert "HandOffEnded accepted" in _events(hotline)
            kept = hand_offs_of(hotline, all_calls(hotline, 1)[0].call_id)
            assert [step.phase for step in kept.steps] == ["ringing", "accepted", "closed"]
            assert kept.steps[-1].outcome == "served"
            assert kept.briefs[0].brief["reason"] == "caller_asked"


def test_when_nobody_answers_the_caller_is_told_and_the_call_goes_on(cache_dir: Path, tmp_path: Path) -> None:
    settings = {"VOICE_AGENT_HAND_OFF__TARGET": "sip:nobody@127.0.0.1:9", "VOICE_AGENT_HAND_OFF__TIMEOUT_S": "8"}
    with (
        ServedHotline(tmp_path / "hotline", cache_dir, settings) as hotline,
        BaresipPeer(tmp_path / "phone", dials=hotline.uri) as phone,
    ):
        phone.wait_for(r"Call established", 10)
        _wait_until_said(hotline, "무엇을 도와드릴까요")
        phone.keys("0")
        wait_until(lambda: "HandOffEnded" in _events(hotline), 45, "the hand-off ended")
        wait_until(lambda: _turns(hotline)[-1].startswith(("죄송", "무엇", "어떤")), 15, "the caller is told")
        assert status(hotline)["live_calls"] == 1
        phone.keys("bb")  # the call to nobody, then ours
        wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
        assert all_calls(hotline, 1)[0].outcome == "completed"


async def _transcribe(recording: Path, cache_dir: Path) -> str:
    hearing = FasterWhisper(open_model("whisper-base", cache_dir), threads=2)
    await hearing.load()
    try:
        return (await hearing.transcribe(as_samples(read_wav(recording, STT_RATE)))).text
    finally:
        await hearing.close()


def _wait_until_said(hotline: ServedHotline, text: str) -> None:
    wait_until(lambda: any(text in turn for turn in _turns(hotline)), 30, f"the hotline says {text}")


def _turns(hotline: ServedHotline) -> list[str]:
    calls = all_calls(hotline, 1)
    return [turn.text_masked for turn in one_call(hotline, calls[0].call_id).turns] if calls else []


def _events(hotline: ServedHotline) -> str:
    calls = all_calls(hotline, 1)
    told = one_call(hotline, calls[0].call_id).events if calls else ()
    return " ".join(f"{event.kind} {event.data.get('outcome', '')}" for event in told)
