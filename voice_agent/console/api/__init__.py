"""The REST API below ``/api/v1``, and the WebSocket of live events: the same application layer as the pages.

needs.py    each route names its action          live.py     live calls, steering, browser audio
desk.py     the human agents' desk               past.py     history, recordings
admin.py    accounts, API keys, audit log        events.py   the WebSocket
routes.py   all of them
"""
