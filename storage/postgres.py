"""Postgres: a pool of connections and as many threads; a lost connection is tried again."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

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
    from psycopg import Connection as DriverConnection
    from sqlalchemy import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

CONNECTIONS = 10
LOCK_SECONDS = 8  # how long to wait for somebody else who holds a lock
TRIES = 6
FIRST_PAUSE_SECONDS = 0.1  # doubled before each further try: about three seconds in all
_IS_SHARED = "kudos_is_shared"
RETRIED_STATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock


class PostgresStore(Store):
    """The store on a Postgres server.

    A service may run more than once before it is committed, also when a commit's answer was lost:
    its natural keys see to it that it counts once.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, clock)
        self._engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            pool_timeout=5,
            hide_parameters=True,  # what people wrote has no place in a log
            # A prepared statement belongs to a session, which pgbouncer does not keep for us.
            connect_args={"connect_timeout": 5, "prepare_threshold": None},
        )
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)
        event.listen(self._engine, "handle_error", _leave_rows_out)
        # All that one service reads is of one moment.
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._under_way = 0  # counted on the event loop alone
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="kudos-store")

    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned, once it is committed."""
        return await self._in_thread(self._engine, service, request)

    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read."""
        return await self._in_thread(self._reading, service, request)

    async def _in_thread(
        self, engine: Engine, service: Service[Request, Result], request: Request
    ) -> Result:
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._run, engine, service, request
            )
        finally:
            self._under_way -= 1

    def _run(self, engine: Engine, service: Service[Request, Result], request: Request) -> Result:
        pause_seconds = FIRST_PAUSE_SECONDS
        for tries_left in reversed(range(TRIES)):
            try:
                with engine.begin() as session:
                    return service(session, request, self._clock())
            except DBAPIError as error:
                if not is_the_databases_fault(error):
                    raise
                if not tries_left or not _may_pass(error):
                    raise StoreUnavailableError(str(error.orig)) from error
            except PoolTimeoutError as error:
                raise StoreUnavailableError(str(error)) from error
            time.sleep(pause_seconds)
            pause_seconds *= 2
        raise AssertionError  # the last try returns or raises

    def load(self) -> Load:
        """Return how many requests wait for a thread, and the connections in use."""
        pool = self._engine.pool
        in_use = pool.checkedout() if isinstance(pool, QueuePool) else 0
        return Load(max(0, self._under_way - CONNECTIONS), in_use)

    async def close(self) -> None:
        """Finish what is under way and close the pool."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


def _set_up(connection: DriverConnection, record: ConnectionPoolEntry) -> None:
    # Postgres itself waits for ever, and nobody would be told.
    record.info[_IS_SHARED] = is_shared = _is_shared(connection)
    if not is_shared:
        connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    connection.commit()


def _begin(session: Session) -> None:
    # What is set for a session would be another program's a moment later, and not ours.
    if session.info[_IS_SHARED]:
        session.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")


def _is_shared(connection: DriverConnection) -> bool:
    """Return whether something like pgbouncer lends us another of its connections each time.

    Then it is not the server's process that has greeted us. It costs one question a connection;
    to set the time-out for each transaction would cost everybody one a transaction.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is None or row[0] != connection.info.backend_pid


def _leave_rows_out(context: ExceptionContext) -> None:
    """Keep what Postgres says is wrong, and not the row that it quotes: this is logged."""
    error, told = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said is not None:
        error.args = (said,)
        if told is not None:
            told.args = (said,)


def _may_pass(error: DBAPIError) -> bool:
    """Tell whether a new try may succeed: a connection was lost, or another was in the way."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state in RETRIED_STATES
