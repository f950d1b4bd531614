"""Who hears whom: the table, held against what each part is for."""

from __future__ import annotations

import pytest

from telephony.bridge.parts import HEARD_BY, Part, hears, reaches_caller

SUPERVISORS = (Part.LISTEN, Part.WHISPER, Part.BARGE)


def test_every_part_is_in_the_table() -> None:
    assert set(HEARD_BY) == set(Part)


@pytest.mark.parametrize("supervisor", SUPERVISORS)
@pytest.mark.parametrize("speaker", [Part.CALLER, Part.VOICE_AGENT, Part.HUMAN_AGENT, Part.WAITING_SOUND])
def test_a_supervisor_hears_everybody(supervisor: Part, speaker: Part) -> None:
    assert hears(supervisor, speaker)


def test_who_listens_is_heard_by_none() -> None:
    assert not any(hears(listener, Part.LISTEN) for listener in Part)


def test_a_whisper_reaches_human_agents_alone() -> None:
    assert [listener for listener in Part if hears(listener, Part.WHISPER)] == [Part.HUMAN_AGENT, Part.CONSULT]


def test_who_barges_in_is_heard_by_every_person_on_the_line() -> None:
    people = {Part.CALLER, Part.HUMAN_AGENT, Part.CONSULT, *SUPERVISORS}
    assert {listener for listener in Part if hears(listener, Part.BARGE)} == people


def test_the_voice_agent_hears_the_caller_alone() -> None:
    assert [speaker for speaker in Part if hears(Part.VOICE_AGENT, speaker)] == [Part.CALLER]


def test_who_is_put_aside_hears_nothing_and_is_not_heard() -> None:
    assert not any(hears(Part.ASIDE, speaker) or hears(speaker, Part.ASIDE) for speaker in Part)


def test_who_consults_talks_to_who_consults_and_the_caller_hears_none_of_it() -> None:
    assert hears(Part.CONSULT, Part.CONSULT)
    assert not any(hears(each, Part.CONSULT) for each in (Part.CALLER, Part.VOICE_AGENT, Part.HUMAN_AGENT))
    assert not any(hears(Part.CONSULT, each) for each in (Part.CALLER, Part.VOICE_AGENT, Part.WAITING_SOUND))
    assert all(hears(supervisor, Part.CONSULT) for supervisor in SUPERVISORS)


def test_the_caller_hears_neither_whisper_nor_listener() -> None:
    assert {part for part in Part if reaches_caller(part)} == {
        Part.CALLER, Part.VOICE_AGENT, Part.HUMAN_AGENT, Part.BARGE, Part.WAITING_SOUND,
    }  # fmt: skip
