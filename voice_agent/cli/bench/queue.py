"""``voice-agent bench queue``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voice_agent.cli.output import JsonOption, print_figures
from voice_agent.errors import ConfigError
from voice_agent.qa.queue import HANDLING_S, LOADS, PEOPLE, draw, figures, points


def queue(
    people: Annotated[int, typer.Option(min=1, help="상담원 수 · Human agents.")] = PEOPLE,
    handling_s: Annotated[float, typer.Option(min=1, help="평균 통화 시간(초) · Mean handling time.")] = HANDLING_S,
    calls: Annotated[int, typer.Option(min=100, help="부하마다 통화 수 · Calls a load.")] = 20_000,
    plot: Annotated[Path | None, typer.Option(help="그림 파일(.svg, .png) · Where to draw it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Callers simulated through the queue of human agents, beside what Erlang C expects."""
    loads = [load * people / PEOPLE for load in LOADS]
    found = points(loads, people=people, handling_s=handling_s, calls=calls)
    if plot is not None:
        try:
            draw(found, people=people, handling_s=handling_s, to=plot)
        except ImportError as error:
            raise ConfigError("--plot needs matplotlib: pip install 'hotline-voice-agent[bench]'") from error
    print_figures(figures(found, people=people, handling_s=handling_s, calls=calls), as_json)
