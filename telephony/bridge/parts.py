"""Who hears whom: the one table of the bridge."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Part(StrEnum):
    """What somebody, or something, is on a call."""

    CALLER = "caller"
    VOICE_AGENT = "voice_agent"
    HUMAN_AGENT = "human_agent"
    LISTEN = "listen"
    """A supervisor who hears all and is heard by none."""
    WHISPER = "whisper"
    """A supervisor whom the human agents alone hear."""
    BARGE = "barge"
    """A supervisor whom every person on the line hears."""
    ASIDE = "aside"
    """Put aside: a person who has the caller on hold. Neither hears nor is heard."""
    CONSULT = "consult"
    """A person who talks to another one while the caller waits: the two hear each other, the caller hears neither."""
    WAITING_SOUND = "waiting_sound"
    """Music and announcements for a caller who waits."""


_PEOPLE = frozenset({Part.CALLER, Part.HUMAN_AGENT, Part.LISTEN, Part.WHISPER, Part.BARGE})
_SUPERVISORS = frozenset({Part.LISTEN, Part.WHISPER, Part.BARGE})

HEARD_BY: Mapping[Part, frozenset[Part]] = {
    Part.CALLER: _PEOPLE | {Part.VOICE_AGENT},
    Part.VOICE_AGENT: _PEOPLE,
    # What the voice agent hears it takes for the caller's words, consent included: it hears nobody else.
    Part.HUMAN_AGENT: _PEOPLE,
    Part.LISTEN: frozenset(),
    Part.WHISPER: frozenset({Part.HUMAN_AGENT, Part.CONSULT}),
    Part.BARGE: _PEOPLE | {Part.CONSULT},
    Part.ASIDE: frozenset(),
    Part.CONSULT: _SUPERVISORS | {Part.CONSULT},
    Part.WAITING_SOUND: frozenset({Part.CALLER}) | _SUPERVISORS,
}
"""Speaker → who hears it. Nobody hears themselves, whatever stands here."""


def hears(listener: Part, speaker: Part) -> bool:
    """Whether ``listener`` hears ``speaker``, they being two."""
    return listener in HEARD_BY[speaker]


def reaches_caller(part: Part) -> bool:
    """Whether the caller hears them: then the caller's audio has to be mixed."""
    return hears(Part.CALLER, part)
