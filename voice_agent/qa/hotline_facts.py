"""What a hotline may say, taken from its dialogs: the :class:`~voice_agent.qa.scorecard.Known` of a scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from dialogs.engine import DialogEngine
from dialogs.model import Hotline
from voice_agent.qa.scorecard import Known, figures


def known_of(dialog: DialogEngine) -> Known:
    """Every figure that stands anywhere in the dialogs, the sentences of repair, the notices, and the terms."""
    hotline = dialog.hotline
    wording = hotline.wording
    prompts = [*dialog.essential_sentences(), *dialog.fixed_sentences(), *dialog.answer_sentences()]
    facts = {figure for text in (*_texts(hotline), *prompts) for figure in figures(text)}
    notices = (wording.ai_notice, wording.recording_notice)
    return Known(
        facts=frozenset(facts),
        repairs=repairs_of(dialog),
        notices=tuple(dialog.text_of(prompt) for prompt in notices),
        terms=frozenset(term for term in _terms(hotline) if len(term) > 1),
    )


def repairs_of(dialog: DialogEngine) -> frozenset[str]:
    """The sentences that say that something was not understood or not heard."""
    wording = dialog.hotline.wording
    repairs = (wording.no_match.first, wording.no_match.second, wording.no_input.first, wording.no_input.second)
    return frozenset(dialog.text_of(prompt) for prompt in repairs)


def announcements_of(dialog: DialogEngine) -> frozenset[str]:
    """The sentences after which a caller waits for what they announce."""
    wording = dialog.hotline.wording
    announcements = (wording.filler, wording.confirming, wording.repeat.first, wording.repeat.second)
    return frozenset(dialog.text_of(prompt) for prompt in announcements)


def _terms(hotline: Hotline) -> Iterator[str]:
    for flow in hotline.flows:
        yield from flow.title.split()


def _texts(part: Any) -> Iterator[str]:
    """Every text in a model, however deep."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple | set | frozenset):
        for value in part:
            yield from _texts(value)
    elif part is not None and not isinstance(part, bool):
        yield str(part)
