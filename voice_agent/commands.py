"""The way back into a call: what a person at the console may ask of one that is live.

Frozen values: who asks, of which call, when. :meth:`voice_agent.call.Call.take` carries them out, through
:meth:`voice_agent.app.Hotline.command`; whoever may not is turned away before that. What cannot be done raises
:class:`voice_agent.errors.CommandRefused` with one of :class:`Refusal`. What is carried out is told as an event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from voice_agent.events import now


class Refusal(StrEnum):
    """Why a command was not carried out."""

    NO_SUCH_CALL = "no_such_call"
    """Unknown, or over by now."""
    NOT_ON_THE_CALL = "not_on_the_call"
    """They have not joined, and no leg came with the command."""
    ALREADY_ON_THE_CALL = "already_on_the_call"
    """A leg came with the command of somebody who has joined."""
    NOT_TAKEN_OVER = "not_taken_over"
    """There is nothing to give back."""
    WITH_A_PERSON = "with_a_person"
    """The voice agent is not leading this call now."""
    LEG_GONE = "leg_gone"
    """The leg that was to join has closed."""
    TRANSFER_FAILED = "transfer_failed"
    """The transfer target did not take the call, which goes on; the error's ``detail`` is the TransferOutcome."""
    EMPTY = "empty"
    """A hint without words."""


class ListenMode(StrEnum):
    """How a supervisor takes part. The values are those of :class:`telephony.bridge.parts.Part`."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCommand:
    """Something a person wants of a live call."""

    call_id: str
    who: str
    """The account that asks: unique, and the participant's name on the bridge."""
    at: datetime = field(default_factory=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listen(CallCommand):
    """Take part as a supervisor, or change how. The first time it comes with a leg, later without."""

    mode: ListenMode = ListenMode.LISTEN


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeOver(CallCommand):
    """Talk to the caller instead of the voice agent, which falls silent and no longer listens; its dialog stops.

    Comes with a leg, or from somebody who has joined already. They talk as a human agent from here on.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveBack(CallCommand):
    """The voice agent speaks again and asks its last question once more; who had taken over listens on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave(CallCommand):
    """Leave the call, which goes on. Whoever leaves after a take over gives back by it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUp(CallCommand):
    """End the call. ``farewell``: the voice agent says the hotline's goodbye first."""

    farewell: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer(CallCommand):
    """Blind transfer of the caller to ``target``, a SIP URI."""

    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint(CallCommand):
    """Help for the voice agent, used in its next turn and never read out: what the caller is on about."""

    text: str


@dataclass(frozen=True, slots=True)
class HintFound:
    """What a hint was taken to mean: a flow or a knowledge entry, by id; both empty where nothing fits."""

    flow: str = ""
    entry: str = ""
    title: str = ""
    """Of either, in Korean: shown to whoever gave the hint."""
