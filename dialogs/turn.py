"""What one input does: commands in, a new state and what is said out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialogs.commands import (
    Affirm,
    Alarm,
    Cancel,
    Clarify,
    Command,
    Correct,
    Deny,
    Digress,
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
from dialogs.interruptions import Interruptions
from dialogs.model import Prompt
from dialogs.state import Awaiting, Pending, SlotValue
from dialogs.understanding import read_back
from dialogs.walking import PERSON, callback_flow

_NOTHING_OPEN: dict[str, object] = {
    "flow": "", "step": 0, "asking": "", "slots": {}, "results": {}, "denials": 0, "stack": (), "pending": (),
    "before": None, "candidates": (), "offer": "", "heard": "",
}  # fmt: skip


class Turn(Interruptions):
    """Collects what is said while one input is worked off. Used once."""

    def greet(self) -> None:
        """The notices, then the open question."""
        self._notice(self.wording.ai_notice)
        self._notice(self.wording.recording_notice)
        self._open_question(self.wording.open_question)

    def obey(self, commands: Sequence[Command], heard: str = "") -> None:
        """Do what the caller wants. ``heard``: the sentence the commands were understood from."""
        first = commands[0]
        match first:
            case Alarm(category, sure=True):
                self.raise_alarm(category)
            case Alarm(category):
                self._check_danger(category, heard)
            case Escalate():
                self._person("caller_asked")
            case Slower():
                self._slow_down()
                self._say_again(self.wording.slower)
            case Repeat():
                self._slow_down()
                again = self.wording.repeat.second if self.state.repeats else self.wording.repeat.first
                self.state = self.state.but(repeats=self.state.repeats + 1)
                self._say_again(again)
            case Cancel():
                self._progress(**_NOTHING_OPEN)
                self._aside(self.wording.cancelled)
                self._open_question(self.wording.open_question)
            case Goodbye():
                self._end("completed")
            case Affirm() | Deny():
                self._yes_or_no(isinstance(first, Affirm))
            case PickSlot(names):
                self._pick(names)
            case Hello():
                self.state = self.state.but(no_input=0)
                self._open_question(self.wording.open_question)
            case SpeakInstead():
                self.repair_no_match(self.wording.speak_instead)
            case Clarify(candidates):
                self._clarify(candidates, heard)
            case Unknown():
                self.repair_no_match()
            case Correct():
                self._correct(commands)
            case SetSlot():
                self._fill(commands)
            case StartFlow() | Digress():
                self._serve(commands)

    # ── what was not understood ───────────────────────────────────────────────────────────────────────────────────

    def repair_no_match(self, told: Prompt | None = None) -> None:
        """Words or keys that help nothing; ``told``: what is wrong with them. Somebody is there: no more silences."""
        self.state = self.state.but(no_input=0)
        self.repair_no_words(told)

    def repair_no_words(self, told: Prompt | None = None) -> None:
        """Speech or noise without a word: a misunderstanding, but no sign that somebody is there."""
        count = self.state.no_match + 1
        self.state = self.state.but(no_match=count)
        if count > self.hotline.policies.no_match_limit:
            self.give_up("no_match")
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
            self.give_up("no_input")

    def model_proposed(self, commands: Sequence[Command]) -> None:
        """Do what the language model took the sentence to mean; nothing usable: it was not understood."""
        heard = self.state.told
        self._resume()
        self.obey(commands or (Unknown(),), heard)

    def model_failed(self) -> None:
        """As if the sentence had not been understood."""
        self._resume()
        self.repair_no_match()

    def _clarify(self, candidates: tuple[str, ...], heard: str) -> None:
        titles = self._titles(candidates)
        if not titles:
            self.repair_no_match()
            return
        self.state = self.state.but(candidates=candidates)
        if len(titles) == 1:
            self._ask_in_passing(Awaiting.CLARIFICATION, self.wording.clarify_one, heard, topic=titles[0])
        else:
            first, second = titles[:2]
            self._ask_in_passing(Awaiting.CLARIFICATION, self.wording.clarify, heard, topic=first, other=second)

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _yes_or_no(self, yes: bool) -> None:
        match self.state.awaiting:
            case Awaiting.CONFIRMATION if yes:
                self._progress(step=self.state.step + 1)
                self._advance()
            case Awaiting.CONFIRMATION:
                self._denied()
            case Awaiting.OFFER:
                self._offer_answered(yes)
            case Awaiting.ANYTHING_ELSE if yes:
                self._progress()
                self._open_question(self.wording.go_ahead)
            case Awaiting.ANYTHING_ELSE:
                self._end("completed")
            case Awaiting.CLARIFICATION if not yes:
                self._go_back()
                self.repair_no_match()
            case Awaiting.REQUEST if not yes and (self.state.done or self.state.answered):
                self._end("completed")
            case _:
                self.repair_no_match()

    def _offer_answered(self, yes: bool) -> None:
        offer = self.state.offer
        self._go_back()
        self._progress()
        if not yes:
            self._carry_on()
        elif offer == PERSON:
            self._person("caller_asked")
        else:
            self._serve((StartFlow(offer),))

    def _denied(self) -> None:
        """Ask again for the one slot read back, or which of several is wrong; a person after too many denials."""
        names = read_back(self._flow(), self.state)
        self.state = self.state.but(denials=self.state.denials + 1)
        if self.state.denials > self.hotline.policies.no_match_limit:
            self.give_up("no_match")
        elif len(names) == 1:
            self._collect_again(names)
        else:
            self._progress(awaiting=Awaiting.WHICH_IS_WRONG)
            self._say(self.wording.which_is_wrong, menu=self.speaker.slots_menu(self._flow(), names))
            self._ask()

    def _pick(self, names: Sequence[str]) -> None:
        """The caller says which slot is wrong; at the read-back itself that is a denial, too."""
        if self.state.awaiting is Awaiting.CONFIRMATION:
            self.state = self.state.but(denials=self.state.denials + 1)
        if self.state.denials > self.hotline.policies.no_match_limit:
            self.give_up("no_match")
        else:
            self._collect_again(names)

    def _collect_again(self, names: Sequence[str]) -> None:
        kept = {name: value for name, value in self.state.slots.items() if name not in names}
        steps = [index for index, step in enumerate(self._flow().steps) if step.collect in names]
        self._progress(slots=kept, step=min(steps))
        self._advance()

    def _fill(self, commands: Sequence[Command]) -> None:
        self._progress(slots={**self.state.slots, **_values(commands)})
        self._advance()

    def _correct(self, commands: Sequence[Command]) -> None:
        """Replace what was said before; where steps depend on it they are gone through again."""
        values = {one.name: SlotValue(value=one.value, said=one.said) for one in commands if isinstance(one, Correct)}
        decisive = [name for name in values if self._decides(name) and name in self.state.slots]
        self._progress(slots={**self.state.slots, **values}, awaiting=Awaiting.SLOT)
        steps = [index for index, step in enumerate(self._flow().steps) if step.collect in decisive]
        if steps:
            self.state = self.state.but(step=min([*steps, self.state.step]))
        self._advance()

    def _decides(self, slot: str) -> bool:
        """Whether the way through the flow depends on a slot."""
        conditions = [case.when for step in self._flow().steps for case in (step.branch or ())]
        conditions += [step.when for step in self._flow().steps]
        return any(slot == name.split(".")[0] for condition in conditions for name in condition)

    # ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _serve(self, commands: Sequence[Command]) -> None:
        """The first request now; the others, asked for in the same breath, after it."""
        self._go_back()
        first, *others = _requests(commands)
        self._wait(*others)
        if first.entry:
            if not self.state.flow:
                self._progress()
            self._answer(self.hotline.answer(first.entry))
        elif self._too_deep(first.flow):
            self._wait(first)
            self._aside(self.wording.first_this, topic=self._flow().title)
            self.state = self.state.but(no_match=0, no_input=0)
            self._advance()
        else:
            self._enter(first.flow, first.slots)
            self._advance()

    def _too_deep(self, flow: str) -> bool:
        """Whether one more flow would leave too many open."""
        if not self.state.flow or any(frame.flow == flow for frame in self.state.stack):
            return False
        return len(self.state.stack) >= self.hotline.policies.digression_depth

    # ── what comes from outside ───────────────────────────────────────────────────────────────────────────────────

    def hand_off_failed(self, outcome: str) -> None:
        """Tell the caller honestly, then go on."""
        failed = self.wording.transfer_failed
        self._aside(getattr(failed, outcome if outcome in type(failed).model_fields else "unreachable"))
        reason = self.state.hand_off_reason
        if self.state.turns > self.hotline.policies.turns_limit and not self.state.alarm:
            # Also for who has asked for nothing but a person all the time.
            reason = "too_long"
        if reason == "emergency" and self.state.alarm:
            self._notice(self._safety_line(self.state.alarm))
        self._resume()
        self._go_back()
        self._person_missing(reason)
        callback = callback_flow(self.hotline)
        if outcome == "callback" and callback:
            self._enter(callback, {})
            self._advance()
        elif outcome == "nobody_free" and callback and not self.state.alarm:
            self._offer_callback(self.wording.open_question_again)
        elif reason == "too_long":
            self._aside(self.wording.hand_off_unavailable)
            self._end("too_long")
        elif reason == "caller_asked" and self.state.flow:
            self._aside(self.wording.resuming, topic=self._flow().title)
            self._advance()
        else:
            self._carry_on(self.wording.open_question_again)

    def given_back(self) -> None:
        """A person has talked to the caller and left: say who speaks now, and ask the last question once more."""
        self.state = self.state.but(asked=0)
        if self.state.awaiting is Awaiting.DANGER_CHECK:
            # Only a no takes a danger back.
            self._aside(self.wording.given_back)
            self.ask_about_danger()
            return
        self._resume()
        if self.state.awaiting is Awaiting.PERSON:
            self._aside(self.wording.given_back)
            self._go_back()
            self._progress(hand_off_reason="", asked=0, awaiting=Awaiting.REQUEST)
            self._carry_on(self.wording.open_question_again)
        elif self.state.awaiting is Awaiting.ACTION:
            # Still being done: its end goes on from there.
            self._aside(self.wording.given_back)
        else:
            self._say_again(self.wording.given_back)

    def action_done(self, values: Mapping[str, str]) -> None:
        """What was to be done has been done: keep the answer and go on."""
        self.keep_results(values)
        self._progress(step=self.state.step + 1)
        self._advance()

    def keep_results(self, values: Mapping[str, str]) -> None:
        """Keep what an action answered."""
        act = self._flow().steps[self.state.step].act
        if act and act.save:
            results = {f"{act.save}.{name}": value for name, value in values.items()}
            self.state = self.state.but(results={**self.state.results, **results})

    def action_failed(self) -> None:
        """Say so, and let a person do it: they see everything the caller has said."""
        act = self._flow().steps[self.state.step].act
        self._aside((act.failed if act else None) or self.wording.action_failed)
        self._person("action_failed")


def _values(commands: Sequence[Command]) -> dict[str, SlotValue]:
    return {one.name: SlotValue(value=one.value, said=one.said) for one in commands if isinstance(one, SetSlot)}


def _requests(commands: Sequence[Command]) -> list[Pending]:
    """Each request with the slots that the caller filled in the same clause."""
    found: list[Pending] = []
    for command in commands:
        match command:
            case StartFlow(flow):
                found.append(Pending(flow=flow))
            case Digress(entry):
                found.append(Pending(entry=entry))
            case SetSlot() if found:
                last = found[-1]
                found[-1] = last.model_copy(update={"slots": {**last.slots, **_values([command])}})
            case _:
                pass
    return found
