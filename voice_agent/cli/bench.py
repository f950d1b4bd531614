"""``voice-agent bench``: figures, measured where the caller is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, out, print_json, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engine_choice import make_hearing
from voice_agent.errors import ConfigError
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.hearing import Clip, measure_hearing, read_manifest
from voice_agent.qa.latency import measure_latency

bench = typer.Typer(no_args_is_help=True)
_QUESTION = Path(__file__).parents[2] / "audio_fixtures" / "passport_lost"


@bench.command(help="응답 시간 · Greeting, voice to voice, gaps between packets: at the far end of real calls.")
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
    _tell(result, as_json)


@bench.command(help="인식률 · Character error rate and CPU of the recogniser over recordings.")
def hearing(
    clips: Annotated[Path, typer.Option(help="file, transcript 열의 TSV · TSV with columns file, transcript.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each clip twice: through G.711 at 8 kHz, and as it is."""
    loaded = load_config(config)
    configure_logging("ERROR", json=True)
    _tell(asyncio.run(_hearing(loaded, read_manifest(clips))), as_json)


async def _hearing(config: Config, clips: list[Clip]) -> dict[str, Any]:
    engine = make_hearing(config)
    await engine.load()
    try:
        with progress_report() as report:
            figures = await measure_hearing(engine, clips, lambda done, total: report("clips", done, total))
    finally:
        await engine.close()
    return {"engines": {engine.name: figures}, "clips": len(clips)}


def _tell(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    for key, value in result.items():
        out.print(f"{key}: {value}", markup=False)
