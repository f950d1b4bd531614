"""Starting, registering, guarding and stopping the endpoint."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from telephony.clock import RealBeat
from telephony.errors import DialFailed, EndpointError
from telephony.ports import free_port
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import Registration, SipSettings
from tests.telephony.sip.phone import settings_from, tone
from tests.telephony.sip.registrar import Registrar
from tests.telephony.sip.switchboard import switchboard

pytestmark = [pytest.mark.peers, pytest.mark.alone]


async def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", port))
        endpoint = SipEndpoint(SipSettings(host="127.0.0.1", port=port), RealBeat())
        with pytest.raises(EndpointError, match=rf"SIP could not start on 127\.0\.0\.1:{port}.*ss -lunp"):
            await endpoint.start()
        await endpoint.close()
    # The runtime is free again: a second start in the same process works.
    async with SipEndpoint(settings_from({}), RealBeat()):
        pass


async def test_an_endpoint_can_be_closed_twice() -> None:
    endpoint = SipEndpoint(settings_from({}), RealBeat())
    await endpoint.start()
    await endpoint.close()
    await endpoint.close()
    assert not endpoint.died.is_set()


async def test_an_endpoint_that_never_started_can_be_closed() -> None:
    await SipEndpoint(settings_from({}), RealBeat()).close()


async def test_dialling_where_nobody_listens_fails_with_a_reason() -> None:
    async with SipEndpoint(settings_from({}), RealBeat()) as endpoint:
        with pytest.raises(DialFailed, match="not answered"):
            await endpoint.dial(f"sip:120@127.0.0.1:{free_port()};transport=tcp", timeout_s=5)
        with pytest.raises(DialFailed, match="within 1 s"):
            await endpoint.dial(f"sip:120@127.0.0.1:{free_port()}", timeout_s=1)
        for nonsense in ("", "sip:120@127.0.0.1\r\nX: y"):
            with pytest.raises(DialFailed):
                await endpoint.dial(nonsense, timeout_s=1)


@pytest.mark.parametrize(("network", "allowed"), [("127.0.0.0/8", True), ("192.0.2.0/24", False)])
async def test_the_source_of_a_real_call_decides(network: str, allowed: bool) -> None:
    async with switchboard(allowed_peers=[network]) as board:
        phone = board.phone()
        leg, is_allowed = await board.rings()
        await leg.refuse()
        assert (await phone)["status"] == 486
    assert is_allowed is allowed


async def test_draining_refuses_new_calls_and_waits_for_the_live_one() -> None:
    async with switchboard() as board:
        first = board.phone(["listen", 60])
        ear = await board.answer()
        draining = asyncio.create_task(board.endpoint.drain())
        await asyncio.sleep(0)
        second = await board.phone(["listen", 60])
        assert second["status"] == 486, second
        assert not draining.done()
        ear.leg.send(tone(440, 0.5, 8000).tobytes())
        await ear.for_frames(30)
        board.hang_up_all()
        await asyncio.wait_for(draining, 10)
        assert (await first)["closed"] == "caller_hung_up"


@pytest.mark.parametrize("auth_user", [None, "trunk-7"])
async def test_an_account_is_registered_with_digest_and_taken_back_at_the_end(auth_user: str | None) -> None:
    async with Registrar(auth_user or "120", "secret") as registrar:
        settings = _registering(registrar, user="120", password="secret", auth_user=auth_user)
        async with SipEndpoint(settings, RealBeat()) as endpoint:
            assert registrar.challenged >= 1
            assert len(registrar.accepted) == 1
            assert "127.0.0.1" in registrar.accepted[0]
            assert not endpoint.died.is_set()
        assert registrar.turned_away == 0


async def test_a_wrong_password_is_an_error_at_the_start() -> None:
    async with Registrar("120", "secret") as registrar:
        endpoint = SipEndpoint(_registering(registrar, user="120", password="wrong"), RealBeat())
        with pytest.raises(EndpointError, match="403"):
            await endpoint.start()
        await endpoint.close()
        assert registrar.accepted == []
        assert registrar.turned_away >= 1


def _registering(registrar: Registrar, **account: Any) -> SipSettings:
    registration = Registration(domain=f"127.0.0.1:{registrar.port}", **account)
    return SipSettings(host="127.0.0.1", port=free_port(), registration=registration)
