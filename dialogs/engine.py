"""The dialog engine: (state, input) → (state, outputs), pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from dialogs.model import Hotline, Prompt
from dialogs.speaker import Speaker, essential_sentences, fixed_sentences
from dialogs.state import Awaiting, DialogState
from dialogs.turn import Turn
from dialogs.understanding import Understanding
from dialogs.vocabulary import (
    CallerCutOff,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    CallStarted,
    DialogInput,
    DialogOutput,
    HandOffFailed,
)


class DialogEngine:
    """Leads the conversations of one hotline. Holds no state of any call: share one among all calls."""

    def __init__(self, hotline: Hotline, *, today: Callable[[], date] = date.today) -> None:
        """``today`` is asked once a call, when it starts: it decides which facts may be spoken."""
        self.hotline = hotline
        self._today = today
        self._speaker = Speaker(hotline)
        self._understanding = Understanding(hotline)

    def start(self) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        """The greeting and the open question."""
        turn = Turn(self._speaker, DialogState(day=self._today()))
        turn.greet()
        return turn.result()

    def step(self, state: DialogState, event: DialogInput) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        """What an input does. The outputs end with exactly one Ask, HandOff or EndCall.

        SlowDown comes before everything else, at most once a call. The outputs are empty where an input is no news:
        after the end, and while a person is being connected. There only HandOffFailed goes on as usual, and words of
        danger are answered with one Say, the safety line, alone. CallerCutOff makes the call slow and says nothing.
        """
        if isinstance(event, CallStarted):
            turn = Turn(self._speaker, DialogState(day=state.day))
            turn.greet()
            return turn.result()
        if state.awaiting is Awaiting.NOTHING:
            return state, ()
        if isinstance(event, CallerCutOff):
            return state.but(slow=True), ()
        if state.awaiting is Awaiting.PERSON and not isinstance(event, HandOffFailed):
            return self._while_connecting(state, event)
        state = self._standing(state)
        turn = Turn(self._speaker, state)
        match event:
            case HandOffFailed(outcome):
                turn.hand_off_failed(outcome)
            case CallerSilent():
                turn.repair_no_input()
            case CallerPressed(keys):
                turn.obey(self._understanding.keys(keys, state))
            case CallerSaid(text) if text.strip():
                alarm = self._understanding.alarm(event.as_heard)
                turn.obey(alarm or self._understanding.speech(text, state))
            case CallerSaid():
                turn.repair_no_words()
        return turn.result()

    def _while_connecting(self, state: DialogState, event: DialogInput) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        """Nothing but the safety line, where danger is told."""
        alarms = (
            self._understanding.alarm(event.text) or self._understanding.alarm(event.as_heard)
            if isinstance(event, CallerSaid)
            else ()
        )
        if not alarms:
            return state, ()
        turn = Turn(self._speaker, state)
        turn.warn_while_connecting(alarms[0].index)
        return turn.result()

    def _standing(self, state: DialogState) -> DialogState:
        """The state, or the open question where its flow has changed since the state was saved."""
        if not state.flow:
            return state
        flow = next((flow for flow in self.hotline.flows if flow.id == state.flow), None)
        if flow and state.step < len(flow.steps) and (not state.asking or state.asking in flow.slots):
            return state
        return state.but(awaiting=Awaiting.REQUEST, flow="", step=0, asking="", slots={})

    def heeds(self, state: DialogState, text: str) -> bool:
        """Whether words mean something here, beyond yes, no and hello: danger, commands, topics, answers."""
        return self._understanding.heeds(text, state)

    def text_of(self, prompt: Prompt) -> str:
        """A prompt of the hotline's wording as it is spoken today, facts and variables filled in."""
        return self._speaker.text(prompt, DialogState(day=self._today()))

    def fixed_sentences(self) -> list[str]:
        """Every ``Say.text`` that does not depend on the caller, each once, in the order in which calls need them."""
        return fixed_sentences(self._speaker, self._today())

    def essential_sentences(self) -> list[str]:
        """Those of them that any call may need at once."""
        return essential_sentences(self._speaker, self._today())
