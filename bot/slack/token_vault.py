"""Tokens at rest: encrypted with the operator's keys, so that a database alone opens nothing.

The workspace is encrypted with the token, so that a row cannot be made to hold the token of another
workspace.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


class WrongKeyError(Exception):
    """None of the keys opens it."""


@cache
def _fernet() -> ModuleType:
    # Loaded when it is needed: with one workspace, whose token is not stored, it never is.
    from cryptography import fernet  # noqa: PLC0415

    return fernet


def new_key() -> str:
    """Return a fresh key for KUDOS_SECRET_KEY."""
    return str(_fernet().Fernet.generate_key().decode())


class TokenVault:
    """Encrypts with the first key, and decrypts with any of them."""

    def __init__(self, keys: str) -> None:
        """Take the keys, with commas between them; raises `ValueError` for what is no key."""
        names = [key.strip() for key in keys.split(",") if key.strip()]
        fernet = _fernet()
        self._fernet = fernet.MultiFernet([fernet.Fernet(key) for key in names])
        self.keys = tuple(key.encode() for key in names)

    def encrypt(self, team_id: str, token: str) -> str:
        """Return what may be stored."""
        return str(self._fernet.encrypt(f"{team_id}\n{token}".encode()).decode())

    def decrypt(self, team_id: str, encrypted: str) -> str:
        """Return the token; raises `WrongKeyError`."""
        try:
            of_team, _, token = self._fernet.decrypt(encrypted.encode()).decode().partition("\n")
        except _fernet().InvalidToken:
            raise WrongKeyError(team_id) from None
        if of_team != team_id:
            raise WrongKeyError(team_id)
        return str(token)

    def reencrypt(self, team_id: str, encrypted: str) -> str:
        """Return the same token, encrypted with the first key; raises `WrongKeyError`."""
        return self.encrypt(team_id, self.decrypt(team_id, encrypted))
