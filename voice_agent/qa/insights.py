"""The province's ear: what residents asked, what comes up more often, what nobody answered. Pure; masked words only.

A question belongs to the passage that retrieval finds for it. What no passage fits is put together by the words it
shares with others: these are the topics that no flow covers.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Protocol

from dialogs.model import Hotline
from dialogs.passages import look_up
from dialogs.retrieval import Hit
from voice_agent.storage.calls import CallRecord

_SURE = 0.5
"""Confidence from which a question belongs to its best passage."""
_LEAST_TOGETHER = 3
"""So many questions that share a word make a topic."""
_SURGE_LEAST = 5
_SURGE_CHANCE = 1e-3
_WORD = re.compile(r"[가-힣]{2,}")
_MASK = re.compile(r"\[[^\]]*\]")
_ENDINGS = re.compile(
    r"(?:이에요|예요|인데요|은데요|는데요|려고요|하려고|해서요|어서요|나요|까요|세요|어요|아요|해요|데요|"
    r"에서|으로|에게|한테|부터|까지|은|는|이|가|을|를|에|의|도|로|요)$"
)
_EVERYDAY_WORDS = """
    여보세요 안녕하세요 그런데 그리고 그래서 어떻게 어디 언제 무엇 뭐예요 해야 하나 하는 하고 있나 있어 있는 때문 전화
    말씀 알려 주세요 싶은 싶어 되나 되는 제가 저는 우리 지금 오늘 어제 상담 문의 궁금 네네 아니 아니요 맞아 감사 부탁
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())


class Searches(Protocol):
    """Finds passages; see :class:`dialogs.retrieval.Retriever`."""

    def search(self, text: str, most: int = 3) -> tuple[Hit, ...]:
        """The nearest, best first."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a resident asked, masked."""

    at: datetime
    text: str
    topic: str
    """A passage's id; empty where none fits."""
    answered: bool
    """Whether the hotline had an answer: it did not ask again, say that it does not know, or call a person."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A topic in this period and the one before."""

    topic: str
    title: str
    now: int
    before: int
    surge: bool
    """More than chance explains, given the period before."""


@dataclass(frozen=True, slots=True)
class NewTopic:
    """Questions that no passage fits and that share a word."""

    word: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Insights:
    """What a week's calls say."""

    since: datetime
    until: datetime
    calls: int
    questions: int
    unanswered: int
    trends: tuple[Trend, ...]
    new_topics: tuple[NewTopic, ...]
    proposals: tuple[dict[str, Any], ...]
    """Knowledge entries for review, unverified and without an answer."""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "calls": self.calls,
            "questions": self.questions,
            "unanswered": self.unanswered,
            "trends": [_plain(trend) for trend in self.trends],
            "surges": [trend.topic for trend in self.trends if trend.surge],
            "new_topics": [_plain(topic) for topic in self.new_topics],
            "proposals": list(self.proposals),
        }


def insights(
    records: Sequence[CallRecord], hotline: Hotline, searched: Searches, *, until: datetime, days: int = 7
) -> Insights:
    """Of the calls of the last ``days`` days before ``until``, against as many days before them."""
    since = until - timedelta(days=days)
    asked = [question for record in records for question in questions_of(record, hotline, searched)]
    now = [question for question in asked if since <= question.at < until]
    before = [question for question in asked if since - timedelta(days=days) <= question.at < since]
    calls = sum(since <= record.call.accepted_at < until for record in records)
    fresh = new_topics([question.text for question in now if not question.topic])
    return Insights(
        since=since,
        until=until,
        calls=calls,
        questions=len(now),
        unanswered=sum(not question.answered for question in now),
        trends=tuple(_trends(now, before, hotline)),
        new_topics=tuple(fresh),
        proposals=tuple(proposals(now, fresh)),
    )


def questions_of(record: CallRecord, hotline: Hotline, searched: Searches) -> Iterator[Question]:
    """What was asked in a call: the caller's turns that are long enough to be a question, yes and no left out."""
    wording = hotline.wording
    shrugs = {wording.no_match.first.text, wording.no_match.second.text}
    unknown = wording.knowledge_unverified.text.split("}")[-1]
    turns = record.turns
    for number, turn in enumerate(turns):
        if turn.speaker != "caller" or len(_words(turn.text_masked)) < 2:
            continue
        best = next(iter(searched.search(turn.text_masked, 1)), None)
        answer = next((later.text_masked for later in turns[number + 1 :] if later.speaker != "caller"), "")
        answered = bool(answer) and answer not in shrugs and not (unknown and answer.endswith(unknown))
        topic = best.id if best is not None and best.confidence >= _SURE else ""
        yield Question(turn.at, turn.text_masked, topic, answered)


