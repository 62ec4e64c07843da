"""What `kudos doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.schedules import ScheduleStatus


class Check(StrEnum):
    """What is looked at, in this order."""

    SETTINGS = "settings"
    DATABASE = "database"
    MIGRATIONS = "migrations"
    IMPORT = "import"  # told only where one has not ended
    BOT_TOKEN = "bot_token"  # noqa: S105 - the name of a check
    SCOPES = "scopes"
    APP_TOKEN = "app_token"  # noqa: S105 - the name of a check
    INSTALLATIONS = "installations"  # one for each workspace that has installed Kudos by OAuth
    LEDGER = "ledger"
    OUTBOX = "outbox"
    SCHEDULES = "schedules"  # one for each, and workspace


class InstallationFound(StrEnum):
    """How an installation is."""

    GOOD = "good"
    ENDED = "ended"
    LACKS_SCOPES = "lacks_scopes"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"  # it is served, though it is not on the operator's list
    CLOSED = "closed"  # nobody has the key
    NONE = "none"  # there is not one installation


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: `is_ok`, and what the sentence about it needs."""

    check: Check
    is_ok: bool
    details: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    schedule: ScheduleStatus | None = None
    installation: InstallationFound | None = None
