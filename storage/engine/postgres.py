"""Postgres: some threads with a connection each; a lost one is tried again."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.engine.statements import execute_raw
from storage.engine.store import (
    Clock,
    CommitInDoubtError,
    Connection,
    Load,
    Request,
    Result,
    Service,
    Store,
    StoreUnavailableError,
    is_the_databases_fault,
)
from storage.engine.threads import WorkerThreads

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection as DriverConnection
    from sqlalchemy import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

    from storage.engine.threads import PendingCall

CONNECTIONS = 10
CONNECT_ARGS: dict[str, Any] = {
    "connect_timeout": 5,
    # A prepared statement belongs to a connection, which pgbouncer does not keep for us.
    "prepare_threshold": None,
    # Whatever the server or the database has as its own; psycopg reads times in no other style.
    "client_encoding": "utf8",
}
# pgbouncer keeps these two for each of its clients.
_READABLE = "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'"
LOCK_SECONDS = 8  # how long to wait for somebody else who holds a lock
TRIES = 6
FIRST_PAUSE_SECONDS = 0.1  # doubled before each further try: about three seconds in all
_LIMIT = "kudos_lock_limit"
_WRITING = "BEGIN"
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"  # all of it is of one moment
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
            poolclass=NullPool,  # the sessions are kept here
            hide_parameters=True,  # what people wrote has no place in a log
            # What begins a transaction is said below.
            connect_args=CONNECT_ARGS | {"autocommit": True},
        )
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "handle_error", _leave_rows_out)
        self._idle: list[Connection] = []  # the one that was used last is taken first
        self._under_way = 0  # counted on the event loop alone
        self._threads = WorkerThreads(CONNECTIONS, "kudos-store")

    async def write(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service returned, once it is committed."""
        return await self._in_thread(partial(self._run, _WRITING), service, request)

    async def read(self, service: Service[Request, Result], request: Request) -> Result:
        """Return what the service read."""
        return await self._in_thread(partial(self._run, _READING), service, request)

    async def scrub(self) -> bool:
        """Return True: what was erased is in no row, and the files are for the server to clean."""
        return True

    async def _in_thread(
        self,
        how: Callable[[PendingCall], None],
        service: Service[Request, Result],
        request: Request,
    ) -> Result:
        self._under_way += 1
        try:
            return await self._threads.run(how, service, request)
        finally:
            self._under_way -= 1

    def _run(self, begin: str, call: PendingCall) -> None:
        try:
            self._try(begin, call)
        except DBAPIError as error:
            call.error = error
            if is_the_databases_fault(error):
                is_known = begin == _READING or not call.is_in_doubt
                unavailable = StoreUnavailableError if is_known else CommitInDoubtError
                call.error = unavailable(str(error.orig))
                call.error.__cause__ = error
        except Exception as error:  # noqa: BLE001 - the caller's to handle
            call.error = error

    def _try(self, begin: str, call: PendingCall) -> None:
        """Run a service until it is committed; raises what cannot pass, and at last all else."""
        pause_seconds = FIRST_PAUSE_SECONDS
        for tries_left in reversed(range(TRIES)):
            try:
                self._commit(begin, call)
            except DBAPIError as error:
                if error.connection_invalidated:
                    self._forget_sessions()
                if not (tries_left and is_the_databases_fault(error) and _may_pass(error)):
                    raise
            else:
                return
            time.sleep(pause_seconds)
            pause_seconds *= 2

    def _commit(self, begin: str, call: PendingCall) -> None:
        """Run a service in one transaction."""
        is_done = False
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            with connection.begin():
                execute_raw(connection, begin + connection.info[_LIMIT])
                call.result = call.service(connection, call.request, self._clock())
                is_done = True
        except BaseException:
            if connection.invalidated:
                # Whether the server has committed, nobody has heard.
                call.is_in_doubt = call.is_in_doubt or is_done
                connection.close()
            else:
                self._idle.append(connection)
            raise
        self._idle.append(connection)

    def _forget_sessions(self) -> None:
        """Close what is idle: where one connection is lost, the others mostly are as well."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def load(self) -> Load:
        """Return how many requests wait for a thread, and the connections in use."""
        return Load(max(0, self._under_way - CONNECTIONS), min(self._under_way, CONNECTIONS))

    async def close(self) -> None:
        """Finish what is under way and close the connections."""
        await self._threads.close()
        self._forget_sessions()


def _set_up(connection: DriverConnection, record: ConnectionPoolEntry) -> None:
    # Postgres itself waits for a lock for ever, and nobody would be told. Behind something like
    # pgbouncer, what is set for a session would be another program's a moment later, and not ours.
    is_shared = _is_shared(connection)
    record.info[_LIMIT] = f"; SET LOCAL lock_timeout = '{LOCK_SECONDS}s'" if is_shared else ""
    limit = "" if is_shared else f"; SET lock_timeout = '{LOCK_SECONDS}s'"
    connection.execute(_READABLE + limit)


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
