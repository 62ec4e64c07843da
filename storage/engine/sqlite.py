"""SQLite: one writer thread, requests that wait at the same moment share a commit.

Measured (32 at once, `synchronous=FULL`): a transaction each on one writer thread does half of what
a bare insert loop does; up to 64 waiting requests in one commit do more than the bare loop.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.engine.statements import execute_raw, savepoint
from storage.engine.store import (
    Clock,
    Connection,
    Load,
    Request,
    Result,
    Service,
    Store,
    StoreUnavailableError,
    is_the_databases_fault,
)
from storage.engine.threads import PendingCall, WorkerThreads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection as DriverConnection

BATCH_MAX = 64  # requests in one commit
BUSY_SECONDS = 8.0  # how long to wait for another process that holds the database's lock
READERS = 4
# What is deleted is written over with zeros. With the last one, the ledger's triggers see a row
# that is replaced, too.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "recursive_triggers=ON",
)


class SqliteStore(Store):
    """The store on a SQLite file."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, clock)
        self._path = Path(make_url(url).database or "")
        self._writing = sqlite_engine(url, begin="BEGIN IMMEDIATE", pooled=False)
        self._reading = sqlite_engine(url, begin="BEGIN", pooled=True)
        self._connection: Connection | None = None
        self._file_id: tuple[int, int] | None = None
        self._queue: SimpleQueue[PendingCall | None] = SimpleQueue()
        self._readers = WorkerThreads(READERS, "kudos-read")
        self._thread = threading.Thread(target=self._run, name="kudos-write", daemon=True)
        self._thread.start()

    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned, once it is committed."""
        write = PendingCall(service, request)
        self._queue.put(write)
        result: Result = await write.answered()
        return result

    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read."""
        return await self._readers.run(self._read, service, request)

    def load(self) -> Load:
        """Return how many requests wait for the writer, and the connections that read."""
        pool = self._reading.pool
        reading = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return Load(self._queue.qsize(), reading)

    async def scrub(self) -> bool:
        """Empty the write-ahead log, in which words are that the file itself has no more."""
        return await asyncio.to_thread(self._empty_log)

    def _empty_log(self) -> bool:
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        try:
            with closing(sqlite3.connect(address, timeout=BUSY_SECONDS, uri=True)) as database:
                [is_busy, *_] = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return not is_busy

    async def close(self) -> None:
        """Finish what waits, then close the file."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        await self._readers.close()
        self._reading.dispose()

    def _read(self, read: PendingCall) -> None:
        try:
            with self._reading.begin() as connection:
                read.result = read.service(connection, read.request, self._clock())
        except DBAPIError as error:
            read.error = StoreUnavailableError(str(error.orig))
            read.error.__cause__ = error
        except Exception as error:  # noqa: BLE001 - the caller's to handle
            read.error = error

    def _run(self) -> None:
        """Take what waits, run it, commit it together, and only then answer."""
        while True:
            first = self._queue.get()
            if first is None:
                break
            batch, is_last = [first], False
            with suppress(Empty):
                while len(batch) < BATCH_MAX:
                    write = self._queue.get_nowait()
                    if write is None:
                        is_last = True
                        break
                    batch.append(write)
            # A caller that has gone away meanwhile is left out.
            batch = [write for write in batch if not write.is_given_up]
            if batch:
                self._commit_together(batch)
                PendingCall.answer(batch)
            if is_last:
                break
        self._forget_connection()

    def _commit_together(self, batch: list[PendingCall]) -> None:
        try:
            connection = self._open()
            transaction = connection.begin()
            try:
                is_alone = len(batch) == 1
                for write in batch:
                    self._run_one(connection, write, is_alone=is_alone)
                if is_alone and batch[0].error is not None:
                    transaction.rollback()
                else:
                    transaction.commit()
            except BaseException:
                transaction.rollback()
                raise
        except Exception as error:  # noqa: BLE001 - this thread must not end, nor a caller wait on
            # Nothing of the batch is stored, so everybody in it is told so; a refusal among them
            # may have rested on what was rolled back.
            self._forget_connection()
            reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
            for write in batch:
                write.error = StoreUnavailableError(reason)

    def _run_one(self, connection: Connection, write: PendingCall, *, is_alone: bool) -> None:
        """Run one service, so that what it raises undoes only its own work."""
        try:
            with nullcontext() if is_alone else savepoint(connection):
                write.result = write.service(connection, write.request, self._clock())
        except Exception as error:
            if is_the_databases_fault(error):
                raise
            write.error = error  # a refusal, or a bug: the caller's to handle

    def _open(self) -> Connection:
        """Return the writer's connection; raise if the file is not the one that was opened.

        SQLite goes on writing into a file that somebody has deleted, and all of it would be lost
        at the next start.
        """
        stat = os.stat(self._path)  # noqa: PTH116 - on the hot path
        file_id = (stat.st_dev, stat.st_ino)
        if self._connection is not None and file_id != self._file_id:
            self._forget_connection()
        if self._connection is None:
            self._connection = self._writing.connect()
            self._file_id = file_id
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
        self._connection = None
        self._reading.dispose()


def sqlite_engine(
    url: str, *, begin: str, pooled: bool, pragmas: Sequence[str] = PRAGMAS
) -> Engine:
    """Return an engine whose connections are durable (WAL, FULL) and begin as told."""
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        poolclass=QueuePool if pooled else NullPool,
        hide_parameters=True,  # what people wrote has no place in a log
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: DriverConnection, _record: object) -> None:
        # The driver's own transaction handling would begin deferred, and late.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        execute_raw(connection, begin)

    return engine
