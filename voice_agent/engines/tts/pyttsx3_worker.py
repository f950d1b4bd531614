"""One pyttsx3 engine in a process of its own: ``python -m … RATE FOLDER``. The parent owns the folder.

A line of JSON in, ``{"text": …, "rate": 150}``, a line out: ``{"rate": 22050, "pcm": base64}`` or ``{"error": …}``;
the very first line out is ``{"ready": true}`` or ``{"error": …}``. A process of its own because a second engine in a
process breaks the first, and initialising espeak-ng again can end in a segmentation fault (pyttsx3 2.99).
"""

from __future__ import annotations

import base64
import json
import os
import sys
import wave
from pathlib import Path
from typing import Any, TextIO

_ATTEMPTS = 3


def main() -> None:
    """Serve until standard input ends."""
    # pyttsx3 prints to standard output, which is our wire: give it standard error instead.
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    rate, folder = int(sys.argv[1]), Path(sys.argv[2])
    target = folder / "speech.wav"
    engine = _open(wire, rate=rate, warm_up=target)
    if engine is None:
        return
    for line in sys.stdin:
        request = json.loads(line)
        _answer(wire, _speak(engine, request["text"], request["rate"], target))


def _open(wire: TextIO, rate: int, warm_up: Path) -> Any:
    """The engine, speaking Korean and warmed up; None where that failed, after saying so."""
    try:
        import pyttsx3

        engine = pyttsx3.init("espeak")
        engine.setProperty("voice", _korean_voice(engine))
        engine.setProperty("rate", rate)
        # The first file a process asks for is never written.
        engine.save_to_file("네", str(warm_up))
        engine.runAndWait()
        warm_up.unlink(missing_ok=True)
    except (ImportError, RuntimeError, OSError, LookupError, ValueError) as error:
        _answer(wire, {"error": f"{type(error).__name__}: {error}"})
        return None
    _answer(wire, {"ready": True})
    return engine


def _korean_voice(engine: Any) -> str:
    for voice in engine.getProperty("voices"):
        if str(voice.id).rsplit("/", 1)[-1] == "ko":
            return str(voice.id)
    raise LookupError("espeak-ng has no Korean voice")


def _speak(engine: Any, text: str, rate: int, target: Path) -> dict[str, object]:
    try:
        _settle()
        engine.setProperty("rate", rate)
        _settle()
        # Now and then pyttsx3 2.99 loses all the samples of one.
        for _ in range(_ATTEMPTS):
            sample_rate, pcm = _saved(engine, text, target)
            if pcm:
                break
    except (RuntimeError, OSError, ValueError, wave.Error, EOFError) as error:
        return {"error": type(error).__name__}
    return {"rate": sample_rate, "pcm": base64.b64encode(pcm).decode("ascii")}


def _saved(engine: Any, text: str, target: Path) -> tuple[int, bytes]:
    # A save that writes nothing must not pass for the sentence before it.
    target.unlink(missing_ok=True)
    engine.save_to_file(text, str(target))
    engine.runAndWait()
    with wave.open(str(target), "rb") as reader:
        return reader.getframerate(), reader.readframes(reader.getnframes())


def _settle() -> None:
    """Until espeak-ng's own thread is idle: a setting that comes too early is lost without a word."""
    from pyttsx3.drivers import _espeak

    _espeak.Synchronize()


def _answer(wire: TextIO, message: dict[str, object]) -> None:
    wire.write(json.dumps(message) + "\n")
    wire.flush()


if __name__ == "__main__":
    main()
