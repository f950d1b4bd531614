"""What commands print, and where: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from voice_agent.prompt_rendering import Report

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

JsonOption = Annotated[bool, typer.Option("--json", help="결과를 JSON 한 줄로 · The result as one JSON line.")]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="설정 파일 · Configuration file (default: $VOICE_AGENT_CONFIG)."),
]

_TITLES = {
    "storage": "기록 저장소 준비 · records",
    "hearing": "음성인식 모델 조립 · recogniser weights",
    "speaking": "음성합성 모델 조립 · voice weights",
    "prompts": "기본 안내 음성 만들기 · essential prompts",
    "other prompts": "나머지 안내 음성 만들기 · other prompts",
    "slow prompts": "느린 안내 음성 만들기 · slow prompts",
}


def print_json(result: Mapping[str, Any]) -> None:
    """One JSON object on one line of standard output: always a command's last."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def fail(message: str, *, code: int = 1) -> NoReturn:
    """End the command with a message on standard error."""
    err.print(message, style="red", markup=False)
    raise SystemExit(code)


@contextmanager
def progress_report() -> Iterator[Report]:
    """Progress bars on standard error for slow work."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=err, transient=False,
    ) as progress:  # fmt: skip
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(_TITLES.get(what, what), total=total or 1)
            progress.update(tasks[what], completed=done, total=total or 1)

        yield report


def print_figures(figures: Mapping[str, Any], as_json: bool) -> None:
    """A benchmark's outcome: one JSON line, or one line a figure."""
    if as_json:
        print_json(figures)
        return
    for key, value in figures.items():
        out.print(f"{key}: {value}", markup=False)
