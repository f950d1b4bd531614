"""How many of the words a state of the dialog offers are heard: bare, with the words as a prompt, and corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dialogs.korean.terms import Correction, correct_terms
from voice_agent.engines.ports import SpeechToText
from voice_agent.qa.key_words import missing_words
from voice_agent.qa.terms import Case, SpokenCase


async def measure_terms(
    engine: SpeechToText, spoken: Sequence[SpokenCase], report: Callable[[int, int], None]
) -> dict[str, Any]:
    """Recall of the term said, three ways; and the share of all sentences given a term that was not said."""
    bare = prompted = corrected = wrong = 0
    for number, each in enumerate(spoken, start=1):
        case = each.case
        with_words = await engine.transcribe(each.samples, words=case.words)
        correction = correct_terms(with_words.text, case.words, with_words.alternatives)
        wrong += _puts_in_another(case, correction)
        if case.term:
            bare += _has(case, (await engine.transcribe(each.samples)).text)
            prompted += _has(case, with_words.text)
            corrected += _has(case, correction.text)
        report(number, len(spoken))
    terms = sum(bool(each.case.term) for each in spoken)
    return {
        "n": terms,
        "controls": len(spoken) - terms,
        "recall_without_words": _share(bare, terms),
        "recall_with_words": _share(prompted, terms),
        "recall_with_words_and_correction": _share(corrected, terms),
        "false_corrections": _share(wrong, len(spoken)),
    }


def _has(case: Case, text: str) -> bool:
    return not missing_words(text, [case.term])


def _puts_in_another(case: Case, correction: Correction) -> bool:
    return any(missing_words(case.sentence, [term]) for _, term, _ in correction.replaced)


def _share(count: int, whole: int) -> float:
    return round(count / whole, 4) if whole else 0.0
