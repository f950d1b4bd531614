"""Phones: what a call is made of, and nothing of what is said on it.

A :class:`~telephony.leg.CallLeg` is a port. Twenty milliseconds at a time it hands over what came in and what went
out (:class:`~telephony.leg.AudioFrame`), the keys that were pressed (:class:`~telephony.leg.Digit`), and at last why it
closed (:class:`~telephony.leg.LegClosed`). Speech is queued on it with ``send`` and taken back with ``flush``.

    leg.py       the port and its vocabulary
    clock.py     the beat all legs share: real, or driven by a test
    line.py      what every leg does alike: queues, pacing, order
    audio.py     PCM frames, resampling, G.711
    sip/         legs made by real SIP calls (baresip)
    browser.py   a person's browser, by WebRTC
    wav_leg.py   a caller read from a WAV file: the shipped fake
    bridge/      several people on one call
    softphone.py a polite caller, for demos, figures and tests
    ports.py     our own addresses and free ports
    errors.py    what can go wrong, in few classes

This package knows no dialog, no engine, no storage, and no pipecat.
"""
