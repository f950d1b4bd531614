"""What can be done at the console: the one layer that pages and the REST API both go through.

Each public method of the classes here takes who asks first, and carries its :class:`~voice_agent.console.access.Action`
in a decorator that lets nobody else in. What shows or steers a call is in the audit log before it is done.

guard.py       the decorator, the audit log         wallboard.py  figures and alarms
live_calls.py  what is said on a live call          steering.py   listen, whisper, barge, take over, hint …
desk.py        the human agents' desk               history.py    calls that are over
accounts.py    people, API keys, the audit log      knowledge.py  what the hotline knows
console.py     all of them together
"""
