"""A replayed run with its scores: plain data, which the report draws and JSON holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dialogs.engine import DialogEngine
from dialogs.loader import load_hotline
from voice_agent.config import Config
from voice_agent.qa.fixture import Fixture
from voice_agent.qa.hotline_facts import known_of
from voice_agent.qa.journal import Entry
from voice_agent.qa.replay_run import CaseResult
from voice_agent.qa.scorecard import Known, Score, Truth, percentile, score, share
from voice_agent.qa.verdict import intents_of, of

NOTHING_UNDERSTOOD = "(없음)"


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """One case."""

    case: str
    title: str
    tags: tuple[str, ...]
    failures: tuple[str, ...]
    score: Score
    wanted: str
    """The first intent that was meant; empty where that is not told."""
    understood: str
    """The first intent that was understood."""
    stages: tuple[str, ...]
    """How far the call came: ``greeted``, ``heard``, ``understood``, ``completed``."""
    entries: list[Entry] = field(repr=False)
    audio: Path | None = None


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """All of them."""

    calls: tuple[ScoredCall, ...]
    titles: dict[str, str] = field(default_factory=dict, repr=False)
    """What flows and knowledge entries are called, by id."""

    def figures(self) -> dict[str, Any]:
        """What the report shows and JSON holds."""
        scores = [call.score for call in self.calls]
        waits = [float(wait) for one in scores for wait in one.waits_ms]
        return {
            "calls": len(scores),
            "success": share([one.success for one in scores if one.success is not None]),
            "containment": share([one.contained for one in scores]),
            "escalation": dict(sorted(Counter(one.escalation for one in scores).items())),
            "cer": _mean([one.cer for one in scores]),
            "term_recall": _mean([one.term_recall for one in scores]),
            "intent_f1": _mean([one.intent_f1 for one in scores]),
            "slot_f1": _mean([one.slot_f1 for one in scores]),
            "wrongful": sum(len(one.wrongful) for one in scores),
            "repairs_a_call": _mean([float(one.repairs) for one in scores]),
            "dead_air_s": round(sum(one.dead_air_s for one in scores), 2),
            "talk_over": sum(one.talk_over for one in scores),
            "politeness": _mean([one.polite for one in scores]),
            "notices": share([one.notices for one in scores if one.notices is not None]),
            "wait_p50_ms": percentile(waits, 50),
            "wait_p95_ms": percentile(waits, 95),
            "wait_p99_ms": percentile(waits, 99),
            "minutes": round(sum(one.seconds for one in scores) / 60, 1),
        }

    def waits_ms(self) -> list[int]:
        """All waits."""
        return [wait for call in self.calls for wait in call.score.waits_ms]

    def confusion(self) -> dict[str, dict[str, int]]:
        """Meant → understood → how often, over calls whose intent is told."""
        table: dict[str, Counter[str]] = defaultdict(Counter)
        for call in self.calls:
            if call.wanted:
                table[call.wanted][call.understood or NOTHING_UNDERSTOOD] += 1
        return {wanted: dict(sorted(table[wanted].items())) for wanted in sorted(table)}

    def funnel(self) -> dict[str, dict[str, int]]:
        """Flow → stage → calls that came so far."""
        table: dict[str, Counter[str]] = defaultdict(Counter)
        for call in self.calls:
            if call.wanted:
                table[call.wanted].update(call.stages)
        return {flow: dict(table[flow]) for flow in sorted(table)}

    def worst(self) -> list[ScoredCall]:
        """Worst first: failed ones, then by wrongful figures, repairs, dead air and errors of hearing."""
        return sorted(self.calls, key=_badness, reverse=True)

    def as_json(self) -> dict[str, Any]:
        """Everything, without the logs."""
        return {
            "figures": self.figures(),
            "waits_ms": self.waits_ms(),
            "confusion": self.confusion(),
            "funnel": self.funnel(),
            "calls": [
                {"case": call.case, "title": call.title, "failures": list(call.failures), **asdict(call.score)}
                for call in self.worst()
            ],
        }


def score_run(fixtures: Sequence[Fixture], results: Sequence[CaseResult], config: Config) -> ScoredRun:
    """Scores the results of the fixtures; results of cases that are no more are left out."""
    hotline = load_hotline(config.dialogs)
    known = known_of(DialogEngine(hotline))
    titles = {entry.id: entry.title for entry in hotline.knowledge}
    titles |= {flow.id: flow.title for flow in hotline.flows}
    by_name = {fixture.name: fixture for fixture in fixtures}
    calls = [scored(by_name[result.case], result, known) for result in results if result.case in by_name]
    return ScoredRun(tuple(calls), titles)


def scored(fixture: Fixture, result: CaseResult, known: Known) -> ScoredCall:
    """One case."""
    expected, entries = fixture.expected, result.entries
    intents = expected.intents or ((expected.flow,) if expected.flow else ())
    recorded = any(turn.wav for turn in fixture.script.turns) and not expected.transcript
    truth = Truth(
        said=() if recorded else tuple(fixture.said),
        intents=intents or None,
        slots=expected.slots or None,
        hand_off=expected.hand_off,
        failures=result.failures,
    )
    understood = intents_of(entries)
    return ScoredCall(
        case=fixture.name,
        title=fixture.script.title,
        tags=fixture.script.tags,
        failures=result.failures,
        score=score(entries, truth, known),
        wanted=intents[0] if intents else "",
        understood=next((one for one in understood if one in intents), understood[0] if understood else ""),
        stages=_stages(entries, intents, bool(result.failures)),
        entries=entries,
        audio=result.audio,
    )


def _stages(entries: Sequence[Entry], intents: Sequence[str], failed: bool) -> tuple[str, ...]:
    reached = {
        "greeted": bool(of(entries, "said")),
        "heard": bool(of(entries, "heard") or of(entries, "pressed")),
        "understood": bool(set(intents) & set(intents_of(entries))),
        "completed": not failed,
    }
    stages: list[str] = []
    for stage, there in reached.items():
        if not there:
            break
        stages.append(stage)
    return tuple(stages)


def _badness(call: ScoredCall) -> tuple[int, int, int, float, float, str]:
    one = call.score
    return (len(call.failures), len(one.wrongful), one.repairs, one.dead_air_s, one.cer or 0.0, call.case)


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return round(sum(given) / len(given), 4) if given else None
