"""Recognisers, one file each, behind :class:`voice_agent.engines.ports.SpeechToText`.

faster_whisper.py   the default: CTranslate2, int8
openai_whisper.py   the reference implementation, on torch (extra ``whisper``)
openai_server.py    any server with OpenAI's /v1/audio/transcriptions; openai_answer.py reads what it answers
scripted.py         says what it was told to, for tests
pool.py             where all calls' decodes wait: bounded, who must be answered first goes first
failover.py         the first recogniser that answers in time is heard
patience.py         how long that may take
short_context.py    what both Whispers share: windows instead of 30 s, retries, splitting
guards.py           which decodes are not speech
ct2_checkpoint.py   CTranslate2 weights written as an openai-whisper checkpoint
"""
