"""Passwords: argon2id, computed off the event loop."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128

# RFC 9106's second choice, 64 MiB and three passes, but one lane: calls are going on beside it.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
_ONE_AT_A_TIME = asyncio.Semaphore(1)


def problem_with(password: str, name: str) -> str | None:
    """What is wrong with a new password, in Korean; None where it will do."""
    if len(password) < LEAST_CHARACTERS:
        return f"비밀번호는 {LEAST_CHARACTERS}자 이상이어야 합니다."
    if len(password) > MOST_CHARACTERS:
        return f"비밀번호는 {MOST_CHARACTERS}자까지 쓸 수 있습니다."
    if name and name.lower() in password.lower():
        return "비밀번호에 아이디를 넣을 수 없습니다."
    if len(set(password)) < 5:
        return "같은 글자가 너무 많습니다."
    return None


async def hashed(password: str) -> str:
    """The hash to keep: about 0.1 s and 64 MiB, in a thread."""
    async with _ONE_AT_A_TIME:
        return await asyncio.to_thread(_HASHER.hash, password)


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Takes as long where there is no hash to compare with."""
    async with _ONE_AT_A_TIME:
        return await asyncio.to_thread(_matches, password, password_hash)


def _matches(password: str, password_hash: str | None) -> bool:
    try:
        _HASHER.verify(password_hash or _nobodys(), password[: MOST_CHARACTERS + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("a password that nobody has")
