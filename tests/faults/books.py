"""What is stored, read beside the program, and what the world does to a database."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import psycopg
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bot.clock import machine_clock
from bot.domain.outbox import EPHEMERAL_KINDS
from storage import ledger, standings
from storage.engine.columns import metadata
from storage.tables.schema import kudos, outbox
from storage.workspaces import get_workspace, save_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.sandbox import Sandbox

Key = TypeVar("Key")
# So many points that no stream of kudos in a test runs out of them.
PEOPLE = ("ada", "bo", "chidi", "dina", "emre", "fatima", "goran", "hana", "mei", "omar")
CHANNELS = ("general", "release", "thanks")
PLENTY = 1_000_000
_BLOCKED = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE NOT granted AND datname = current_database()"
)


class Books:
    """A second way into the app's database."""

    def __init__(self, url: str, team_id: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._team_id = team_id
        self._engine = create_engine(url, poolclass=NullPool)

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        with self._engine.begin() as session:
            yield session

    def counted(self) -> dict[str, int]:
        """Return how many rows each table has, but for what is known of people and channels."""
        with self._session() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table.name not in {"members", "channels", "user_groups"}
            }

    def reasons(self) -> Counter[str]:
        """Return how often each reason is stored, kudos that were taken back included."""
        with self._session() as session:
            return Counter(session.execute(select(kudos.c.reason)).scalars())

    def live_reactions(self) -> Counter[tuple[str, str]]:
        """Return message and giver of every kudos by reaction that stands."""
        statement = select(kudos.c.message_ts, kudos.c.giver_id).where(
            kudos.c.source == "reaction", kudos.c.reversed_at.is_(None)
        )
        with self._session() as session:
            return Counter((row[0], row[1]) for row in session.execute(statement))

    def count(self) -> int:
        """Return how many kudos are stored."""
        with self._session() as session:
            return session.execute(select(func.count()).select_from(kudos)).scalar_one()

    def unsent(self) -> list[tuple[str, str, str | None]]:
        """Return kind, state and last error of every message that is not as it should be."""
        statement = select(outbox.c.kind, outbox.c.state, outbox.c.last_error).where(
            (outbox.c.state != "sent") | (outbox.c.sent_revision != outbox.c.revision)
        )
        with self._session() as session:
            rows = session.execute(statement.where(outbox.c.state != "dropped"))
            return [(row[0], row[1], row[2]) for row in rows]

    def keys_posted(self) -> set[str]:
        """Return the keys of all messages that stand in Slack, as far as the app knows."""
        statement = select(outbox.c.outbox_id).where(
            outbox.c.posted_ts.is_not(None), outbox.c.kind.not_in(sorted(EPHEMERAL_KINDS))
        )
        with self._session() as session:
            return set(session.execute(statement).scalars())

    def described(self, keys: set[str]) -> list[tuple[str, str, int]]:
        """Return kind, state and revision of the messages with these keys."""
        columns = (outbox.c.kind, outbox.c.state, outbox.c.revision)
        with self._session() as session:
            rows = session.execute(select(*columns).where(outbox.c.outbox_id.in_(keys)))
            return [(row[0], row[1], row[2]) for row in rows]

    def let_leases_run_out(self) -> None:
        """Do to what a dead process had claimed what a minute would do."""
        values = {"due_at": machine_clock() - timedelta(seconds=1)}
        with self._session() as session:
            session.execute(outbox.update().where(outbox.c.state == "sending").values(values))

    def give_plenty(self) -> None:
        """Set the allowance as an admin would, so high that it ends no stream."""
        with self._session() as session:
            settings = get_workspace(session, self._team_id).settings
            save_settings(session, self._team_id, replace(settings, allowance=PLENTY))

    def check_sums(self) -> None:
        """Fail unless the ledger, the running totals and the boards tell the same."""
        team_id = self._team_id
        with self._session() as session:
            recounted = _without_zeros(ledger.recount_balances(session, team_id))
            assert recounted == _without_zeros(ledger.stored_balances(session, team_id))
            spent = _without_zeros(ledger.recount_spent(session, team_id))
            assert spent == _without_zeros(ledger.stored_spent(session, team_id))
            assert standings.recount(session, team_id) == standings.stored(session, team_id)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold what every transaction needs: nobody else can commit a kudos meanwhile.

        On Postgres that is the outbox, the last table that a kudos writes to.
        """
        if self.is_sqlite:
            file = sqlite3.connect(make_url(self.url).database or "", isolation_level=None)
            try:
                file.execute("BEGIN IMMEDIATE")
                yield
            finally:
                file.close()
            return
        with psycopg.connect(self._plain_url()) as connection:
            connection.execute("LOCK TABLE outbox IN SHARE MODE")
            yield
            connection.rollback()

    def somebody_waits(self) -> bool:
        """Return whether a transaction waits for a lock; SQLite cannot tell."""
        if self.is_sqlite:
            return True
        with psycopg.connect(self._plain_url()) as connection:
            row = connection.execute(_BLOCKED.encode()).fetchone()
            return bool(row and row[0])

    def _plain_url(self) -> str:
        return self.url.replace("postgresql+psycopg://", "postgresql://")


def _without_zeros(sums: dict[Key, int]) -> dict[Key, int]:
    return {key: points for key, points in sums.items() if points}


def keys_in_slack(slack: Sandbox) -> Counter[str]:
    """Return how often each key stands in Slack, in every channel and every direct message."""
    seen = {}
    for handle in PEOPLE:
        person = slack.person(handle)
        for where in (*CHANNELS, "app"):
            for message in person.sees(where):
                if message.metadata:
                    seen[message.channel_id, message.ts] = message.metadata["event_payload"]["key"]
    return Counter(seen.values())
