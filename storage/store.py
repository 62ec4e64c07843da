"""The one door between the asynchronous edge and the synchronous core.

`await store.write(service, request)` opens a transaction, runs the plain function in a worker
thread, commits, and only then lets the caller go on: what a caller has seen is stored.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
)

if TYPE_CHECKING:
    from datetime import datetime

# Core only: the hot path has no use for an identity map, and every statement says its workspace.
Session = Connection

Request = TypeVar("Request")
Result = TypeVar("Result")
Service = Callable[[Session, Request, "datetime"], Result]
Clock = Callable[[], "datetime"]


class StoreUnavailableError(Exception):
    """The database is locked, full, gone, read-only or out of reach, and nothing was saved.

    `str()` says which, in the database's own words; it is for the operator and never for people.
    """


class CommitInDoubtError(StoreUnavailableError):
    """The database went away while it was committing: it may have saved this, or not."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much the store has to do at this moment."""

    waiting: int  # requests that no thread has taken on yet
    connections: int  # in use


class Store(ABC):
    """What services are run through; see `storage.sqlite` and `storage.postgres`."""

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
    async def close(self) -> None:
        """Finish what is under way and give everything back."""


def is_the_databases_fault(error: BaseException) -> bool:
    """Tell a database that cannot serve from a statement that it rightly refuses."""
    return isinstance(error, DBAPIError) and not isinstance(
        error, IntegrityError | ProgrammingError | DataError
    )


def normalised_url(url: str) -> str:
    """Return the URL with the driver that Kudos uses spelled out.

    `postgres://` and `postgresql://`, as hosting providers give them, mean psycopg. Raises
    `ValueError` with a sentence for the operator where the URL is of no database that Kudos knows.
    """
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    try:
        name = make_url(url).drivername
    except ArgumentError:
        name = ""
    if name not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(
            "must begin with sqlite:/// (a file) or postgresql:// (a server), "
            "for example sqlite:////var/lib/kudos/kudos.db"
        )
    if name == "sqlite" and not make_url(url).database:
        raise ValueError("must name a file, for example sqlite:////var/lib/kudos/kudos.db")
    return url
