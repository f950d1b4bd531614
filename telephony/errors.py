"""What can go wrong on the phone side.

TelephonyError
├── EndpointError      the SIP endpoint could not start, or has died
├── DialFailed         an outgoing call was not answered (``status`` says why)
├── LegGone            the operation came after the call had ended
└── BridgeError        somebody of that name is, or is not, on the bridge
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Base class of this package's errors."""


class EndpointError(TelephonyError):
    """The SIP endpoint could not start or has died; the message says what to do."""


class DialFailed(TelephonyError):
    """An outgoing call was not answered.

    ``status`` is the SIP status code where the far end gave one, else None.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LegGone(TelephonyError):
    """The call had already ended. Crossing a caller's own hang-up is normal, not a fault."""


class BridgeError(TelephonyError):
    """Somebody of that name is on the bridge already, or nobody is; the message says which."""
