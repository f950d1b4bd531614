"""``voice-agent bench hearing``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engine_choice import make_hearing
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.hearing import Clip, measure_hearing, read_manifest


def hearing(
    clips: Annotated[Path, typer.Option(help="file, transcript 열의 TSV · TSV with columns file, transcript.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each clip twice: through G.711 at 8 kHz, and as it is."""
    loaded = load_config(config)
    configure_logging("ERROR", json=True)
    print_figures(asyncio.run(_hearing(loaded, read_manifest(clips))), as_json)


async def _hearing(config: Config, clips: list[Clip]) -> dict[str, Any]:
    engine = make_hearing(config)
    await engine.load()
    try:
        with progress_report() as report:
            figures = await measure_hearing(engine, clips, lambda done, total: report("clips", done, total))
    finally:
        await engine.close()
    return {"engines": {engine.name: figures}, "clips": len(clips)}
