"""What the hotline says and does, as data and a pure engine.

    hotline folder (YAML) ── loader.py ──► model.py ──► engine.py
                                                          ▲   │
        CallStarted, CallerSaid, CallerPressed, CallerSilent   Say, Ask, HandOff, EndCall   (vocabulary.py)

    understanding.py   text → commands: start a flow, fill a slot, affirm, deny, repeat, escalate
    korean/            numbers, plates, places, yes and no, phonetic folding, pronunciation
    library/gyeonggi/  the content of Gyeonggi Province's 120 call centre

No clock, no I/O except the loader's reading, no asyncio, no pipecat, no telephony: it runs in a test without audio.
"""
