"""What stays after a call: one record, its turns and events, and a stereo recording.

    database.py     opening SQLite or PostgreSQL, with the schema brought up to date
    schema.py       the tables
    migrations/     how they came to be (alembic)
    calls.py        one record for every call: accepted, told, sealed once
    recorder.py     from the event bus into the records
    quality.py      scores of calls, the rules' and people's
    recordings.py   stereo WAV files that survive the process

Nothing a caller said reaches a table without passing the masking port of :mod:`voice_agent.privacy`.
"""
