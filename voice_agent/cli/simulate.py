"""``voice-agent simulate``: made-up callers talk to the hotline by text, by the thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from dialogs.engine import DialogEngine
from dialogs.loader import load_hotline
from voice_agent.cli.output import ConfigOption, JsonOption, out, print_figures, progress_report
from voice_agent.config import load_config
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.persona import SHIPPED, Persona, read_personas
from voice_agent.qa.recognition_errors import RecognitionErrors
from voice_agent.qa.simulate import Caller, Conversation, RuleCaller, run, summary, text_engine
from voice_agent.qa.virtual_time import in_virtual_time


def simulate(
    runs: Annotated[int, typer.Option(help="대화 수 · How many conversations.", min=1)] = 100,
    personas: Annotated[Path, typer.Option(help="전화하는 사람들 · Who calls, as YAML.")] = SHIPPED,
    errors: Annotated[float, typer.Option(help="낱말을 잘못 들을 확률 · Chance that a word is misheard.")] = 0.0,
    seed: Annotated[int, typer.Option(help="난수의 씨앗 · Seed.")] = 0,
    model_url: Annotated[str, typer.Option(help="OpenAI 호환 서버 · A server that plays the callers.")] = "",
    model: Annotated[str, typer.Option(help="그 서버의 모델 · Its model.")] = "",
    line: Annotated[
        bool, typer.Option("--line", help="글이 아니라 통화로 · Through the line and the whole chain, not by text.")
    ] = False,
    show: Annotated[int, typer.Option(help="실패한 대화를 몇 개 보일지 · How many failed ones to show.")] = 0,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Exit code 1 where a conversation comes to a dead end or breaks the dialog."""
    engine = text_engine(DialogEngine(load_hotline(load_config(config).dialogs)))
    callers = read_personas(personas)
    began = time.monotonic()
    made: list[Conversation] = []
    make = partial(_model_caller, model_url, model) if model_url else RuleCaller
    talks = _on_the_line if line else run
    with progress_report() as report:
        for one in talks(engine, callers, runs, errors=errors, seed=seed, make_caller=make):
            made.append(one)
            report("conversations", len(made), runs)
    told = summary(made) | {"seconds": round(time.monotonic() - began, 1)}
    print_figures(told, as_json)
    for one in [one for one in made if not one.success][:show]:
        out.print(f"\n{one.persona} ({one.manner}): {one.end} {one.reason}", *one.told, sep="\n", markup=False)
    if told["dead_ends"] or told["crashes"]:
        raise SystemExit(1)


def _on_the_line(
    engine: DialogEngine,
    personas: Sequence[Persona],
    runs: int,
    *,
    errors: float,
    seed: int,
    make_caller: Callable[[Persona, DialogEngine, int], Caller],
) -> Iterator[Conversation]:
    """As :func:`run`, each conversation a call in virtual time."""
    from voice_agent.qa.replay import fixed_sentences_of
    from voice_agent.qa.simulate_call import simulate_call

    configure_logging("CRITICAL", json=True)
    fixed = fixed_sentences_of(engine)
    for number in range(runs):
        persona, own = personas[number % len(personas)], seed + number
        caller, hear = make_caller(persona, engine, own), RecognitionErrors(errors, own)
        yield in_virtual_time(simulate_call(engine, persona, caller, fixed, mishear=hear))[0]


def _model_caller(url: str, model: str, persona: Persona, _engine: DialogEngine, seed: int) -> Caller:
    from voice_agent.qa.model_caller import ModelCaller

    return ModelCaller(persona, url, model, seed=seed)
