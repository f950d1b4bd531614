"""One case through the real chain: the caller is a leg like any other, the clock is virtual, the log comes out.

`replay_case` needs a running :class:`~voice_agent.qa.virtual_time.VirtualLoop`. What is real is everything between the
leg and the dialog's last word: :class:`voice_agent.call.Call`, its pipeline, turn taking, the dialog engine, the
hand-off. What may be recorded are the engines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Protocol

import numpy as np

from dialogs.conversations import PLAIN_RESULTS
from dialogs.engine import DialogEngine
from dialogs.vocabulary import Act
from telephony.audio import Pcm
from telephony.caller_script import SAID_AGAIN, Move
from telephony.clock import RealBeat
from telephony.leg import TransferOutcome
from telephony.wav_leg import WavLeg
from voice_agent.actions.ports import ActionError
from voice_agent.call import Call, CallServices, HandOffSettings
from voice_agent.pipeline.build import Engines
from voice_agent.pipeline.sentences import sentences
from voice_agent.qa.fixture import RECORDED, Fixture, Script, ScriptTurn
from voice_agent.qa.hotline_facts import announcements_of, repairs_of
from voice_agent.qa.journal import Entry, Journal, JournalBus, JournalledDialog
from voice_agent.qa.recorded_engines import (
    LINE_RATE,
    Position,
    RecordedSound,
    RecordedSpeaker,
    RecordedSpeechToText,
    RecordedVoiceActivity,
    caller_audio,
    shape_of,
)
from voice_agent.qa.recording import Recording, read_recording

DESK = "sip:desk@hotline.invalid"
"""Where the replayed hotline transfers to."""
_HANGS_UP_AFTER_S = 2.0
"""A caller with nothing more to say hears the answer to its end, and this much quiet."""
_LONGEST_S = 600.0
_MOST_AGAIN = 2
_RING_S = 1.5
"""A person answers, or does not, after so long."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """A case's audio and engines."""

    turns: Mapping[int, Pcm]
    """What the caller says, by the script's turn, at 8 kHz."""
    engines: Engines
    background: Pcm | None = None
    again: Callable[[int, int], Pcm | None] = lambda _turn, _times: None
    """A turn said again, and how often it was said again before; None where it cannot be."""
    unfinished: Callable[[], bool] = lambda: False
    """Whether a sentence of ours is being made, of which a part may be sounding."""


class SoundSource(Protocol):
    """Where a case's audio and engines come from."""

    def sounds(self, fixture: Fixture, position: Position) -> Sounds:
        """``position``: how far the caller has come."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a case."""

    fixture: Fixture
    entries: list[Entry]


class RecordedSource:
    """Recorded engines."""

    def __init__(self, fixed: Collection[str]) -> None:
        """``fixed``: see :func:`fixed_sentences_of`."""
        self._fixed = fixed
        self._activity = RecordedVoiceActivity()

    def sounds(self, fixture: Fixture, position: Position) -> Sounds:
        """See :class:`SoundSource`."""
        script, recording = fixture.script, read_recording(fixture.folder / RECORDED)
        turns = spoken_turns(fixture, recording)
        speaker = RecordedSpeaker(recording, self._fixed)
        engines = Engines(
            RecordedSpeechToText(script, recording, position),
            speaker,
            self._activity,
            RecordedSound(script, recording, position),
        )

        def again(turn: int, times: int) -> Pcm | None:
            said = script.turns[turn]
            if not said.says or said.wav is not None:
                return None
            return caller_audio(shape_of(script, recording, turn + SAID_AGAIN * (times + 1)))

        return Sounds(turns, engines, again=again, unfinished=lambda: speaker.unfinished)


def spoken_turns(fixture: Fixture, recording: Recording) -> dict[int, Pcm]:
    """Stand-in audio of every spoken turn."""
    return {
        index: caller_audio(shape_of(fixture.script, recording, index))
        for index, turn in enumerate(fixture.script.turns)
        if turn.says
    }


def fixed_sentences_of(dialog: DialogEngine) -> frozenset[str]:
    """Every sentence that a hotline makes before it is needed."""
    prompts = [*dialog.essential_sentences(), *dialog.fixed_sentences(), *dialog.answer_sentences()]
    return frozenset(sentence for prompt in prompts for sentence in sentences(prompt))


class ScriptedActions:
    """Answers acts as the script says."""

    def __init__(self, results: Collection[Mapping[str, str | bool]]) -> None:
        self._results = list(results)

    async def perform(self, act: Act, *, key: str) -> Mapping[str, str]:
        """The next result, else a plain success."""
        result = self._results.pop(0) if self._results else PLAIN_RESULTS[act.action]
        if result.get("failed") is True:
            raise ActionError("the script lets it fail")
        return {name: str(value) for name, value in result.items()}

    async def close(self) -> None:
        """Nothing to close."""


class NoRecords:
    """The log is the record."""

    async def accept(self, call_id: str, remote: str, recording: Path | None, sip_call_id: str | None) -> None:
        """Nothing is kept."""

    async def seal(
        self, call_id: str, outcome: str, reason: str, duration_s: float, *, answered_at: datetime | None = None
    ) -> bool:
        """Nothing was kept."""
        return True