def new_topics(texts: Sequence[str]) -> list[NewTopic]:
    """Questions grouped by the word most of them share, largest first; each question counts once."""
    left = {number: frozenset(_words(text)) for number, text in enumerate(texts)}
    found: list[NewTopic] = []
    while left:
        counts = Counter(word for words in left.values() for word in words)
        word, count = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if count < _LEAST_TOGETHER:
            break
        members = [number for number, words in left.items() if word in words]
        found.append(NewTopic(word, count, tuple(texts[number] for number in members[:3])))
        left = {number: words for number, words in left.items() if word not in words}
    return found


def is_surge(now: int, before: int) -> bool:
    """Whether so many are more than chance explains, where ``before`` were counted in as long a time (Poisson)."""
    if now < _SURGE_LEAST:
        return False
    mean = max(before, 1)
    below = sum(math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1)) for count in range(now))
    return 1 - below < _SURGE_CHANCE


def proposals(asked: Sequence[Question], fresh: Sequence[NewTopic]) -> list[dict[str, Any]]:
    """Knowledge entries to be written by a person: the questions are there, the answer and its source are not."""
    unanswered = [question.text for question in asked if not question.answered or not question.topic]
    made = []
    for number, topic in enumerate(fresh, start=1):
        near = [text for text in unanswered if topic.word in text]
        made.append(
            {
                "id": f"proposed_{number}",
                "title": topic.word,
                "topic": "proposed",
                "questions": list(dict.fromkeys(near or topic.examples))[:5],
                "answer": "(검토자가 씁니다)",
                "jurisdiction": "province",
                "verified": False,
            }
        )
    return made


def as_markdown(told: Insights, hotline: Hotline) -> str:
    """The weekly report for policy makers, in Korean."""
    lines = [
        f"# {hotline.name} 주간 보고",
        "",
        f"{told.since:%Y-%m-%d} – {told.until:%Y-%m-%d} · 통화 {told.calls} · 물음 {told.questions} · "
        f"답하지 못함 {told.unanswered}",
        "",
        "개인정보는 가려져 있습니다.",
        "",
        "## 갑자기 늘어난 용건",
        "",
        *([f"- {trend.title}: {trend.before} → {trend.now}" for trend in told.trends if trend.surge] or ["- 없음"]),
        "",
        "## 많이 물은 것",
        "",
        "| 용건 | 이번 | 지난번 |",
        "|---|---|---|",
        *[f"| {trend.title} | {trend.now} | {trend.before} |" for trend in told.trends[:15]],
        "",
        "## 준비되지 않은 용건",
        "",
        *([f"- {topic.word} ({topic.count}): {' · '.join(topic.examples)}" for topic in told.new_topics] or ["- 없음"]),
    ]
    return "\n".join(lines) + "\n"


def as_html(told: Insights, hotline: Hotline, style: str) -> str:
    """The same as a page."""
    rows = "".join(
        f"<tr><th>{escape(trend.title)}</th><td>{trend.now}</td><td>{trend.before}</td>"
        f"<td>{'늘어남' if trend.surge else ''}</td></tr>"
        for trend in told.trends[:15]
    )
    topics = "".join(
        f"<li><b>{escape(topic.word)}</b> {topic.count} – {escape(' · '.join(topic.examples))}</li>"
        for topic in told.new_topics
    )
    name = escape(hotline.name)
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>{name} 주간 보고</title><style>{style}</style>'
        f"<main><h1>{name} 주간 보고</h1><p class=sub>{told.since:%Y-%m-%d} – {told.until:%Y-%m-%d} · "
        f"통화 {told.calls} · 물음 {told.questions} · 답하지 못함 {told.unanswered}</p><h2>많이 물은 것</h2>"
        f"<table><tr><th>용건</th><th>이번</th><th>지난번</th><th></th></tr>{rows}</table>"
        f"<h2>준비되지 않은 용건</h2><ul>{topics or '<li>없음</li>'}</ul></main></html>\n"
    )


def now_utc() -> datetime:
    """The end of a report that ends now."""
    return datetime.now(UTC)


def _trends(now: Sequence[Question], before: Sequence[Question], hotline: Hotline) -> list[Trend]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, questions in enumerate((now, before)):
        for question in questions:
            if question.topic:
                counts[question.topic][place] += 1
    found = [
        Trend(topic, _title(topic, hotline), new, old, is_surge(new, old))
        for topic, (new, old) in counts.items()
        if new
    ]
    return sorted(found, key=lambda trend: (-trend.now, trend.topic))


def _title(topic: str, hotline: Hotline) -> str:
    found = look_up(hotline, topic)
    return found.title if found is not None else topic


def _words(text: str) -> list[str]:
    """Content words, roughly: endings and particles cut off, what everybody says left out, masks too."""
    stems = (_ENDINGS.sub("", word) for word in _WORD.findall(_MASK.sub(" ", text)))
    return [stem for stem in dict.fromkeys(stems) if len(stem) >= 2 and stem not in _EVERYDAY]


def _plain(part: Trend | NewTopic) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}
