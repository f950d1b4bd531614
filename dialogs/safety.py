"""Danger and abuse in what callers say. Pure: no clock, no state; a few hundred microseconds a sentence.

    words of danger        sure → 2, unsure → 1
    explained away         0       화재 보험, 더워 죽겠어요
    doubted                −1, −2  negation, past, hearsay, a question about rules
    urgent                 takes back one step of doubt
    heard only roughly     at most unsure

Two steps are a sure danger, one an unsure one. The whole sentence is weighed too (:mod:`dialogs.likeness`): without any
word of danger it may still be like dangerous ones, which is unsure, never more; with some it may be like harmless ones,
which takes one step away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.errors import MeaningUnavailable
from dialogs.heard_phrases import Heard, Hit, PhraseBook
from dialogs.korean.folding import fold, forms
from dialogs.likeness import Alike, Embedder, learnt
from dialogs.safety_model import Category, SafetyFile

__all__ = ["Danger", "Embedder", "Safety"]

_SURE, _UNSURE = 2, 1
_AFTER = 2
"""Words after the last of a phrase in which an ending may still take it back: 불이 난 건 아니고요."""
_CRY = 2
"""Words up to which the whole takes no danger away from its own words: a cry is too short. Two words that tell of
nothing are still asked about where they are very much like danger; one word, as most answers are, is like anything."""
_SENTENCE = re.compile(r"[.!?…。]+")
_MARKS = re.compile(r"[^\w\s]")
_MOST_WORDS = 120
"""Longer speech is judged by its last words: a turn is not longer, a stuck recogniser may be."""
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class _Limits:
    """Likenesses at which the whole sentence speaks for or against its words."""

    danger: float
    """From here on a sentence is asked about whatever its words."""
    cry: float
    """The same for one of two words."""
    explained: float
    """The same for one with words that explain danger away, or leave it doubtful."""
    sure: float
    """Below it words of sure danger are only asked about."""
    unsure: float
    """Below it weak words of danger are not asked about."""
    harmless: float
    """Below it not even words of sure danger are."""
    doubtful_cry: float
    """Below it two words of which one is of sure danger are only asked about: 내는 때리요, which was 내는 달이요."""


_BY_SOUNDS = _Limits(danger=0.25, cry=0.6, explained=0.5, sure=-0.3, unsure=-0.35, harmless=-9.0, doubtful_cry=-9.0)
_BY_MEANING = _Limits(danger=-0.1, cry=0.6, explained=0.1, sure=0.0, unsure=-0.25, harmless=-0.35, doubtful_cry=-0.4)
"""With an embedder likeness tells far more: chosen on utterances that it was not learnt from, clean and misheard."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that a sentence tells of."""

    category: str
    """Id of a category of safety.yaml."""
    sure: bool
    """Sure: the safety line and a person at once. Unsure: the category's question first."""


