"""``voice-agent bench capacity``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voice_agent.cli.output import JsonOption, print_figures, progress_report
from voice_agent.qa.capacity import figures, measure_capacity, write_page


def capacity(
    runs: Annotated[int, typer.Option(help="몇 번 되풀이할지 · How many interleaved runs.", min=1)] = 5,
    seconds: Annotated[float, typer.Option(help="한 번에 잴 초 · Seconds measured a load.", min=2)] = 10.0,
    wav: Annotated[Path, typer.Option(help="건 사람의 소리 · What every caller says.")] = Path(
        "audio_fixtures/person/caller.wav"
    ),
    write: Annotated[Path | None, typer.Option(help="표와 그림을 쓸 곳 · Write the table and the plot here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Calls a core, CPU and memory a call: ours and plain pipecat, with the same engines and callers, in one run."""
    with progress_report() as report:
        made = measure_capacity(
            wav, runs=runs, seconds=seconds, report=lambda done, total: report("measurements", done, total)
        )
    told = figures(made)
    if write is not None:
        write_page(write, told, runs=runs, seconds=seconds)
    print_figures(told, as_json)
