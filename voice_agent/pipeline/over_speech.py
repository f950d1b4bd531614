"""What words spoken into our speech are: a listener's (네, 아 그렇군요), and we go on, or a turn. Pure.

Recognisers write any short word for a hum, and misspell the rest. Three things tell them apart: what the words mean to
the dialog, what they sound like, and by how much the recogniser prefers them to a listener's words for the same sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.korean.backchannels import Over, begins_as_backchannel, is_backchannel, is_stop, resembles
from dialogs.korean.endings import without_marks
from dialogs.korean.yes_no import is_greeting, parse_yes_no
from dialogs.vocabulary import Expectation
from voice_agent.pipeline.frames import SpeechHeard

RIVALS = (
    "네.", "예.", "음.", "아.", "응.", "어.", "네네.", "아 네.", "아하.", "그렇군요.", "아 그렇군요.",
    "맞아요.", "알겠습니다.",
)  # fmt: skip
"""What the recogniser compares its own reading of the sound with."""
_HUM_S = 1.3
"""A turn's audio, quiet before and after it included, that holds no more than a drawn-out syllable."""
_ONE_SYLLABLE_S = 0.9
"""The same: less than half a second of voice. 아 is heard as 아이 or 알아요, which the hotline knows."""
SHORT_S = 1.9
"""The same for a few words: a listener's are no longer."""
_UNHEARD_S = 1.15
"""Longer speech of which no words came is a turn that was not understood: who says 됐어요 must not be talked over."""
_HUM_SYLLABLES = 2
_LEAD = 1.85
"""Words without a meaning here must fit the sound so much better than a listener's."""
_LEAD_LIKE_LISTENING = 1.95
"""그게요 (크게요) sounds like a listener's word, and is none."""
_LEAD_OF_A_HUM = 3.0
"""One syllable drawn out is written as two that may fit it rather well."""
_LEAD_OF_LONGER = 1.4
"""Longer than a hum: 됐어요, heard as "루스어요", had 1.8."""
_LEAD_LIKE_STOPPING = 1.0
_LEAD_OVER_A_LISTENERS = 1.0
"""안내에, where 아 네 was thought of as well."""
_LEAD_WITH_MEANING = 0.5
"""Words that have one need little: 여권, said by itself, may have 0.8."""
_ASKS_FOR_SOMETHING = re.compile(r"(?:세요|주세|줘요?|십시오|시오)$")
"""A hum is never written as a request: 도와주세요."""


def is_listeners(text: str) -> bool:
    """Over our speech a "네?" is heard as the "네" it nearly always is; recognisers put the mark by chance."""
    return is_backchannel(text.replace("?", ""))


def begins_as_listeners(text: str) -> bool:
    """Whether the words so far can hardly become anything but a listener's."""
    return is_listeners(text) or begins_as_backchannel(text)


def is_only_listening(
    heard: SpeechHeard,
    expectation: Expectation,
    *,
    answer_due: bool,
    heeds: Callable[[str], bool],
    urgent: Callable[[str], bool],
) -> bool:
    """A sound without words, a "네" or "아, 그렇군요" where no yes or no is asked for: no turn, and we go on.

    ``answer_due``: a yes or a no would be an answer. ``heeds``: whether words mean something to the dialog. ``urgent``:
    whether they tell of danger; that is believed at once.
    """
    text = heard.text
    if answer_due and parse_yes_no(text) is not None:
        return False
    if not text:
        return heard.speech_s <= _UNHEARD_S
    if is_listeners(text):
        return True
    if urgent(text) or heard.speech_s > SHORT_S or any(map(is_stop, (text, *heard.alternatives))):
        return False
    syllables = len(without_marks(text).replace(" ", ""))
    like = resembles(text)
    if any(map(is_listeners, heard.alternatives)) and _falls_short(heard.lead, _LEAD_OVER_A_LISTENERS):
        return True
    if heeds(text) or any(word in text for word in expectation.words) or _asks_for_something(text):
        return _falls_short(heard.lead, _LEAD_OF_A_HUM if heard.speech_s <= _ONE_SYLLABLE_S else _LEAD_WITH_MEANING)
    if like is Over.STOPPING:
        return _falls_short(heard.lead, _LEAD_LIKE_STOPPING if syllables > _HUM_SYLLABLES else _LEAD)
    if is_greeting(text):
        return True
    if like is Over.LISTENING:
        return heard.lead is None or heard.lead < _LEAD_LIKE_LISTENING
    short = heard.speech_s <= _HUM_S and syllables <= _HUM_SYLLABLES
    if short or any(map(is_listeners, heard.alternatives)):
        return syllables == 1 or heard.lead is None or heard.lead < _LEAD_OF_A_HUM
    return _falls_short(heard.lead, _LEAD if heard.speech_s <= _UNHEARD_S else _LEAD_OF_LONGER)


def _asks_for_something(text: str) -> bool:
    return bool(_ASKS_FOR_SOMETHING.search(without_marks(text).replace(" ", "")))


def _falls_short(lead: float | None, needed: float) -> bool:
    """Whether words fit the sound too little; of recognisers that cannot tell, their words are believed."""
    return lead is not None and lead < needed
