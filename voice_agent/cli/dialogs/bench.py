"""``voice-agent dialogs bench``: the share of conversations that end as they should although the caller is misheard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from dialogs.model import Hotline
from dialogs.retrieval import Embedder
from voice_agent.cli.dialogs.folder import FolderOption, hotline_folder, loaded_hotline
from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import Config, load_config
from voice_agent.dialog_choice import make_embedder
from voice_agent.engine_choice import make_recogniser
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.weights import open_model
from voice_agent.operations.logging import configure_logging
from voice_agent.prompt_rendering import Report
from voice_agent.qa.conversations import Script, measure_conversations, misheard, read_scripts
from voice_agent.qa.misheard_caller import MisheardCaller
from voice_agent.qa.spoken_caller import SpokenCaller
from voice_agent.qa.terms import VOICES

_SHUFFLE = 120


def bench(
    conversations: Annotated[
        Path | None,
        typer.Option(help="시험 대화 폴더 · Folder with conversations in *.test.yaml (default: beside the flows)."),
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="낱말마다 잘못 들을 확률 · Chance of an error a word.")
    ] = 0.2,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="대화마다 몇 번 · Runs of each conversation.")] = 3,
    first_seed: Annotated[int, typer.Option(min=0, help="첫 번째 씨앗 · Seed of the first run.")] = 0,
    audio: Annotated[
        bool, typer.Option("--audio", help="말로 하고 귀로 듣습니다 · Spoken, through G.711, by the recogniser: slow.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="대화 몇 개만, 뽑아서 · A sample of so many (0: all).")] = 0,
    voice: Annotated[int, typer.Option(min=0, max=len(VOICES) - 1, help="말하는 목소리 · The caller's voice.")] = 0,
    without_embeddings: Annotated[
        bool, typer.Option("--without-embeddings", help="소리만으로 · Questions are found by sound alone.")
    ] = False,
    folder: FolderOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who is not understood says it again, as callers do. What fails does not change the exit code."""
    settings = load_config(config)
    where = hotline_folder(folder, config)
    hotline = loaded_hotline(where)
    scripts = _sample(read_scripts(conversations or where / "flows"), limit)
    configure_logging("ERROR", json=True)
    embedder = None if without_embeddings else make_embedder(settings)
    with progress_report() as report:
        if audio:
            figures = _spoken(settings, hotline, embedder, scripts, VOICES[voice], report)
        else:
            caller = MisheardCaller(hotline, misheard(rate, 0), embedder=embedder)
            hearings = [misheard(rate, seed) for seed in range(first_seed, first_seed + seeds)]
            figures = measure_conversations(caller, scripts, hearings, lambda done, all_: report("text", done, all_))
            figures |= {"rate": rate, "seeds": seeds}
    if not as_json:
        figures["failed"] = len(figures["failed"])
    print_figures(figures, as_json)


def _sample(scripts: list[Script], limit: int) -> Sequence[Script]:
    """The same ones each time, from all flows."""
    return scripts if not limit or limit >= len(scripts) else Random(_SHUFFLE).sample(scripts, limit)


def _spoken(
    settings: Config,
    hotline: Hotline,
    embedder: Embedder | None,
    scripts: Sequence[Script],
    voice: str,
    report: Report,
) -> dict[str, Any]:
    kokoro = open_model("kokoro-82m", settings.cache_dir)
    speaker = KokoroKorean(kokoro, threads=settings.speaking.threads, voices=(voice,))
    recogniser = make_recogniser(settings.hearing.engines[0], settings)
    with SpokenCaller(speaker, recogniser) as hear:
        caller = MisheardCaller(hotline, hear, embedder=embedder)
        return measure_conversations(caller, scripts, [hear], lambda done, all_: report("spoken", done, all_))
