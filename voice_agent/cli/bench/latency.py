"""``voice-agent bench latency``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import load_config
from voice_agent.errors import ConfigError
from voice_agent.qa.latency import measure_latency

_QUESTION = Path(__file__).parents[3] / "audio_fixtures" / "passport_lost"


def latency(
    config: ConfigOption = None,
    question: Annotated[Path, typer.Option(help="녹음된 질문 · A fixture folder.")] = _QUESTION,
    calls: Annotated[int, typer.Option(min=1, help="차례로 거는 전화 수 · Calls one after another.")] = 5,
    at_once: Annotated[int, typer.Option(min=1, max=50, help="동시에 거는 전화 수 · Calls at once.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Serves a hotline in a process of its own on spare ports and calls it."""
    if not (question / "caller.wav").is_file():
        raise ConfigError(f"--question: expected a folder with caller.wav, got {question}")
    cache_dir = load_config(config).cache_dir
    with progress_report() as report:
        result = measure_latency(
            cache_dir,
            question,
            calls=calls,
            at_once=at_once,
            report=lambda done, total: report("calls", done, total),
        )
    print_figures(result, as_json)
