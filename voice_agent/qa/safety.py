"""How well danger is heard: a tab-separated set of utterances in, recall and needless questions out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.safety import Danger, Safety
from voice_agent.errors import ConfigError

OWN_SET = Path(__file__).parent / "safety_utterances.tsv"
"""The project's own utterances; the third column says whether phrases may be written for them or only measured."""
HARMLESS = "-"
_HARMLESS = frozenset({"-", "–", "—", "none", "safe", "harmless", "no", "없음", "정상", "해당없음", "무해", "일반"})
_SYNONYMS = {
    "fire_rescue": "fire rescue fire_and_rescue disaster gas accident 화재 구조 화재구조 재난 가스 사고",
    "medical": "medical_emergency emergency health injury ambulance 응급 의료 구급 응급환자 응급의료 질병 부상",
    "suicide": "self_harm selfharm suicide_risk suicidal 자살 자해 자살위험 자살자해",
    "home_violence": "domestic_violence domestic family_violence dating_violence violence_at_home dv "
    "가정폭력 교제폭력 데이트폭력",
    "child_abuse": "child child_maltreatment 아동학대 아동",
    "elder_abuse": "elder senior_abuse 노인학대 노인",
    "crime": "police assault robbery violence stalking sexual_violence 범죄 경찰 강도 폭행 성폭력 스토킹 신변위협",
    "missing_person": "missing missing_child lost_person lost 실종 미아 가출 행방불명 실종자",
}
_CLASSES = {word: category for category, words in _SYNONYMS.items() for word in (category, *words.split())}
_BOTH_ABUSES = frozenset(
    {"abuse", "child_elder_abuse", "child_and_elder_abuse", "elder_child_abuse", "학대", "아동노인학대"}
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence and the danger in it."""

    text: str
    expected: str
    """A category's id, ``-`` for none, or a foreign class as written."""
    part: str = ""

    @property
    def dangerous(self) -> bool:
        """Whether it tells of a danger."""
        return self.expected != HARMLESS


def read_utterances(path: Path, part: str = "") -> list[Utterance]:
    """A header line, then text, class and perhaps part; ``part`` keeps those of that part alone.

    Raises ConfigError where the file cannot be read, a line has no class or nothing is left.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(f"--utterances: expected a readable TSV file, got {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        got = f"byte 0x{error.object[error.start]:02x}"
        raise ConfigError(f"--utterances: {path}: expected UTF-8 text, got {got}") from error
    found = [_utterance(path, number, line) for number, line in enumerate(lines[1:], start=2) if line.strip()]
    if not found:
        raise ConfigError(f"--utterances: {path}: expected a header line and utterances below, got {len(lines)} lines")
    kept = [one for one in found if not part or one.part == part]
    if not kept:
        known = ", ".join(sorted({one.part for one in found if one.part})) or "none in this file"
        raise ConfigError(f"--part: expected one of the third column's ({known}), got {part!r}")
    return kept


def _utterance(path: Path, number: int, line: str) -> Utterance:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) < 2 or not cells[0] or not cells[1]:
        raise ConfigError(f"--utterances: {path}:{number}: expected text, a tab and a class or '-', got {line!r}")
    return Utterance(cells[0], _category(cells[1]), cells[2] if len(cells) > 2 else "")


def _category(written: str) -> str:
    plain = written.lower().replace("-", "_").replace(" ", "_").strip("_")
    if written.lower() in _HARMLESS or plain in _HARMLESS:
        return HARMLESS
    return _CLASSES.get(plain) or _CLASSES.get(plain.replace("_", "")) or written


def measure_safety(safety: Safety, utterances: Sequence[Utterance]) -> dict[str, Any]:
    """Recall over both tiers, needless questions and transfers as shares, what was missed, milliseconds a sentence.

    ``class_accuracy`` is over dangers heard whose class is one of safety.yaml's; ``unknown_classes`` lists the others.
    """
    verdicts: list[tuple[Utterance, Danger | None]] = []
    times: list[float] = []
    for utterance in utterances:
        started = time.perf_counter()
        verdicts.append((utterance, safety.judge(utterance.text)))
        times.append((time.perf_counter() - started) * 1000)
    dangerous = [(one, verdict) for one, verdict in verdicts if one.dangerous]
    harmless = [(one, verdict) for one, verdict in verdicts if not one.dangerous]
    known = {category.id for category in safety.file.categories}
    classed = [(one, verdict) for one, verdict in dangerous if verdict and _comparable(one, known)]
    p50, p95 = np.percentile(times, [50, 95])
    return {
        "recall": _share(sum(verdict is not None for _, verdict in dangerous), len(dangerous)),
        "needless_questions": _share(sum(bool(v and not v.sure) for _, v in harmless), len(harmless)),
        "needless_transfers": _share(sum(bool(v and v.sure) for _, v in harmless), len(harmless)),
        "sure_recall": _share(sum(bool(v and v.sure) for _, v in dangerous), len(dangerous)),
        "class_accuracy": _share(sum(_same_class(one, v) for one, v in classed if v), len(classed)),
        "dangerous": len(dangerous),
        "harmless": len(harmless),
        "ms": {"p50": round(float(p50), 3), "p95": round(float(p95), 3)},
        "missed": [{"text": one.text, "class": one.expected} for one, verdict in dangerous if verdict is None],
        "needless": [
            {"text": one.text, "category": verdict.category, "sure": verdict.sure}
            for one, verdict in harmless
            if verdict
        ],
        "unknown_classes": sorted({one.expected for one, _ in dangerous if not _comparable(one, known)}),
    }


def _comparable(one: Utterance, known: set[str]) -> bool:
    return one.expected in known or one.expected.lower() in _BOTH_ABUSES


def _same_class(one: Utterance, verdict: Danger) -> bool:
    if one.expected.lower() in _BOTH_ABUSES:
        return verdict.category in ("child_abuse", "elder_abuse")
    return verdict.category == one.expected


def _share(count: int, whole: int) -> float | None:
    return round(count / whole, 4) if whole else None
