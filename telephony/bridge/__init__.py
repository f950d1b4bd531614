"""Several people on one call: who hears whom, mixed every 20 ms.

parts.py       what somebody is on a call, and the table of who hears whom
bridge.py      the bridge of one call
seat.py        the voice agent's place on it: a CallLeg
participant.py a person's leg, read
outlet.py      the mix on its way to one leg
elastic.py     jitter, gaps and clock drift, taken out without a click
mixing.py      sums of voices that neither wrap around nor click
resampling.py  from one leg's rate to another's, without delay
waiting.py     what a waiting caller hears
"""
