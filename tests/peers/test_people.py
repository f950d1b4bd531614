"""Human agents on real telephones: Debian's baresip calls, another two answer, decline, or let it ring.

One hotline serves all tests but the last; who is rung first is whoever has been free the longest, so each test
looks who it is.
"""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from telephony.audio import Pcm
from telephony.ports import free_port
from telephony.wav_leg import read_wav, write_wav
from tests.peers.baresip_peer import BaresipPeer, wait_until
from tests.peers.records import all_calls, hand_offs_of, one_call
from tests.peers.replacing_phone import ReplacingPhone
from tests.voice_agent.voices import spoken_question
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("baresip")]

RATE = 8000
MOST_SILENCE_S = 3.0
RINGS = r"(?s)Incoming call from"
UP = r"Call established"


class People:
    """Two people's telephones, always at the same two addresses."""

    def __init__(self, folder: Path) -> None:
        self.ports = {"kim": free_port(), "lee": free_port()}
        self._folder = folder
        self._count = 0

    def phone(self, name: str, *, answers: bool, talk: Path | None = None) -> BaresipPeer:
        """That person's telephone; ``with`` switches it on."""
        self._count += 1
        folder = self._folder / f"{name}{self._count}"
        return BaresipPeer(folder, answers=answers, port=self.ports[name], source=talk)

    def settings(self, folder: Path, more: str = "") -> dict[str, str]:
        """A hotline that rings them."""
        file = folder / "voice-agent.yaml"
        people = "".join(
            f"    - {{name: {name}, uri: 'sip:phone@127.0.0.1:{port}'}}\n" for name, port in self.ports.items()
        )
        file.write_text(
            "hand_off:\n"
            "  ways: [sip, transfer]\n"
            "  ring_s: 5\n  pause_s: 1\n  wrap_up_s: 0\n  rest_s: 3600\n  nobody_s: 0\n"
            f"  people:\n{people}{more}"
        )
        return {"VOICE_AGENT_CONFIG": str(file)}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def served(people: People, cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHotline]:
    folder = tmp_path_factory.mktemp("people-hotline")
    with ServedHotline(folder, cache_dir, people.settings(folder)) as hotline:
        yield hotline


def speech(folder: Path, case: str, *, after_s: float) -> Path:
    """Silence, then one sentence over and over."""
    said = np.concatenate([spoken_question(case), np.zeros(RATE * 2, np.int16)])
    loop = np.tile(said, 120 * RATE // len(said))
    path = folder / f"{case}.wav"
    write_wav(path, np.concatenate([np.zeros(int(RATE * after_s), np.int16), loop]).tobytes(), RATE)
    return path


def likeness(heard: Path, case: str) -> float:
    """0 … 1: how well a sentence is found in a recording."""
    said, recorded = spoken_question(case).astype(np.float64), read_wav(heard, RATE).astype(np.float64)
    size = 1 << (len(said) + len(recorded)).bit_length()
    product = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(said, size)), size)[: len(recorded)]
    energy = np.concatenate([[0.0], np.cumsum(recorded**2)])
    window = energy[len(said) :] - energy[: -len(said)]
    at = np.abs(product[: len(window)]) / np.sqrt(np.maximum(window, window.max() * 0.05) * np.sum(said**2))
    return float(at.max())


def asks_for_a_person(caller: BaresipPeer, hotline: ServedHotline, before: int) -> str:
    """Waits for the greeting's end and presses 0; the call's id."""
    caller.wait_for(UP, 10)
    return wants_a_person(caller.keys, hotline, before)


def wants_a_person(press: Callable[[str], None], hotline: ServedHotline, before: int) -> str:
    """The same on any telephone that is up."""
    wait_until(lambda: len(all_calls(hotline)) > before, 10, "the call is on record")
    call_id = all_calls(hotline, 1)[0].call_id
    wait_until(
        lambda: any("도와드릴까요" in turn.text_masked for turn in one_call(hotline, call_id).turns), 20, "greeted"
    )
    press("0")
    return call_id


def phases(hotline: ServedHotline, call_id: str) -> list[tuple[str, str]]:
    return [(step.phase, step.person) for step in hand_offs_of(hotline, call_id).steps]


def wait_for_phase(hotline: ServedHotline, call_id: str, phase: str, seconds: float) -> None:
    wait_until(
        lambda: phase in [name for name, _ in phases(hotline, call_id)],
        seconds,
        f"{phase}; so far {phases(hotline, call_id)}\n{hotline.log.read_text()[-3000:]}",
    )


def outcome(hotline: ServedHotline, call_id: str) -> str:
    wait_for_phase(hotline, call_id, "closed", 10)
    return hand_offs_of(hotline, call_id).steps[-1].outcome


def first_rung(phones: dict[str, BaresipPeer], pattern: str, seconds: float = 20.0) -> str:
    """Whose telephone does it first."""
    found: list[str] = []

    def look() -> bool:
        found[:] = [name for name, phone in phones.items() if pattern in phone.log]
        return bool(found)

    wait_until(look, seconds, f"a telephone: {pattern}")
    return found[0]


def longest_silence_s(pcm: Pcm) -> float:
    frames = pcm[: len(pcm) // 160 * 160].reshape(-1, 160).astype(np.float64)
    audible = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) >= 150)
    gaps = np.diff(np.concatenate([[0], audible, [len(frames)]]))
    return float(gaps.max()) * 0.02


