"""The search for a voice reads its variants and measures what the listener understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.engines.tts.kokoro_phonemes import SOUNDS, phonemes
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import ConfigError
from voice_agent.qa.voice_search import AS_IT_IS, Variant, measure, read_variants

VARIANTS = Path(__file__).parents[3] / "voice_agent" / "qa" / "voice_variants.yaml"


def test_the_voice_as_it_is_stands_beside_every_variant() -> None:
    assert read_variants(VARIANTS)[AS_IT_IS] == Variant()
    assert list(read_variants(VARIANTS, ["male"])) == [AS_IT_IS, "male"]
    with pytest.raises(ConfigError, match=r"expected some of as it is, untaught, male.*got alto"):
        read_variants(VARIANTS, ["alto"])


@pytest.mark.parametrize(
    ("symbols", "spoken"),
    [({}, "kaɡak"), ({"ㅏ": "ɑ"}, "kɑɡɑk"), ({"ㄱ": "q"}, "qaɡak"), ({"-ㄱ": "q"}, "kaɡaq"), ({"~ㄱ": "q"}, "kaqak")],
)
def test_a_variant_changes_one_symbol(symbols: dict[str, str], spoken: str) -> None:
    assert phonemes("가각", "", SOUNDS.changed(symbols)) == spoken


async def test_what_was_understood_is_measured() -> None:
    pytest.importorskip("kocer", reason="the character error rate is kocer's")
    judge = ScriptedSpeechToText(["여권이요", "네 네 아 네"])
    cer, seconds = await measure(ScriptedTextToSpeech(), judge, ["여권이요.", "네, 네네네."])
    assert cer == pytest.approx(1 / 8)
    assert seconds == pytest.approx(0.02 * (5 + 7))
