"""``voice-agent bench``: figures, measured where the caller is. One file a figure."""

from __future__ import annotations

import typer

from voice_agent.cli.bench.barge_in import barge_in
from voice_agent.cli.bench.bridge import bridge
from voice_agent.cli.bench.capacity import capacity
from voice_agent.cli.bench.console import console
from voice_agent.cli.bench.hearing import hearing
from voice_agent.cli.bench.latency import latency
from voice_agent.cli.bench.queue import queue
from voice_agent.cli.bench.speaking import speaking
from voice_agent.cli.bench.turns import turns

bench = typer.Typer(no_args_is_help=True)
bench.command(help="응답 시간 · Greeting, voice to voice, gaps between packets: at the far end of real calls.")(latency)
bench.command(help="인식률 · Character error rate and CPU of the recogniser over recordings.")(hearing)
bench.command()(turns)
bench.command()(bridge)
bench.command("barge-in", help="끼어들기 · How soon a caller's speech stops ours, and whose: real calls.")(barge_in)
bench.command(help="알아듣기 쉬운 목소리 · Each voice over the telephone: error rate, speed, first audio.")(speaking)
bench.command(help="화면 · Many live calls on the console: from an event to its paint, memory, the loop's lag.")(
    console
)
bench.command(help="상담원 대기 · Waiting for a human agent: the queue simulated, against Erlang C.")(queue)
bench.command(help="한 코어가 감당하는 통화 · Calls a core, CPU and memory a call, beside plain pipecat.")(capacity)
