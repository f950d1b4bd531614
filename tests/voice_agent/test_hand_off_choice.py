"""What the configuration makes of hand-offs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from telephony.leg import CallLeg
from tests import shipped
from tests.voice_agent.test_config import told
from voice_agent.config import Config
from voice_agent.errors import EngineError
from voice_agent.event_bus import EventBus
from voice_agent.hand_off_choice import HandOffParts, make_hand_offs, speech_with
from voice_agent.handoff.keeping import InMemory
from voice_agent.privacy.masking import KoPiiMasker

KIM = {"name": "kim", "uri": "sip:201@192.0.2.9"}


async def nobody(uri: str, ring_s: float) -> CallLeg:
    raise AssertionError("nobody is called here")


async def silence(text: str, rate: int) -> bytes:
    return b""


def made(**hand_off: Any) -> HandOffParts | None:
    config = Config.model_validate({"hand_off": hand_off})
    return make_hand_offs(
        config, InMemory(), shipped.dialog(), KoPiiMasker(), EventBus(), dial=nobody, speech_of=silence
    )


def test_blind_transfer_alone_needs_none_of_this() -> None:
    assert made() is None
    assert made(target="sip:9000@192.0.2.20") is None


def test_each_way_has_its_parts() -> None:
    desk = made(ways=["desk"])
    assert desk is not None and desk.desk is not None and desk.hand_offs.switchboard is not None
    assert "answered" in desk.dispositions
    phones = made(ways=["sip"], people=[KIM], dispositions={"done": "처리함"})
    assert phones is not None and phones.desk is None and phones.dispositions == {"done": "처리함"}
    briefed = made(target="sip:9000@192.0.2.20", brief_header=True)
    assert briefed is not None and briefed.hand_offs.switchboard is None


async def test_people_with_telephones_are_on_duty_when_the_hotline_opens() -> None:
    parts = made(ways=["sip"], people=[{**KIM, "topics": ["passport"]}])
    assert parts is not None and parts.hand_offs.switchboard is not None
    await parts.open()
    queue = parts.hand_offs.switchboard.queue
    assert queue.people()["kim"].skills.topics == {"passport"}
    await parts.close()


async def test_where_no_voice_can_say_the_brief_nothing_is_said() -> None:
    async def broken(text: str, rate: int) -> bytes:
        raise EngineError("broken on purpose")

    assert await speech_with(broken)("여권 상담 요청입니다.", 8000) == b""


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("hand_off: {ways: [sip]}", "hand_off.people"),
        ("hand_off: {people: [{name: kim, uri: '201'}]}", "a SIP address such as sip:2000@192.0.2.20"),
        ("hand_off: {people: [{name: a, uri: 'sip:1@x'}, {name: a, uri: 'sip:2@x'}]}", "names of their own"),
        ("hand_off: {webhook: {url: 'http://x', secret: short}}", "hand_off.webhook.secret"),
        ("hand_off: {waiting_music: /nowhere.wav}", "a WAV file"),
        ("hand_off: {target: 'sip:1@x?Replaces=1'}", "a SIP address"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, mistake: str) -> None:
    problems = told(tmp_path, text)
    assert any(mistake in problem for problem in problems), problems
    assert not any("short" in problem and "secret" in problem and "got 'short'" in problem for problem in problems)
