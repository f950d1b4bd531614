"""What made-up stored calls say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import yaml

from dialogs.passages import passages
from dialogs.retrieval import Retriever
from tests import shipped
from voice_agent.qa.insights import as_html, as_markdown, insights, is_surge, new_topics
from voice_agent.storage.calls import CallRecord, CallSummary, Turn

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@cache
def search() -> Retriever:
    return Retriever(passages(shipped.hotline()))


def shrug() -> str:
    """What is said to words that were not understood."""
    return shipped.hotline().wording.no_match.first.text


def call(text: str, days_ago: float, answer: str = "안내해 드리겠습니다.") -> CallRecord:
    at = NOW - timedelta(days=days_ago)
    summary = CallSummary("id", "", at, at, at, True, "completed", "completed", 30.0, None, None)
    turns = tuple(
        Turn(number, at, speaker, said, None, None, None, None, None)
        for number, (speaker, said) in enumerate((("caller", text), ("voice_agent", answer)))
    )
    return CallRecord(summary, turns, ())


LOST = "여권을 잃어버려서 재발급하려고요"
DRONE = "드론 비행 허가를 받으려면 어떻게 해요"


def test_topics_are_counted_against_the_week_before() -> None:
    records = [*[call(LOST, 1)] * 9, *[call(LOST, 8)] * 1]
    told = insights(records, shipped.hotline(), search(), until=NOW)
    assert (told.calls, told.questions, told.unanswered) == (9, 9, 0)
    assert (told.trends[0].now, told.trends[0].before, told.trends[0].surge) == (9, 1, True)
    assert "여권" in told.trends[0].title


def test_what_no_flow_covers_becomes_a_proposal_without_an_answer() -> None:
    told = insights([call(DRONE, 1, shrug())] * 4, shipped.hotline(), search(), until=NOW)
    assert told.unanswered == 4
    assert told.new_topics and told.new_topics[0].count == 4
    entry = told.proposals[0]
    assert entry["verified"] is False and entry["questions"] == [DRONE] and "검토자" in entry["answer"]
    assert yaml.safe_load(yaml.safe_dump(list(told.proposals), allow_unicode=True))


def test_masked_words_make_no_topic() -> None:
    assert new_topics(["[성명] [번호]"] * 5) == []
    assert [topic.word for topic in new_topics(["드론 비행"] * 3)] == ["드론"]


def test_a_surge_is_more_than_chance() -> None:
    assert is_surge(30, 8) and is_surge(9, 1)
    assert not is_surge(10, 8) and not is_surge(4, 0)


def test_the_report_is_korean_and_says_what_is_there() -> None:
    told = insights([*[call(LOST, 1)] * 9, *[call(DRONE, 1, shrug())] * 4], shipped.hotline(), search(), until=NOW)
    page, text = as_html(told, shipped.hotline(), ""), as_markdown(told, shipped.hotline())
    for part in ("주간 보고", told.trends[0].title, told.new_topics[0].word):
        assert part in page and part in text
