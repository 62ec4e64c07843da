"""Behind pgbouncer in transaction mode, where each transaction may be on another connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import pytest

from bot.app import open_store
from bot.clock import machine_clock
from bot.config import read_settings
from storage.engine.migrate import is_current, migrate
from tests.faults.bouncer import (
    LEFT_OUT,
    SERVER_CONNECTIONS,
    Bouncer,
    find_pgbouncer,
    pgbouncer_tests_are_left_out,
)
from tests.faults.workday import THANKED, check_posted_once, everything_sent, posts, thanks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.sandbox import Sandbox
    from storage.engine.store import Connection
    from tests.faults.books import Books
    from tests.faults.process import KudosProcess

pytestmark = pytest.mark.skipif(pgbouncer_tests_are_left_out(), reason=LEFT_OUT)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

PAIRS = (("ada", "bo"), ("chidi", "dina"), ("bo", "ada"), ("dina", "chidi"))


@pytest.fixture(scope="module")
def bouncer(postgres_server: str) -> Iterator[Bouncer]:
    program = find_pgbouncer()
    if program is None:
        pytest.fail("KUDOS_REQUIRE_PGBOUNCER is 1 and there is no pgbouncer on this machine.")
    started = Bouncer(program, postgres_server)
    yield started
    started.end()


@on_postgres
async def test_two_processes_behind_it_lose_and_double_nothing_under_load(
    slack: Sandbox,
    database_url: str,
    bouncer: Bouncer,
    new_process: Callable[..., KudosProcess],
    books: Books,
) -> None:
    address = bouncer.address_of(database_url)
    processes = [await new_process(address).up() for _ in range(2)]
    books.give_plenty()
    message = await slack.person("bo").types("The release is out.", "general")
    await slack.person("ada").reacts("trophy", to=message)
    event = slack.deliveries[-1]
    reasons = [f"part {number} of the work," for number in range(60)]

    async def work(part: int) -> None:
        giver, receiver = PAIRS[part]
        for reason in reasons[part :: len(PAIRS)]:
            reply = await thanks(slack, reason, by=giver, to=receiver)
            assert reply.text.startswith(THANKED), reply.text

    await asyncio.gather(
        *(work(part) for part in range(len(PAIRS))), *(slack.deliver_again(event) for _ in range(3))
    )
    await everything_sent(slack, books)
    assert books.reasons() == dict.fromkeys([*reasons, ""], 1)
    assert [len(posts(slack, reason)) for reason in reasons] == [1] * len(reasons)
    check_posted_once(slack, books)
    books.check_sums()
    assert all(process.is_running for process in processes)
    assert [process for process in processes if "store_unavailable" in process.log()] == []


@on_postgres
async def test_who_waits_for_a_lock_gives_up_in_time_and_leaves_nothing_behind_for_others(
    database_url: str, bouncer: Bouncer
) -> None:
    address = bouncer.address_of(database_url)
    store = open_store(read_settings(_env_file=None, database_url=address), machine_clock)
    many = 2 * SERVER_CONNECTIONS
    told = await asyncio.gather(
        *(store.write(_lock_timeout, None) for _ in range(many)),
        *(store.read(_lock_timeout, None) for _ in range(many)),
    )
    await store.close()
    assert set(told) == {"8s"}
    assert [_told_a_stranger(address) for _ in range(many)] == ["0"] * many


@on_postgres
async def test_without_it_the_time_for_a_lock_is_set_once_for_each_connection(
    database_url: str,
) -> None:
    store = open_store(read_settings(_env_file=None, database_url=database_url), machine_clock)
    assert await store.read(_lock_timeout, None) == await store.write(_lock_timeout, None) == "8s"
    await store.close()


async def test_the_tables_are_made_through_it(postgres_empty: str, bouncer: Bouncer) -> None:
    address = bouncer.address_of(postgres_empty)
    assert not is_current(address)
    for _ in range(2):
        migrate(address)
    assert is_current(address)
    assert is_current(postgres_empty)


def _lock_timeout(connection: Connection, _request: None, _now: datetime) -> str:
    return str(connection.exec_driver_sql("SHOW lock_timeout").scalar_one())


def _told_a_stranger(address: str) -> str:
    plain = address.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain) as connection:
        row = connection.execute("SHOW lock_timeout").fetchone()
    assert row is not None
    return str(row[0])
