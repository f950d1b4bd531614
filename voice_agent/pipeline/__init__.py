"""One call's pipecat pipeline, in the order in which speech travels.

    LegInput → SpeechToTextStage → TurnTaking → DialogStage → TextToSpeechStage → LegOutput

The leg beats every 20 ms, but these beats end in ``LegInput``: resampling, voice activity and recording happen there,
outside the chain. What travels along the chain is what matters to a conversation: speech began, speech paused (with the
turn's audio), what was heard, a whole turn, a prompt, its audio. ``LineTick``, ten a second (fifty while the end of a
turn is waited for), is the chain's clock, so that time in it is the line's time and a test can run it as fast as it
likes.

    frames.py          what travels, beyond pipecat's own frames
    voice_activity.py  pure: probabilities of speech → speech began, is sustained, paused
    leg_input.py       the beginning of the chain: the leg's beat, voice activity, recording
    leg_output.py      its end: one stretch of speech at a time onto the leg
    speech_to_text.py  decodes a turn's audio at each pause
    turn_taker.py      pure: whose turn is it?
    turn_taking.py     the stage around it
    dialog_stage.py    the dialog engine as a stage
    text_to_speech.py  prompts → audio: the prompt cache first, then the voices
    build.py           puts the stages together
"""
