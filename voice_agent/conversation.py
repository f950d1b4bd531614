"""The pure dialog engine with one call's state, and what whoever watches is told of where it stands."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.engine import DialogEngine
from dialogs.model import Hotline, Step
from dialogs.state import DialogState
from dialogs.vocabulary import (
    CallerCutOff,
    CallerSaid,
    Consult,
    DialogInput,
    DialogOutput,
    Hinted,
    ModelClause,
    ModelDone,
    ModelProposed,
)
from voice_agent.events import CallEvent, DialogMoved, HintUsed
from voice_agent.language_model.messages import PassageText, Question
from voice_agent.privacy.masking import Masker

HIDDEN = "●●●"
"""Instead of a slot that holds personal data."""


def _nobody(_event: CallEvent) -> None:
    """Nobody watches."""


class CallConversation:
    """One call's dialog. ``tell`` hears of each step it makes."""

    def __init__(
        self,
        engine: DialogEngine,
        *,
        call_id: str = "",
        masker: Masker | None = None,
        tell: Callable[[CallEvent], None] = _nobody,
    ) -> None:
        self._engine = engine
        self._call_id = call_id
        self._masker = masker
        self._tell = tell
        self._state: DialogState | None = None
        self._before_turn: DialogState | None = None
        self._guidance = self._guidance_now = ""

    def start(self) -> tuple[DialogOutput, ...]:
        """Greet."""
        self._state, outputs = self._engine.start()
        self._tell_move(None, self._state, None)
        return outputs

    def take(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        """Answer."""
        assert self._state is not None
        if isinstance(said, CallerCutOff | Hinted):
            # Told just before a turn whose first half may still have to be undone.
            if self._before_turn is not None:
                self._before_turn, _ = self._engine.step(self._before_turn, said)
        elif not isinstance(said, ModelProposed | ModelClause | ModelDone):
            self._before_turn = self._state if isinstance(said, CallerSaid) else None
        if isinstance(said, CallerSaid):
            self._guidance_now, self._guidance = self._guidance, ""
        before = self._state
        self._state, outputs = self._engine.step(before, said)
        if self._state is not before:
            self._tell_move(before, self._state, said)
        return outputs

    @property
    def state(self) -> DialogState | None:
        """Where the dialog stands; None before its start."""
        return self._state

    def heeds(self, text: str) -> bool:
        """Whether words mean something where the dialog stands."""
        return self._state is not None and self._engine.heeds(self._state, text)

    def urgent(self, text: str) -> bool:
        """Whether words tell of danger for sure."""
        return self._state is not None and self._engine.urgent(self._state, text)

    def guide(self, text: str) -> None:
        """A person's hint, in their own words: for a language model, if one is asked in the caller's next turn."""
        self._guidance = text

    def question(self, consult: Consult, masker: Masker) -> Question:
        """What a language model is asked: masked, and of passages only those that may be spoken today."""
        assert self._state is not None
        day = self._state.day
        knowledge = {entry.id: entry for entry in self._engine.hotline.knowledge if entry.speakable(day)}
        near = [knowledge[name] for name in consult.passages if name in knowledge]
        return Question(
            caller=masker.mask(consult.text),
            asked=consult.asked,
            passages=tuple(PassageText(entry.id, entry.title, entry.answer) for entry in near),
            topics=tuple((flow.id, flow.title) for flow in self._engine.hotline.flows),
            slots=(self._state.asking,) if self._state.asking else (),
            guidance=masker.mask(self._guidance_now),
        )

    def undo(self) -> None:
        """As before the caller's last words; once, and only while nothing else has happened since."""
        self._state, self._before_turn = self._before_turn or self._state, None

    def _tell_move(self, before: DialogState | None, after: DialogState, said: DialogInput | None) -> None:
        confidence = said.confidence if isinstance(said, CallerSaid) else None
        self._tell(moved(self._call_id, before, after, self._engine.hotline, self._masker, confidence))
        hint = before.hint if before is not None else None
        if hint is not None and after.hint is None and isinstance(said, CallerSaid):
            self._tell(HintUsed(call_id=self._call_id, flow=hint.flow, entry=hint.entry))


def moved(
    call_id: str,
    before: DialogState | None,
    after: DialogState,
    hotline: Hotline,
    masker: Masker | None,
    confidence: float | None,
) -> DialogMoved:
    """Where a dialog stands now. Without a masker every slot is hidden."""
    flow = next((flow for flow in hotline.flows if flow.id == after.flow), None)
    answered = () if before is None else after.answered[len(before.answered) :]
    topic = flow.title if flow else ""
    if not topic and answered:
        topic = next((entry.title for entry in hotline.knowledge if entry.id == answered[-1]), "")
    slots = []
    for name, filled in after.slots.items():
        slot = flow.slots.get(name) if flow else None
        hidden = slot is None or slot.pii or masker is None
        shown = HIDDEN if hidden or masker is None else masker.mask(filled.value)
        slots.append((name, slot.label if slot else name, shown))
    return DialogMoved(
        call_id=call_id,
        topic=topic,
        flow=after.flow,
        step=_step(flow.steps[after.step]) if flow and after.step < len(flow.steps) else after.awaiting.value,
        awaiting=after.awaiting.value,
        slots=tuple(slots),
        relies_on=tuple(answered),
        confidence=confidence,
        alarm=after.alarm,
    )


def _step(step: Step) -> str:
    """A step's kind, and what it is about where that has a name."""
    if step.collect:
        return f"collect:{step.collect}"
    if step.act:
        return f"act:{step.act.action}"
    for kind in ("confirm", "hand_off", "end", "branch", "say"):
        if getattr(step, kind):
            return kind
    return "step"
