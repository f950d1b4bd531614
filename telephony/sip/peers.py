"""The allow-list of peers, by the address their INVITE came from.

The stack does not tell the application a packet's source, and what the message itself claims (From, Contact) can be
forged. Its message trace does tell it, so the trace is read for INVITEs and for nothing else: a line is parsed and
forgotten.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence

_TRACE_LOGGER = "baresip.native.sip"
_RECEIVED_INVITE = re.compile(r"RX \w+ \[?(?P<address>[0-9A-Fa-f:.]+?)\]?(?::\d+)? -> \S+\s+INVITE ", re.ASCII)
_CALL_ID = re.compile(r"^(?:call-id|i)\s*:\s*(?P<id>\S+)", re.ASCII | re.IGNORECASE | re.MULTILINE)
_MOST_REMEMBERED = 2000
_WAIT_S = 0.5
"""The trace line is written before the call is announced, but by another thread."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def source_of_invite(trace: str) -> tuple[str, Address] | None:
    """(Call-ID, source address) of a traced incoming INVITE; None for every other message."""
    start = _RECEIVED_INVITE.match(trace)
    if start is None:
        return None
    headers = trace.partition("\r\n\r\n")[0]
    call_id = _CALL_ID.search(headers)
    if call_id is None:
        return None
    try:
        return call_id["id"], ipaddress.ip_address(start["address"])
    except ValueError:
        return None


class PeerGuard(logging.Handler):
    """Knows where INVITEs came from, and whether that is allowed."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(logging.DEBUG)
        self._networks = [ipaddress.ip_network(network, strict=False) for network in allowed]
        self._sources: OrderedDict[str, Address] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seen = asyncio.Event()

    @property
    def active(self) -> bool:
        """Whether there is anything to guard; without an allow-list the trace stays off."""
        return bool(self._networks)

    def install(self) -> None:
        """Start reading the trace. It goes nowhere else: messages hold telephone numbers."""
        self._loop = asyncio.get_running_loop()
        trace = logging.getLogger(_TRACE_LOGGER)
        trace.setLevel(logging.DEBUG)
        trace.propagate = False
        trace.addHandler(self)

    def remove(self) -> None:
        """Stop reading."""
        logging.getLogger(_TRACE_LOGGER).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """SIP LOG THREAD. Note the source of an INVITE."""
        found = source_of_invite(record.getMessage())
        if found is None or self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._note, *found)

    def _note(self, call_id: str, address: Address) -> None:
        self._sources[call_id] = address
        if len(self._sources) > _MOST_REMEMBERED:
            self._sources.popitem(last=False)
        self._seen.set()

    async def allows(self, call_id: str | None) -> bool:
        """Whether the INVITE with this Call-ID came from an allowed network. Unknown sources are not allowed."""
        if not self.active:
            return True
        if call_id is None:
            return False
        try:
            async with asyncio.timeout(_WAIT_S):
                while call_id not in self._sources:
                    self._seen.clear()
                    await self._seen.wait()
        except TimeoutError:
            return False
        address = self._sources.pop(call_id)
        return any(address in network for network in self._networks)
