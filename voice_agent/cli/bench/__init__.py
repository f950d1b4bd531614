"""``voice-agent bench``: figures, measured where the caller is. One file a figure."""

from __future__ import annotations

import typer

from voice_agent.cli.bench.hearing import hearing
from voice_agent.cli.bench.latency import latency

bench = typer.Typer(no_args_is_help=True)
bench.command(help="응답 시간 · Greeting, voice to voice, gaps between packets: at the far end of real calls.")(latency)
bench.command(help="인식률 · Character error rate and CPU of the recogniser over recordings.")(hearing)
