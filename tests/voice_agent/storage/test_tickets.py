"""Tickets: one for each wish, numbered, found again."""

from __future__ import annotations

import asyncio

from voice_agent.storage.database import Database
from voice_agent.storage.tickets import Tickets

FIELDS = {"place": "수원역 앞", "plate": "12가3456"}


async def test_a_ticket_is_numbered_and_found_again(database: Database) -> None:
    tickets = Tickets(database)
    first = await tickets.create("call:1", "create_ticket", "illegal_parking", FIELDS)
    second = await tickets.create("call:2", "create_ticket", "illegal_parking", FIELDS)
    year, _, count = first.number.partition("-")
    assert (len(year), count) == (4, "000001")
    assert second.number == f"{year}-000002"
    assert await tickets.find(first.number) == first
    assert (first.status, first.fields) == ("received", FIELDS)


async def test_the_same_wish_makes_one_ticket_however_often_it_is_told(database: Database) -> None:
    tickets = Tickets(database)
    made = await asyncio.gather(*(tickets.create("call:1", "create_ticket", "pothole", {}) for _ in range(5)))
    assert len({ticket.number for ticket in made}) == 1


async def test_two_processes_never_give_out_one_number_twice(database: Database) -> None:
    ours, theirs = Tickets(database), Tickets(database)
    made = await asyncio.gather(
        *(tickets.create(f"{name}:{i}", "create_ticket", "x", {}) for i in range(4) for name, tickets in
          (("a", ours), ("b", theirs)))
    )  # fmt: skip
    assert len({ticket.number for ticket in made}) == 8


async def test_an_unknown_number_is_none(database: Database) -> None:
    assert await Tickets(database).find("2026-999999") is None
