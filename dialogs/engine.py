"""The dialog engine: (state, input) → (state, outputs), pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from dialogs.commands import Affirm, Alarm, Escalate, Unknown
from dialogs.fixed_sentences import (
    answer_sentences,
    essential_sentences,
    fixed_sentences,
    flow_sentences,
    menu_sentences,
)
from dialogs.hints import go_by_hint
from dialogs.hours import is_open, now_in_korea
from dialogs.korean.yes_no import parse_yes_no
from dialogs.model import Hotline, Prompt
from dialogs.passages import passages
from dialogs.proposals import vetted
from dialogs.retrieval import Retriever
from dialogs.safety import Embedder
from dialogs.speaker import Speaker
from dialogs.standing import standing
from dialogs.state import Awaiting, DialogState, Pending
from dialogs.topics import Searching
from dialogs.turn import Turn
from dialogs.understanding import Understanding
from dialogs.vocabulary import (
    ActionDone,
    ActionFailed,
    CallerCutOff,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    CallLasted,
    CallStarted,
    DialogInput,
    DialogOutput,
    GivenBack,
    HandOffFailed,
    Hinted,
    ModelClause,
    ModelDone,
    ModelProposed,
)
from dialogs.walking import callback_flow

_Step = tuple[DialogState, tuple[DialogOutput, ...]]
_FROM_MODEL = ModelProposed | ModelClause | ModelDone


class DialogEngine:
    """Leads the conversations of one hotline. Holds no state of any call: share one among all calls."""

    def __init__(
        self,
        hotline: Hotline,
        *,
        now: Callable[[], datetime] = now_in_korea,
        retriever: Searching | None = None,
        embedder: Embedder | None = None,
        consults: bool = False,
    ) -> None:
        """``now`` (Korean time) is asked once a call, when it starts: it decides which facts may be spoken and whether
        persons are there. ``retriever`` searches :func:`dialogs.passages.passages`; where none is given, one is made of
        ``embedder``, which also helps to judge danger; a hotline without knowledge needs none.
        ``consults``: whether Consult is answered by anybody.
        """
        self.hotline = hotline
        self._now = now
        self._consults = consults
        self._speaker = Speaker(hotline)
        if retriever is None and hotline.knowledge:
            retriever = Retriever(passages(hotline), embedder)
        self._understanding = Understanding(hotline, retriever, embedder)

    def start(self) -> _Step:
        """The greeting and the open question."""
        now = self._now()
        return self._greet(DialogState(day=now.date(), clock=now.time().replace(second=0, microsecond=0)))

    def restore(self, saved: str) -> DialogState:
        """A state from its JSON; the open question where it was written by another version or is no state at all."""
        try:
            return standing(DialogState.model_validate_json(saved), self.hotline)
        except ValidationError:
            now = self._now()
            return DialogState(day=now.date(), clock=now.time().replace(second=0, microsecond=0))

    def step(self, state: DialogState, event: DialogInput) -> _Step:
        """What an input does. The outputs end with exactly one of Ask, HandOff, EndCall, Act, Consult.

        SlowDown comes before everything else, at most once a call. The outputs are empty where an input is no news:
        after the end, while a person is being connected or something is being done, and for whatever a language model
        says that is not being asked (any more). While a person is being connected only HandOffFailed goes on as usual,
        and words of danger are answered with one Say, the safety line, alone; so is a ModelClause with what it says,
        and GivenBack while something is being done.
        CallerCutOff makes the call slow and says nothing; Hinted is kept for the next request and says nothing.
        """
        if isinstance(event, CallStarted):
            return self._greet(DialogState(day=state.day, clock=state.clock))
        if state.awaiting is Awaiting.NOTHING:
            return state, ()
        if isinstance(event, CallerCutOff):
            return state.but(slow=True), ()
        if isinstance(event, Hinted):
            return standing(state.but(hint=Pending(flow=event.flow, entry=event.entry)), self.hotline), ()
        state = standing(state, self.hotline)
        match event:
            case CallLasted(seconds):
                return self._long_call(state, seconds)
            case ActionDone() | ActionFailed():
                return self._acted(state, event)
            case ModelProposed() | ModelClause() | ModelDone():
                return self._from_model(state, event)
            case GivenBack():
                turn = self._turn(state)
                turn.given_back()
                return turn.result()
            case HandOffFailed(outcome):
                turn = self._turn(state)
                turn.hand_off_failed(outcome)
                return turn.result()
            case _ if state.awaiting is Awaiting.PERSON:
                return self._while_connecting(state, event)
            case _:
                return self._from_caller(state, event)

    def _greet(self, state: DialogState) -> _Step:
        turn = self._turn(state)
        turn.greet()
        return turn.result()

    def _turn(self, state: DialogState) -> Turn:
        return Turn(self._speaker, state)

    # ── the caller ────────────────────────────────────────────────────────────────────────────────────────────────

    def _from_caller(self, state: DialogState, event: DialogInput) -> _Step:
        if state.awaiting is Awaiting.ACTION:
            return self._while_acting(state, event)
        if state.awaiting is Awaiting.MODEL:
            if isinstance(event, CallerSilent):
                return state, ()
            state = state.but(awaiting=state.interrupted or Awaiting.REQUEST, interrupted=None, told="", clauses=())
        state = state.but(turns=state.turns + 1)
        after, outputs = self._answer(state, event)
        policies = self.hotline.policies
        worn_out = after.asked > policies.question_limit and after.awaiting is not Awaiting.DANGER_CHECK
        if worn_out or (state.turns > policies.turns_limit and after.awaiting not in _OVER):
            turn = self._turn(state)
            turn.give_up("no_match" if worn_out else "too_long")
            return turn.result()
        return after, outputs

    def _answer(self, state: DialogState, event: DialogInput) -> _Step:
        turn = self._turn(state)
        if state.awaiting is Awaiting.DANGER_CHECK:
            self._danger_answered(turn, event)
            return turn.result()
        match event:
            case CallerSilent():
                turn.repair_no_input()
            case CallerPressed(keys):
                turn.obey(self._understanding.keys(keys, state))
            case CallerSaid(text) if text.strip():
                self._obey_speech(turn, event)
            case _:
                turn.repair_no_words()
        return turn.result()

    def _obey_speech(self, turn: Turn, event: CallerSaid) -> None:
        alarms = self._alarms(event)
        # Who asks for a person in words that may mean danger gets one without being asked about it.
        # And a mere hint is none in a sentence that is clearly an answer, a command or a topic.
        if alarms and (alarms[0].sure or not self._understanding.plain(event.text, turn.state)):
            turn.obey(alarms, event.text)
            return
        abuse = self._understanding.safety.abusive(event.text)
        if abuse and not turn.state.alarm:
            if turn.warn_of_abuse(abuse):
                return
            commands = self._understanding.wish(event.text, turn.state)
            if isinstance(commands[0], Unknown):
                turn.ask_once_more()
                return
        self._obey_wish(turn, event.text, question_unheard=event.question_unheard)

    def _obey_wish(self, turn: Turn, text: str, *, question_unheard: bool = False) -> None:
        commands = self._understanding.wish(text, turn.state)
        if question_unheard and turn.state.awaiting is Awaiting.CONFIRMATION and commands[0] == Affirm():
            turn.read_back_again()
            return
        if turn.state.hint is not None:
            commands, turn.state = go_by_hint(commands, turn.state, text, self._understanding.topics)
        if isinstance(commands[0], Unknown) and self._consults:
            turn.consult(text, self._understanding.topics.nearest(text), self._asked(turn.state))
        else:
            turn.obey(commands, text)

    def _alarms(self, event: CallerSaid) -> tuple[Alarm, ...]:
        """A sure danger in what was heard or in what was made of it, else an unsure one."""
        found = [*self._understanding.alarm(event.text), *self._understanding.alarm(event.as_heard)]
        return tuple(sorted(found, key=lambda alarm: not alarm.sure)[:1])

    def _asked(self, state: DialogState) -> str:
        """What the dialog waits for, for a language model: a slot's label, or the kind of answer."""
        if state.awaiting is Awaiting.SLOT:
            return self.hotline.flow(state.flow).slots[state.asking].label
        return str(state.awaiting)

    def _danger_answered(self, turn: Turn, event: DialogInput) -> None:
        """Only a no takes a danger back; then what was said before is answered after all."""
        state = turn.state
        no = isinstance(event, CallerPressed) and event.keys == "2"
        if isinstance(event, CallerSaid):
            alarms = self._alarms(event)
            no = not any(alarm.sure for alarm in alarms) and parse_yes_no(event.text) is False
        if not no:
            turn.raise_alarm(state.checking)
            return
        turn.all_clear()
        asks = self._understanding.topics.is_named(state.told)
        if asks and not isinstance(self._understanding.wish(state.told, turn.state)[0], Unknown):
            self._obey_wish(turn, state.told)
        else:
            turn.ask_once_more()

    def _while_acting(self, state: DialogState, event: DialogInput) -> _Step:
        """Nothing but danger, which does not wait until something has been done; a person is called after it."""
        alarms = self._alarms(event) if isinstance(event, CallerSaid) else ()
        if not any(alarm.sure for alarm in alarms):
            return (state.but(wants_person=True) if self._wants_person(state, event) else state), ()
        turn = self._turn(state)
        turn.raise_alarm(alarms[0].category)
        return turn.result()

    def _wants_person(self, state: DialogState, event: DialogInput) -> bool:
        match event:
            case CallerPressed(keys):
                return self._understanding.keys(keys, state)[0] == Escalate()
            case CallerSaid(text):
                return bool(text.strip()) and self._understanding.wish(text, state)[0] == Escalate()
            case _:
                return False

    def _while_connecting(self, state: DialogState, event: DialogInput) -> _Step:
        """Nothing but the safety line, where danger is told; unsure or not, a person is on the way already."""
        alarms = self._alarms(event) if isinstance(event, CallerSaid) else ()
        if not alarms:
            return state, ()
        turn = self._turn(state)
        turn.warn_while_connecting(alarms[0].category)
        return turn.result()

    # ── from elsewhere ────────────────────────────────────────────────────────────────────────────────────────────

    def _long_call(self, state: DialogState, seconds: float) -> _Step:
        """A notice, then the end; neither in a crisis nor while the caller does not listen to us."""
        if state.alarm or state.awaiting in _BUSY:
            return state, ()
        long_call = self.hotline.safety.long_call
        turn = self._turn(state)
        if seconds >= long_call.end_after_s:
            turn.end_long_call()
        elif seconds >= long_call.notice_after_s and not state.noticed:
            turn.notice_long_call()
        return turn.result()

    def _acted(self, state: DialogState, event: ActionDone | ActionFailed) -> _Step:
        turn = self._turn(state)
        if state.awaiting is not Awaiting.ACTION:
            # Danger was told meanwhile: what was done is kept for the person who is being called.
            if isinstance(event, ActionDone) and state.flow:
                turn.keep_results(event.values)
            return turn.state, ()
        if isinstance(event, ActionDone):
            turn.action_done(event.values)
        else:
            turn.action_failed()
        return turn.result()

    def _from_model(self, state: DialogState, event: _FROM_MODEL) -> _Step:
        if state.awaiting is not Awaiting.MODEL:
            return state, ()
        turn = self._turn(state)
        match event:
            case ModelClause(text, passages):
                turn.say_clause(text, passages)
            case ModelProposed(commands):
                before = state.but(awaiting=state.interrupted or Awaiting.REQUEST)
                turn.model_proposed(vetted(commands, before, self.hotline))
            case ModelDone(ok=True) if state.clauses:
                turn.model_answered()
            case _:
                turn.model_failed()
        return turn.result()

    # ── for the call ──────────────────────────────────────────────────────────────────────────────────────────────

    def heeds(self, state: DialogState, text: str) -> bool:
        """Whether words mean something here, beyond yes, no and hello: danger, commands, topics, answers."""
        return self._understanding.heeds(text, standing(state, self.hotline))

    def urgent(self, state: DialogState, text: str) -> bool:
        """Whether words, whole or the beginning of a sentence, tell of a sure danger that is news in this state."""
        if state.awaiting is Awaiting.NOTHING:
            return False
        return any(alarm.sure for alarm in self._understanding.alarm(text))

    def find_hint(self, text: str) -> Hinted | None:
        """What a person's hint means: a flow or an entry named by its id, its phrase or its meaning; None: nothing."""
        return self._understanding.topics.hinted(text)

    def tells_of_danger(self, text: str) -> bool:
        """Whether words tell of a danger for sure, whatever the dialog is about."""
        return any(alarm.sure for alarm in self._understanding.alarm(text))

    @property
    def books_callbacks(self) -> bool:
        """Whether there is a flow that books a call-back."""
        return callback_flow(self.hotline) is not None

    def text_of(self, prompt: Prompt, **own: str) -> str:
        """A prompt of the hotline's wording as it is spoken today; ``own``: what its ``{number}`` … stand for."""
        return self._speaker.text(prompt, DialogState(day=self._now().date()), **own)

    def open_now(self) -> bool:
        """Whether persons answer at this hour."""
        return is_open(self.hotline.opening_hours, self._now())

    def fixed_sentences(self) -> list[str]:
        """Every ``Say.text`` that does not depend on the caller, each once, in the order in which calls need them.

        Answers to questions are many: :meth:`answer_sentences`.
        """
        return fixed_sentences(self._speaker, self._now().date())

    def flow_sentences(self, flow: str) -> list[str]:
        """Those of one flow, by id. Raises KeyError."""
        return flow_sentences(self._speaker, self._now().date(), self.hotline.flow(flow))

    def menu_sentences(self) -> list[str]:
        """Those of the flows that the menu of keys offers, each once."""
        return menu_sentences(self._speaker, self._now().date())

    def answer_sentences(self) -> list[str]:
        """What is said to residents' questions, each once."""
        return answer_sentences(self._speaker, self._now().date())

    def essential_sentences(self) -> list[str]:
        """Those of them that any call may need at once."""
        return essential_sentences(self._speaker, self._now().date())


_OVER = frozenset({Awaiting.PERSON, Awaiting.NOTHING, Awaiting.DANGER_CHECK})
_BUSY = frozenset({Awaiting.PERSON, Awaiting.ACTION, Awaiting.MODEL, Awaiting.DANGER_CHECK})
