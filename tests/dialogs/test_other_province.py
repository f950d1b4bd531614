"""A hotline for another province is a folder of ten YAML files: no line of Python. Its province is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.conversations import Verdict, read_conversations, run_conversation
from dialogs.engine import DialogEngine
from dialogs.loader import review_hotline
from dialogs.model import Hotline
from dialogs.vocabulary import CallerSaid, Say
from tests.dialogs.phone_call import NOW

FOLDER = Path(__file__).parent / "other_province"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def hotline() -> Hotline:
    review = review_hotline(FOLDER)
    assert review.hotline is not None, "\n".join(map(str, review.mistakes))
    assert not review.warnings, "\n".join(map(str, review.warnings))
    return review.hotline


@pytest.fixture(scope="module")
def engine(hotline: Hotline) -> DialogEngine:
    return DialogEngine(hotline, now=lambda: NOW)


def test_it_is_ten_files_of_yaml_and_nothing_else() -> None:
    assert len(FILES) == 10
    assert {Path(name).suffix for name in FILES} == {".yaml"}


def test_its_conversations_end_as_they_should(engine: DialogEngine, hotline: Hotline) -> None:
    verdicts: list[Verdict] = [
        run_conversation(engine, one) for _, one in read_conversations(FOLDER / "flows", hotline)
    ]
    assert len(verdicts) >= 5
    wrong = ["\n".join([verdict.name, *verdict.failures, *verdict.heard]) for verdict in verdicts if not verdict.right]
    assert not wrong, "\n\n".join(wrong)


def test_it_speaks_for_itself(engine: DialogEngine) -> None:
    """Nothing of the shipped province is left in what it says."""
    state, greeting = engine.start()
    assert "가람도 상담전화" in " ".join(output.text for output in greeting if isinstance(output, Say))
    assert not [text for text in (*engine.fixed_sentences(), *engine.answer_sentences()) if "경기" in text]
    _, outputs = engine.step(state, CallerSaid("수원시청 전화번호 알려 주세요"))
    assert "수원" not in " ".join(output.text for output in outputs if isinstance(output, Say))


def test_what_nobody_verified_is_not_said(engine: DialogEngine) -> None:
    state, _ = engine.start()
    _, outputs = engine.step(state, CallerSaid("버스 요금 할인 받을 수 있나요"))
    said = " ".join(output.text for output in outputs if isinstance(output, Say))
    assert "깎아 드립니다" not in said and "확인된 내용이 없어" in said
