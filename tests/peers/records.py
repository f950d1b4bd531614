"""What the hotline wrote down, read from outside its process."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.qa.served import ServedHotline
from voice_agent.storage.calls import CallRecord, CallRecords, CallSummary
from voice_agent.storage.database import Database
from voice_agent.storage.hand_offs import HandOffRecords, HandOffsOfCall
from voice_agent.storage.quality import CallScore, CallScores

T = TypeVar("T")


def all_calls(hotline: ServedHotline, limit: int = 1000) -> list[CallSummary]:
    """Every call on record, newest first."""

    async def read() -> list[CallSummary]:
        database = await _open(hotline)
        try:
            return await CallRecords(database, KoPiiMasker()).recent(limit)
        finally:
            await database.close()

    return _run(read())


def one_call(hotline: ServedHotline, call_id: str) -> CallRecord:
    """A call with its turns and events."""

    async def read() -> CallRecord | None:
        database = await _open(hotline)
        try:
            return await CallRecords(database, KoPiiMasker()).get(call_id)
        finally:
            await database.close()

    record = _run(read())
    assert record is not None
    return record


def score_of(hotline: ServedHotline, call_id: str) -> CallScore | None:
    """The automatic scorecard of a call."""

    async def read() -> CallScore | None:
        database = await _open(hotline)
        try:
            return (await CallScores(database).of(call_id))[0]
        finally:
            await database.close()

    return _run(read())


def hand_offs_of(hotline: ServedHotline, call_id: str) -> HandOffsOfCall:
    """The hand-offs of a call."""

    async def read() -> HandOffsOfCall:
        database = await _open(hotline)
        try:
            return await HandOffRecords(database).of_call(call_id)
        finally:
            await database.close()

    return _run(read())


def status(hotline: ServedHotline) -> dict[str, Any]:
    """The hotline's own /api/status."""
    with urllib.request.urlopen(f"http://127.0.0.1:{hotline.http_port}/api/status", timeout=5) as answer:
        result: dict[str, Any] = json.load(answer)
        return result


def _run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: Playwright keeps a loop running in the tests' own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _open(hotline: ServedHotline) -> Database:
    return await Database.open(f"sqlite+aiosqlite:///{hotline.data_dir / 'hotline.sqlite3'}")
