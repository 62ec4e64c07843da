"""The one door between the asynchronous edge and the synchronous core.

`await store.write(service, request)` opens a transaction, runs the plain function in a worker
thread, commits, and only then lets the caller go on: what a caller has seen is stored.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection as Connection  # noqa: PLC0414 - services take it from here
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.domain.backup import is_damage, is_no_database

if TYPE_CHECKING:
    from datetime import datetime

LEFT_LOG = (
    "a -wal file of another database may lie beside it: stop Kudos and run `kudos restore FILE`"
)
NO_DATABASE = "it is another file, or was written over: stop Kudos and run `kudos restore FILE`"

# Core only: the hot path has no use for an identity map, and every statement says its workspace.

Request = TypeVar("Request")
Result = TypeVar("Result")
Service = Callable[[Connection, Request, "datetime"], Result]
Clock = Callable[[], "datetime"]


class StoreUnavailableError(Exception):
    """The database is locked, full, gone, read-only or out of reach, and nothing was saved.

    `reason` says which, in the database's own words; it is for the operator and never for people.
    """

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        # Into whatever log it comes, the likely cause and the cure stand beside it.
        cure = NO_DATABASE if is_no_database(reason) else LEFT_LOG
        super().__init__(f"{reason} ({cure})" if is_damage(reason) else reason)


class CommitInDoubtError(StoreUnavailableError):
    """The database went away while it was committing: it may have saved this, or not."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much the store has to do at this moment."""

    waiting: int  # requests that no thread has taken on yet
    connections: int  # in use


class Store(ABC):
    """What services are run through; see `storage.engine.sqlite` and `storage.engine.postgres`."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self._clock = clock

    @abstractmethod
    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned, once it is committed.

        Raises what the service raised (then nothing of it is stored) or `StoreUnavailableError`.
        """

    @abstractmethod
    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read; it sees one consistent state and changes nothing."""

    @abstractmethod
    def load(self) -> Load:
        """Return how much there is to do; asks nobody."""

    @abstractmethod
    async def scrub(self) -> bool:
        """Leave nothing in the database's files of what was just erased or deleted.

        Returns False where others kept the files busy. A server's files are its own to clean.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and give everything back."""


# Postgres' names for a right and for a table that are not there, which is the operator's to mend.
_NO_RIGHT, _NO_TABLE = "42501", "42P01"


def is_the_databases_fault(error: BaseException) -> bool:
    """Tell a database that cannot serve from a statement that it rightly refuses."""
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in {_NO_RIGHT, _NO_TABLE} or not isinstance(
        error, IntegrityError | ProgrammingError | DataError
    )
