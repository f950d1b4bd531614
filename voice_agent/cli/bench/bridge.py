"""``voice-agent bench bridge``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from voice_agent.cli.output import JsonOption, print_figures
from voice_agent.qa.bridge import measure_bridge


def bridge(
    bridges: Annotated[
        int, typer.Option(min=0, max=200, help="동시에 연결할 삼자 통화 수 · Three-way bridges at once; 0: none.")
    ] = 50,
    seconds: Annotated[float, typer.Option(min=1.0, help="그 시간(초) · For so many seconds, in real time.")] = 20.0,
    minutes: Annotated[float, typer.Option(min=2.0, help="시계 차이 측정 시간(분) · Length of the drift runs.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """통화 연결 · Several people on one call: added delay, clock drift, clicks, and how many bridges fit.

    Delay, drift and clicks are measured on a driven clock, from what each far end hears; delay is what the bridge adds
    to a bare relay of frames. Drift: a person whose clock is 300 millionths slow, exact, or fast; with one packet in 50
    late where the name says so. Clicks: the largest step between two samples while people join, change and leave, over
    the largest that the voices heard could make together. Load: caller, human agent and a listening supervisor each, in
    this process, in real time.
    """
    figures = asyncio.run(measure_bridge(bridges=bridges, seconds=seconds, minutes=minutes))
    print_figures(figures.as_json(), as_json)