class ReplayLeg(WavLeg):
    """Tells the journal where it is transferred to."""

    journal: Journal
    rings: TransferOutcome

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """After a while, as the script says."""
        self.journal.note("transfer", target=target)
        waits = timeout_s if self.rings is TransferOutcome.NO_ANSWER else _RING_S
        await asyncio.sleep(waits)
        if self.rings is TransferOutcome.CALLER_GONE:
            self.caller_hangs_up()
        return await super().transfer(target, timeout_s=timeout_s)


async def replay_case(
    fixture: Fixture,
    dialog: DialogEngine,
    source: SoundSource,
    *,
    target: str | None = DESK,
    recording: Path | None = None,
) -> Played:
    """Play a case to its end. Needs a loop of its own: the log counts from its beginning.

    ``recording``: where both sides of the call are written, the caller left.
    """
    script, loop = fixture.script, asyncio.get_running_loop()
    began = loop.time()
    journal = Journal(lambda: loop.time() - began)
    legs: list[ReplayLeg] = []
    sounds = source.sounds(fixture, lambda: _position(legs))
    leg = ReplayLeg(
        RealBeat(),
        np.zeros(0, np.int16),
        sample_rate=LINE_RATE,
        script=list(_moves(script, sounds.turns)),
        background=sounds.background,
        on_move=lambda index: _note_move(journal, script, index),
        again=_again(script, sounds, journal, repairs_of(dialog)),
        expects_more=_expects_more(journal, announcements_of(dialog), sounds.unfinished),
        transfer_outcome=TransferOutcome(script.person),
        keeps_heard=False,
        remote="replay",
    )
    leg.journal, leg.rings = journal, TransferOutcome(script.person)
    legs.append(leg)
    noted = JournalledDialog(dialog, journal, lambda: datetime.fromisoformat(script.when))
    services = services_of(noted, sounds.engines, JournalBus(journal), script, target)
    if recording is not None:
        services = replace(services, recording_path=lambda _call, _at: recording)
    try:
        async with asyncio.timeout(_LONGEST_S):
            await Call(leg, services).run()
    except TimeoutError:
        journal.note("failed", engine="call", error=f"not over after {_LONGEST_S:g} s")
    return Played(fixture, journal.entries)


def services_of(
    dialog: DialogEngine, engines: Engines, bus: JournalBus, script: Script, target: str | None
) -> CallServices:
    """What a replayed call needs."""
    return CallServices(
        dialog=dialog,
        engines=engines,
        bus=bus,
        records=NoRecords(),
        hand_off=HandOffSettings(target, 30.0, dialog.text_of(dialog.hotline.wording.still_transferring)),
        recording_path=None,
        actions=ScriptedActions(script.actions),
    )


def _again(
    script: Script, sounds: Sounds, journal: Journal, repairs: Collection[str]
) -> Callable[[int, int], Move | None]:
    """A caller who was told that they were not understood says it again."""

    def again(turn: int, times: int) -> Move | None:
        said = script.turns[turn]
        if not script.repeats or times >= _MOST_AGAIN or not said.says:
            return None
        answers = takewhile(lambda entry: entry["what"] != "caller", reversed(journal.entries))
        told = any(entry["what"] == "said" and entry["text"] in repairs for entry in answers)
        if told and said.or_keys is not None:
            return Move(keys=said.or_keys)
        speech = sounds.again(turn, times) if told else None
        return None if speech is None else Move(speech)

    return again


def _expects_more(
    journal: Journal, announcements: Collection[str], unfinished: Callable[[], bool]
) -> Callable[[], bool]:
    """A caller who was told "one moment please" waits for what comes, and for the end of half a sentence."""

    def expects_more() -> bool:
        if unfinished():
            return True
        last = next((entry for entry in reversed(journal.entries) if entry["what"] == "said"), None)
        return last is not None and last["text"] in announcements

    return expects_more


def _position(legs: list[ReplayLeg]) -> tuple[int, float]:
    caller = legs[0].caller
    assert caller is not None
    return caller.position


def _moves(script: Script, turns: Mapping[int, Pcm]) -> Iterator[Move]:
    for index, turn in enumerate(script.turns):
        yield _move(turn, turns.get(index))
    if not script.stays and not script.turns[-1].hangs_up:
        yield Move(hangs_up=True, after_s=_HANGS_UP_AFTER_S)


def _move(turn: ScriptTurn, speech: Pcm | None) -> Move:
    return Move(speech, turn.keys or "", turn.hangs_up, after_s=turn.after, into_s=turn.into)


def _note_move(journal: Journal, script: Script, index: int) -> None:
    if index >= SAID_AGAIN:
        again = index % SAID_AGAIN
        keys = script.turns[again].or_keys
        if keys is not None:
            journal.note("caller", does="presses", turn=again, keys=keys)
        else:
            journal.note("caller", does="says_again", turn=again, text=script.turns[again].words)
        return
    if index >= len(script.turns):
        journal.note("caller", does="hangs_up")
        return
    turn = script.turns[index]
    if turn.says:
        journal.note("caller", does="says", turn=index, text=turn.words)
    elif turn.keys:
        journal.note("caller", does="presses", turn=index, keys=turn.keys)
    else:
        journal.note("caller", does="hangs_up" if turn.hangs_up else "is_silent", turn=index)
