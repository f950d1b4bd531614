"""Where an INVITE came from, as the stack's own trace tells it."""

from __future__ import annotations

import asyncio
import logging
from ipaddress import ip_address

import pytest

from telephony.sip.peers import PeerGuard, source_of_invite

_INVITE = (
    "INVITE sip:120@127.0.0.1:5060 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-1;rport\r\n"
    "From: <sip:caller@198.51.100.9>;tag=1\r\n"
    "To: <sip:120@127.0.0.1>\r\n"
    "{call_id}\r\n"
    "CSeq: 1 INVITE\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 20\r\n"
    "\r\n"
    "{body}"
)


def trace(start: str, call_id: str = "Call-ID: 1-77@127.0.0.1", body: str = "v=0\r\n") -> str:
    return f"{start}\n" + _INVITE.format(call_id=call_id, body=body)


@pytest.mark.parametrize(
    ("traced", "expected"),
    [
        (trace("RX UDP 127.0.0.1:5070 -> 127.0.0.1:5060"), ("1-77@127.0.0.1", "127.0.0.1")),
        (trace("RX TCP 192.0.2.7:40112 -> 192.0.2.1:5060"), ("1-77@127.0.0.1", "192.0.2.7")),
        (trace("RX TLS [2001:db8::7]:40112 -> [2001:db8::1]:5061"), ("1-77@127.0.0.1", "2001:db8::7")),
        (trace("RX UDP 192.0.2.7:5060 -> 192.0.2.1:5060", "i: abc@pbx"), ("abc@pbx", "192.0.2.7")),
        (trace("RX UDP 192.0.2.7:5060 -> 192.0.2.1:5060", "call-id :abc"), ("abc", "192.0.2.7")),
    ],
)
def test_an_incoming_invite_tells_its_call_and_its_source(traced: str, expected: tuple[str, str]) -> None:
    assert source_of_invite(traced) == (expected[0], ip_address(expected[1]))


@pytest.mark.parametrize(
    "traced",
    [
        "",
        "ua: using codec PCMU",
        trace("TX UDP 127.0.0.1:5060 -> 127.0.0.1:5070"),
        trace("RX UDP 127.0.0.1:5070 -> 127.0.0.1:5060").replace("INVITE sip", "BYE sip"),
        trace("RX UDP 127.0.0.1:5070 -> 127.0.0.1:5060").replace("INVITE sip", "OPTIONS sip"),
        "RX UDP 127.0.0.1:5070 -> 127.0.0.1:5060\nSIP/2.0 200 OK\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
        trace("RX UDP nowhere:5070 -> 127.0.0.1:5060"),
        trace("RX UDP 127.0.0.1:5070 -> 127.0.0.1:5060", "X-Call-ID: 9"),
    ],
)
def test_nothing_else_tells_anything(traced: str) -> None:
    assert source_of_invite(traced) is None


def test_what_the_caller_writes_into_headers_and_body_cannot_move_it() -> None:
    forged = trace(
        "RX UDP 203.0.113.5:5070 -> 127.0.0.1:5060",
        "Call-ID: real",
        body="a=Call-ID: forged\r\nCall-ID: forged\r\nRX UDP 10.0.0.1:1 -> 10.0.0.2:2\nINVITE sip:x SIP/2.0\r\n",
    )
    assert source_of_invite(forged) == ("real", ip_address("203.0.113.5"))
    only_in_the_body = trace("RX UDP 203.0.113.5:5070 -> 127.0.0.1:5060", "X: 1", body="Call-ID: forged\r\n")
    assert source_of_invite(only_in_the_body) is None


async def test_without_a_list_everybody_may_call_and_nothing_is_read() -> None:
    guard = PeerGuard(())
    assert not guard.active
    assert await guard.allows(None)


async def test_only_listed_networks_may_call() -> None:
    guard = PeerGuard(["192.0.2.0/24", "2001:db8::/32"])
    guard.install()
    try:
        for source, call_id in (("192.0.2.7:5060", "a"), ("[2001:db8::9]:5060", "b"), ("203.0.113.5:5060", "c")):
            _traced(trace(f"RX UDP {source} -> 192.0.2.1:5060", f"Call-ID: {call_id}"))
        assert [await guard.allows(call_id) for call_id in "abc"] == [True, True, False]
    finally:
        guard.remove()


async def test_a_call_whose_source_was_never_seen_may_not_call() -> None:
    guard = PeerGuard(["192.0.2.0/24"])
    assert not await guard.allows(None)
    assert not await guard.allows("unseen")


async def test_a_trace_line_that_comes_a_moment_later_still_counts() -> None:
    guard = PeerGuard(["192.0.2.0/24"])
    guard.install()
    try:
        asking = asyncio.create_task(guard.allows("late"))
        await asyncio.sleep(0)
        _traced(trace("RX UDP 192.0.2.7:5060 -> 192.0.2.1:5060", "Call-ID: late"))
        assert await asking
    finally:
        guard.remove()


async def test_messages_go_no_further_than_the_guard() -> None:
    everybody = _Everything()
    guard = PeerGuard(["192.0.2.0/24"])
    guard.install()
    logging.root.addHandler(everybody)
    try:
        _traced(trace("RX UDP 192.0.2.7:5060 -> 192.0.2.1:5060", "Call-ID: quiet"))
        assert await guard.allows("quiet")
        assert everybody.messages == []
    finally:
        logging.root.removeHandler(everybody)
        guard.remove()


class _Everything(logging.Handler):
    """Keeps what reaches the root of all loggers."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _traced(message: str) -> None:
    logging.getLogger("baresip.native.sip").debug("%s", message)
