"""Our own addresses."""

from __future__ import annotations

import socket

import pytest

from telephony.errors import TelephonyError
from telephony.ports import free_port, local_address_towards


def test_a_free_port_can_be_bound_for_both_and_leaves_rtp_alone() -> None:
    for _ in range(20):
        port = free_port()
        assert not 30000 <= port <= 50000
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    "uri",
    [
        "sip:120@127.0.0.1",
        "sip:127.0.0.1",
        "sip:120@127.0.0.1:5070",
        "sips:120@127.0.0.1:5061",
        "sip:120@127.0.0.1:5070;transport=tcp",
        "sip:+82-31-120@127.0.0.1;user=phone",
    ],
)
def test_loopback_is_reached_from_loopback(uri: str) -> None:
    assert local_address_towards(uri) == "127.0.0.1"


@pytest.mark.parametrize("uri", ["", "120", "tel:120", "127.0.0.1:5060", "sip:", "http://127.0.0.1"])
def test_what_is_no_sip_address_is_told_with_an_example(uri: str) -> None:
    with pytest.raises(TelephonyError, match="expected a SIP address such as sip:120@"):
        local_address_towards(uri)


@pytest.mark.parametrize("uri", ["sip:120@no.such.host.invalid", "sip:120@127.0.0.1:99999"])
def test_a_host_that_cannot_be_reached_is_named(uri: str) -> None:
    with pytest.raises(TelephonyError, match="cannot be reached"):
        local_address_towards(uri)
