"""``voice-agent replay``: recorded callers through the real chain, and what differs from before."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, out, print_json, progress_report
from voice_agent.config import load_config
from voice_agent.events import now
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.divergence import KOREAN, Divergence, first_divergence, read_logs, write_logs
from voice_agent.qa.fixture import read_fixtures
from voice_agent.qa.replay_run import CaseResult, EngineKind, Plan, replay_all, summary
from voice_agent.qa.runs import RUNS, keep_run
from voice_agent.qa.scored_run import score_run

FIXTURES = Path("audio_fixtures")


def replay(
    cases: Annotated[
        list[str] | None, typer.Argument(help="사례 이름; 없으면 모두 · Cases; all of them without.")
    ] = None,
    engines: Annotated[
        EngineKind, typer.Option(help="기록된 엔진 또는 실제 엔진 · Recorded engines, or real ones.")
    ] = EngineKind.RECORDED,
    baseline: Annotated[
        Path | None, typer.Option(help="견줄 통화 기록 · An event log of before to compare with.")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="통화 기록을 쓸 곳 · Where to write the event log.")] = None,
    report: Annotated[Path | None, typer.Option(help="HTML 보고서를 쓸 곳 · Where to write an HTML report.")] = None,
    keep: Annotated[
        str | None, typer.Option(help="이 이름으로 남겨 화면에서 봅니다 · Keep the run by this name, for the console.")
    ] = None,
    fixtures: Annotated[Path, typer.Option(help="사례 폴더 · The folder of the cases.")] = FIXTURES,
    jobs: Annotated[int, typer.Option(help="동시에 몇 통; 0은 코어마다 · Calls at a time; 0: one a core.")] = 0,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay callers; exit code 1 where a case fails or differs from the baseline.

    With recorded engines the clock is virtual and the same case gives the same log, byte for byte. With real engines
    the clock is virtual too, and what the engines take is let pass on it.
    """
    loaded = load_config(config)
    configure_logging("CRITICAL", json=True)
    found = read_fixtures(fixtures, cases or ())
    before = read_logs(baseline) if baseline is not None else None
    began = time.monotonic()
    audio = report.with_suffix(".audio") if report is not None else None
    if audio is not None:
        audio.mkdir(parents=True, exist_ok=True)
    with progress_report() as progress:
        results = replay_all(
            Plan(loaded, engines, audio), found, jobs=jobs, report=lambda done, total: progress("calls", done, total)
        )
    logs = {result.case: result.entries for result in results}
    if log is not None:
        write_logs(log, logs)
    diverged = []
    if before is not None:
        compared = [first_divergence(result.case, before.get(result.case, []), result.entries) for result in results]
        diverged = [divergence for divergence in compared if divergence is not None]
    told = summary(results) | {"engines": engines.value, "seconds": round(time.monotonic() - began, 1)}
    if engines is EngineKind.REAL:
        told["stood_in_prompts"] = sum(result.stood_in for result in results)
    if baseline is not None:
        told["diverged"] = [divergence.as_json() for divergence in diverged]
    if keep is not None:
        scored = score_run(found, results, loaded)
        seconds = told["seconds"]
        kept = keep_run(loaded.data_dir / RUNS, keep, scored, at=now(), engines=engines.value, seconds=seconds)
        told["kept"] = str(kept)
    if report is not None:
        # Imported here: matplotlib takes a while, and most replays draw nothing.
        from voice_agent.qa.report import write_report

        scored = score_run(found, results, loaded)
        write_report(report, scored, before=score_run(found, _as_results(before), loaded) if before else None)
        told["report"] = str(report)
    _show(told, results, diverged, as_json)
    if told["failed"] or diverged:
        raise SystemExit(1)


def _as_results(logs: dict[str, Any] | None) -> list[CaseResult]:
    return [CaseResult(case, (), entries) for case, entries in (logs or {}).items()]


def _show(told: dict[str, Any], results: list[CaseResult], diverged: list[Divergence], as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    for result in results:
        for failure in result.failures:
            out.print(f"{result.case}: {failure}", style="red", markup=False)
    for divergence in diverged:
        out.print(f"[{KOREAN[divergence.place]}] {divergence}", style="yellow", markup=False)
    out.print(f"{told['passed']}/{told['cases']} · {told['seconds']} s · {told['engines']}", markup=False)
