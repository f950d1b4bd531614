"""Listening again: what was really heard at the far end, and how long it took.

key_words.py    are an answer's key words in a transcript?
utterances.py   a recording's sentences, cut where nobody speaks
latency.py      how long a caller waits, measured at the far end of real calls
hearing.py      character error rate and CPU of the recogniser
served.py       a hotline in a process of its own, for benchmarks and tests
rtp_probe.py    RTP end points that note when packets come
"""
