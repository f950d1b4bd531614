"""A third person on a call: asked in private first, then everybody together, or one of the two goes on.

ringing ─ answered ─► talking ─ join all ─► together
   │                     │                      │
   └──── not answered, back, gone ──────────────┴──► over: somebody talks to the caller, whoever it is

The caller hears the waiting sound until somebody talks to them. A person who goes while the third one is on the line
leaves them the caller. Pure: an event in a stage → the next stage and what must be done, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where a consultation stands."""

    RINGING = "ringing"
    """The third person is called; the caller and the person who asked hear nobody of each other."""
    TALKING = "talking"
    """The two talk; the caller does not hear them."""
    TOGETHER = "together"
    """All three."""


class Happened(StrEnum):
    """What can happen."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    """Declined, busy, no answer, or the call could not be made."""
    JOIN_ALL = "join_all"
    """The person who asked brings all together."""
    HAND_OVER = "hand_over"
    """They leave the caller to the third one."""
    BACK = "back"
    """They let the third one go and talk to the caller again."""
    THIRD_GONE = "third_gone"
    """The third one leaves, or their line breaks."""
    PERSON_GONE = "person_gone"
    """The line of the person who asked has closed."""
    ENDED = "ended"
    """The caller has gone, or is with somebody else."""


class Do(StrEnum):
    """What must be done."""

    ASIDE = "aside"
    """The person who asked no longer hears the caller, who hears the waiting sound."""
    RING = "ring"
    STOP_RINGING = "stop_ringing"
    MEET = "meet"
    """The third one joins: the two hear each other, the caller hears neither."""
    ADMIT_BOTH = "admit_both"
    ADMIT_PERSON = "admit_person"
    """The person who asked and the caller hear each other again."""
    LET_THIRD_GO = "let_third_go"
    """Hung up, where they are still there."""
    THIRD_GOES_ON = "third_goes_on"
    """The caller is the third one's from here on, and the person who asked is let go."""


BEGIN = (Do.ASIDE, Do.RING)
"""What begins it; it is in stage ringing then."""

Row = tuple[Stage | None, tuple[Do, ...]]
"""The next stage, None for over, and what must be done."""

_S, _H = Stage, Happened
_CALLER_AGAIN: Row = (None, (Do.LET_THIRD_GO, Do.ADMIT_PERSON))
_THIRD: Row = (None, (Do.THIRD_GOES_ON,))
_NOBODY_ELSE: Row = (None, (Do.LET_THIRD_GO,))

TABLE: Mapping[tuple[Stage, Happened], Row] = {
    (_S.RINGING, _H.ANSWERED): (_S.TALKING, (Do.MEET,)),
    (_S.RINGING, _H.NOT_ANSWERED): _CALLER_AGAIN,
    (_S.RINGING, _H.BACK): (None, (Do.STOP_RINGING, Do.ADMIT_PERSON)),
    (_S.RINGING, _H.THIRD_GONE): (None, (Do.STOP_RINGING, Do.ADMIT_PERSON)),
    (_S.RINGING, _H.PERSON_GONE): (None, (Do.STOP_RINGING,)),
    (_S.RINGING, _H.ENDED): (None, (Do.STOP_RINGING,)),
    (_S.TALKING, _H.JOIN_ALL): (_S.TOGETHER, (Do.ADMIT_BOTH,)),
    (_S.TALKING, _H.HAND_OVER): _THIRD,
    (_S.TALKING, _H.BACK): _CALLER_AGAIN,
    (_S.TALKING, _H.THIRD_GONE): _CALLER_AGAIN,
    (_S.TALKING, _H.PERSON_GONE): _THIRD,
    (_S.TALKING, _H.ENDED): _NOBODY_ELSE,
    (_S.TOGETHER, _H.HAND_OVER): _THIRD,
    (_S.TOGETHER, _H.BACK): _CALLER_AGAIN,
    (_S.TOGETHER, _H.THIRD_GONE): _CALLER_AGAIN,
    (_S.TOGETHER, _H.PERSON_GONE): _THIRD,
    (_S.TOGETHER, _H.ENDED): _NOBODY_ELSE,
}
"""What is not here cannot be done, or changes nothing: nobody is joined to a telephone that still rings."""
