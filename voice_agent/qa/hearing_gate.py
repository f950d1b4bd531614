"""What comes through to the dialog of sounds that are not speech: voice activity as in a call, then the recogniser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from telephony.audio import Pcm, resample
from voice_agent.engines.ports import STT_RATE, Samples, SpeechToText, as_samples
from voice_agent.engines.voice_activity import SileroModel, VoiceActivity
from voice_agent.pipeline.voice_activity import Change, SpeechDetector
from voice_agent.qa.non_speech import RATE, NonSpeech


def gate(silero: SileroModel, pcm: Pcm) -> list[Samples]:
    """What a call would give the recogniser of a clip (shape (n,), 8 kHz): a turn's audio, 16 kHz, at each pause.

    A clip that ends in what is taken for speech counts as paused there.
    """
    activity, detector = VoiceActivity(silero, RATE), SpeechDetector()
    samples = as_samples(pcm)
    heard = []
    for start in range(0, len(samples) - activity.window + 1, activity.window):
        window = samples[start : start + activity.window]
        for probability in activity.feed(window):
            if Change.PAUSED in detector.feed(window, probability):
                activity.reset()
                heard.append(_for_recogniser(detector.turn_samples))
    if detector.speaking:
        heard.append(_for_recogniser(detector.turn_samples))
    return heard


async def measure_non_speech(
    engine: SpeechToText, clips: Sequence[NonSpeech], report: Callable[[int, int], None]
) -> dict[str, Any]:
    """How many clips the hearing makes words of; how many either half of it would let through by itself."""
    silero = SileroModel()
    transcripts = past_the_gate = without_the_gate = 0
    for number, clip in enumerate(clips, start=1):
        pcm = clip.audio()
        turns = gate(silero, pcm)
        past_the_gate += bool(turns)
        transcripts += any([(await engine.transcribe(turn)).text for turn in turns])
        without_the_gate += bool((await engine.transcribe(_for_recogniser(as_samples(pcm)))).text)
        report(number, len(clips))
    return {
        "clips": len(clips),
        "transcripts": transcripts,
        "past_the_gate_alone": past_the_gate,
        "transcripts_without_the_gate": without_the_gate,
    }


def _for_recogniser(samples: Samples) -> Samples:
    resampled: Samples = resample(samples, RATE, STT_RATE)  # type: ignore[arg-type, assignment]
    return resampled
