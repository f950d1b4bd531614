"""What a caller who waits for a person is told of their place and their wait, and what they may ask for meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from dialogs.korean.counts import say_count
from dialogs.korean.number_words import native
from dialogs.parts import Prompt
from dialogs.wording import Waiting

_MOST_MINUTES = 30
_MOST_AHEAD = 30
_RENDERED_AHEAD = 10
"""So many of each are made into speech before they are needed."""

Filled = tuple[Prompt, Mapping[str, str]]
"""A prompt and what its ``{number}`` stands for."""


def place_told(waiting: Waiting, position: int, wait_s: float | None) -> list[Filled]:
    """The place (1 is next) and, where it is known, the expected wait in seconds: rounded up, never promised short."""
    return [_place(waiting, position), *([] if wait_s is None else [_wait(waiting, wait_s)])]


def wants_callback(waiting: Waiting, text: str) -> bool:
    """Whether somebody who waits would rather be called back."""
    said = "".join(text.split())
    return any("".join(phrase.split()) in said for phrase in waiting.callback_phrases)


def waiting_prompts(waiting: Waiting) -> Iterator[Filled]:
    """Everything that may be told, as far as it can be made ahead."""
    yield from ((prompt, {}) for prompt in (waiting.still_trying, waiting.offer_callback, waiting.passed_on))
    yield from ((prompt, {}) for prompt in (waiting.trunk_failed, waiting.person_lost, waiting.on_hold))
    yield from (_place(waiting, position) for position in range(1, _RENDERED_AHEAD + 1))
    yield from (_wait(waiting, 60.0 * minutes) for minutes in range(_RENDERED_AHEAD + 1))
    yield waiting.wait_long, {}


def _place(waiting: Waiting, position: int) -> Filled:
    if position <= 1:
        return waiting.next, {}
    ahead = position - 1
    many = f"{native(_MOST_AHEAD)} 분이 넘게" if ahead > _MOST_AHEAD else f"{native(ahead)} 분이"
    return waiting.position, {"number": many}


def _wait(waiting: Waiting, wait_s: float) -> Filled:
    if wait_s < 60:
        return waiting.wait_short, {}
    minutes = math.ceil(wait_s / 60)
    return (waiting.wait_long, {}) if minutes > _MOST_MINUTES else (waiting.wait, {"number": say_count(minutes, "분")})