def heard_by_caller(hotline: ServedHotline, call_id: str) -> Pcm:
    """The right side of the hotline's own recording."""
    [call] = [call for call in all_calls(hotline) if call.call_id == call_id]
    assert call.recording is not None
    with wave.open(str(call.recording)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)[:, 1]


def test_declined_by_two_taken_by_one_and_both_hear_each_other(
    people: People, served: ServedHotline, tmp_path: Path
) -> None:
    before = len(all_calls(served))
    talk = speech(tmp_path, "person", after_s=0)
    with ExitStack() as stack:
        phones = {name: stack.enter_context(people.phone(name, answers=True, talk=talk)) for name in people.ports}
        asking = speech(tmp_path, "address", after_s=18)
        caller = stack.enter_context(BaresipPeer(tmp_path / "caller", dials=served.uri, source=asking))
        call_id = asks_for_a_person(caller, served, before)
        first = first_rung(phones, "Call established")
        time.sleep(1.5)  # they hear the beginning of the brief
        phones[first].keys("2")
        second = next(name for name in phones if name != first)
        phones[second].wait_for(UP, 15)
        time.sleep(1.5)
        phones[second].keys("1")
        wait_for_phase(served, call_id, "connected", 10)
        time.sleep(7)
        caller.keys("b")
        assert outcome(served, call_id) == "served"
        phones[second].wait_for(r"(?i)terminated|closed", 5)
    walked = [phase for phase, _ in phases(served, call_id)]
    assert walked == ["requested", "briefed", "ringing", "declined", "ringing", "accepted", "connected", "closed"]
    assert phases(served, call_id)[3] == ("declined", first)
    [brief] = hand_offs_of(served, call_id).briefs
    assert brief.brief["reason"] == "caller_asked" and brief.brief["turns"]
    assert likeness(phones[second].recorded()[-1], "address") > 0.5, "the person hears the caller"
    assert likeness(caller.recorded()[0], "person") > 0.5, "the caller hears the person"


def test_the_caller_hangs_up_while_it_rings_and_it_stops_at_once(
    people: People, served: ServedHotline, tmp_path: Path
) -> None:
    before = len(all_calls(served))
    with ExitStack() as stack:
        phones = {name: stack.enter_context(people.phone(name, answers=False)) for name in people.ports}
        caller = stack.enter_context(BaresipPeer(tmp_path / "caller", dials=served.uri))
        call_id = asks_for_a_person(caller, served, before)
        rung = phones[first_rung(phones, "Incoming call from")]
        assert "Connection reset by peer" not in rung.log
        caller.keys("b")
        hung_up = time.monotonic()
        rung.wait_for(r"Connection reset by peer|session closed|[Cc]ancel|terminated", 5)
        assert time.monotonic() - hung_up < 1.0
        assert outcome(served, call_id) == "caller_gone"
    assert [phase for phase, _ in phases(served, call_id)][-2:] == ["caller_gone", "closed"]


def test_no_answer_goes_to_the_next_who_ends_the_call(people: People, served: ServedHotline, tmp_path: Path) -> None:
    before = len(all_calls(served))
    with ExitStack() as stack:
        phones = {name: stack.enter_context(people.phone(name, answers=False)) for name in people.ports}
        caller = stack.enter_context(BaresipPeer(tmp_path / "caller", dials=served.uri))
        call_id = asks_for_a_person(caller, served, before)
        first = first_rung(phones, "Incoming call from")
        second = next(name for name in phones if name != first)
        wait_for_phase(served, call_id, "no_answer", 10)
        phones[second].wait_for(r"Incoming call from", 10)
        phones[second].keys("a")
        phones[second].wait_for(UP, 5)
        time.sleep(2)
        phones[second].keys("1")
        wait_for_phase(served, call_id, "connected", 10)
        time.sleep(1)
        phones[second].keys("b")
        assert outcome(served, call_id) == "served"
        wait_until(lambda: all_calls(served, 1)[0].sealed, 10, "the caller is hung up")
    assert ("no_answer", first) in phases(served, call_id)
    waiting = heard_by_caller(served, call_id)
    assert longest_silence_s(waiting) <= MOST_SILENCE_S


def test_by_attended_transfer_both_talk_without_us(people: People, cache_dir: Path, tmp_path: Path) -> None:
    settings = people.settings(tmp_path, "  connect: attended_transfer\n")
    person_says, caller_says = speech(tmp_path, "person", after_s=0), speech(tmp_path, "address", after_s=0)
    with ExitStack() as stack:
        hotline = stack.enter_context(ServedHotline(tmp_path / "hotline", cache_dir, settings))
        phone = stack.enter_context(ReplacingPhone(tmp_path / "kim", people.ports["kim"], person_says))
        caller = stack.enter_context(ReplacingPhone(tmp_path / "caller", free_port(), caller_says, dials=hotline.uri))
        caller.wait_for("up 1", 10)
        call_id = wants_a_person(caller.keys, hotline, 0)
        phone.wait_for("up 1", 20)
        time.sleep(1.5)  # the person hears the beginning of the brief
        phone.keys("1")
        caller.wait_for("up 2", 10)
        assert outcome(hotline, call_id) == "served"
        wait_until(lambda: all_calls(hotline, 1)[0].sealed, 10, "the hotline's part of the call ended")
        assert all_calls(hotline, 1)[0].outcome == "transferred"
        hotline.kill()
        time.sleep(5)
        caller.quit()
        phone.quit()
    assert likeness(phone.heard(2), "address") > 0.7, "the person hears the caller"
    assert likeness(caller.heard(2), "person") > 0.7, "the caller hears the person"
