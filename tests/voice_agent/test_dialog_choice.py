"""The dialog with an embedder that fails: at its making, and in a call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogs.loader import load_hotline
from dialogs.model import Hotline
from dialogs.vocabulary import CallerSaid
from voice_agent.config import load_config
from voice_agent.dialog_choice import make_dialog
from voice_agent.errors import EngineError


class Fragile:
    """An embedder whose vectors tell nothing, until it fails."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing

    def embed(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        if self.failing:
            raise EngineError("gone")
        return np.array([[1.0, 0.01 * (len(text) % 7)] for text in texts], np.float32)


@pytest.fixture
def hotline() -> Hotline:
    """A small one whose danger is weighed by the embedder, too."""
    read = load_hotline(Path("tests/dialogs/other_province"))
    fire = read.safety.categories[0].model_copy(update={"prototypes": ("창고가 다 타요", "불길이 보여요")})
    safety = read.safety.model_copy(
        update={"categories": (fire,), "harmless_prototypes": ("여권을 만들어요", "버스가 언제 와요")}
    )
    return read.model_copy(update={"safety": safety})


def test_a_dialog_is_not_made_with_an_embedder_that_fails(hotline: Hotline) -> None:
    with pytest.raises(EngineError):
        make_dialog(hotline, load_config(None), Fragile(failing=True))


def test_danger_is_heard_by_its_words_once_the_embedder_fails(hotline: Hotline) -> None:
    embedder = Fragile()
    engine = make_dialog(hotline, load_config(None), embedder)
    embedder.failing = True
    state, _ = engine.start()
    _, outputs = engine.step(state, CallerSaid("지금 우리 집에 불이 났어요"))
    assert "위급하시면" in str(outputs)
