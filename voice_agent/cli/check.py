"""``voice-agent check``: every mistake in the configuration and the dialogs, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dialogs.engine import DialogEngine
from dialogs.loader import check_hotline
from dialogs.model import Hotline
from dialogs.problems import Problem, did_you_mean
from voice_agent.cli.output import ConfigOption, JsonOption, err, out, print_json
from voice_agent.config import Config, check_config
from voice_agent.engines.tts.recordings import MANIFEST, Recordings, check_recordings
from voice_agent.engines.weights import list_models
from voice_agent.pipeline.sentences import sentences


def _unknown_model(config: Config) -> list[Problem]:
    known = [model.name for model in list_models(config.cache_dir) if model.kind == "speech to text"]
    name = config.hearing.model
    if name in known:
        return []
    hint = did_you_mean(name, known)
    return [Problem("configuration", 0, 0, "hearing.model", "a model of 'voice-agent models list'", repr(name), hint)]


def _unused(recordings: Recordings, folder: Path, hotline: Hotline) -> list[Problem]:
    """Recordings that no prompt of today's wording asks for: perhaps a slip of the pen, perhaps an old text."""
    prompts = DialogEngine(hotline).fixed_sentences()
    texts = [*prompts, *(sentence for prompt in prompts for sentence in sentences(prompt))]
    return [
        Problem(str(folder / MANIFEST), 0, 0, "", "the text of a prompt or of a whole sentence of one", repr(text))
        for text in recordings.unused(texts)
    ]


def check(
    config: ConfigOption = None,
    dialogs: Annotated[Path | None, typer.Option(help="대화 폴더 · Hotline folder to check.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Exit code 1 where there is a mistake; each names file, line, key, what was expected and what came.

    A warning alone is no mistake: a recording that is never played.
    """
    loaded, problems = check_config(config)
    folder = dialogs or (loaded.dialogs if loaded else None)
    if loaded is not None:
        problems = [*problems, *_unknown_model(loaded)]
    hotline = None
    if folder is not None:
        hotline, dialog_problems = check_hotline(folder)
        problems = [*problems, *dialog_problems]
    warnings: list[Problem] = []
    if loaded is not None and (studio := loaded.speaking.recordings) is not None:
        recordings, mistakes = check_recordings(studio)
        problems = [*problems, *mistakes]
        warnings = _unused(recordings, studio, hotline) if hotline is not None else []
    if as_json:
        told = {"problems": problems, "warnings": warnings}
        print_json({"ok": not problems, **{kind: [asdict(one) for one in found] for kind, found in told.items()}})
    else:
        for problem in [*problems, *warnings]:
            err.print(str(problem), style="red" if problem in problems else "yellow", markup=False)
        if hotline is not None and not problems:
            out.print(f"이상 없습니다 · All good: {folder}, {len(hotline.flows)} flows.", markup=False)
    if problems:
        raise typer.Exit(1)
