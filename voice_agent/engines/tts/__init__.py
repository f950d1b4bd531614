"""Voices, one file each, behind :class:`voice_agent.engines.ports.TextToSpeech`.

kokoro.py            the default: Kokoro-82M fed with Korean phonemes (kokoro_phonemes.py)
pyttsx3.py           the fallback: espeak-ng in a worker process (pyttsx3_worker.py)
scripted.py          tones, for tests
failover.py          the first voice that works
prompt_cache.py      what has been spoken once is not synthesised again
loudness.py          trimming, levelling, fading
"""
