"""Listening again: what was really heard at the far end, and how long it took.

key_words.py    are an answer's key words in a transcript?
utterances.py   a recording's sentences, cut where nobody speaks
latency.py      how long a caller waits, measured at the far end of real calls
hearing.py      character error rate and CPU of the recogniser
served.py       a hotline in a process of its own, for benchmarks and tests
rtp_probe.py    RTP end points that note when packets come

fixture.py              a case: who calls, and what must come of it; fixture_voice.py and caller_voice.py voice it,
                        line_conditions.py is the line, fixture_of_call.py makes a case of a stored call
replay.py               one case through the real chain on a virtual clock (virtual_time.py); many: replay_run.py
recording.py            what engines answered, as text; recorded_engines.py answer from it, real_engines.py work
journal.py              the event log; divergence.py names where two part; verdict.py says what was not as expected
scorecard.py            how good a call was; scored_run.py, report.py, plots.py show a run, runs.py keeps it
after_call.py           live calls scored as they end; grade.py: in one word, to be held against people's
persona.py, simulate.py, simulate_call.py, model_caller.py    made-up callers, by text and on the line
capacity.py             calls a core, beside plain_pipecat.py; each measured by capacity_worker.py
eval_bot.py             our dialog behind pipecat's eval harness
insights.py             what residents ask
"""
