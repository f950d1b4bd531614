"""``voice-agent serve``: ready, drained by one Ctrl-C with a call on the line, cut by a second; never a traceback."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from telephony.ports import free_port
from telephony.wav_leg import read_wav
from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, one_call, score_of, status
from tests.voice_agent.cli.command import Ran, voice_agent, voice_agent_here
from voice_agent.errors import VoiceAgentError
from voice_agent.qa.served import ServedHotline


class Caller:
    """A softphone that stays on the line until the far end hangs up."""

    def __init__(self, hotline: ServedHotline, folder: Path) -> None:
        self.kept = folder / "heard.wav"
        self._result: list[Ran] = []
        arguments = ("call", "wait:60", "--to", hotline.uri, "--record", str(self.kept), "--json", "--at-once")
        self._thread = threading.Thread(target=lambda: self._result.append(voice_agent(*arguments, timeout_s=100)))
        self._thread.start()
        wait_until(lambda: status(hotline)["live_calls"] == 1, 20, "the call is up")
        wait_until(lambda: _said(hotline) >= 1, 20, "the greeting has begun")

    def hung_up(self) -> Ran:
        """What the softphone met."""
        self._thread.join()
        return self._result[0]


def _said(hotline: ServedHotline) -> int:
    calls = all_calls(hotline, 1)
    return len(one_call(hotline, calls[0].call_id).turns) if calls else 0


def _page(hotline: ServedHotline, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{hotline.http_port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.engines
@pytest.mark.peers
@pytest.mark.slow
def test_one_ctrl_c_lets_the_caller_be_told_goodbye(cache_dir: Path, tmp_path: Path) -> None:
    hotline = ServedHotline(tmp_path / "hotline", cache_dir, {"VOICE_AGENT_DRAIN__TIMEOUT_S": "6"})
    with hotline:
        assert [_page(hotline, path) for path in ("/healthz", "/readyz", "/")] == [200, 200, 200]
        caller = Caller(hotline, tmp_path)
        hotline.interrupt()
        wait_until(lambda: _page(hotline, "/readyz") == 503, 5, "no more calls are taken")
        assert _page(hotline, "/healthz") == 200
        refused = voice_agent("call", "wait:1", "--to", hotline.uri, "--json")
        assert (refused.code, refused.json["status"]) == (2, 486)
        assert hotline.wait(50) == 0
        met = caller.hung_up()
    assert met.code == 0 and met.json["closed"] == "caller_hung_up", "the hotline hung up, as its side of the softphone"
    answered = next(call for call in all_calls(hotline) if call.answered_at is not None)
    assert (answered.sealed, answered.outcome) == (True, "completed")
    score = score_of(hotline, answered.call_id)
    assert score is not None and score.score["seconds"] > 1, "scored even though it ended as the process did"
    assert "다시 전화" in one_call(hotline, answered.call_id).turns[-1].text_masked
    assert abs(read_wav(caller.kept, 8000).astype(int)).max() > 1000
    assert "Traceback" not in hotline.log.read_text()


@pytest.mark.engines
@pytest.mark.peers
@pytest.mark.slow
def test_a_second_ctrl_c_cuts_the_call_and_its_record_is_sealed_all_the_same(cache_dir: Path, tmp_path: Path) -> None:
    with ServedHotline(tmp_path / "hotline", cache_dir) as hotline:
        caller = Caller(hotline, tmp_path)
        hotline.interrupt()
        wait_until(lambda: _page(hotline, "/readyz") == 503, 5, "the first Ctrl-C has been noticed")
        hotline.interrupt()
        assert hotline.wait(15) == 0
        caller.hung_up()
    [call] = all_calls(hotline)
    assert call.sealed and call.recording is not None
    assert "Traceback" not in hotline.log.read_text()


@pytest.mark.engines
@pytest.mark.slow
def test_a_sip_port_in_use_is_told_and_everything_is_let_go(cache_dir: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        ran = voice_agent(
            "serve",
            env={
                "VOICE_AGENT_DATA_DIR": str(tmp_path),
                "VOICE_AGENT_CACHE_DIR": str(cache_dir),
                "VOICE_AGENT_SIP__HOST": "127.0.0.1",
                "VOICE_AGENT_SIP__PORT": str(taken.getsockname()[1]),
                "VOICE_AGENT_HTTP__PORT": str(free_port()),
            },
            timeout_s=240,  # where it is the first to serve, it renders the prompts first
        )
    assert ran.code == 1
    assert "SIP could not start on 127.0.0.1" in ran.err and "ss -lunp" in ran.err
    assert "Traceback" not in ran.err


def test_an_http_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = voice_agent(
            "serve",
            env={
                "VOICE_AGENT_DATA_DIR": str(tmp_path),
                "VOICE_AGENT_CACHE_DIR": str(tmp_path / "cache"),
                "VOICE_AGENT_SIP__HOST": "127.0.0.1",
                "VOICE_AGENT_SIP__PORT": str(free_port()),
                "VOICE_AGENT_HTTP__PORT": str(port),
            },
        )
    assert ran.code == 1
    assert str(port) in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_setting_is_told_before_anything_starts() -> None:
    ran = voice_agent_here("serve", env={"VOICE_AGENT_SIP__PROT": "1", "VOICE_AGENT_SPEAKING__VOICES": "siri"})
    assert ran.code == 1
    assert "did you mean port?" in ran.err and "speaking.voices[0]" in ran.err


@pytest.mark.slow
def test_ctrl_c_while_starting_ends_quietly(tmp_path: Path) -> None:
    hotline = ServedHotline(tmp_path / "hotline", tmp_path / "cache")

    def start() -> None:
        with pytest.raises(VoiceAgentError, match="did not get ready"):
            hotline.start()

    starting = threading.Thread(target=start)
    starting.start()
    wait_until(lambda: (tmp_path / "hotline" / "hotline.sqlite3").exists(), 20, "it has begun to start")
    hotline.interrupt()
    assert hotline.wait(30) == 0
    starting.join()
    assert "Traceback" not in hotline.log.read_text()
