"""One pyttsx3 engine in a process of its own: ``python -m … RATE FOLDER``. The parent owns the folder.

A line of JSON in, ``{"text": …}``, a line out: ``{"rate": 22050, "pcm": base64}`` or ``{"error": …}``; the very first
line out is ``{"ready": true}`` or ``{"error": …}``. A process of its own because a second engine in a process breaks
the first, and initialising espeak-ng again can end in a segmentation fault (pyttsx3 2.99).
"""

from __future__ import annotations

import base64
import json
import os
import sys
import wave
from pathlib import Path
from typing import Any, TextIO


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
        _answer(wire, _speak(engine, json.loads(line)["text"], target))


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


def _speak(engine: Any, text: str, target: Path) -> dict[str, object]:
    # A save that writes nothing must not pass for the sentence before it.
    target.unlink(missing_ok=True)
    try:
        engine.save_to_file(text, str(target))
        engine.runAndWait()
        with wave.open(str(target), "rb") as reader:
            pcm = reader.readframes(reader.getnframes())
            rate = reader.getframerate()
        target.unlink()
    except (RuntimeError, OSError, ValueError, wave.Error, EOFError) as error:
        return {"error": type(error).__name__}
    return {"rate": rate, "pcm": base64.b64encode(pcm).decode("ascii")}


def _answer(wire: TextIO, message: dict[str, object]) -> None:
    wire.write(json.dumps(message) + "\n")
    wire.flush()


if __name__ == "__main__":
    main()
