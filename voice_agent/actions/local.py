"""Tickets and call-backs in our own database: what a hotline without any other system does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone

from dialogs.korean.dates import say_date
from dialogs.korean.times import say_time
from dialogs.model import Action
from dialogs.vocabulary import Act
from voice_agent.actions.ports import ActionError
from voice_agent.errors import StorageError
from voice_agent.events import now
from voice_agent.storage.tickets import Tickets

_STATUS_TEXTS = {
    "received": "접수되어 담당 부서를 정하고 있습니다",
    "assigned": "담당 부서에서 처리하고 있습니다",
    "done": "처리가 끝났습니다",
}
_SEOUL = timezone(timedelta(hours=9))


class LocalActions:
    """See :class:`voice_agent.actions.ports.Actions`. It has no way to send text messages and says so."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def perform(self, act: Act, *, key: str) -> Mapping[str, str]:
        """See :class:`~voice_agent.actions.ports.Actions`."""
        try:
            match act.action:
                case Action.CREATE_TICKET:
                    return {"number": await self._create(act, key)}
                case Action.LOOK_UP_TICKET:
                    return await self._look_up(act.arguments.get("number", ""))
                case Action.BOOK_CALLBACK:
                    when = _time_text(act.arguments)
                    return {"number": await self._create(act, key), "time_text": when}
        except StorageError as error:
            raise ActionError(f"{act.action}: {error}") from error
        raise ActionError(f"{act.action}: nothing here can do that; set actions.url to a system that can")

    async def close(self) -> None:
        """Nothing to close: the database is its opener's."""

    async def _create(self, act: Act, key: str) -> str:
        ticket = await self._tickets.create(key, act.action, act.kind, act.arguments)
        return ticket.number

    async def _look_up(self, said: str) -> Mapping[str, str]:
        number = ticket_number(said, now())
        ticket = await self._tickets.find(number) if number else None
        if ticket is None:
            return {"status": "not_found", "status_text": "그 번호로 접수된 것을 찾지 못했습니다", "number": said}
        return {"status": ticket.status, "status_text": _STATUS_TEXTS[ticket.status], "number": ticket.number}


def ticket_number(said: str, today: datetime) -> str | None:
    """Digits as one says them → the number: ``2026000123`` → ``2026-000123``; up to six digits are of this year."""
    digits = re.sub(r"\D", "", said)
    if len(digits) == 10:
        return f"{digits[:4]}-{digits[4:]}"
    if 0 < len(digits) <= 6:
        return f"{today.astimezone(_SEOUL).year}-{int(digits):06d}"
    return None


def _time_text(arguments: Mapping[str, str]) -> str:
    """When the caller will be called, as one says it. Raises ActionError."""
    try:
        day = say_date(date.fromisoformat(arguments["date"])) if arguments.get("date") else ""
        hour = say_time(time.fromisoformat(arguments["time"])) if arguments.get("time") else ""
    except ValueError as error:
        raise ActionError("book_callback: expected date as 2026-11-24 and time as 14:00") from error
    if not (day or hour):
        raise ActionError("book_callback: expected a date or a time among the arguments")
    return f"{day} {hour}".strip()
