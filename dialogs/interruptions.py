"""What comes between the steps of a conversation: danger, abuse, very long calls, a language model being asked."""

from __future__ import annotations

from dialogs.expectations import expectation
from dialogs.model import Prompt
from dialogs.state import Awaiting
from dialogs.vocabulary import Ask, Consult, EndCall, Say
from dialogs.walking import Walking


class Interruptions(Walking):
    """One turn, as far as it is about none of the caller's topics."""

    # ── danger ────────────────────────────────────────────────────────────────────────────────────────────────────

    def raise_alarm(self, category: str) -> None:
        """The safety line and a person, whatever else is open and whatever the time of day."""
        self._resume()
        self._go_back()
        self._warn(category)
        self._notice(self.wording.transferring_in_danger)
        self._hand_off("emergency")

    def warn_while_connecting(self, category: str) -> None:
        """The safety line while a person is being connected; if that fails, it is said once more."""
        self._warn(category)
        self.state = self.state.but(hand_off_reason="emergency")

    def all_clear(self) -> None:
        """The caller said no: exactly where we were."""
        self._resume()

    def _warn(self, category: str) -> None:
        """The safety line of a danger, heard to its end."""
        self.state = self.state.but(alarm=category)
        self._notice(self._safety_line(category))

    def _safety_line(self, category: str) -> Prompt:
        return self.hotline.safety.category(category).say

    def _check_danger(self, category: str, heard: str) -> None:
        self._interrupt(Awaiting.DANGER_CHECK, heard)
        self.state = self.state.but(checking=category)
        self.ask_about_danger()

    def ask_about_danger(self) -> None:
        """The question about the danger that is being checked."""
        self._aside(self.hotline.safety.category(self.state.checking).ask)
        self.outputs.append(Ask(expectation(self.hotline, self.state)))

    # ── abuse and very long calls ─────────────────────────────────────────────────────────────────────────────────

    def warn_of_abuse(self, kind_id: str) -> bool:
        """Warn, warn, end with the reason; whether the call is over with it."""
        kind = self.hotline.safety.abuse.kind(kind_id)
        if self.state.warnings >= len(kind.warnings):
            self._end_now(kind.ending, "abuse")
            return True
        self._notice(kind.warnings[self.state.warnings])
        self.state = self.state.but(warnings=self.state.warnings + 1)
        return False

    def ask_once_more(self) -> None:
        """The last question once more."""
        self._ask_once_more()

    def read_back_again(self) -> None:
        """What is to be confirmed once more: nobody confirms what they have not heard."""
        self._say_again()

    def notice_long_call(self) -> None:
        """Say that the call will have to end."""
        self.state = self.state.but(noticed=True)
        self._aside(self.hotline.safety.long_call.notice)
        self._ask_once_more()

    def end_long_call(self) -> None:
        """Say why, and hang up."""
        self._end_now(self.hotline.safety.long_call.end, "too_long")

    def _end_now(self, prompt: Prompt, reason: str) -> None:
        self._notice(prompt)
        self.outputs.append(EndCall(reason))
        self.state = self.state.but(awaiting=Awaiting.NOTHING)

    # ── a language model ──────────────────────────────────────────────────────────────────────────────────────────

    def consult(self, text: str, passages: tuple[str, ...], asked: str) -> None:
        """Ask a language model what the sentence means."""
        self._interrupt(Awaiting.MODEL, text)
        self.outputs.append(Consult(text, passages, asked))

    def say_clause(self, text: str, passages: tuple[str, ...]) -> None:
        """A clause of a grounded answer, as it comes."""
        self.outputs.append(Say(text))
        answered = tuple(one for one in passages if one not in self.state.answered and self._is_entry(one))
        said = (*self.state.clauses, text)
        self.state = self.state.but(answered=(*self.state.answered, *answered), clauses=said)

    def _is_entry(self, name: str) -> bool:
        return any(entry.id == name for entry in self.hotline.knowledge)

    def model_answered(self) -> None:
        """The grounded answer is over: go on where it was asked for."""
        self._prompts += self.state.clauses
        self._resume()
        self.state = self.state.but(no_input=0, no_match=0)
        self._carry_on()
