"""A wrong setting is told by its key, with what was expected and what came; nothing is started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from telephony.clock import ManualBeat
from telephony.errors import EndpointError
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import CODECS, SRTP_MODES, SipSettings


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"rtp_timeout_s": 0}, r"sip\.rtp_timeout_s: expected at least 1 .*, got 0"),
        ({"max_calls": 0}, r"sip\.max_calls: expected 1 to 200, got 0"),
        ({"max_calls": 201}, r"sip\.max_calls: expected 1 to 200, got 201"),
        ({"srtp": "yes"}, r"sip\.srtp: expected one of off, optional, required, dtls, got 'yes'"),
        ({"codecs": ("pcmu", "g729")}, r"sip\.codecs: expected some of pcmu, pcma, g722, opus, got .*g729"),
        ({"codecs": ()}, r"sip\.codecs: expected some of .*, got \(\)"),
        ({"tls_certificate": Path("/nowhere.pem")}, r"sip\.tls_certificate: expected a PEM file .*nowhere\.pem"),
        ({"allowed_peers": ("10.0.0.0/8", "office")}, r"sip\.allowed_peers: expected networks .*, got 'office'"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_starts(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(EndpointError, match=told):
        SipEndpoint(SipSettings(**settings), ManualBeat())


def test_every_codec_names_its_rate_where_eight_kilohertz_would_be_wrong() -> None:
    assert {name: spec for name, spec in CODECS.items() if "/" not in spec}.keys() == {"pcmu", "pcma"}
    assert SRTP_MODES["off"] is None
