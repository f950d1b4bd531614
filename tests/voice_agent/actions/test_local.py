"""What a hotline without any other system does for callers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialogs.vocabulary import Act
from voice_agent.actions.local import LocalActions, ticket_number
from voice_agent.actions.ports import ActionError
from voice_agent.storage.database import Database
from voice_agent.storage.tickets import Tickets


@pytest.fixture
async def tickets(tmp_path: Path) -> AsyncIterator[Tickets]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/hotline.db")
    yield Tickets(database)
    await database.close()


async def test_a_report_becomes_a_ticket_whose_status_can_be_asked_for(tickets: Tickets) -> None:
    actions = LocalActions(tickets)
    made = await actions.perform(Act("1", "create_ticket", "pothole", {"place": "수원역 앞"}), key="call:1")
    again = await actions.perform(Act("1", "create_ticket", "pothole", {"place": "수원역 앞"}), key="call:1")
    assert made == again
    spoken = made["number"].replace("-", "")
    status = await actions.perform(Act("2", "look_up_ticket", "", {"number": spoken}), key="call:2")
    assert (status["status"], status["number"]) == ("received", made["number"])
    stored = await tickets.find(made["number"])
    assert stored is not None and stored.fields == {"place": "수원역 앞"}


async def test_a_status_is_told_of_no_ticket_that_is_not_there(tickets: Tickets) -> None:
    status = await LocalActions(tickets).perform(Act("1", "look_up_ticket", "", {"number": "999"}), key="call:1")
    assert status["status"] == "not_found"


async def test_a_call_back_is_booked(tickets: Tickets) -> None:
    act = Act("1", "book_callback", "callback", {"phone": "01012345678", "time": "14:00"})
    booked = await LocalActions(tickets).perform(act, key="call:1")
    stored = await tickets.find(booked["number"])
    assert booked["time_text"] == "오후 두 시"
    assert stored is not None and stored.action == "book_callback"


async def test_without_a_way_to_send_messages_nobody_is_told_that_one_was_sent(tickets: Tickets) -> None:
    with pytest.raises(ActionError, match=r"actions\.url"):
        await LocalActions(tickets).perform(Act("1", "send_link", "map", {"phone": "01012345678"}), key="call:1")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2026000123", "2026-000123"),
        ("2026-000123", "2026-000123"),
        ("123", "2027-000123"),
        ("000123", "2027-000123"),
        ("", None),
        ("12345678", None),
        ("20260001234", None),
    ],
)
def test_a_number_is_understood_as_it_is_said(said: str, number: str | None) -> None:
    new_year_in_korea = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert ticket_number(said, new_year_in_korea) == number
