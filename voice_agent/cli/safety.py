"""``voice-agent safety``: how well danger is heard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dialogs.loader import load_hotline
from dialogs.safety import Safety
from voice_agent.cli.embeddings import embedder_or_none
from voice_agent.cli.output import ConfigOption, JsonOption, print_figures
from voice_agent.config import load_config
from voice_agent.qa.safety import OWN_SET, measure_safety, read_utterances

safety = typer.Typer(no_args_is_help=True)


@safety.callback()
def _group() -> None:
    """위험을 알아듣는 정도 · Danger in what callers say."""


@safety.command(help="위험을 얼마나 알아듣는지 · Recall of danger, needless questions, needless transfers.")
def bench(
    utterances: Annotated[
        Path,
        typer.Option(help="머리글, 그다음 말과 종류(또는 -) · TSV: a header, then text and class or '-'."),
    ] = OWN_SET,
    part: Annotated[str, typer.Option(help="셋째 열이 이 값인 말만 · Only lines with this third column.")] = "",
    without_embeddings: Annotated[
        bool, typer.Option("--without-embeddings", help="말소리만으로 · By words and sound alone.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judges each utterance by the hotline's safety.yaml, as in a call: with the embedder where there is one.

    What is missed does not change the exit code.
    """
    asked = read_utterances(utterances, part)
    settings = load_config(config)
    embedder = None if without_embeddings else embedder_or_none(settings.cache_dir)
    judge = Safety(load_hotline(settings.dialogs).safety, embedder)
    result = measure_safety(judge, asked)
    print_figures({**result, "embeddings": embedder is not None}, as_json)
