"""What the hotline says, knows and does, as data and a pure engine.

    hotline folder (YAML) ── loader.py ──► model.py ──► engine.py
                                                          ▲   │
       CallStarted, CallerSaid, ActionDone, ModelClause …     Say, Ask, HandOff, EndCall, Act, Consult  (vocabulary.py)

    understanding.py   text → commands: danger (safety.py), answers to what was asked (answers.py), topics (topics.py)
    turn.py            commands → a new state and what is said: flows (walking.py), prompts (telling.py)
    retrieval.py       questions → passages; proposals.py: what a language model may help with
    conversations.py   test conversations, without audio
    korean/            numbers, plates, places, yes and no, phonetic folding, pronunciation
    library/gyeonggi/  the content of Gyeonggi Province's 120 call centre

No clock, no I/O except the loader's reading, no asyncio, no pipecat, no telephony: it runs in a test without audio.
"""
