"""How many calls a core carries: ours beside plain pipecat, interleaved, each measurement in a process of its own.

Overhead is what load adds to an answer: its wait less the shortest wait of the same system with one call, so that what
each system waits for by design is left out. ``calls_per_core`` is the largest number of calls whose overhead stays at
or below 40 ms for 95 of 100 answers; ``at_least`` where no larger number was tried.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from voice_agent.errors import VoiceAgentError

SYSTEMS = ("ours", "pipecat")
LOADS = {"ours": (1, 10, 30, 40, 50, 60, 70), "pipecat": (1, 5, 10, 15, 20, 24, 28)}
LIMIT_MS = 40.0
_WORKER = "voice_agent.qa.capacity_worker"
_SPARE_S = 120.0

Run = dict[str, Any]


def measure_capacity(
    wav: Path,
    *,
    runs: int,
    seconds: float,
    loads: Mapping[str, Sequence[int]] | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> list[Run]:
    """Every load of both systems, ``runs`` times, one system after the other. Raises VoiceAgentError."""
    wanted = loads or LOADS
    steps = [
        (system, calls)
        for _ in range(runs)
        for place in range(max(map(len, wanted.values())))
        for system in SYSTEMS
        for calls in wanted[system][place : place + 1]
    ]
    made = []
    for done, (system, calls) in enumerate(steps, start=1):
        made.append(_one(system, calls, seconds, wav))
        report(done, len(steps))
    return made


def figures(runs: Sequence[Run]) -> dict[str, Any]:
    """``{"ours": {...}, "pipecat": {...}, "ratios": {...}}``; medians over the runs."""
    told: dict[str, Any] = {system: _of_system([run for run in runs if run["system"] == system]) for system in SYSTEMS}
    ours, theirs = told["ours"], told["pipecat"]
    told["ratios"] = {
        "calls_per_core": _ratio(ours["calls_per_core"], theirs["calls_per_core"]),
        "cpu_ms_per_call_second": _ratio(ours["cpu_ms_per_call_second"], theirs["cpu_ms_per_call_second"]),
        "mb_per_call": _ratio(ours["mb_per_call"], theirs["mb_per_call"]),
    }
    return told


def write_page(path: Path, told: Mapping[str, Any], *, runs: int, seconds: float) -> None:
    """docs/benchmarks.md: the table, the plot beside it, the machine, the date."""
    # Imported here: matplotlib takes a while, and measuring draws nothing.
    from voice_agent.qa import plots

    path.parent.mkdir(parents=True, exist_ok=True)
    plot = path.with_name("benchmarks-capacity.svg")
    series = {
        name: {float(calls): load["overhead_p95_ms"] for calls, load in told[system]["loads"].items()}
        for system, name in (("ours", "voice-agent"), ("pipecat", "plain pipecat"))
    }
    plots.write_svg(plot, plots.lines(series, x="calls on one core", y="overhead p95 (ms)", limit=LIMIT_MS))
    path.write_text("\n".join(_page(told, runs, seconds, plot.name)) + "\n", encoding="utf-8")


def machine() -> str:
    """Processor, cores, Python."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{model}, one core of it, Python {platform.python_version()}"


