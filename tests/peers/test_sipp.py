"""Many callers at once, rude callers, callers over the cap: as sipp plays them."""

from __future__ import annotations

import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, status
from tests.peers.sipp_peer import SCENARIOS, place_calls
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("sipp")]


@pytest.mark.alone
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("calls", [1, 20])
def test_all_callers_are_heard_and_hear(hotline: ServedHotline, tmp_path: Path, calls: int, transport: str) -> None:
    before = {call.call_id for call in all_calls(hotline)}
    heard = place_calls(tmp_path, hotline.sip_port, calls, seconds=7, transport=transport)
    assert heard.succeeded, heard.output
    # 7 s are 350 packets; the greeting alone is some 4 s of sound.
    assert min(heard.packets) > 300 and min(heard.audible) > 100, (heard.packets, heard.audible)
    wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "all calls ended")
    records = [call for call in all_calls(hotline) if call.call_id not in before]
    assert len(records) == calls
    assert all(call.sealed and call.recording is not None for call in records)
    for call in records:
        assert call.recording is not None
        assert _left_channel_is_audible(Path(call.recording))


def test_a_call_cancelled_before_the_answer_is_on_record(hotline: ServedHotline, tmp_path: Path) -> None:
    before = {call.call_id for call in all_calls(hotline)}
    heard = place_calls(tmp_path, hotline.sip_port, 1, seconds=1, scenario=SCENARIOS / "cancel.xml")
    assert heard.succeeded, heard.output
    wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
    records = [call for call in all_calls(hotline) if call.call_id not in before]
    assert [(call.outcome, call.sealed, call.answered_at) for call in records] == [("cancelled", True, None)]


def test_a_caller_who_hangs_up_in_our_sentence_leaves_nothing_behind(hotline: ServedHotline, tmp_path: Path) -> None:
    heard = place_calls(tmp_path, hotline.sip_port, 1, seconds=1.5)
    assert heard.succeeded and heard.audible[0] > 20
    wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the call ended")
    newest = all_calls(hotline, 1)[0]
    assert (newest.outcome, newest.reason, newest.sealed) == ("abandoned", "caller_hung_up", True)
    assert newest.duration_s is not None and 1 < newest.duration_s < 4


def test_a_call_over_the_cap_is_refused_and_on_record(cache_dir: Path, tmp_path: Path) -> None:
    with ServedHotline(tmp_path / "small", cache_dir, {"VOICE_AGENT_SIP__MAX_CALLS": "1"}) as small:
        first = threading.Thread(target=place_calls, args=(tmp_path, small.sip_port, 1), kwargs={"seconds": 6})
        first.start()
        try:
            wait_until(lambda: status(small)["live_calls"] == 1, 15, "the first call is up")
            heard = place_calls(tmp_path, small.sip_port, 3, seconds=1, scenario=SCENARIOS / "busy.xml")
            assert heard.succeeded, heard.output
        finally:
            first.join()
        wait_until(lambda: status(small)["live_calls"] == 0, 15, "the first call ended")
        outcomes = sorted((call.outcome or "open", call.reason) for call in all_calls(small))
        assert outcomes[:1] == [("abandoned", "caller_hung_up")] or outcomes[:1] == [("completed", "caller_hung_up")]
        assert outcomes[1:] == [("refused", "over_capacity")] * 3


def test_a_peer_that_is_not_allowed_is_refused_and_on_record(cache_dir: Path, tmp_path: Path) -> None:
    settings = {"VOICE_AGENT_SIP__ALLOWED_PEERS": "192.0.2.0/24"}
    with ServedHotline(tmp_path / "guarded", cache_dir, settings) as guarded:
        heard = place_calls(tmp_path, guarded.sip_port, 1, seconds=1, scenario=SCENARIOS / "busy.xml")
        assert heard.succeeded, heard.output
        wait_until(lambda: len(all_calls(guarded)) == 1, 5, "the refusal is on record")
        assert all_calls(guarded)[0].reason == "peer_not_allowed"


def test_a_caller_who_vanishes_is_not_waited_for(cache_dir: Path, tmp_path: Path) -> None:
    with ServedHotline(tmp_path / "hotline", cache_dir, {"VOICE_AGENT_SIP__RTP_TIMEOUT_S": "2"}) as hotline:
        place_calls(tmp_path, hotline.sip_port, 1, seconds=6, mute=True)
        wait_until(lambda: status(hotline)["live_calls"] == 0, 5, "the call ended")
        [call] = all_calls(hotline)
        assert (call.outcome, call.reason, call.sealed) == ("failed", "media_lost", True)
        assert call.duration_s is not None and call.duration_s < 5


def _left_channel_is_audible(recording: Path) -> bool:
    with wave.open(str(recording), "rb") as file:
        assert file.getnchannels() == 2
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    return bool(np.abs(samples[:, 0].astype(int)).max() > 1000)