class Safety:
    """Judges sentences by one safety.yaml."""

    def __init__(self, file: SafetyFile, embedder: Embedder | None = None) -> None:
        self.file = file
        self._book = PhraseBook(file.words, file.stress)
        self._meaning: dict[str, list[tuple[int, Category]]] = {}
        for category in file.categories:
            for phrases, level in ((category.sure, _SURE), (category.unsure, _UNSURE)):
                for phrase in phrases:
                    self._meaning.setdefault(phrase, []).append((level, category))
        self._doubts = {phrase: doubt.id for doubt in file.doubts for phrase in doubt.phrases}
        self._weakens = {doubt.id: doubt.weakens for doubt in file.doubts}
        self._endings = [(doubt.id, _Ending(ending)) for doubt in file.doubts for ending in doubt.endings]
        self._harmless, self._urgency = frozenset(file.harmless), frozenset(file.urgency)
        self._order = {category.id: position for position, category in enumerate(file.categories)}
        for phrase in (*self._meaning, *self._doubts, *file.harmless, *file.urgency):
            self._book.add(phrase)
        self._insults = PhraseBook(file.words, file.stress)
        for kind in file.abuse.kinds:
            for phrase in (*kind.directed, *kind.repeated):
                self._insults.add(phrase)
        for phrase in file.abuse.excuses:
            self._insults.add(phrase)
        sentences = [(text, category.id) for category in file.categories for text in category.prototypes]
        sentences += [(text, "") for text in file.harmless_prototypes]
        both = any(label for _, label in sentences) and file.harmless_prototypes
        self._likeness = learnt(tuple(sentences), embedder) if both else None
        self._limits = _BY_MEANING if embedder else _BY_SOUNDS

    def judge(self, text: str) -> Danger | None:
        """The danger that a sentence tells of, or the beginning of one; None where there is none."""
        text = _shortened(text)
        if not _MARKS.sub("", text).strip():
            return None
        words = len(text.split())
        alike = self._alike(text) if words > _CRY else None
        found = [danger for part in _SENTENCE.split(text) if (danger := self._judge(part, alike))]
        if found:
            best = min(found, key=lambda danger: (not danger.sure, self._order[danger.category]))
            return self._weighed(best, alike) if words > _CRY else self._cried(best, text, words)
        joined = self._judge(_SENTENCE.sub(" ", text), alike)
        if joined:
            return self._weighed(Danger(joined.category, sure=False), alike)
        if words == _CRY:
            alike = self._alike(text)
        if alike and alike.score >= self._asked_from(text, words):
            return Danger(alike.label, sure=False)
        return None

    def _cried(self, danger: Danger, text: str, words: int) -> Danger:
        """A danger told in so few words that nothing takes it away; asked about where two are like nothing of it."""
        alike = self._alike(text) if danger.sure and words == _CRY else None
        doubtful = alike is not None and alike.score <= self._limits.doubtful_cry
        return Danger(danger.category, sure=False) if doubtful else danger

    def _asked_from(self, text: str, words: int) -> float:
        """The likeness from which a sentence without words of danger is asked about."""
        if words <= _CRY:
            return self._limits.cry
        matches = self._book.find(Heard(_MARKS.sub(" ", text)))
        explained = any(match.certain and match.phrase in self._harmless for match in matches)
        return self._limits.explained if explained else self._limits.danger

    def _alike(self, text: str) -> Alike | None:
        """What the whole sentence is like; None where the embedder fails: then its words decide."""
        if self._likeness is None:
            return None
        try:
            return self._likeness.of(_MARKS.sub(" ", text))
        except MeaningUnavailable:
            return None

    def abusive(self, text: str) -> str | None:
        """The kind of abuse towards the line, by id; None for swearing at one's lot and for what others said."""
        matches = self._insults.find(Heard(_MARKS.sub(" ", _shortened(text))))
        said = {match.phrase for match in matches if match.certain}
        if said & set(self.file.abuse.excuses):
            return None
        for kind in self.file.abuse.kinds:
            places = {match.hits[0] for match in matches if match.certain and match.phrase in kind.repeated}
            if said & set(kind.directed) or len({(hit.word, hit.start) for hit in places}) > 1:
                return kind.id
        return None

    def _judge(self, text: str, alike: Alike | None) -> Danger | None:
        """The danger of one sentence, by its words; of two kinds as sure, the one the sentence is most like."""
        heard = Heard(_MARKS.sub(" ", text))
        matches = self._book.find(heard)
        dangers = [match for match in matches if match.phrase in self._meaning]
        if not dangers:
            return None
        harmless = [match for match in matches if match.phrase in self._harmless and match.certain]
        explained = frozenset(word for match in harmless for word in match.words)
        doubts = [
            (self._doubts[match.phrase], match.words)
            for match in matches
            if match.certain and match.phrase in self._doubts
        ]
        urgent = any(match.certain and match.phrase in self._urgency for match in matches)
        taken_back: dict[Hit, frozenset[str]] = {}
        best: tuple[int, bool, int, str] | None = None
        for match in dangers:
            if match.words & explained and not _wishes(heard, match.words - explained):
                continue
            if match.last not in taken_back:
                endings = (doubt for doubt, ending in self._endings if ending.follows(match.last, heard))
                taken_back[match.last] = frozenset(endings)
            said = {doubt for doubt, words in doubts if not words & match.words} | taken_back[match.last]
            for level, category in self._meaning[match.phrase]:
                steps = self._steps(level, category, said, urgent=urgent, certain=match.certain)
                most_like = alike is not None and alike.label == category.id
                rank = (steps, most_like, -self._order[category.id], category.id)
                best = max(best or rank, rank)
        if best is None or best[0] < _UNSURE:
            return None
        return Danger(best[3], best[0] >= _SURE)

    def _weighed(self, danger: Danger, alike: Alike | None) -> Danger | None:
        """A danger by its words, weaker where the sentence as a whole is much like harmless ones."""
        if alike is None:
            return danger
        if not danger.sure:
            return danger if alike.score > self._limits.unsure else None
        if alike.score > self._limits.sure:
            return danger
        return Danger(danger.category, sure=False) if alike.score > self._limits.harmless else None

    def _steps(self, level: int, category: Category, doubts: set[str], *, urgent: bool, certain: bool) -> int:
        weaker = sum(self._weakens[doubt] for doubt in doubts if doubt not in category.despite)
        steps = level - max(0, weaker - urgent)
        if level == _SURE and category.always_asks:
            steps = max(steps, _UNSURE)
        return steps if certain else min(steps, level - 1 if level == _UNSURE else _UNSURE)


def _wishes(heard: Heard, words: frozenset[int]) -> bool:
    """Whether one of these words is a wish: 힘들어 죽겠어요 is a manner of speaking, 힘들어서 죽고 싶어요 is none."""
    return any(heard.words[word].startswith(("싶", "시프", "시퍼")) for word in words)


class _Ending:
    """What may follow the last word of danger and take it back."""

    def __init__(self, text: str) -> None:
        self._joined = text.startswith("-")
        self._at_once = text.startswith("--")
        words = text.lstrip("-").split()
        self._first = tuple(forms(words[0]))
        self._then = tuple(fold(word) for word in words[1:])

    def follows(self, hit: Hit, heard: Heard) -> bool:
        """Whether it stands on the word of that hit or, without ``-``, in one of the two words after it."""
        rest = heard.sounds[hit.word][hit.end :]
        if self._at_once:
            # 났 and 대 share one ㄷ in 났대요
            shared = heard.sounds[hit.word][max(0, hit.end - 1) :]
            return (rest.startswith(self._first) or shared.startswith(self._first)) and self._go_on(hit.word, heard)
        if self._joined:
            return any(form in rest for form in self._first) and self._go_on(hit.word, heard)
        places = range(hit.word + 1, min(hit.word + 1 + _AFTER, len(heard.sounds)))
        return any(heard.sounds[place].startswith(self._first) and self._go_on(place, heard) for place in places)

    def _go_on(self, place: int, heard: Heard) -> bool:
        words = heard.sounds[place + 1 : place + 1 + len(self._then)]
        return len(words) == len(self._then) and all(
            word.startswith(begin) for word, begin in zip(words, self._then, strict=True)
        )


def _shortened(text: str) -> str:
    words: Iterable[str] = text.split()[-_MOST_WORDS:]
    return " ".join(word[:_LONGEST_WORD] for word in words)