def _one(system: str, calls: int, seconds: float, wav: Path) -> Run:
    with tempfile.TemporaryDirectory(prefix="voice-agent-capacity-") as folder:
        command = [sys.executable, "-m", _WORKER, system, str(calls), str(seconds), str(wav), folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + _SPARE_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise VoiceAgentError(f"{system} with {calls} calls did not end within {error.timeout:g} s") from error
    if done.returncode != 0 or not done.stdout.strip():
        raise VoiceAgentError(f"{system} with {calls} calls failed: {done.stderr[-500:]}")
    run: Run = json.loads(done.stdout.splitlines()[-1])
    return run


def _of_system(runs: Sequence[Run]) -> dict[str, Any]:
    alone = [wait for run in runs if run["calls"] == 1 for wait in run["waits_ms"]]
    if not alone:
        raise VoiceAgentError("nothing was measured with one call")
    least = min(alone)
    loads = {calls: _of_load([run for run in runs if run["calls"] == calls], least) for calls in _loads(runs)}
    kept = [calls for calls, load in loads.items() if load["overhead_p95_ms"] <= LIMIT_MS]
    most = loads[max(loads)]
    return {
        "calls_per_core": max(kept, default=0),
        "at_least": max(loads) in kept,
        "cpu_ms_per_call_second": min(load["cpu_ms_per_call_second"] for load in loads.values()),
        "mb_per_call": round(most["mb"] / max(loads), 2),
        "least_wait_ms": round(least, 1),
        "recovery_s": most["recovery_s"],
        "jitter_p99_ms": most["jitter_p99_ms"],
        "loads": {str(calls): load for calls, load in loads.items()},
    }


def _of_load(runs: Sequence[Run], least_ms: float) -> dict[str, float]:
    overheads = [wait - least_ms for run in runs for wait in run["waits_ms"]]
    if not overheads:
        overheads = [float("inf")]
    p50, p95, p99 = (round(float(value), 1) for value in np.percentile(overheads, [50, 95, 99]))
    medians = {
        name: round(float(np.median([run[name] for run in runs])), 2)
        for name in ("cpu_ms_per_call_second", "mb", "jitter_p99_ms", "recovery_s")
    }
    overhead = {"overhead_p50_ms": p50, "overhead_p95_ms": p95, "overhead_p99_ms": p99}
    return {**overhead, **medians, "runs": len(runs), "answers": len(overheads)}


def _loads(runs: Sequence[Run]) -> list[int]:
    return sorted({run["calls"] for run in runs})


def _limit(told: Mapping[str, Any]) -> str:
    return f"{'≥ ' if told['at_least'] else ''}{told['calls_per_core']}"


def _ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 2) if theirs else None


def _page(told: Mapping[str, Any], runs: int, seconds: float, plot: str) -> list[str]:
    rows = []
    for system, name in (("ours", "voice-agent"), ("pipecat", "plain pipecat")):
        for calls, load in told[system]["loads"].items():
            overheads = " / ".join(f"{load[f'overhead_{p}_ms']:g}" for p in ("p50", "p95", "p99"))
            rows.append(
                f"| {name} | {calls} | {load['runs']} | {overheads} | {load['cpu_ms_per_call_second']:g} | "
                f"{load['jitter_p99_ms']:g} | {load['recovery_s']:g} |"
            )
    ours, theirs, ratios = told["ours"], told["pipecat"], told["ratios"]
    return [
        "# Capacity",
        "",
        "Written by `voice-agent bench capacity --write docs/benchmarks.md`; do not edit.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. Medians of up to {runs} interleaved runs of {seconds:g} s a load.",
        "The same legs, caller, scripted recogniser (0.1 s), brain and voice, voice activity and recording on.",
        "",
        "| | ours | plain pipecat | ratio |",
        "|---|---|---|---|",
        f"| calls a core at p95 overhead ≤ {LIMIT_MS:g} ms | {_limit(ours)} | {_limit(theirs)} | "
        f"{ratios['calls_per_core']} |",
        f"| CPU per call-second, ms | {ours['cpu_ms_per_call_second']:g} | {theirs['cpu_ms_per_call_second']:g} | "
        f"{ratios['cpu_ms_per_call_second']} |",
        f"| memory per call, MB | {ours['mb_per_call']:g} | {theirs['mb_per_call']:g} | {ratios['mb_per_call']} |",
        f"| shortest answer with one call, ms | {ours['least_wait_ms']:g} | {theirs['least_wait_ms']:g} | |",
        "",
        f"![overhead by calls]({plot})",
        "",
        "| | calls | runs | overhead p50 / p95 / p99, ms | CPU ms per call-second | jitter p99, ms | recovery, s |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        "Recovery: after the event loop stood still for 0.5 s, until ten beats in a row were on time.",
    ]
