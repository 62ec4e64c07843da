"""Fills a database with so many kudos that it shows what a long history costs.

`python -m tests.bench.history --kudos 10000000 URL` makes a hundred workspaces: one of 4,000 people
with a fifth of all kudos, who give 10,000 a week, and ninety-nine small ones. Everything that
giving stores is there, with running totals that agree with the kudos; only the outbox is empty.
A small one of a thousand is compared with a recount by the tests.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from rich.progress import track
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from bot.domain.periods import PeriodKind, period_of
from storage.engine.migrate import migrate
from storage.tables.schema import workspaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = tuple[Any, ...]

LAST_WEEK_ENDS = date(2026, 11, 16)  # a Monday, excluded
BIG_PEOPLE, BIG_SHARE, BIG_A_WEEK = 4_000, 0.2, 10_000
SMALL_PEOPLE, SMALL_WORKSPACES = 160, 99
COLLEAGUES = 40  # whom one person thanks at all
VALUES = ("teamwork", "craft", "care", "courage", "clarity", "curiosity")
ALLOWANCE = 25
BATCH = 20_000
REASON = "thank you for untangling the release with me on a long evening"


def big_team() -> str:
    """Return the id of the workspace of 4,000 people."""
    return "TBIG000000"


class Sink:
    """Where rows go, by the table's name; the columns are those of the first dictionary."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._columns: dict[str, tuple[str, ...]] = {}

    def add(self, table: str, columns: tuple[str, ...], row: Row) -> None:
        """Take a row; it is written with others."""
        self._columns[table] = columns
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) >= BATCH:
            self.flush_all()  # what a row refers to is written before it

    def flush(self, table: str) -> None:
        """Write what waits for a table."""
        rows, self._waiting[table] = self._waiting[table], []
        self.write(table, self._columns[table], rows)

    def flush_all(self) -> None:
        """Write whatever waits."""
        for table in list(self._waiting):
            self.flush(table)

    def write(self, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Write rows in the database's own quickest way."""
        raise NotImplementedError

    def execute(self, statement: str) -> None:
        """Run a statement."""
        raise NotImplementedError

    def close(self) -> None:
        """Commit, and give the connection back."""
        raise NotImplementedError


class SqliteSink(Sink):
    """Rows for a file; it is thrown away if this fails, so nothing is waited for."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")

    def write(self, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        places = ", ".join("?" for _ in columns)
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 - our own names
            (tuple(map(_for_sqlite, row)) for row in rows),
        )

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


class PostgresSink(Sink):
    """Rows for a server, by COPY."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))

    def write(self, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def close(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


class Totals:
    """The running totals of one workspace, counted as the rows go by."""

    def __init__(self, team_id: str, sink: Sink) -> None:
        self._team_id = team_id
        self._sink = sink
        self._counts: dict[str, dict[tuple[str, str], list[int]]] = {}
        self._met: dict[str, set[tuple[str, str, str]]] = {}
        self._pairs: dict[tuple[str, str, str], date] = {}
        self._balances: dict[str, int] = defaultdict(int)

    def count(
        self, giver_id: str, receiver_id: str, points: int, value: str | None, day: date
    ) -> None:
        """Count one kudos to one person."""
        self._balances[receiver_id] += points
        for of_value in ("",) if value is None else ("", value):
            self._pairs[giver_id, receiver_id, of_value] = day
            for kind in PeriodKind:
                self._count_in(period_of(kind, day).key, of_value, giver_id, receiver_id, points)

    def _count_in(self, key: str, value: str, giver_id: str, receiver_id: str, points: int) -> None:
        counts = self._counts.setdefault(key, defaultdict(lambda: [0] * 6))
        met = self._met.setdefault(key, set())
        is_new = (giver_id, receiver_id, value) not in met
        met.add((giver_id, receiver_id, value))
        received, given = counts[receiver_id, value], counts[giver_id, value]
        received[0] += is_new
        received[1] += 1
        received[2] += points
        given[3] += is_new
        given[4] += 1
        given[5] += points

    def close(self, day: date | None = None) -> None:
        """Write the totals of periods that are over on a day; without one, all."""
        over = [key for key in self._counts if day is None or _is_over(key, day)]
        for key in over:
            del self._met[key]
            for (user_id, value), six in sorted(self._counts.pop(key).items()):
                self._sink.add("standings", _STANDINGS, (self._team_id, key, value, user_id, *six))
        if day is None:
            for (giver_id, receiver_id, value), last_on in sorted(self._pairs.items()):
                row = (self._team_id, giver_id, receiver_id, value, last_on)
                self._sink.add("pairs", _PAIRS, row)
            for user_id, points in sorted(self._balances.items()):
                self._sink.add("balances", _BALANCES, (self._team_id, user_id, points))


def _is_over(key: str, day: date) -> bool:
    return key not in {period_of(kind, day).key for kind in PeriodKind}


_STANDINGS = (
    *("team_id", "period", "value", "user_id", "givers_count", "kudos_received"),
    *("points_received", "receivers_count", "kudos_given", "points_given"),
)
_PAIRS = ("team_id", "giver_id", "receiver_id", "value", "last_on")
_BALANCES = ("team_id", "user_id", "points")
_ALLOWANCES = ("team_id", "user_id", "starts_at", "spent")
_KUDOS = (
    *("team_id", "kudos_id", "natural_key", "giver_id", "reason", "value", "source", "audience"),
    *("channel_id", "message_ts", "given_on", "allowance_starts_at", "created_at"),
)
_RECEIPTS = ("team_id", "receiver_id", "kudos_id", "place", "points", "giver_id", "given_on")
_ENTRIES = (
    *("team_id", "entry_id", "user_id", "account", "points", "kudos_id"),
    *("allowance_starts_at", "allowance_label", "created_at"),
)
_MEMBERS = (
    *("team_id", "user_id", "display_name", "time_zone", "locale", "is_bot", "is_deactivated"),
    *("is_external", "is_guest", "is_admin", "preferences", "is_off_boards"),
    *("first_seen_at", "updated_at"),
)
_WORKSPACES = (
    *("team_id", "name", "url", "bot_user_id", "time_zone", "emoji_aliases", "settings"),
    "created_at",
)


def fill(sink: Sink, kudos_total: int, *, seed: int = 1) -> None:
    """Write so many kudos of a hundred workspaces, and everything that follows from them."""
    weeks = max(1, round(kudos_total * BIG_SHARE / BIG_A_WEEK))
    small_a_week = round(kudos_total * (1 - BIG_SHARE) / weeks / SMALL_WORKSPACES)
    big_a_week = round(kudos_total * BIG_SHARE / weeks)
    teams = [(big_team(), BIG_PEOPLE, big_a_week)]
    teams += [(f"T{n:09}", SMALL_PEOPLE, small_a_week) for n in range(SMALL_WORKSPACES)]
    for team_id, people, a_week in track(sorted(teams), "Writing", transient=True):
        _fill_workspace(sink, team_id, people, a_week, weeks, random.Random(f"{seed}{team_id}"))  # noqa: S311 - no secret
    sink.flush_all()


def _fill_workspace(
    sink: Sink, team_id: str, people: int, a_week: int, weeks: int, chance: random.Random
) -> None:
    first = LAST_WEEK_ENDS - timedelta(weeks=weeks)
    began = _moment(first, 0)
    url = f"https://{team_id.lower()}.example.com/"
    sink.add("workspaces", _WORKSPACES, (team_id, team_id, url, "UBOT", "UTC", "{}", "{}", began))
    users = [f"U{number:08}" for number in range(people)]
    for user in users:
        no = (False, False, False, False, False)
        row = (team_id, user, f"Person {user}", "UTC", "en-US", *no, "{}", False, began, began)
        sink.add("members", _MEMBERS, row)
    sink.flush("workspaces")
    sink.flush("members")
    totals = Totals(team_id, sink)
    for week in range(weeks):
        monday = first + timedelta(weeks=week)
        _fill_week(sink, totals, (team_id, users, monday), a_week, chance)
        totals.close(monday + timedelta(weeks=1))
    totals.close()


def _fill_week(
    sink: Sink,
    totals: Totals,
    of: tuple[str, list[str], date],
    a_week: int,
    chance: random.Random,
) -> None:
    team_id, users, monday = of
    starts_at, label = _moment(monday, 0), monday.isoformat()
    spent: dict[str, int] = defaultdict(int)
    for number in range(a_week):
        at = starts_at + timedelta(seconds=number * 604_000 / a_week)
        giver = chance.randrange(len(users))
        step = 1 + int(COLLEAGUES * chance.random() ** 2)  # some colleagues are nearer than others
        giver_id, receiver_id = users[giver], users[(giver + step) % len(users)]
        points = 1 + (chance.random() < 0.2)
        if spent[giver_id] + points > ALLOWANCE:
            continue
        spent[giver_id] += points
        value = chance.choice(VALUES) if chance.random() < 0.3 else None
        kudos_id = f"{int(at.timestamp() * 1000):012x}{chance.getrandbits(80):020x}"
        ts = f"{int(at.timestamp())}.{number % 1_000_000:06}"
        common = (REASON, value, "command", "public", f"C{giver % 50:08}", ts)
        day = at.date()
        sink.add(
            "kudos",
            _KUDOS,
            (team_id, kudos_id, kudos_id, giver_id, *common, day, starts_at, at),
        )
        sink.add("receipts", _RECEIPTS, (team_id, receiver_id, kudos_id, 0, points, giver_id, day))
        given = (f"{kudos_id}:giving:{giver_id}", giver_id, "giving", -points, kudos_id)
        received = (
            f"{kudos_id}:receiving:{receiver_id}",
            receiver_id,
            "receiving",
            points,
            kudos_id,
        )
        sink.add("ledger_entries", _ENTRIES, (team_id, *given, starts_at, label, at))
        sink.add("ledger_entries", _ENTRIES, (team_id, *received, None, None, at))
        totals.count(giver_id, receiver_id, points, value, day)
    for user_id, points in spent.items():
        sink.add("allowances", _ALLOWANCES, (team_id, user_id, starts_at, points))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def make(url: str, kudos_total: int, *, seed: int = 1) -> None:
    """Make the tables in an empty database, and fill them; indexes are made last."""
    migrate(url)
    sink = (
        SqliteSink(url.removeprefix("sqlite:///"))
        if url.startswith("sqlite")
        else PostgresSink(url)
    )
    indexes = list(_indexes(url))
    for name, _ in indexes:
        sink.execute(f"DROP INDEX {name}")
    fill(sink, kudos_total, seed=seed)
    for _, statement in track(indexes, "Indexing", transient=True):
        sink.execute(statement)
    sink.close()


def _indexes(url: str) -> Iterator[tuple[str, str]]:
    """Yield name and statement of every index that is not part of a key."""
    is_sqlite = url.startswith("sqlite")
    dialect = (sqlite if is_sqlite else postgresql).dialect()
    for table in workspaces.metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(index.name), str(CreateIndex(index).compile(dialect=dialect))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="an empty database: sqlite:///… or postgresql+psycopg://…")
    parser.add_argument("--kudos", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    make(asked.url, asked.kudos, seed=asked.seed)


if __name__ == "__main__":
    main()
