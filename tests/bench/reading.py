"""How reading is measured: against primary-key look-ups, in the same database and in turns.

The store answers both in the same way: a service in its thread, with its one statement or five. The
look-up takes the quickest way to the driver that the tree has, reads plain columns of one row, and
is asked for another person each time. "In the driver alone" are the very statements that a service
ran, with their parameters, over a connection of one's own and without the store.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Engine, bindparam, event, select

from storage.engine import statements
from storage.engine.opening import opened
from storage.tables.schema import allowances, balances, members, standings, workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storage.engine.store import Connection, Store

    Service = Callable[[Connection, Any, datetime], Any]

# A Sunday evening: the last week of a made history is still under way.
NOW = datetime(2026, 11, 15, 20, 0, tzinfo=UTC)
WEEK = "2026-W46"


@dataclass
class Database:
    """A made history, and the store on it."""

    url: str
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the store."""
        self.store = opened(self.url, lambda: NOW)

    async def cold(self) -> None:
        """Open the store anew, and have the file of SQLite forgotten by the system's cache.

        The connection is open already when this returns, with the schema read.
        """
        await self.store.close()
        self.open()
        await self.store.read(look_up, ("TBIG000000", "U00000000"))
        descriptor = os.open(self.url.removeprefix("sqlite:///"), os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


@dataclass(frozen=True)
class Case:
    """Something that is read, and what it is compared with."""

    name: str
    service: Service
    requests: Sequence[Sequence[Any]]  # for each database some, in turns
    floor: Service
    floor_requests: Sequence[Any]


def statement(said: Any) -> Callable[[Connection, dict[str, Any]], Any]:
    """Return what runs a statement in the quickest way that the product has."""
    quick = getattr(statements, "Statement", None)
    if quick is not None:
        made = quick(said)
        first: Callable[[Connection, dict[str, Any]], Any] = made.first
        return first
    return lambda connection, parameters: connection.execute(said, parameters).first()


def _of_person(
    table: Any, *columns: str, **also: str
) -> Callable[[Connection, dict[str, Any]], Any]:
    key = [table.c.team_id == bindparam("team_id")]
    if "user_id" in table.c:
        key.append(table.c.user_id == bindparam("user_id"))
    key += [table.c[name] == value for name, value in also.items()]
    return statement(select(*(table.c[name] for name in columns)).where(*key))


_MEMBER = _of_person(members, "display_name", "time_zone")
_FIVE = (
    _MEMBER,
    _of_person(workspaces, "name", "time_zone"),
    _of_person(balances, "points"),
    _of_person(standings, "givers_count", "points_received", period=WEEK, value=""),
    _of_person(allowances, "spent", starts_at=datetime(2026, 11, 9, tzinfo=UTC)),  # type: ignore[arg-type]
)


def look_up(connection: Connection, request: tuple[str, str], _now: datetime) -> Any:
    """Be the floor: one row by its primary key."""
    return _MEMBER(connection, {"team_id": request[0], "user_id": request[1]})


def look_up_five(connection: Connection, request: tuple[str, str], _now: datetime) -> Any:
    """Be the floor of what needs five of them, each in another table."""
    of_person = {"team_id": request[0], "user_id": request[1]}
    of_team = {"team_id": request[0]}
    return [run(connection, of_team if run is _FIVE[1] else of_person) for run in _FIVE]


@dataclass
class Took:
    """Microseconds of a case and of its floor: for each database, the median of each round."""

    ours: list[list[float]]
    floor: list[list[float]]


async def timed(
    databases: Sequence[Database], cases: Sequence[Case], *, rounds: int, calls: int
) -> dict[str, Took]:
    """Measure cases on databases: case and floor, and the databases, take turns at each call."""
    took: dict[str, Took] = {}
    for number in range(rounds + 1):
        for case in cases:
            ours, floor = await _round(databases, case, calls)
            if not number:  # the first fills caches
                took[case.name] = Took([[] for _ in databases], [[] for _ in databases])
                continue
            for place in range(len(databases)):
                took[case.name].ours[place].append(statistics.median(ours[place]))
                took[case.name].floor[place].append(statistics.median(floor[place]))
    return took


async def _round(
    databases: Sequence[Database], case: Case, calls: int
) -> tuple[list[list[float]], list[list[float]]]:
    requests = [itertools.cycle(each) for each in case.requests]
    floor_requests = itertools.cycle(case.floor_requests)
    ours: list[list[float]] = [[] for _ in databases]
    floor: list[list[float]] = [[] for _ in databases]
    for _ in range(calls):
        of_floor = next(floor_requests)
        for place, database in enumerate(databases):
            floor[place].append(await _one(database.store, case.floor, of_floor))
            ours[place].append(await _one(database.store, case.service, next(requests[place])))
    return ours, floor


async def _one(store: Store, service: Service, request: Any) -> float:
    began = time.perf_counter()
    await store.read(service, request)
    return 1e6 * (time.perf_counter() - began)


async def timed_cold(database: Database, case: Case, *, times: int) -> Took:
    """Measure a case of the last database and its floor, each with nothing of it in memory."""
    ours, floor = [], []
    requests, floor_requests = (
        itertools.cycle(case.requests[-1]),
        itertools.cycle(case.floor_requests),
    )
    for _ in range(times):
        await database.cold()
        floor.append(await _one(database.store, case.floor, next(floor_requests)))
        await database.cold()
        ours.append(await _one(database.store, case.service, next(requests)))
    return Took([ours], [floor])


async def timed_in_driver(database: Database, case: Case, *, rounds: int, calls: int) -> Took:
    """Measure the statements of a case of the last database and of its floor, in the driver."""
    ours = [await _recorded(database.store, case.service, each) for each in case.requests[-1]]
    floor = [await _recorded(database.store, case.floor, each) for each in case.floor_requests]
    run = _driver(database.url)
    took = Took([[]], [[]])
    for number in range(rounds + 1):
        pairs = zip(itertools.cycle(ours), itertools.cycle(floor), strict=False)
        of_round: tuple[list[float], list[float]] = ([], [])
        for one, other in itertools.islice(pairs, calls):
            of_round[1].append(_replayed(run, other))
            of_round[0].append(_replayed(run, one))
        if number:
            took.ours[0].append(statistics.median(of_round[0]))
            took.floor[0].append(statistics.median(of_round[1]))
    return took


async def _recorded(store: Store, service: Service, request: Any) -> list[tuple[str, Any]]:
    """Return the statements that a service runs."""
    found: list[tuple[str, Any]] = []

    def hear(_session: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append((sql, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await store.read(service, request)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    if not found:
        raise RuntimeError("no statement was heard")
    return found


def _driver(url: str) -> Callable[[str, Any], Any]:
    if url.startswith("sqlite"):
        local = sqlite3.connect(url.removeprefix("sqlite:///"))
        return lambda sql, parameters: local.execute(sql, parameters).fetchall()
    remote = psycopg.connect(url.replace("+psycopg", ""), autocommit=True, prepare_threshold=None)
    return lambda sql, parameters: remote.execute(sql, parameters).fetchall()


def _replayed(run: Callable[[str, Any], Any], recorded: list[tuple[str, Any]]) -> float:
    began = time.perf_counter()
    for sql, parameters in recorded:
        run(sql, parameters)
    return 1e6 * (time.perf_counter() - began)


async def closed(databases: Sequence[Database]) -> None:
    """Close the stores."""
    await asyncio.gather(*(database.store.close() for database in databases))
