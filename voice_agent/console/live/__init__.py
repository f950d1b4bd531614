"""What is going on now, made from events.

call_state.py   one live call: a pure reducer
board.py        all of them, and who is told that one has changed
figures.py      the day in figures: a pure reducer
alarms.py       what somebody should look at: pure
"""
