"""``voice-agent check``: every mistake in the configuration and the dialogs, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dialogs.loader import check_hotline
from dialogs.problems import Problem, did_you_mean
from voice_agent.cli.output import ConfigOption, JsonOption, err, out, print_json
from voice_agent.config import Config, check_config
from voice_agent.engines.weights import list_models


def _unknown_model(config: Config) -> list[Problem]:
    known = [model.name for model in list_models(config.cache_dir) if model.kind == "speech to text"]
    name = config.hearing.model
    if name in known:
        return []
    hint = did_you_mean(name, known)
    return [Problem("configuration", 0, 0, "hearing.model", "a model of 'voice-agent models list'", repr(name), hint)]


def check(
    config: ConfigOption = None,
    dialogs: Annotated[Path | None, typer.Option(help="대화 폴더 · Hotline folder to check.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Exit code 1 where there is a mistake; each names file, line, key, what was expected and what came."""
    loaded, problems = check_config(config)
    folder = dialogs or (loaded.dialogs if loaded else None)
    if loaded is not None:
        problems = [*problems, *_unknown_model(loaded)]
    hotline = None
    if folder is not None:
        hotline, dialog_problems = check_hotline(folder)
        problems = [*problems, *dialog_problems]
    if as_json:
        print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
    elif problems:
        for problem in problems:
            err.print(str(problem), style="red", markup=False)
    elif hotline is not None:
        out.print(f"이상 없습니다 · All good: {folder}, {len(hotline.flows)} flows.", markup=False)
    if problems:
        raise typer.Exit(1)
