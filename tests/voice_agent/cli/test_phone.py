"""``voice-agent call``: the softphone's exit codes and its one line of JSON."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from telephony.leg import CloseReason
from telephony.ports import free_port
from telephony.wav_leg import read_wav, write_wav
from tests.telephony.sip.phone import tone, tone_share
from tests.telephony.sip.switchboard import switchboard
from tests.voice_agent.cli.command import Ran, voice_agent, voice_agent_here

pytestmark = pytest.mark.peers


def call(to: str, *arguments: str) -> asyncio.Task[Ran]:
    return asyncio.create_task(asyncio.to_thread(voice_agent, "call", *arguments, "--to", to, "--json"))


def test_where_nobody_answers_the_exit_code_is_2_and_the_json_says_why() -> None:
    began = time.monotonic()
    ran = voice_agent("call", "wait:1", "--to", f"sip:120@127.0.0.1:{free_port()}", "--patience-s", "1", "--json")
    assert ran.code == 2
    assert ran.json["answered"] is False
    assert ran.json["why"].startswith("not answered")
    assert time.monotonic() - began < 15, "nobody waits longer than they said they would"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("wait:1", "--to", "120"), "expected a SIP address such as"),
        (("none.wav", "--to", "sip:120@127.0.0.1"), "none.wav: expected a readable WAV file"),
        (("wait:1", "--to", "sip:120@127.0.0.1", "--codec", "g729"), "expected some of pcmu, pcma, g722, opus"),
        (("keys:12x", "--to", "sip:120@127.0.0.1"), "keys:12x"),
        (("wait:1.2.3", "--to", "sip:120@127.0.0.1"), "wait:1.2.3"),
    ],
)
def test_what_cannot_be_meant_is_told_before_dialling(arguments: tuple[str, ...], told: str) -> None:
    ran = voice_agent_here("call", *arguments)
    assert ran.code == 1
    assert told in ran.err


async def test_a_busy_number_is_told_by_its_status() -> None:
    async with switchboard() as board:
        calling = call(f"sip:120@127.0.0.1:{board.settings.port}", "wait:1")
        leg, _ = await board.rings()
        await leg.refuse()
        ran = await calling
    assert (ran.code, ran.json["answered"], ran.json["status"]) == (2, False, 486)


@pytest.mark.parametrize("codec", ["pcmu", "opus"])
async def test_it_listens_speaks_presses_keys_and_keeps_what_it_heard(tmp_path: Path, codec: str) -> None:
    write_wav(tmp_path / "caller.wav", tone(700, 1.0, 8000).tobytes(), 8000)
    kept = tmp_path / "heard.wav"
    async with switchboard() as board:
        calling = call(
            f"sip:120@127.0.0.1:{board.settings.port}",
            *(str(tmp_path), "keys:12#", "--codec", codec, "--record", str(kept), "--patience-s", "1"),
        )
        ear = await board.answer()
        ear.leg.send(tone(440, 0.6, ear.leg.sample_rate).tobytes())
        ran = await calling
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert ran.code == 0, ran.err
    told = ran.json
    assert (told["answered"], told["closed"], told["recording"]) == (True, "we_hung_up", str(kept))
    assert 0 <= told["greeting_ms"] < 2000 and told["answer_ms"] > 0
    assert ear.keys == "12#"
    assert ear.share_of(700) > 0.7
    assert ear.closed is not None and ear.closed.reason is CloseReason.CALLER_HUNG_UP
    assert tone_share(np.trim_zeros(read_wav(kept, 8000)), 8000, 440) > 0.5
