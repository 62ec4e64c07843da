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
    PRIVATE_FILES = "private_files"  # told only where others can read them
    DATABASE = "database"
    UNFIT = "unfit"  # told only where the database can't be Kudos' at all
    FILE = "file"  # told only where it cannot be a database, or cannot be read
    WRITABLE = "writable"  # told only where it is not
    SERVER = "server"  # told only where it takes no writes
    MIGRATIONS = "migrations"
    IMPORT = "import"  # told only where one has not ended
    CLOCK = "clock"  # told only where it is wrong
    SIGNING_SECRET = "signing_secret"  # noqa: S105 - told only where it cannot be one
    SLACK = "slack"  # told only where it cannot be reached
    BOT_TOKEN = "bot_token"  # noqa: S105 - the name of a check
    SCOPES = "scopes"
    APP_TOKEN = "app_token"  # noqa: S105 - the name of a check
    INSTALLATIONS = "installations"  # one for each workspace that has installed Kudos by OAuth
    LEDGER = "ledger"
    OUTBOX = "outbox"
    SIZES = "sizes"
    SCHEDULES = "schedules"  # one for each, and workspace


class SchemaFound(StrEnum):
    """How the tables of a database are."""

    CURRENT = "current"
    NOT_YET = "not_yet"  # a file that `kudos start` makes
    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"


class FileFault(StrEnum):
    """What keeps the file of a database from being one, from being read, or from being written."""

    IS_FOLDER = "is_folder"
    IN_NO_FOLDER = "in_no_folder"  # what should be its folder is a file
    NOT_ENTERED = "not_entered"  # a folder
    NOT_READ = "not_read"
    NOT_WRITTEN = "not_written"
    DISK_FULL = "disk_full"

    @property
    def can_be_read(self) -> bool:
        """Whether nothing but writing is in doubt."""
        return self in {FileFault.NOT_WRITTEN, FileFault.DISK_FULL}


class Unfit(StrEnum):
    """Why a database can't be Kudos'."""

    FOREIGN = "foreign"  # another program has its tables there
    ENCODING = "encoding"  # of a Postgres that can't hold every character


class InstallationFound(StrEnum):
    """How an installation is."""

    GOOD = "good"
    ENDED = "ended"
    LACKS_SCOPES = "lacks_scopes"
    REFUSED = "refused"
    UNREACHED = "unreached"  # Slack did not say
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
    schema: SchemaFound = SchemaFound.CURRENT
