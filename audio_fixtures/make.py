"""Makes the audio fixtures from callers.yaml: .venv/bin/python audio_fixtures/make.py [CASE …], in the checkout."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from telephony.audio import Pcm, resample, through_g711
from telephony.wav_leg import write_wav
from voice_agent.config import load_config
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.weights import open_model

FOLDER = Path(__file__).parent
RATE = 8000
LEAD_S = 0.3
SEED = 120


async def speech(caller: dict[str, Any], sentence: str, model: Path) -> Pcm:
    """One sentence of the caller at 8 kHz, with a short silence before and after."""
    voice = KokoroKorean(model, voices=(caller["voice"],), speed=caller["speed"])
    await voice.load()
    try:
        spoken = await voice.synthesize(sentence)
    finally:
        await voice.close()
    quiet = np.zeros(int(LEAD_S * RATE), np.int16)
    return np.concatenate([quiet, resample(spoken.pcm, spoken.sample_rate, RATE), quiet])


def noise(caller: dict[str, Any]) -> Pcm:
    """Hiss and mains hum, as on a bad line."""
    seconds, level = caller["noise_s"], 32768 * 10 ** (caller["noise_dbfs"] / 20)
    time = np.arange(int(seconds * RATE)) / RATE
    hiss = np.random.default_rng(SEED).normal(0, level, len(time))
    hum = level * np.sin(2 * np.pi * caller["hum_hz"] * time)
    mixed: Pcm = (hiss + hum).clip(-32768, 32767).astype(np.int16)
    return mixed


def sentences(caller: dict[str, Any]) -> list[str]:
    """One turn, or several in order."""
    return caller["say"] if isinstance(caller["say"], list) else [caller["say"]]


def file_names(turns: int) -> list[str]:
    """caller.wav; of several turns caller.wav, caller_2.wav, caller_3.wav …"""
    return ["caller.wav", *(f"caller_{number}.wav" for number in range(2, turns + 1))]


def source(caller: dict[str, Any]) -> str:
    """SOURCE.md of a case."""
    if "say" in caller:
        said = "\n".join(f"“{sentence}”" for sentence in sentences(caller))
        how = (
            f"Spoken by Kokoro-82M (Apache-2.0 weights), voice `{caller['voice']}`, speed {caller['speed']}:\n"
            f"a voice the hotline itself does not use. Nobody was recorded. The words: {said}\n"
        )
    elif "noise_s" in caller:
        how = f"White noise and {caller['hum_hz']} Hz hum, made by code (seed {SEED}).\n"
    else:
        how = "Digital silence, made by code.\n"
    return (
        f"# {caller['case']}\n\n{how}\nThen through G.711 μ-law at 8 kHz. Licence: Apache-2.0, as the project.\n"
        "Make it again: `.venv/bin/python audio_fixtures/make.py " + caller["case"] + "`\n"
    )


async def main(wanted: list[str]) -> None:
    """Make the cases named, or all."""
    callers = yaml.safe_load((FOLDER / "callers.yaml").read_text(encoding="utf-8"))
    model = open_model("kokoro-82m", load_config().cache_dir)
    for caller in callers:
        if wanted and caller["case"] not in wanted:
            continue
        if "say" in caller:
            turns = [await speech(caller, sentence, model) for sentence in sentences(caller)]
        elif "noise_s" in caller:
            turns = [noise(caller)]
        else:
            turns = [np.zeros(int(caller["silence_s"] * RATE), np.int16)]
        folder = FOLDER / caller["case"]
        folder.mkdir(exist_ok=True)
        for name, pcm in zip(file_names(len(turns)), turns, strict=True):
            write_wav(folder / name, through_g711(pcm).tobytes(), RATE)
        spoken = {"transcript": sentences(caller)} if "say" in caller else {}
        expected = yaml.safe_dump(caller["expected"] | spoken, allow_unicode=True, sort_keys=False)
        (folder / "expected.yaml").write_text(expected, encoding="utf-8")
        (folder / "SOURCE.md").write_text(source(caller), encoding="utf-8")
        print(f"{caller['case']}: {sum(map(len, turns)) / RATE:.1f} s")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
