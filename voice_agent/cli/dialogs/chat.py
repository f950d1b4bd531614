"""``voice-agent dialogs chat``: talk to a hotline by text, as a caller would."""

from __future__ import annotations

import json
import re
import sys

from dialogs.conversations import PLAIN_RESULTS
from dialogs.engine import DialogEngine
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    Ask,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    Consult,
    DialogInput,
    DialogOutput,
    EndCall,
    HandOff,
    HandOffFailed,
    ModelDone,
    Say,
    SlowDown,
)
from voice_agent.cli.dialogs.folder import FolderOption, hotline_folder, loaded_hotline
from voice_agent.cli.output import ConfigOption, out
from voice_agent.config import load_config
from voice_agent.dialog_choice import make_embedder

_KEYS = re.compile(r"#([0-9*#]+)")
_HELP = "말을 그대로 적으세요 · #12 번호 · 빈 줄 침묵 · :state 상태 · :busy 상담원이 통화 중 · :quit 끝"


def chat(folder: FolderOption = None, config: ConfigOption = None) -> None:
    """A line is what the caller says; #12 keys; an empty line silence; :state shows the state; :quit ends.

    Nothing is connected: actions are answered by a stand-in that says so, and a language model is never asked.
    """
    settings = load_config(config)
    engine = DialogEngine(loaded_hotline(hotline_folder(folder, config)), embedder=make_embedder(settings))
    out.print(_HELP, style="dim", markup=False)
    state, outputs = engine.start()
    state = _follow(engine, state, outputs)
    while state.awaiting is not Awaiting.NOTHING:
        out.print("> ", end="")
        line = sys.stdin.readline()
        if not line or line.strip() == ":quit":
            return
        text = line.strip()
        if text == ":state":
            out.print(json.dumps(_shown(state), ensure_ascii=False, indent=2), markup=False)
            continue
        event = _event(text)
        if event is None:
            out.print(_HELP, style="dim", markup=False)
            continue
        state, outputs = engine.step(state, event)
        state = _follow(engine, state, outputs)


def _event(text: str) -> DialogInput | None:
    """None for a command that does not exist."""
    if not text:
        return CallerSilent()
    if text == ":busy":
        return HandOffFailed("busy")
    if text.startswith(":"):
        return None
    keys = _KEYS.fullmatch(text)
    return CallerPressed(keys[1]) if keys else CallerSaid(text)


def _shown(state: DialogState) -> dict[str, object]:
    """What differs from a fresh state."""
    fresh = DialogState(day=state.day).model_dump(mode="json")
    return {name: value for name, value in state.model_dump(mode="json").items() if value != fresh[name]}


def _follow(engine: DialogEngine, state: DialogState, outputs: tuple[DialogOutput, ...]) -> DialogState:
    """Show what is said, and answer for everything that is not there."""
    while True:
        for output in outputs:
            _show(output)
        last = outputs[-1] if outputs else None
        if isinstance(last, Act):
            state, outputs = engine.step(state, ActionDone(PLAIN_RESULTS[last.action]))
        elif isinstance(last, Consult):
            state, outputs = engine.step(state, ModelDone(ok=False))
        else:
            return state


def _show(output: DialogOutput) -> None:
    match output:
        case Say(text):
            out.print(text, style="bold", markup=False)
        case Act(_, action, kind, arguments):
            asked = json.dumps({"action": action, "kind": kind, **arguments}, ensure_ascii=False)
            out.print(f"[대역이 처리 · done by a stand-in, nothing is stored: {asked}]", style="yellow", markup=False)
        case HandOff(reason, _, summary):
            out.print(f"[상담원 연결 · hand-off: {reason}]\n{summary}", style="yellow", markup=False)
            out.print("[:busy 연결되지 않음 · nobody answers]", style="dim", markup=False)
        case EndCall(reason):
            out.print(f"[끊음 · hangs up: {reason}]", style="yellow", markup=False)
        case SlowDown():
            out.print("[이제 천천히 · slowly from here]", style="yellow", markup=False)
        case Ask(expectation):
            words = ", ".join(expectation.words[:5])
            out.print(f"[{expectation.kind}: {words} …]", style="dim", markup=False)
        case Consult():
            out.print("[언어 모델 없음 · no language model]", style="dim", markup=False)
