"""What a hotline says outside its flows and how patient it is, as pydantic models."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from dialogs.parts import Id, Part, Prompt


class Repair(Part):
    """What is said the first time and the second time."""

    first: Prompt
    second: Prompt


class TransferFailed(Part):
    """One honest sentence for each way in which a hand-off fails."""

    busy: Prompt
    declined: Prompt
    no_answer: Prompt
    unreachable: Prompt
    not_supported: Prompt
    not_configured: Prompt


class Wording(Part):
    """What the hotline says outside its flows. ``{topic}`` becomes a title; each docstring says whose."""

    ai_notice: Prompt
    recording_notice: Prompt
    open_question: Prompt
    open_question_again: Prompt
    key_menu: Prompt
    """After a second misunderstanding; ``{menu}`` becomes the list of topics or choices with their keys."""
    yes_no_keys: Prompt
    repeat: Repair
    slower: Prompt
    """After "천천히 말씀해 주세요", before the last prompts are said again."""
    filler: Prompt
    """Spoken while an answer takes long; the dialog itself never says it."""
    no_input: Repair
    no_match: Repair
    speak_instead: Prompt
    """After keys at a question that keys cannot answer."""
    confirming: Prompt
    """Before a confirmation is read out: it sounds at once, while the caller's own words are being made."""
    which_is_wrong: Prompt
    """After a denied confirmation of several slots; ``{menu}`` becomes the list of slots with their keys."""
    cancelled: Prompt
    clarify: Prompt
    """Between two things the caller may have meant, ``{topic}`` and ``{other}``; the keys are 1 and 2."""
    clarify_one: Prompt
    """Whether the caller meant ``{topic}``."""
    resuming: Prompt
    """After another topic, before the interrupted one, ``{topic}``, goes on."""
    next_topic: Prompt
    """Before the second thing asked for in one breath, ``{topic}``."""
    first_this: Prompt
    """Where too much is open already: ``{topic}`` is finished first."""
    offer_flow: Prompt
    """After an answer: whether to go on with the flow ``{topic}``."""
    knowledge_unverified: Prompt
    """Understood, but nothing about ``{topic}`` may be said as fact; a person is offered after it."""
    offer_person: Prompt
    redirect: Prompt
    """After an answer that sends elsewhere: the telephone number ``{number}`` of ``{topic}``."""
    action_failed: Prompt
    """What was to be done did not work; a person is called after it."""
    outside_hours: Prompt
    """Instead of a transfer outside the opening hours."""
    offer_callback: Prompt
    """After it, where there is a flow that books a call-back."""
    transferring: Prompt
    transferring_in_danger: Prompt
    """After the safety line, instead of ``transferring``; it must not contradict the safety line."""
    still_transferring: Prompt
    """Every few seconds while the person's telephone rings."""
    transfer_failed: TransferFailed
    given_back: Prompt
    """When a person who had taken over leaves the caller to us again, before the last question is asked once more."""
    hand_off_unavailable: Prompt
    """Before hanging up on a caller nobody can be reached for."""
    closing: Prompt
    """When the hotline is stopped in the middle of a call."""
    sorry: Prompt
    """When something broke down and the call goes on."""
    anything_else: Prompt
    go_ahead: Prompt
    """After a plain yes to ``anything_else``."""
    goodbye: Prompt


class Policies(Part):
    """How patient the dialog is."""

    no_input_limit: int = Field(default=2, ge=1, le=2)
    """How many silences in a row are answered before a person is called."""
    no_match_limit: int = Field(default=2, ge=1, le=2)
    silence_s: float = Field(default=6.0, gt=0, le=60)
    hand_off_tries: int = Field(default=2, ge=1)
    """After so many failed hand-offs the dialog no longer calls a person of its own accord; the caller still can."""
    digression_depth: int = Field(default=2, ge=0, le=5)
    """How many topics may stand open behind the one being talked about."""
    question_limit: int = Field(default=8, ge=4)
    """How often one question is asked, for whatever reason, before a person is called."""
    turns_limit: int = Field(default=200, ge=10)
    """After so many turns a person takes over."""
    answer_from: float = Field(default=0.7, gt=0, le=1)
    """The confidence from which what retrieval found is answered at once."""
    ask_back_from: float = Field(default=0.4, gt=0, le=1)
    """The confidence from which the caller is asked whether it was meant; below, it was not understood."""

    @model_validator(mode="after")
    def _asks_before_it_answers(self) -> Policies:
        if self.ask_back_from > self.answer_from:
            raise ValueError("ask_back_from not above answer_from")
        return self


def _hours(value: object) -> object:
    """ "09:00-18:00" → the two ends."""
    ends = str(value).split("-") if isinstance(value, str) else []
    return {"opens": ends[0].strip(), "closes": ends[1].strip()} if len(ends) == 2 else value


class Hours(Part):
    """One stretch of opening hours, in YAML ``"09:00-18:00"``. It does not go past midnight."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_first(self) -> Hours:
        if self.opens >= self.closes:
            raise ValueError('hours such as "09:00-18:00"')
        return self


Day = tuple[Annotated[Hours, BeforeValidator(_hours)], ...]


class OpeningHours(Part):
    """When persons answer, in Korean time; without it, always. Danger is never kept from a person by them."""

    weekdays: Day = ()
    saturday: Day = ()
    sunday: Day = ()
    holidays: Day = ()
    """On Korean public holidays, whatever the day of the week."""
    closed: tuple[date, ...] = ()
    """Further days treated as holidays."""
    callback: Id | None = None
    """The flow that books a call-back, offered outside the hours."""
