"""``voice-agent bench barge-in``."""

from __future__ import annotations

from typing import Annotated

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import load_config
from voice_agent.engines.weights import open_model
from voice_agent.qa.barge_in import measure_barge_in


def barge_in(
    config: ConfigOption = None,
    clips: Annotated[int, typer.Option(min=1, max=60, help="종류마다 녹음 수 · Clips of each kind.")] = 60,
    as_json: JsonOption = False,
) -> None:
    """Serves a hotline in a process of its own on spare ports and speaks into its speech, a call for each clip."""
    cache_dir = load_config(config).cache_dir
    model_dir = open_model("kokoro-82m", cache_dir)
    with progress_report() as report:
        result = measure_barge_in(
            cache_dir, model_dir, clips=clips, report=lambda done, total: report("clips", done, total)
        )
    print_figures(result, as_json)
