"""What one input does: commands in, a new state and what is said out."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.commands import (
    Affirm,
    Alarm,
    Cancel,
    Command,
    Deny,
    Escalate,
    Goodbye,
    Hello,
    PickSlot,
    Repeat,
    SetSlot,
    Slower,
    SpeakInstead,
    StartFlow,
    Unknown,
)  # fmt: skip
from dialogs.expectations import expectation
from dialogs.model import End, Flow, Hotline, Prompt, Repair, SlotType, Step
from dialogs.speaker import Speaker
from dialogs.state import Awaiting, DialogState, SlotValue
from dialogs.summary import summarise
from dialogs.understanding import read_back
from dialogs.vocabulary import Ask, DialogOutput, EndCall, HandOff, Say, SlowDown


class Turn:
    """Collects what is said while one input is worked off. Used once."""

    def __init__(self, speaker: Speaker, state: DialogState) -> None:
        self.speaker = speaker
        self.hotline: Hotline = speaker.hotline
        self.wording = speaker.hotline.wording
        self.state = state
        self.outputs: list[DialogOutput] = []
        self._prompts: list[str] = []

    def result(self) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        """The state after the turn and what happens, in order."""
        return self.state, tuple(self.outputs)

    # ── what may come in ──────────────────────────────────────────────────────────────────────────────────────────

    def greet(self) -> None:
        """The notices, then the open question."""
        self._notice(self.wording.ai_notice)
        self._notice(self.wording.recording_notice)
        self._open_question(self.wording.open_question)

    def obey(self, commands: Sequence[Command]) -> None:
        """Do what the caller wants."""
        first = commands[0]
        match first:
            case Alarm(index):
                self.warn(index)
                self._notice(self.wording.transferring_in_danger)
                self._hand_off("emergency")
            case Escalate():
                self._aside(self.wording.transferring)
                self._hand_off("caller_asked")
            case Slower():
                self._slow_down()
                self._say_again(self.wording.slower)
            case Repeat():
                self._slow_down()
                again = self.wording.repeat.second if self.state.repeats else self.wording.repeat.first
                self.state = self.state.but(repeats=self.state.repeats + 1)
                self._say_again(again)
            case Cancel():
                self._progress(flow="", step=0, asking="", slots={}, denials=0)
                self._aside(self.wording.cancelled)
                self._open_question(self.wording.open_question)
            case Goodbye():
                self._end("completed")
            case Affirm() | Deny():
                self._yes_or_no(isinstance(first, Affirm))
            case PickSlot(names):
                self._collect_again(names)
            case Hello():
                self.state = self.state.but(no_input=0)
                self._open_question(self.wording.open_question)
            case SpeakInstead():
                self.repair_no_match(self.wording.speak_instead)
            case Unknown():
                self.repair_no_match()
            case StartFlow() | SetSlot():
                self._fill(commands)

    def warn(self, alarm: int) -> None:
        """The safety line of an alarm, heard to its end."""
        self.state = self.state.but(alarm=alarm)
        self._notice(self.hotline.emergency[alarm].say)

    def warn_while_connecting(self, alarm: int) -> None:
        """The safety line while a person is being connected; if that fails, it is said once more."""
        self.warn(alarm)
        self.state = self.state.but(hand_off_reason="emergency")

    def repair_no_match(self, told: Prompt | None = None) -> None:
        """Words or keys that help nothing; ``told``: what is wrong with them. Somebody is there: no more silences."""
        self.state = self.state.but(no_input=0)
        self.repair_no_words(told)

    def repair_no_words(self, told: Prompt | None = None) -> None:
        """Speech or noise without a word: a misunderstanding, but no sign that somebody is there."""
        count = self.state.no_match + 1
        self.state = self.state.but(no_match=count)
        if count > self.hotline.policies.no_match_limit:
            self._give_up("no_match")
        else:
            self._repair(self.wording.no_match, count, told)

    def repair_no_input(self) -> None:
        """Nothing was heard."""
        count = self.state.no_input + 1
        self.state = self.state.but(no_input=count)
        if count <= self.hotline.policies.no_input_limit:
            self._repair(self.wording.no_input, count)
        elif self.state.awaiting is Awaiting.ANYTHING_ELSE:
            self._end("completed")
        else:
            self._give_up("no_input")

    def hand_off_failed(self, outcome: str) -> None:
        """Tell the caller honestly, then go on with the open question."""
        failed = self.wording.transfer_failed
        self._aside(getattr(failed, outcome if outcome in type(failed).model_fields else "unreachable"))
        state = self.state
        if state.hand_off_reason == "emergency" and state.alarm is not None:
            self.warn(state.alarm)
        self._progress(flow="", step=0, asking="", slots={}, denials=0)
        self.state = self.state.but(failed_hand_offs=state.failed_hand_offs + 1, hand_off_reason="")
        self._open_question(self.wording.open_question_again)

    # ── saying ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _notice(self, prompt: Prompt) -> None:
        """Say something that the caller cannot interrupt and a repetition leaves out."""
        self.outputs.append(Say(self.speaker.text(prompt, self.state), interruptible=False))

    def _aside(self, prompt: Prompt) -> None:
        """Say something that a repetition leaves out."""
        self.outputs.append(Say(self.speaker.text(prompt, self.state)))

    def _say(self, prompt: Prompt, *, menu: str = "") -> None:
        """Say something that a repetition says again."""
        text = self.speaker.text(prompt, self.state, menu=menu)
        self.outputs.append(Say(text))
        self._prompts.append(text)

    def _ask(self) -> None:
        """Listen; what was said in this turn is what a repetition repeats."""
        if self._prompts:
            self.state = self.state.but(last_prompts=tuple(self._prompts))
        self.outputs.append(Ask(expectation(self.hotline, self.state)))

    def _open_question(self, prompt: Prompt) -> None:
        self.state = self.state.but(awaiting=Awaiting.REQUEST)
        self._say(prompt)
        self._ask()

    def _slow_down(self) -> None:
        """Slow from here on; told once a call, before anything is said."""
        if not self.state.slow:
            self.state = self.state.but(slow=True)
            self.outputs.append(SlowDown())

    def _say_again(self, announcement: Prompt) -> None:
        """The last answer and question once more."""
        self.state = self.state.but(no_input=0)
        self._aside(announcement)
        self.outputs += [Say(text) for text in self.state.last_prompts]
        self._ask()

    def _repair(self, wording: Repair, count: int, told: Prompt | None = None) -> None:
        """First time: the question in other words. Second time, for a slow caller at once: with keys."""
        self._aside(told or (wording.first if count == 1 else wording.second))
        keys = self._keys() if count > 1 or self.state.slow else None
        if keys is None or not self._keys_are_enough():
            again = self._question_again()
            if again is None:
                self.outputs += [Say(text) for text in self.state.last_prompts[-1:]]
            else:
                self._aside(again)
        if keys:
            self.outputs.append(Say(keys))
        self._ask()

    def _keys_are_enough(self) -> bool:
        """Whether the menu of keys says what may be answered, so that the question need not be asked beside it."""
        if self.state.awaiting is Awaiting.SLOT and self.state.slow:
            return self._flow().slots[self.state.asking].type is SlotType.CHOICE
        return self.state.awaiting is Awaiting.REQUEST

    def _question_again(self) -> Prompt | None:
        """Other words for the question that stands; None: the same words."""
        match self.state.awaiting:
            case Awaiting.REQUEST:
                return self.wording.open_question_again
            case Awaiting.SLOT:
                return self._flow().slots[self.state.asking].ask_again
            case _:
                return None

    def _keys(self) -> str | None:
        match self.state.awaiting:
            case Awaiting.SLOT:
                return self.speaker.keys_for(self._flow().slots[self.state.asking], self.state)
            case Awaiting.CONFIRMATION:
                return self.speaker.text(self.wording.yes_no_keys, self.state)
            case Awaiting.WHICH_IS_WRONG:
                return None
            case _:
                return self.speaker.keys_for(None, self.state)

    # ── moving on ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _flow(self) -> Flow:
        return self.hotline.flow(self.state.flow)

    def _progress(self, **changes: object) -> None:
        """Change the state and forget the repairs."""
        self.state = self.state.but(no_input=0, no_match=0, repeats=0, **changes)

    def _fill(self, commands: Sequence[Command]) -> None:
        for command in commands:
            match command:
                case StartFlow(flow):
                    self._progress(flow=flow, step=0, asking="", slots={}, denials=0)
                case SetSlot(name, value, said):
                    slots = {**self.state.slots, name: SlotValue(value=value, said=said)}
                    self._progress(slots=slots)
        self._advance()

    def _yes_or_no(self, yes: bool) -> None:
        match self.state.awaiting:
            case Awaiting.CONFIRMATION if yes:
                self._progress(step=self.state.step + 1)
                self._advance()
            case Awaiting.CONFIRMATION:
                self._denied()
            case Awaiting.ANYTHING_ELSE if yes:
                self._progress()
                self._open_question(self.wording.go_ahead)
            case Awaiting.ANYTHING_ELSE:
                self._end("completed")
            case Awaiting.REQUEST if not yes and self.state.done:
                self._end("completed")
            case _:
                self.repair_no_match()

    def _denied(self) -> None:
        """Ask again for the one slot read back, or which of several is wrong; a person after too many denials."""
        names = read_back(self._flow(), self.state)
        self.state = self.state.but(denials=self.state.denials + 1)
        if self.state.denials > self.hotline.policies.no_match_limit:
            self._give_up("no_match")
        elif len(names) == 1:
            self._collect_again(names)
        else:
            self._progress(awaiting=Awaiting.WHICH_IS_WRONG)
            self._say(self.wording.which_is_wrong, menu=self.speaker.slots_menu(self._flow(), names))
            self._ask()

    def _collect_again(self, names: Sequence[str]) -> None:
        kept = {name: value for name, value in self.state.slots.items() if name not in names}
        steps = [index for index, step in enumerate(self._flow().steps) if step.collect in names]
        self._progress(slots=kept, step=min(steps))
        self._advance()

    def _advance(self) -> None:
        """Go through the flow's steps until one waits for the caller or ends."""
        flow = self._flow()
        while not self._stops_at(flow, flow.steps[self.state.step]):
            self.state = self.state.but(step=self.state.step + 1)

    def _stops_at(self, flow: Flow, step: Step) -> bool:
        """Do one step; whether the turn is over with it."""
        if not self._applies(step):
            return False
        if step.collect and step.collect not in self.state.slots:
            self.state = self.state.but(awaiting=Awaiting.SLOT, asking=step.collect)
            self._say(flow.slots[step.collect].ask)
            self._ask()
            return True
        if step.confirm:
            self.state = self.state.but(awaiting=Awaiting.CONFIRMATION, asking="")
            self._say(step.confirm.ask)
            self._ask()
            return True
        if step.hand_off:
            self._aside(step.hand_off.say or self.wording.transferring)
            self._hand_off("flow")
            return True
        if step.end:
            self._finish(flow, step.end)
            return True
        if step.say:
            self._say(step.say)
        return False

    def _applies(self, step: Step) -> bool:
        for name, values in step.when.items():
            if name.endswith(".number"):
                known = self.speaker.number_known(name.removesuffix(".number"), self.state)
                actual = "known" if known else "unknown"
            else:
                filled = self.state.slots.get(name)
                actual = filled.value if filled else ""
            if actual not in values:
                return False
        return True

    # ── endings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _finish(self, flow: Flow, end: End) -> None:
        done = (*self.state.done, flow.id)
        self._progress(flow="", step=0, asking="", slots={}, denials=0, done=done)
        if end is End.GOODBYE:
            self._end("completed")
            return
        self.state = self.state.but(awaiting=Awaiting.ANYTHING_ELSE)
        self._say(self.wording.anything_else)
        self._ask()

    def _give_up(self, reason: str) -> None:
        """A person; and once persons could not be reached too often, an honest end."""
        if self.state.failed_hand_offs >= self.hotline.policies.hand_off_tries:
            self._aside(self.wording.hand_off_unavailable)
            self._end(reason)
        else:
            self._aside(self.wording.transferring)
            self._hand_off(reason)

    def _hand_off(self, reason: str) -> None:
        summary = summarise(self.hotline, self.state, reason)
        self.outputs.append(HandOff(reason, self.state.flow, summary))
        self.state = self.state.but(awaiting=Awaiting.PERSON, hand_off_reason=reason)

    def _end(self, reason: str) -> None:
        self._notice(self.wording.goodbye)
        self.outputs.append(EndCall(reason))
        self.state = self.state.but(awaiting=Awaiting.NOTHING)
