"""How good a call was. Pure: an event log in, figures out; deterministic rules, no model judges.

    heard        cer, term recall                      needs what was really said
    understood   intents and slots as F1               needs what was meant
    outcome      success, containment, escalation      needs what should have come of it
    said         wrongful certainty, politeness, notices, repairs
    in time      waits, dead air, talk-over

What cannot be known of a call (of a stored one nobody knows what was meant) is None, never a guess.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from dialogs.korean.spoken import spoken
from voice_agent.pipeline.sentences import ends_politely, sentences
from voice_agent.qa.journal import Entry
from voice_agent.qa.verdict import intents_of, of, slots_of

_WORD = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"\d[\d,.\-:]*\d|\d")
_HANGUL = re.compile(r"[가-힣]")
_SETTLED_S = 1.2
"""Up to here a wait is a wait; beyond it the air is dead."""
_TICKET = re.compile(r"20\d{8}")
"""A ticket's number is what an action has answered."""
_NEED_NO_SOURCE = frozenset("0123456789*#")
"""Keys of a menu."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a hotline may say and how it says certain things."""

    facts: frozenset[str]
    """Every figure of its facts, passages and wording, as :func:`figures` writes it."""
    repairs: frozenset[str]
    """Sentences that say that something was not understood or not heard."""
    notices: tuple[str, ...]
    """What every caller must hear to its end, first."""
    terms: frozenset[str] = frozenset()
    """Words of the field that must be heard rightly."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What was really said, meant and due."""

    said: tuple[str, ...] = ()
    """The caller's words, turn by turn."""
    intents: tuple[str, ...] | None = None
    slots: dict[str, str] | None = None
    hand_off: str | None = None
    """The reason for which a person was due; ``none`` where none was; None where nobody knows."""
    failures: tuple[str, ...] | None = None
    """What was not as expected."""


@dataclass(frozen=True, slots=True)
class Score:
    """One call's. Shares are 0 … 1."""

    success: bool | None
    contained: bool
    """No person was called."""
    escalation: str
    """``right``, ``missed``, ``needless``, ``wrong_reason``, ``none`` (none due, none made) or ``unknown``."""
    cer: float | None
    term_recall: float | None
    intent_f1: float | None
    slot_f1: float | None
    wrongful: tuple[str, ...]
    """Figures spoken that stand in no passage and did not come from the caller."""
    repairs: int
    dead_air_s: float
    talk_over: int
    """How often the caller's speech stopped ours."""
    waits_ms: tuple[int, ...]
    """From the caller's last word to our first sample, answer by answer."""
    polite: float
    """Share of our prompts that end politely."""
    notices: bool | None
    """Whether they came first and whole; None where the call ended in them."""
    turns: int
    seconds: float
    said: int = field(default=0)
    """Sentences of ours."""


def score(entries: Sequence[Entry], truth: Truth, known: Known) -> Score:
    """One call."""
    heard = [entry["text"] for entry in of(entries, "heard")]
    ours = [entry["text"] for entry in of(entries, "said")]
    ours_apart = [sentence for text in ours for sentence in sentences(text)]
    handed = [entry["reason"] for entry in of(entries, "hand_off")]
    waits = tuple(entry["waited_ms"] for entry in of(entries, "said") if entry["waited_ms"] is not None)
    ended = next(iter(of(entries, "ended")), {"duration_s": 0.0})
    understood = truth.intents is not None
    return Score(
        success=None if truth.failures is None else not truth.failures,
        contained=not handed,
        escalation=_escalation(truth.hand_off, handed),
        cer=cer(" ".join(truth.said), " ".join(heard)) if truth.said else None,
        term_recall=_term_recall(truth.said, heard, known.terms),
        intent_f1=f1(truth.intents or (), intents_of(entries)) if understood else None,
        slot_f1=_slot_f1(truth.slots, slots_of(entries)),
        wrongful=tuple(_wrongful(entries, known)),
        repairs=sum(text in known.repairs for text in ours),
        dead_air_s=round(sum(max(0.0, wait / 1000 - _SETTLED_S) for wait in waits), 2),
        talk_over=len(of(entries, "interrupted")),
        waits_ms=waits,
        polite=share([_is_polite(text) for text in ours]),
        notices=_notices(entries, known.notices),
        turns=len(of(entries, "heard")) + len(of(entries, "pressed")),
        seconds=ended["duration_s"],
        said=len(ours_apart),
    )


