"""The search for the hotline's voice: variants of the embedded one, each spoken over the telephone and heard.

    python -m voice_agent.qa.voice_search                # all of voice_variants.yaml on the sentences to search with
    python -m voice_agent.qa.voice_search "ㅡ as ɨ"      # one, beside the voice as it is

Prints a line a variant: character error rate, seconds of speech, name. The figure of the voice that was found comes
from other sentences: ``voice-agent bench speaking``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from voice_agent.config import load_config
from voice_agent.engines.ports import SpeechToText, TextToSpeech
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.tts.kokoro import FEMALE, KokoroKorean
from voice_agent.engines.tts.kokoro_phonemes import SOUNDS
from voice_agent.engines.weights import open_model
from voice_agent.errors import ConfigError
from voice_agent.qa.speaking import for_the_listener, over_the_telephone, read_sentences, understood

AS_IT_IS = "as it is"
_HERE = Path(str(files("voice_agent.qa")))


class Variant(BaseModel):
    """What differs from the voice as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voices: tuple[str, ...] = FEMALE
    speed: float = 0.9
    sounds: Mapping[str, str] = {}
    """Other symbols; then it speaks untaught."""
    untaught: bool = False

    def engine(self, model_dir: Path) -> KokoroKorean:
        """The voice with the change."""
        return KokoroKorean(
            model_dir,
            speed=self.speed,
            voices=self.voices,
            sounds=SOUNDS.changed(self.sounds) if self.sounds or self.untaught else None,
        )


def read_variants(path: Path, only: Collection[str] = ()) -> dict[str, Variant]:
    """By name, ``as it is`` always among them. Raises ConfigError for a name that is not there."""
    found = {name: Variant.model_validate(entry) for name, entry in yaml.safe_load(path.read_text("utf-8")).items()}
    unknown = set(only) - found.keys()
    if unknown:
        raise ConfigError(f"expected some of {', '.join(found)}, got {', '.join(sorted(unknown))}")
    return {name: variant for name, variant in found.items() if not only or name in only or name == AS_IT_IS}


async def measure(voice: TextToSpeech, judge: SpeechToText, sentences: Sequence[str]) -> tuple[float, float]:
    """Character error rate over all sentences, and seconds of speech."""
    pairs, seconds = [], 0.0
    for sentence in sentences:
        speech = await voice.synthesize(sentence)
        transcript = await judge.transcribe(for_the_listener(over_the_telephone(speech)))
        pairs.append((sentence, transcript.text))
        seconds += speech.duration_s
    return understood(pairs), seconds


async def search(variants: Mapping[str, Variant], cache_dir: Path, sentences: Sequence[str]) -> None:
    """Measure and print one variant after another."""
    judge = FasterWhisper(open_model("whisper-base", cache_dir), threads=2, beam=5)
    await judge.load()
    for name, variant in variants.items():
        voice = variant.engine(open_model("kokoro-82m", cache_dir))
        await voice.load()
        cer, seconds = await measure(voice, judge, sentences)
        await voice.close()
        sys.stdout.write(f"{cer:.4f}  {seconds:6.1f} s  {name}\n")
        sys.stdout.flush()
    await judge.close()


if __name__ == "__main__":
    asyncio.run(
        search(
            read_variants(_HERE / "voice_variants.yaml", sys.argv[1:]),
            load_config().cache_dir,
            read_sentences(_HERE / "hotline_sentences_dev.txt"),
        )
    )
