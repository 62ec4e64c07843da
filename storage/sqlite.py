"""SQLite: one writer thread, requests that wait at the same moment share a commit.

Measured (32 at once, `synchronous=FULL`): a transaction each on one writer thread does half of what
a bare insert loop does; up to 64 waiting requests in one commit do more than the bare loop.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.store import (
    Clock,
    Load,
    Request,
    Result,
    Service,
    Session,
    Store,
    StoreUnavailableError,
    is_the_databases_fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection as DriverConnection

BATCH_MAX = 64  # requests in one commit
BUSY_SECONDS = 8.0  # how long to wait for another process that holds the database's lock
READERS = 4
# With the last one, the ledger's triggers see a row that is replaced, too.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")


class _Write:
    """One request on its way through the writer thread."""

    __slots__ = ("future", "request", "service")

    def __init__(self, service: Service[Any, Any], request: Any) -> None:
        self.service = service
        self.request = request
        self.future: Future[Any] = Future()


class SqliteStore(Store):
    """The store on a SQLite file."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, clock)
        self._path = Path(make_url(url).database or "")
        self._writing = sqlite_engine(url, begin="BEGIN IMMEDIATE", pooled=False)
        self._reading = sqlite_engine(url, begin="BEGIN", pooled=True)
        self._connection: Session | None = None
        self._file_id: tuple[int, int] | None = None
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="kudos-read")
        self._thread = threading.Thread(target=self._run, name="kudos-write", daemon=True)
        self._thread.start()

    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned, once it is committed."""
        write = _Write(service, request)
        self._queue.put(write)
        result: Result = await asyncio.wrap_future(write.future)
        return result

    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._read, service, request
        )

    def load(self) -> Load:
        """Return how many requests wait for the writer, and the connections that read."""
        pool = self._reading.pool
        reading = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return Load(self._queue.qsize(), reading)

    async def close(self) -> None:
        """Finish what waits, then close the file."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        self._reading.dispose()

    def _read(self, service: Service[Request, Result], request: Request) -> Result:
        try:
            with self._reading.begin() as session:
                return service(session, request, self._clock())
        except DBAPIError as error:
            raise StoreUnavailableError(str(error.orig)) from error

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
            # A caller that has gone away meanwhile is left out; from here on it cannot.
            batch = [write for write in batch if write.future.set_running_or_notify_cancel()]
            if batch:
                self._commit_together(batch)
            if is_last:
                break
        self._forget_connection()

    def _commit_together(self, batch: list[_Write]) -> None:
        answers: list[Callable[[], None]] = []
        try:
            session = self._open()
            transaction = session.begin()
            try:
                alone = len(batch) == 1
                answers += [self._run_one(session, write, alone=alone) for write in batch]
                transaction.commit()
            except BaseException:
                transaction.rollback()
                raise
        except _RolledBackAlone as stop:
            answers = [_failing(batch[0], stop.error)]
        except Exception as error:  # noqa: BLE001 - this thread must not end, nor a caller wait on
            # Nothing of the batch is stored, so everybody in it is told so; a refusal among them
            # may have rested on what was rolled back.
            self._forget_connection()
            reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
            answers = [_failing(write, StoreUnavailableError(reason)) for write in batch]
        for answer in answers:
            answer()

    def _run_one(self, session: Session, write: _Write, *, alone: bool) -> Callable[[], None]:
        """Run one service, so that what it raises undoes only its own work."""
        savepoint = None if alone else session.begin_nested()
        try:
            result = write.service(session, write.request, self._clock())
        except Exception as error:
            if is_the_databases_fault(error):
                raise
            # A refusal, or a bug: the caller's to handle.
            if savepoint is None:
                raise _RolledBackAlone(error) from error
            savepoint.rollback()
            return _failing(write, error)
        if savepoint is not None:
            savepoint.commit()
        return lambda: write.future.set_result(result)

    def _open(self) -> Session:
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


class _RolledBackAlone(Exception):  # noqa: N818 - a signal within this module
    """The only request of a batch raised: its transaction is to be rolled back as a whole."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def sqlite_engine(url: str, *, begin: str, pooled: bool) -> Engine:
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
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(session: Session) -> None:
        session.exec_driver_sql(begin)

    return engine


def _failing(write: _Write, error: Exception) -> Callable[[], None]:
    return lambda: write.future.set_exception(error)
