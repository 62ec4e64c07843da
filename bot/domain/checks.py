"""What `kudos doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What is looked at, in this order."""

    SETTINGS = "settings"
    DATABASE = "database"
    MIGRATIONS = "migrations"
    BOT_TOKEN = "bot_token"  # noqa: S105 - the name of a check
    SCOPES = "scopes"
    APP_TOKEN = "app_token"  # noqa: S105 - the name of a check
    LEDGER = "ledger"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: `is_ok`, and what the sentence about it needs."""

    check: Check
    is_ok: bool
    details: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
