"""How long a caller waits, measured where the caller is: at the far end of real SIP calls."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from telephony.ports import free_port
from telephony.wav_leg import read_wav
from voice_agent.errors import EngineNotAvailable, VoiceAgentError
from voice_agent.qa.rtp_probe import RtpProbe
from voice_agent.qa.served import ServedHotline

SCENARIO = Path(__file__).with_name("calls.sipp.xml")
"""One measured call, for sipp."""
_CALL_DEADLINE_S = 120
_GAP_CALL_S = 14

Percentiles = dict[str, float]


def percentiles(values: Sequence[float]) -> Percentiles:
    """p50, p95 and p99 of some milliseconds, and how many there were."""
    if not values:
        raise VoiceAgentError("nothing was measured")
    p50, p95, p99 = (round(float(value), 1) for value in np.percentile(values, [50, 95, 99]))
    return {"p50": p50, "p95": p95, "p99": p99, "n": len(values)}


def measure_latency(
    cache_dir: Path, question: Path, *, calls: int, at_once: int, report: Callable[[int, int], None]
) -> dict[str, Any]:
    """One caller after another asks ``question`` (a fixture folder); then ``at_once`` call together and speak."""
    if shutil.which("sipp") is None:
        raise EngineNotAvailable("bench latency needs sipp: apt-get install sip-tester")
    greetings: list[float] = []
    answers: list[float] = []
    settings = {"VOICE_AGENT_SIP__MAX_CALLS": str(at_once + 1)}
    with (
        tempfile.TemporaryDirectory(prefix="voice-agent-bench-") as folder,
        ServedHotline(Path(folder), cache_dir, settings) as hotline,
    ):
        for number in range(calls):
            result = _one_call(hotline.uri, question)
            greetings.append(result["greeting_ms"])
            answers += result["voice_to_voice_ms"]
            report(number + 1, calls + 1)
        gaps = _gaps(hotline, question, at_once, Path(folder))
        report(calls + 1, calls + 1)
    return {
        "greeting_ms": percentiles(greetings),
        "voice_to_voice_ms": percentiles(answers),
        "tx_gap_ms": {**percentiles(gaps), "calls": at_once},
    }


def _one_call(uri: str, question: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "voice_agent.cli", "call", str(question), "--to", uri, "--json"]
    done = subprocess.run(command, capture_output=True, timeout=_CALL_DEADLINE_S, check=False)
    if done.returncode != 0:
        raise VoiceAgentError(f"a call failed: {done.stdout.decode()[-300:]} {done.stderr.decode()[-300:]}")
    result: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return result


def _gaps(hotline: ServedHotline, question: Path, calls: int, folder: Path) -> list[float]:
    with RtpProbe(calls, read_wav(question / "caller.wav", 8000)) as probe:
        ports = folder / "ports.csv"
        ports.write_text("SEQUENTIAL\n" + "".join(f"{end.port};\n" for end in probe.ends))
        command = [
            *("sipp", f"127.0.0.1:{hotline.sip_port}", "-sf", str(SCENARIO), "-inf", str(ports), "-s", "120"),
            *("-i", "127.0.0.1", "-p", str(free_port()), "-m", str(calls), "-l", str(calls), "-r", str(calls)),
            *("-d", str(_GAP_CALL_S * 1000), "-nostdin", "-timeout", "60"),
        ]
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=_CALL_DEADLINE_S, check=False)
        if done.returncode != 0:
            raise VoiceAgentError(f"sipp: not all of {calls} calls succeeded (exit code {done.returncode})")
        return [gap for end in probe.ends for gap in end.gaps_ms()]
