"""What a waiting caller is told, and what is made of what they say: the hotline's wording for the switchboard."""

from __future__ import annotations

from dialogs.engine import DialogEngine
from dialogs.parts import Prompt
from dialogs.vocabulary import CallerPressed, CallerSaid
from dialogs.waiting import place_told, wants_callback
from voice_agent.handoff.contract import Why

_OFFERED_EVERY = 3
"""A call-back is offered with the first announcement of the place, and with every third one after it."""


class WaitingWords:
    """One hotline's."""

    def __init__(self, dialog: DialogEngine) -> None:
        self._dialog = dialog
        self._waiting = dialog.hotline.wording.waiting
        self._books_callbacks = dialog.books_callbacks

    def of(self, why: Why) -> list[str]:
        """Why it takes longer. Of the connecting itself the dialog has told already."""
        told: dict[Why, Prompt] = {
            Why.STILL_TRYING: self._waiting.still_trying,
            Why.TRUNK_FAILED: self._waiting.trunk_failed,
            Why.PERSON_LOST: self._waiting.person_lost,
            Why.PASSED_ON: self._waiting.passed_on,
        }
        return [self._dialog.text_of(told[why])] if why in told else []

    def place(self, position: int, wait_s: float | None, told_before: int) -> list[str]:
        """The place in the queue; ``told_before``: how often it was told on this call."""
        filled = place_told(self._waiting, position, wait_s)
        sentences = [self._dialog.text_of(prompt, **own) for prompt, own in filled]
        if self._books_callbacks and told_before % _OFFERED_EVERY == 0:
            sentences.append(self._dialog.text_of(self._waiting.offer_callback))
        return sentences

    @property
    def on_hold(self) -> list[str]:
        """The person has put the caller on hold."""
        return [self._dialog.text_of(self._waiting.on_hold)]

    @property
    def still_transferring(self) -> str:
        """While a number outside rings."""
        return self._dialog.text_of(self._dialog.hotline.wording.still_transferring)

    def wants_callback(self, said: CallerSaid | CallerPressed) -> bool:
        """Whether a caller who waits would rather be called back."""
        if not self._books_callbacks:
            return False
        if isinstance(said, CallerPressed):
            return self._waiting.callback_key in said.keys
        return wants_callback(self._waiting, said.text)

    def urgent(self, said: CallerSaid | CallerPressed) -> bool:
        """Whether they tell of danger for sure."""
        return isinstance(said, CallerSaid) and self._dialog.tells_of_danger(said.text)

    def open_now(self) -> bool:
        """Whether persons answer at this hour."""
        return self._dialog.open_now()
