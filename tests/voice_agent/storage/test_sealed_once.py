"""Whatever order things happen in, restarts included: a call has one record, and once sealed it never changes."""

from __future__ import annotations

import asyncio
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.events import CallAnswered, CallerHeard, now
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.storage.calls import CallRecords, CallSummary
from voice_agent.storage.database import Database

CALL_IDS = ("a", "b")
OUTCOMES = ("completed", "abandoned", "failed")
MASKER = KoPiiMasker()

call_ids = st.sampled_from(CALL_IDS)
steps = st.one_of(
    st.tuples(st.just("answer"), call_ids, st.just("")),
    st.tuples(st.just("say"), call_ids, st.just("")),
    st.tuples(st.just("seal"), call_ids, st.sampled_from(OUTCOMES)),
    st.tuples(st.just("restart"), st.just(""), st.just("")),
)


async def take(step: tuple[str, str, str], records: CallRecords) -> set[str]:
    """Do one step; the ids of the calls it says it sealed."""
    what, call_id, outcome = step
    if what == "answer":
        await records.record(CallAnswered(call_id=call_id, sample_rate=8000))
    elif what == "say":
        await records.record(CallerHeard(call_id=call_id, text="네", confidence=1, decode_ms=1, speech_s=1))
    elif what == "seal":
        return {call_id} if await records.seal(call_id, outcome, "", 1.0) else set()
    else:
        return set(await records.seal_left_open(now()))
    return set()


async def live(script: list[tuple[str, str, str]], url: str) -> None:
    database = await Database.open(url)
    records = CallRecords(database, MASKER)
    for call_id in CALL_IDS:
        await records.accept(call_id, "sip:01012345678@host")
    sealed: dict[str, CallSummary] = {}
    for step in script:
        if step[0] == "restart":
            await database.close()
            database = await Database.open(url)
            records = CallRecords(database, MASKER)
        newly = await take(step, records)
        assert not newly & sealed.keys()
        calls = {call.call_id: call for call in await records.recent(10)}
        assert sorted(calls) == sorted(CALL_IDS)
        assert all(calls[call_id] == record for call_id, record in sealed.items())
        sealed |= {call_id: calls[call_id] for call_id in newly}
        assert {call_id for call_id, call in calls.items() if call.sealed} == sealed.keys()
    await database.close()


@given(script=st.lists(steps, max_size=8))
@settings(max_examples=20, deadline=None)
def test_a_sealed_record_never_changes(script: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(script, f"sqlite+aiosqlite:///{folder}/calls.db"))
