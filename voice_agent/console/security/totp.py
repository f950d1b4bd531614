"""Codes of six digits from an authenticator app (RFC 6238). Pure: the time comes in."""

from __future__ import annotations

import io

import pyotp
import segno

_STEP_S = 30
_SLACK_STEPS = 1
"""A telephone's clock may be half a minute off."""


def new_secret() -> str:
    """160 bits in base 32."""
    return pyotp.random_base32()


def counter_of(secret: str, code: str, at_s: float) -> int | None:
    """The 30-second step whose code that is, ``at_s`` seconds since 1970; None where it is no code of now."""
    digits = code.replace(" ", "")
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    now = int(at_s) // _STEP_S
    matching = [
        step
        for step in range(now - _SLACK_STEPS, now + _SLACK_STEPS + 1)
        if pyotp.utils.strings_equal(totp.generate_otp(step), digits)
    ]
    return max(matching, default=None)


def enrolment_uri(secret: str, name: str, issuer: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def picture(uri: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=2, light="#fff", dark="#000", xmldecl=False)
    return out.getvalue().decode()
