"""Secrets that must be read again, such as those of authenticator apps: sealed before they are stored."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voice_agent.errors import StorageError, VoiceAgentError

_PURPOSE = b"voice-agent console: secrets of authenticator apps, 1"
_SEALED = "gAAAA"
"""So every Fernet token begins; base 32 has no small letters."""
_KEY_BYTES = 32


class SealBroken(VoiceAgentError):
    """It was sealed with another secret, or has been changed."""


class Vault:
    """Seals with a key derived from one secret (HKDF-SHA256, then Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, secret: bytes) -> None:
        """``secret``: 16 bytes or more, hard to guess."""
        if len(secret) < 16:
            raise ValueError(f"expected a secret of 16 bytes or more, got {len(secret)}")
        key = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        """Readable with the same secret alone."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken("expected something sealed with this secret, got something else") from error


def is_sealed(text: str) -> bool:
    """Whether it has been through :meth:`Vault.seal`, whatever the secret was."""
    return text.startswith(_SEALED)


def kept_secret(file: Path) -> bytes:
    """The secret in ``file``, readable by its owner alone; made where there is none. Raises StorageError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            secret = file.read_bytes()
        else:
            secret = secrets.token_bytes(_KEY_BYTES)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(secret)
    except OSError as error:
        raise StorageError(f"{file}: expected a readable file with the console's key, got {error.strerror}") from error
    if len(secret) < _KEY_BYTES:
        raise StorageError(f"{file}: expected {_KEY_BYTES} bytes, got {len(secret)}; remove it to begin anew")
    return secret
