"""Speech engines behind small ports, one file an engine; each port has a scripted engine for tests.

ports.py            SpeechToText, TextToSpeech and the data that passes through them
voice_activity.py   one Silero session shared by all calls
stt/                faster-whisper (default), openai-whisper, a server, scripted; the pool and the failover before them
tts/                Kokoro speaking Korean (default), pyttsx3 (fallback), scripted; the prompt cache
weights.py          model weights: from registry packages, checked by SHA-256, or pulled from the hub
"""
