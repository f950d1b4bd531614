"""Debian's sipp: many callers at once, and rude ones."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from telephony.ports import free_port
from telephony.wav_leg import read_wav
from tests.voice_agent.voices import FIXTURES
from voice_agent.qa.latency import SCENARIO
from voice_agent.qa.rtp_probe import RtpProbe

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of some calls."""

    succeeded: bool
    packets: list[int]
    """RTP packets that each call received."""
    audible: list[int]
    """Those of them that held sound."""
    output: str


def place_calls(
    folder: Path,
    sip_port: int,
    calls: int,
    *,
    seconds: float,
    transport: str = "udp",
    scenario: Path = SCENARIO,
    rate: int = 20,
    at_once: int | None = None,
    mute: bool = False,
) -> Heard:
    """``calls`` callers, each on the line for ``seconds``, each speaking a recorded sentence after two seconds.

    ``mute``: their telephones send nothing at all, as if they had vanished.
    """
    speech = read_wav(FIXTURES / "person" / "caller.wav", 8000)
    with RtpProbe(min(calls, 64), speech, speaks_after_s=2.0, mute=mute) as probe:
        ports = folder / f"ports-{probe.ends[0].port}.csv"
        ports.write_text("SEQUENTIAL\n" + "".join(f"{end.port};\n" for end in probe.ends))
        command = [
            *("sipp", f"127.0.0.1:{sip_port}", "-sf", str(scenario), "-inf", str(ports), "-s", "120"),
            *("-i", "127.0.0.1", "-p", str(free_port()), "-t", "tn" if transport == "tcp" else "u1"),
            *("-m", str(calls), "-l", str(at_once or calls), "-r", str(rate), "-d", str(int(seconds * 1000))),
            *("-nostdin", "-timeout", str(int(seconds * calls / (at_once or calls)) + 60), "-max_socket", "200"),
        ]
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=400, check=False)
        return Heard(
            succeeded=done.returncode == 0,
            packets=[len(end.arrivals_s) for end in probe.ends],
            audible=[end.audible for end in probe.ends],
            output=done.stdout.decode(errors="replace")[-1500:] + done.stderr.decode(errors="replace")[-500:],
        )
