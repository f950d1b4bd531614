"""Sealed secrets, and the key they are sealed with."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.console.security.vault import SealBroken, Vault, is_sealed, kept_secret
from voice_agent.errors import StorageError


def test_only_the_same_secret_opens_it() -> None:
    sealed = Vault(b"sixteen or more bytes").seal("JBSWY3DPEHPK3PXP")
    assert is_sealed(sealed) and not is_sealed("JBSWY3DPEHPK3PXP") and "JBSW" not in sealed
    assert Vault(b"sixteen or more bytes").open(sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(SealBroken):
        Vault(b"quite another sixteen").open(sealed)
    with pytest.raises(SealBroken):
        Vault(b"sixteen or more bytes").open(sealed[:-6] + "AAAAAA")


def test_a_short_secret_is_none() -> None:
    with pytest.raises(ValueError, match="16 bytes or more"):
        Vault(b"short")


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "console.key"
    made = kept_secret(file)
    assert len(made) == 32 and kept_secret(file) == made
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_cut_short_is_told(tmp_path: Path) -> None:
    file = tmp_path / "console.key"
    file.write_bytes(b"half")
    with pytest.raises(StorageError, match=r"console\.key: expected 32 bytes, got 4"):
        kept_secret(file)
