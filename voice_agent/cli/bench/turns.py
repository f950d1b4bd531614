"""``voice-agent bench turns``."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engine_choice import make_recogniser
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.weights import open_model
from voice_agent.operations.logging import configure_logging
from voice_agent.prompt_rendering import Report
from voice_agent.qa.turn_clips import TurnClip, make_turn_clips, read_turn_clips, recipe
from voice_agent.qa.turns import measure_turns


class Part(StrEnum):
    """Of the clips made here."""

    DEV = "dev"
    HELD_OUT = "held_out"


def turns(
    clips: Annotated[
        Path | None,
        typer.Option(
            help="file, transcript, pauses(JSON) 열의 TSV; 없으면 합성한 통화 · TSV with columns file, transcript and "
            "pauses (a JSON list of pairs, start and end in seconds; where empty they are found in the audio), and "
            "expected if you like. "
            "Without it: synthetic clips made by recipe."
        ),
    ] = None,
    part: Annotated[
        Part,
        typer.Option(
            help="합성 통화의 어느 부분 · Of the synthetic clips: held_out, or those the waits were tuned on."
        ),
    ] = Part.HELD_OUT,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """말차례 · Korean end of turn: false cut-offs against delay, beside Smart Turn alone and silence alone.

    A false cut-off is a pause inside a turn longer than the wait chosen for it; the delay is the wait at the turn's
    true end. One factor on all waits of a strategy: at a median delay of 300 ms, how many pauses are cut off; with 5 or
    10 % cut off, what is the least median delay ("mean": the same with the mean). Recognition runs on the audio up to
    each pause, through G.711; its time is told apart (decode_ms), and is in ours.as_configured, the rule as it is set.
    """
    loaded = load_config(config)
    configure_logging("ERROR", json=True)
    print_figures(asyncio.run(_turns(loaded, clips, part)), as_json)


async def _turns(config: Config, manifest: Path | None, part: Part) -> dict[str, Any]:
    with progress_report() as report:
        clips = await _made(config, part, report) if manifest is None else read_turn_clips(manifest)
        hearing, smart_turn = make_recogniser(config.hearing.engines[0], config), SmartTurn()
        await hearing.load()
        await smart_turn.load()
        try:
            figures = await measure_turns(hearing, smart_turn, clips, lambda done, total: report("clips", done, total))
        finally:
            await hearing.close()
            await smart_turn.close()
    return figures | {"source": f"synthetic, {part.value}" if manifest is None else "recordings"}


async def _made(config: Config, part: Part, report: Report) -> list[TurnClip]:
    voice = KokoroKorean(open_model("kokoro-82m", config.cache_dir), threads=config.speaking.threads)
    await voice.load()
    try:
        return await make_turn_clips(
            recipe(part),
            voice,
            config.cache_dir / "bench" / "turns",
            lambda done, total: report("callers", done, total),
        )
    finally:
        await voice.close()
