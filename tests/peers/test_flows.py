"""Recorded residents over real SIP: each flow is reached by voice, and a person by asking for one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, one_call, status
from tests.voice_agent.voices import FIXTURES
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.engines, pytest.mark.slow]


@pytest.mark.parametrize("case", ["illegal_parking", "department_number"])
def test_a_spoken_request_reaches_its_flow(hotline: ServedHotline, case: str) -> None:
    expected = yaml.safe_load((FIXTURES / case / "expected.yaml").read_text(encoding="utf-8"))
    said = " ".join(_answers(hotline, str(FIXTURES / case)))
    for words in expected["must_hear"]:
        assert words in said, said


def test_asking_for_a_person_hands_off(hotline: ServedHotline) -> None:
    said = _answers(hotline, str(FIXTURES / "person"), "wait:2")
    assert any("상담원에게 연결" in sentence for sentence in said), said
    record = one_call(hotline, all_calls(hotline, 1)[0].call_id)
    assert "caller_asked" in [event.data.get("reason") for event in record.events if event.kind == "HandOffRequested"]


@pytest.mark.parametrize("case", ["silence", "line_noise"])
def test_a_line_without_speech_is_never_taken_for_words(hotline: ServedHotline, case: str) -> None:
    said = _answers(hotline, str(FIXTURES / case))
    record = one_call(hotline, all_calls(hotline, 1)[0].call_id)
    assert [turn.text_masked for turn in record.turns if turn.speaker == "caller" and turn.text_masked] == []
    assert any("들리지 않습니다" in sentence for sentence in said), said


def _answers(hotline: ServedHotline, *what: str) -> list[str]:
    """Call, say it, hang up; what the voice agent said in that call."""
    command = [sys.executable, "-m", "voice_agent.cli", "call", *what, "--to", hotline.uri, "--json"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    assert json.loads(done.stdout.decode().splitlines()[-1])["answered"] is True
    wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
    record = one_call(hotline, all_calls(hotline, 1)[0].call_id)
    return [turn.text_masked for turn in record.turns if turn.speaker == "voice_agent"]
