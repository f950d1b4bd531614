"""The running system: a call comes in on a leg, is heard, understood, answered, recorded, and told as events.

cli → app → console → call → pipeline → engines | storage | privacy → event_bus → events | commands | config | errors

app.py        composition root: makes the parts once and hands them to each call
call.py       one call from ring to record
pipeline/     the pipecat pipeline, in the order in which speech travels
engines/      speech to text, text to speech, voice activity: one small file an engine
storage/      calls, turns, events (SQLAlchemy), stereo recordings on disk
privacy/      the one masking port everything a caller said passes before it is stored
console/      HTTP: health, readiness, the status page
operations/   logging, doctor
"""
