"""What travels along the chain, beyond pipecat's own frames.

Data and control frames keep their order; system frames overtake. Frames that must survive an interruption (the caller's
words, a hand-off) say ``interruptible = False``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipecat.frames.frames import ControlFrame, DataFrame, InterruptionFrame, SystemFrame

from dialogs.vocabulary import DialogInput, EndCall, Expectation, HandOff
from voice_agent.engines.ports import Samples


@dataclass
class LineTick(SystemFrame):
    """Time of the line has passed: a tenth of a second, or 20 ms while the end of a turn is waited for."""

    at_s: float
    """Seconds of audio since the answer."""


@dataclass
class SpeechSustained(SystemFrame):
    """The caller has been speaking long enough not to be a click or a cough."""


@dataclass
class SpeechPaused(DataFrame):
    """The caller paused: all the speech of the turn so far."""

    turn: int
    samples: Samples
    """16 kHz mono, shape (n,)."""
    speech_s: float
    last_word_at: float
    """Event-loop time of the turn's last voiced window."""
    partial: bool = False
    """The caller is still speaking: this is only to find out whether they are listening or taking their turn."""
    over_ours: bool = False
    """It was said over our speech, and is short: a listener's word or a stop word is likely."""
    interruptible: bool = field(default=False, init=False)


@dataclass
class SpeechHeard(DataFrame):
    """What the recogniser made of the turn so far."""

    turn: int
    text: str
    confidence: float
    decode_s: float
    speech_s: float
    last_word_at: float
    partial: bool = False
    """The caller had not paused; these words never end a turn."""
    as_heard: str = ""
    """What the recogniser wrote, where terms of the dialog have been put right in ``text``."""
    complete: float | None = None
    """The probability (0 … 1), by the sound, that the caller has finished; None where nobody was asked."""
    lead: float | None = None
    """By how much the words fit the sound better than a listener's; see Transcript. None where nobody was asked."""
    alternatives: tuple[str, ...] = ()
    """Other readings, likeliest first, where the recogniser gave them."""
    interruptible: bool = field(default=False, init=False)


@dataclass
class TurnClosed(SystemFrame):
    """Upstream: the turn is over, its audio may be forgotten."""


@dataclass
class TurnTaken(InterruptionFrame):
    """The caller's turn has been taken: what answers an older one goes. A filler that sounds is let finish."""


@dataclass
class CallerTurn(DataFrame):
    """Something complete for the dialog."""

    said: DialogInput
    heard: SpeechHeard | None = None
    """Set where the turn was spoken."""
    reopens: bool = False
    """The caller had been cut off: this holds the turn before it too, which is to be undone."""
    interruptible: bool = field(default=False, init=False)


@dataclass
class Listen(SystemFrame):
    """Upstream: what the dialog expects from now on."""

    expectation: Expectation
    prompts_follow: bool = False
    """Our prompts are still to come; the caller's patience is measured from their end."""


@dataclass
class SlowDown(SystemFrame):
    """Both ways: this caller needs it slower, louder and with more patience, for the rest of the call."""


@dataclass
class GoOn(SystemFrame):
    """Downstream: the caller was only listening; our speech goes on where it yielded."""


@dataclass
class LastStretch(SystemFrame):
    """Upstream: the last stretch of our prompts is sounding. A short word may be the answer to it."""


@dataclass
class FillerDue(SystemFrame):
    """Downstream, at most once a turn: the caller has been waiting for so long that a sign of life is owed."""


@dataclass
class AgentSpeaks(SystemFrame):
    """Upstream: a prompt began to sound."""

    notice: bool
    """It may not be interrupted."""


@dataclass
class Prompt(DataFrame):
    """One prompt to be spoken."""

    text: str
    may_be_interrupted: bool
    last_word_at: float | None = None
    """Event-loop time of the caller's last word before it; None where this is not an answer."""
    filler: bool = False
    """It only says that the answer is coming."""


@dataclass
class PromptAudio(DataFrame):
    """A stretch of a prompt, at the leg's rate."""

    pcm: bytes
    prompt: Prompt
    voice: str
    cached: bool
    first: bool
    """Whether this is the prompt's first stretch."""


@dataclass
class VoiceLost(SystemFrame):
    """Upstream: no voice could speak a sentence; the caller has heard an apology at best."""


@dataclass
class PromptsDone(ControlFrame):
    """No more prompts until the next turn: when the line falls quiet, it is the caller's turn."""

    interruptible: bool = field(default=False, init=False)


@dataclass
class HandOffNow(ControlFrame):
    """After the prompts before it: connect a person."""

    request: HandOff
    interruptible: bool = field(default=False, init=False)


@dataclass
class HandOffOver(SystemFrame):
    """Upstream: the person could not be reached, and the caller is still here."""

    outcome: str


@dataclass
class HangUp(ControlFrame):
    """After the prompts before it: end the call."""

    request: EndCall
    interruptible: bool = field(default=False, init=False)
