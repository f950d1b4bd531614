"""``voice-agent bench barge-in``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, fail, print_figures, progress_report
from voice_agent.config import load_config
from voice_agent.engines.weights import open_model
from voice_agent.qa.barge_in import figures, measure_barge_in
from voice_agent.qa.barge_in_outcome import Outcome


def barge_in(
    config: ConfigOption = None,
    clips: Annotated[int, typer.Option(min=1, max=60, help="종류마다 녹음 수 · Clips of each kind.")] = 60,
    only: Annotated[
        list[str] | None, typer.Option(help="이 말이 든 녹음만 · Only clips whose text holds this; may be repeated.")
    ] = None,
    details: Annotated[
        Path | None,
        typer.Option(help="녹음마다 결과를 쓸 파일 · A file for what became of each clip, a JSON line each."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Serves a hotline in a process of its own on spare ports and speaks into its speech, a call for each clip."""
    if details is not None:
        _write(details, [])  # a mistake in its name is better told before five minutes of calls
    cache_dir = load_config(config).cache_dir
    model_dir = open_model("kokoro-82m", cache_dir)
    with progress_report() as report:
        outcomes = measure_barge_in(
            cache_dir,
            model_dir,
            clips=clips,
            only=only or (),
            report=lambda done, total: report("clips", done, total),
        )
    if details is not None:
        _write(details, outcomes)
    print_figures(figures(outcomes), as_json)


def _write(path: Path, outcomes: list[Outcome]) -> None:
    lines = [json.dumps(outcome.details(), ensure_ascii=False) for outcome in outcomes]
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}")
