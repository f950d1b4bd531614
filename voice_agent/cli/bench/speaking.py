"""``voice-agent bench speaking``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engine_choice import make_voice
from voice_agent.engines.ports import SpeechToText, TextToSpeech
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.weights import open_model
from voice_agent.errors import ConfigError
from voice_agent.operations.logging import configure_logging
from voice_agent.prompt_rendering import Report
from voice_agent.qa.speaking import figures, listen, read_sentences, write_samples

_KOKORO = {"kokoro-female": "female", "kokoro-male": "male"}
_VOICES = ("kokoro", *_KOKORO, "pyttsx3", "openai-server", "supertonic")
_SENTENCES = Path(__file__).parents[2] / "qa" / "hotline_sentences.txt"
_COMPARISON = "pyttsx3"


def speaking(
    sentences: Annotated[Path, typer.Option(help="한 줄에 한 문장 · A sentence a line.")] = _SENTENCES,
    voice: Annotated[
        list[str] | None,
        typer.Option(help=f"목소리 · Repeatable; one of {', '.join(_VOICES)}. Default: the configured."),
    ] = None,
    samples: Annotated[Path | None, typer.Option(help="들어 볼 WAV 폴더 · Folder for WAV files.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each sentence spoken, sent through G.711 and heard by the embedded recogniser, whatever is configured."""
    loaded = load_config(config)
    names = list(dict.fromkeys(voice or (*loaded.speaking.voices, _COMPARISON)))
    for name in names:
        if name not in _VOICES:
            raise ConfigError(f"--voice: expected one of {', '.join(_VOICES)}, got {name!r}")
    configure_logging("ERROR", json=True)
    folder = samples or loaded.data_dir / "bench-speaking"
    print_figures(asyncio.run(_speaking(loaded, read_sentences(sentences), names, folder)), as_json)


async def _speaking(config: Config, sentences: list[str], names: list[str], folder: Path) -> dict[str, Any]:
    (folder / "index.tsv").unlink(missing_ok=True)
    judge = FasterWhisper(open_model("whisper-base", config.cache_dir), threads=1, beam=5, workers=2)
    await judge.load()
    try:
        with progress_report() as report:
            engines = {name: await _one(config, name, judge, sentences, folder, report) for name in names}
    finally:
        await judge.close()
    return {"engines": engines, "sentences": len(sentences), "samples": str(folder)}


async def _one(
    config: Config, name: str, judge: SpeechToText, sentences: list[str], folder: Path, report: Report
) -> dict[str, Any]:
    engine = _voice(config, name)
    await engine.load()
    try:
        heard = await listen(engine, judge, sentences, lambda done, total: report(name, done, total))
    finally:
        await engine.close()
    write_samples(folder, name, heard)
    return figures(heard)


def _voice(config: Config, name: str) -> TextToSpeech:
    if name in _KOKORO:
        speaking_config = config.speaking.model_copy(update={"kokoro_voice": _KOKORO[name]})
        return make_voice("kokoro", config.model_copy(update={"speaking": speaking_config}))
    return make_voice(name, config)
