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
    """One honest sentence for each way in which a hand-off ends without a person."""

    busy: Prompt
    declined: Prompt
    no_answer: Prompt
    unreachable: Prompt
    not_supported: Prompt
    not_configured: Prompt
    nobody_free: Prompt = Prompt(text="죄송합니다. 지금 바로 전화를 받을 수 있는 상담원이 없습니다.")
    person_lost: Prompt = Prompt(text="죄송합니다. 상담원과 통화가 끊겼습니다.")
    returned: Prompt = Prompt(text="이어서 음성봇이 도와드리겠습니다.")
    """The person gave the caller back to the voice agent."""
    callback: Prompt = Prompt(text="네, 상담원이 다시 전화를 드리도록 예약해 드리겠습니다.")
    """The caller would rather be called back; the flow that books it follows."""


class Waiting(Part):
    """What a caller hears while they wait for a person, over the waiting sound."""

    still_trying: Prompt = Prompt(text="다른 상담원에게 연결하고 있습니다.")
    """The person asked cannot take the call."""
    trunk_failed: Prompt = Prompt(text="연결이 잘 되지 않아 다시 연결하고 있습니다.")
    person_lost: Prompt = Prompt(text="죄송합니다. 상담원과 통화가 끊겼습니다. 바로 다시 연결해 드리겠습니다.")
    passed_on: Prompt = Prompt(text="다른 상담원에게 연결해 드리겠습니다. 잠시만 기다려 주세요.")
    on_hold: Prompt = Prompt(text="상담원이 확인하고 있습니다. 잠시만 기다려 주세요.")
    next: Prompt = Prompt(text="다음 차례이십니다.")
    position: Prompt = Prompt(text="앞에 {number} 기다리고 계십니다.")
    """``{number}`` becomes 한 분이, 두 분이 …"""
    wait: Prompt = Prompt(text="예상 대기 시간은 약 {number}입니다.")
    """``{number}`` becomes 이 분, 십오 분 …, rounded up."""
    wait_short: Prompt = Prompt(text="예상 대기 시간은 일 분이 되지 않습니다.")
    wait_long: Prompt = Prompt(text="예상 대기 시간이 길어 정확히 말씀드리기 어렵습니다.")
    """More than half an hour."""
    offer_callback: Prompt = Prompt(
        text="기다리지 않고 전화를 받으시려면 별표를 누르시거나, 전화해 주세요 하고 말씀해 주세요."
    )
    """With the first announcement and every third one after it, where a flow books call-backs."""
    callback_key: str = Field(default="*", pattern=r"^[0-9*#]$")
    callback_phrases: tuple[str, ...] = (
        "전화해 주", "전화 주세요", "전화 줘", "전화 주십", "전화 부탁", "다시 전화", "나중에 전화",
        "연락 주세요", "연락해 주", "콜백", "전화 예약", "예약해",
    )  # fmt: skip
    """Words of a caller who would rather be called back, spaces left out of account."""


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
    waiting: Waiting = Waiting()
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
