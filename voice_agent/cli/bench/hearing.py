"""``voice-agent bench hearing``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engine_choice import make_recogniser
from voice_agent.engines.ports import SpeechToText
from voice_agent.engines.weights import open_model
from voice_agent.errors import ConfigError
from voice_agent.operations.logging import configure_logging
from voice_agent.prompt_rendering import Report
from voice_agent.qa.hearing import Clip, check_clips, measure_hearing, read_manifest
from voice_agent.qa.hearing_gate import measure_non_speech
from voice_agent.qa.non_speech import non_speech
from voice_agent.qa.term_recall import measure_terms
from voice_agent.qa.terms import read_cases, speak_cases

_ENGINES = ("faster-whisper", "openai-whisper", "openai-server")


def hearing(
    clips: Annotated[
        Path | None, typer.Option(help="file, transcript 열의 TSV · TSV with columns file, transcript.")
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="인식기 (여러 번 가능) · A recogniser, repeatable (default: hearing.engines)."),
    ] = None,
    skip_terms: Annotated[bool, typer.Option("--skip-terms", help="업무 용어 생략 · Leave out the terms.")] = False,
    skip_non_speech: Annotated[
        bool, typer.Option("--skip-non-speech", help="말이 아닌 소리 생략 · Leave out the non-speech.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each clip twice, through G.711 at 8 kHz and as it is; then terms and non-speech by the first recogniser."""
    loaded = load_config(config)
    names = list(dict.fromkeys(engine or loaded.hearing.engines))
    unknown = [name for name in names if name not in _ENGINES]
    if unknown:
        raise ConfigError(f"--engine: expected one of {', '.join(_ENGINES)}, got {unknown[0]!r}")
    recordings = read_manifest(clips) if clips else []
    check_clips(recordings)
    configure_logging("ERROR", json=True)
    wanted = [what for what, skipped in (("terms", skip_terms), ("non_speech", skip_non_speech)) if not skipped]
    print_figures(asyncio.run(_hearing(loaded, names, recordings, wanted)), as_json)


async def _hearing(config: Config, names: list[str], clips: list[Clip], wanted: list[str]) -> dict[str, Any]:
    engines: dict[str, Any] = {}
    figures: dict[str, Any] = {"engines": engines, "clips": len(clips)}
    with progress_report() as report:
        for number, name in enumerate(names):
            recogniser = make_recogniser(name, config)
            await recogniser.load()
            try:
                if clips:
                    engines[name] = await measure_hearing(recogniser, clips, _titled(report, name))
                if number == 0:
                    figures |= {what: await _MEASURES[what](config, recogniser, report) for what in wanted}
            finally:
                await recogniser.close()
    return figures


async def _terms(config: Config, recogniser: SpeechToText, report: Report) -> dict[str, Any]:
    kokoro = open_model("kokoro-82m", config.cache_dir)
    spoken = await speak_cases(read_cases(), kokoro, _titled(report, "terms, spoken"), threads=config.speaking.threads)
    return await measure_terms(recogniser, spoken, _titled(report, "terms, heard"))


async def _non_speech(_config: Config, recogniser: SpeechToText, report: Report) -> dict[str, Any]:
    return await measure_non_speech(recogniser, non_speech(), _titled(report, "non-speech"))


_MEASURES = {"terms": _terms, "non_speech": _non_speech}


def _titled(report: Report, title: str) -> Callable[[int, int], None]:
    return lambda done, total: report(title, done, total)
