"""A simulated caller on the line: what the persona says is spoken into a call, through the whole chain.

Each time the dialog asks, the persona decides; the words become a move of the scripted caller, who waits for the prompt
to end. The engines are recorded ones, without a recording: speech is heard as the persona says it, misheard if asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dialogs.engine import DialogEngine
from dialogs.state import DialogState
from dialogs.vocabulary import Ask, DialogOutput, EndCall, HandOff, Say
from telephony.caller_script import Move
from telephony.clock import RealBeat
from telephony.leg import TransferOutcome
from voice_agent.call import Call
from voice_agent.pipeline.build import Engines
from voice_agent.qa.fixture import Script, ScriptTurn
from voice_agent.qa.journal import Entry, Journal, JournalBus, JournalledDialog
from voice_agent.qa.misheard_caller import OFFICE_HOURS
from voice_agent.qa.persona import PERSON, Persona
from voice_agent.qa.recorded_engines import (
    LINE_RATE,
    RecordedSound,
    RecordedSpeaker,
    RecordedSpeechToText,
    RecordedVoiceActivity,
    caller_audio,
)
from voice_agent.qa.recording import Recording, estimated_shape
from voice_agent.qa.replay import DESK, ReplayLeg, services_of
from voice_agent.qa.simulate import Caller, Conversation
from voice_agent.qa.verdict import of

_LONGEST_S = 600.0
_SILENT = ScriptTurn(silence=True)


class _Growing(Script):
    """A script whose turns are added as the call goes on."""

    turns: list[ScriptTurn] = []  # type: ignore[assignment]  # noqa: RUF012 - pydantic copies it


@dataclass(slots=True)
class _Talk:
    """The persona at the other end of a call."""

    leg: ReplayLeg
    script: _Growing
    caller: Caller
    mishear: Callable[[str], str]
    state: DialogState | None = None
    last: DialogOutput | None = None
    turns: int = 0

    def take(self, state: DialogState, outputs: tuple[DialogOutput, ...]) -> None:
        """The dialog has taken a step: where it asks, the persona answers."""
        self.state, self.last = state, outputs[-1] if outputs else self.last
        acts = self.leg.caller
        if not isinstance(self.last, Ask) or not outputs or acts is None or acts.waiting:
            return
        words = self.caller.next(state, [output.text for output in outputs if isinstance(output, Say)])
        self.turns += 1
        turn = _SILENT if words is None else ScriptTurn(says=self.mishear(words))
        self.script.turns.append(turn)
        speech = None if words is None else caller_audio(estimated_shape(turn))
        acts.add(Move(speech, after_s=turn.after))


async def simulate_call(
    engine: DialogEngine, persona: Persona, caller: Caller, fixed: frozenset[str], *, mishear: Callable[[str], str]
) -> tuple[Conversation, list[Entry]]:
    """One call in virtual time, and its log. ``fixed``: the sentences made before anybody calls."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    journal = Journal(lambda: loop.time() - began)
    script = _Growing(title=persona.id, turns=[])
    leg = ReplayLeg(RealBeat(), np.zeros(0, np.int16), sample_rate=LINE_RATE, script=[], keeps_heard=False)
    leg.journal, leg.rings = journal, TransferOutcome.ACCEPTED
    talk = _Talk(leg, script, caller, mishear)
    dialog = JournalledDialog(engine, journal, lambda: datetime.fromisoformat(OFFICE_HOURS), talk.take)
    recording = Recording()

    def position() -> tuple[int, float]:
        assert leg.caller is not None
        return leg.caller.position

    engines = Engines(
        RecordedSpeechToText(script, recording, position),
        RecordedSpeaker(recording, fixed),
        RecordedVoiceActivity(),
        RecordedSound(script, recording, position),
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            await Call(leg, services_of(dialog, engines, JournalBus(journal), script, DESK)).run()
    except TimeoutError:
        return Conversation(persona.id, persona.manner, False, "dead_end", talk.turns), journal.entries
    return _ended(persona, talk, journal.entries), journal.entries


def _ended(persona: Persona, talk: _Talk, entries: list[Entry]) -> Conversation:
    done = talk.state is not None and persona.goal in talk.state.done
    reason = talk.last.reason if isinstance(talk.last, HandOff | EndCall) else ""
    told = tuple(
        f"> {entry['text']}" if entry["what"] == "heard" else entry["text"]
        for entry in entries
        if entry["what"] in ("heard", "said")
    )
    if of(entries, "transfer"):
        right = done or persona.ends == PERSON
        return Conversation(persona.id, persona.manner, right, "person", talk.turns, reason, told)
    return Conversation(persona.id, persona.manner, done, "done" if done else "ended", talk.turns, reason, told)
