"""What is said in one turn, and the question that is asked again: the outputs of a turn as they come together."""

from __future__ import annotations

from dialogs.expectations import expectation
from dialogs.model import Flow, Hotline, Prompt, Repair, SlotType
from dialogs.passages import look_up
from dialogs.speaker import Speaker
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import Ask, DialogOutput, Say, SlowDown

_ASKED_IN_PASSING = (Awaiting.CLARIFICATION, Awaiting.OFFER)
"""Questions that come between others; ``before`` says what was awaited."""


class Telling:
    """Collects what is said while one input is worked off. Used once."""

    def __init__(self, speaker: Speaker, state: DialogState) -> None:
        self.speaker = speaker
        self.hotline: Hotline = speaker.hotline
        self.wording = speaker.hotline.wording
        self.state = state
        self.outputs: list[DialogOutput] = []
        self._prompts: list[str] = []
        self._asked_before = _question(state)

    def result(self) -> tuple[DialogState, tuple[DialogOutput, ...]]:
        """The state after the turn and what happens, in order."""
        return self.state, tuple(self.outputs)

    def _notice(self, prompt: Prompt) -> None:
        """Say something that the caller cannot interrupt and a repetition leaves out."""
        self.outputs.append(Say(self.speaker.text(prompt, self.state), interruptible=False))

    def _aside(self, prompt: Prompt, **own: str) -> None:
        """Say something that a repetition leaves out."""
        self.outputs.append(Say(self.speaker.text(prompt, self.state, **own)))

    def _say(self, prompt: Prompt, **own: str) -> None:
        """Say something that a repetition says again."""
        self._tell(self.speaker.text(prompt, self.state, **own))

    def _tell(self, text: str) -> None:
        self.outputs.append(Say(text))
        self._prompts.append(text)

    def _ask(self) -> None:
        """Listen; what was said in this turn is what a repetition repeats."""
        if self._prompts:
            self.state = self.state.but(last_prompts=tuple(self._prompts))
        again = _question(self.state) == self._asked_before
        self.state = self.state.but(asked=self.state.asked + 1 if again else 1)
        self.outputs.append(Ask(expectation(self.hotline, self.state)))

    def _open_question(self, prompt: Prompt) -> None:
        self.state = self.state.but(awaiting=Awaiting.REQUEST, before=None, heard="")
        self._say(prompt)
        self._ask()

    def _ask_in_passing(self, awaiting: Awaiting, prompt: Prompt, heard: str = "", **own: str) -> None:
        """Ask something that comes between other questions."""
        before = self.state.before if self.state.awaiting in _ASKED_IN_PASSING else self.state.awaiting
        self.state = self.state.but(awaiting=awaiting, before=before, heard=heard)
        self._say(prompt, **own)
        self._ask()

    def _go_back(self) -> None:
        """To what was awaited before a question asked in passing."""
        if self.state.before is not None:
            self.state = self.state.but(awaiting=self.state.before)
        self.state = self.state.but(before=None, heard="", candidates=(), offer="")

    def _interrupt(self, awaiting: Awaiting, told: str) -> None:
        """Put aside everything that is going on, to come back to exactly there."""
        self.state = self.state.but(interrupted=self.state.awaiting, awaiting=awaiting, told=told)

    def _resume(self) -> None:
        """Come back to it."""
        awaiting = self.state.interrupted or self.state.awaiting
        self.state = self.state.but(awaiting=awaiting, interrupted=None, told="", checking="", clauses=())

    def _slow_down(self) -> None:
        """Slow from here on; told once a call, before anything is said."""
        if not self.state.slow:
            self.state = self.state.but(slow=True)
            self.outputs.append(SlowDown())

    def _say_again(self, announcement: Prompt | None = None) -> None:
        """The last answer and question once more."""
        self.state = self.state.but(no_input=0)
        if announcement is not None:
            self._aside(announcement)
        self.outputs += [Say(text) for text in self.state.last_prompts]
        self._ask()

    def _ask_once_more(self) -> None:
        """The last question alone."""
        self.outputs += [Say(text) for text in self.state.last_prompts[-1:]]
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
        return self.state.awaiting in (Awaiting.REQUEST, Awaiting.CLARIFICATION)

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
            case Awaiting.CONFIRMATION | Awaiting.OFFER | Awaiting.DANGER_CHECK:
                return self.speaker.text(self.wording.yes_no_keys, self.state)
            case Awaiting.CLARIFICATION if len(self.state.candidates) == 1:
                return self.speaker.text(self.wording.yes_no_keys, self.state)
            case Awaiting.CLARIFICATION:
                menu = self.speaker.numbered(self._titles(self.state.candidates))
                return self.speaker.text(self.wording.key_menu, self.state, menu=menu)
            case Awaiting.WHICH_IS_WRONG:
                return None
            case _:
                return self.speaker.keys_for(None, self.state)

    def _titles(self, candidates: tuple[str, ...]) -> list[str]:
        found = (look_up(self.hotline, candidate) for candidate in candidates)
        return [passage.title for passage in found if passage]

    def _flow(self) -> Flow:
        return self.hotline.flow(self.state.flow)

    def _progress(self, **changes: object) -> None:
        """Change the state and forget the repairs."""
        self.state = self.state.but(no_input=0, no_match=0, repeats=0, **changes)


def _question(state: DialogState) -> tuple[object, ...]:
    """What makes a question the same as the one before."""
    answered = 0 if state.flow else len(state.answered)
    return (state.awaiting, state.flow, state.step, state.asking, len(state.done), answered, state.candidates)