def cer(reference: str, heard: str) -> float:
    """Character error rate: edits by characters of the reference. Spaces and marks are left out; figures are read."""
    want, got = ("".join(_WORD.findall(spoken(text))) for text in (reference, heard))
    if not want:
        return 0.0 if not got else 1.0
    row = list(range(len(got) + 1))
    for i, a in enumerate(want, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(got, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return round(row[-1] / len(want), 4)


def f1(wanted: Iterable[str], got: Iterable[str]) -> float:
    """Of two bags; 1 where both are empty."""
    want, have = Counter(wanted), Counter(got)
    total = want.total() + have.total()
    return round(2 * (want & have).total() / total, 4) if total else 1.0


def share(right: Collection[bool]) -> float:
    """0 … 1; 1 of nothing."""
    return round(sum(right) / len(right), 4) if right else 1.0


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The nearest rank; None of nothing."""
    if not values:
        return None
    return float(sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)])


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa of two raters' labels of the same things; None of nothing, 1 where both always say the same."""
    if len(first) != len(second):
        raise ValueError(f"expected as many labels from both, got {len(first)} and {len(second)}")
    if not first:
        return None
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    ones, others = Counter(first), Counter(second)
    chance = sum(ones[label] * others[label] for label in ones) / len(first) ** 2
    return 1.0 if chance == 1 else round((agreed - chance) / (1 - chance), 4)


def figures(text: str) -> set[str]:
    """The numbers in a text, without the marks in them: ``031-940-4114`` is ``0319404114``."""
    return {re.sub(r"\D", "", found) for found in _FIGURES.findall(text)}


def _is_polite(prompt: str) -> bool:
    """Whether its last word is; a number or a name that stands alone is neither polite nor rude."""
    words = _WORD.findall(prompt)
    return not words or not _HANGUL.search(words[-1]) or ends_politely(words[-1])


def _escalation(due: str | None, handed: Sequence[str]) -> str:
    if due is None:
        return "unknown"
    if due == "none":
        return "needless" if handed else "none"
    if not handed:
        return "missed"
    return "right" if due in handed else "wrong_reason"


def _term_recall(said: Sequence[str], heard: Sequence[str], terms: Collection[str]) -> float | None:
    everything = "".join("".join(_WORD.findall(text)) for text in heard)
    wanted = [term for text in said for term in terms if term in text]
    return share([term.replace(" ", "") in everything for term in wanted]) if wanted else None


def _slot_f1(wanted: dict[str, str] | None, got: dict[str, str]) -> float | None:
    """Over the slots that are given: the others are nobody's mistake."""
    if not wanted:
        return None
    have = [f"{name}={_bare(got[name])}" for name in wanted if name in got]
    return f1([f"{name}={_bare(value)}" for name, value in wanted.items()], have)


def _wrongful(entries: Sequence[Entry], known: Known) -> Iterable[str]:
    """Figures without a source. Of a live call it is not known what was understood, so its read-backs are left out."""
    callers: set[str] = set()
    acted, understood = False, bool(of(entries, "decided"))
    for entry in entries:
        acted = acted or (entry["what"] == "action" and entry["done"])
        if entry["what"] == "decided":
            callers |= {figure for value in entry["slots"].values() for figure in figures(value)}
        elif entry["what"] in ("heard", "pressed"):
            callers |= figures(entry.get("text") or entry.get("keys", ""))
        elif entry["what"] == "said":
            for figure in sorted(figures(entry["text"]) - _NEED_NO_SOURCE):
                read_back = not understood and entry["text"].rstrip().endswith("?")
                given = read_back or (acted and _TICKET.fullmatch(figure)) or any(figure in one for one in callers)
                if figure not in known.facts and not given:
                    yield figure


def _notices(entries: Sequence[Entry], notices: Sequence[str]) -> bool | None:
    said = [entry for entry in entries if entry["what"] in ("said", "interrupted", "ended")]
    for notice, entry in zip(notices, said, strict=False):
        if entry["what"] == "ended":
            return None
        if entry["what"] != "said" or entry["text"] != notice:
            return False
    return True


def _bare(value: str) -> str:
    return re.sub(r"[\s\-]", "", value)
