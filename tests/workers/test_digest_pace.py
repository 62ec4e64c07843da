"""Digests in a large workspace: a few at a time, whatever happens, and nobody waits behind them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from bot.domain.digest import BATCH_EVERY, BATCH_MAX
from bot.domain.kudos import Audience, Kudos, Receipt, Source
from bot.domain.members import Member
from bot.domain.outbox import OutboxKind
from bot.domain.workspaces import Workspace, WorkspaceSettings
from bot.services.outbox import outbox as outbox_service
from bot.services.people.members import SeePeople, see_people
from bot.services.posts.schedules import Look, Looked, look
from bot.services.settings.workspaces import see_workspace
from storage.engine.statements import BatchInsert, new_id
from storage.kudos import AccountingPeriod, add_kudos
from storage.tables.schema import outbox
from tests.conftest import running
from tests.watching import app_posts, on_sqlite, settled
from tests.workers.test_digest import FOR, IN_LAGOS, IN_LONDON, IN_TOKYO, comes, states, weeks

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

TEAM = "T0LARGE001"
ZONES = ("Europe/London", "Europe/Lisbon", "Africa/Accra")  # the same hour in November


def user_id(number: int) -> str:
    return f"U0MANY{number:06}"


async def crowd(store: Store, count: int, *, zones: tuple[str, ...] = ZONES) -> None:
    """Store a workspace of so many people, all of whom have thanked each other's neighbours."""
    founded = Workspace(TEAM, "Large", "https://x.example/", "U0BOT", zones[0], WorkspaceSettings())
    await store.write(see_workspace, founded)
    people = tuple(
        Member(TEAM, user_id(n), f"Person {n}", time_zone=zones[n % len(zones)])
        for n in range(count)
    )
    await store.write(see_people, SeePeople(TEAM, people))
    await store.write(_thank_everybody, (TEAM, [member.user_id for member in people]))


def _thank_everybody(connection: Connection, request: tuple[str, list[str]], now: datetime) -> None:
    """Have everybody thanked by the first one, without a message that tells of it."""
    team_id, user_ids = request
    for n in range(0, len(user_ids), 50):
        given = Kudos(
            kudos_id=new_id(now),
            team_id=team_id,
            giver_id=user_ids[0],
            receipts=tuple(Receipt(each, 1) for each in user_ids[n : n + 50]),
            reason="untangling the release",
            value=None,
            source=Source.COMMAND,
            audience=Audience.PUBLIC,
            channel_id="C0GENERAL1",
            message_ts=None,
            emoji=None,
            created_at=now,
            reversed_at=None,
        )
        receipts = BatchInsert()
        add_kudos(connection, receipts, given, f"crowd:{n}", AccountingPeriod(now.date(), now))
        receipts.run(connection)


def _digests(connection: Connection, team_id: str, _now: datetime) -> dict[str, int]:
    """Return how many digests are in each state."""
    rows = connection.execute(
        select(outbox.c.state, func.count())
        .where(outbox.c.team_id == team_id, outbox.c.kind == OutboxKind.PERSONAL_DIGEST)
        .group_by(outbox.c.state)
    )
    return {row[0]: row[1] for row in rows}


def _readers(connection: Connection, team_id: str, _now: datetime) -> list[str]:
    return list(
        connection.execute(
            select(outbox.c.user_id).where(
                outbox.c.team_id == team_id, outbox.c.kind == OutboxKind.PERSONAL_DIGEST
            )
        ).scalars()
    )


async def sent_all(store: Store) -> int:
    """Send what waits, as delivery does, and return how much that was."""
    count = 0
    while claimed := await store.write(outbox_service.claim, None):
        for each in claimed:
            await store.write(outbox_service.note_sent, outbox_service.Sent(each, "D1", "1.1"))
        count += len(claimed)
    return count


async def looked(store: Store) -> Looked:
    return await store.write(look, Look(TEAM))


@pytest.mark.long
async def test_ten_thousand_people_are_told_a_few_at_a_time(store: Store, clock: Clock) -> None:
    count = 10_000 if store.url.startswith("sqlite") else 1_000  # there, each takes longer
    await crowd(store, count)
    clock.now = IN_LONDON
    began_at = clock.now
    batches: list[int] = []
    while (found := await looked(store)).digests_at is not None:
        if len(batches) % 50 == 0:  # too soon for another batch
            assert (await looked(store)).digests_at == found.digests_at
        batches.append(await store.write(_mark_sent, None))
        clock.now = found.digests_at
    batches.append(await store.write(_mark_sent, None))
    assert max(batches) == BATCH_MAX
    assert sum(batches) == count
    readers = await store.read(_readers, TEAM)
    assert len(readers) == len(set(readers)) == count
    assert set((await states(store, TEAM)).values()) == {"done"}
    assert clock.now - began_at <= timedelta(hours=1.5)
    # No more than so many in any minute.
    in_a_minute = int(timedelta(minutes=1) / BATCH_EVERY)
    assert max(sum(batches[n : n + in_a_minute]) for n in range(len(batches))) <= 120


def _mark_sent(connection: Connection, _request: None, now: datetime) -> int:
    """Have it that Slack has taken all that waits; return how much that is."""
    waiting = text("state IN ('waiting', 'sending')")
    return connection.execute(
        outbox.update().where(waiting).values(state="sent", sent_at=now)
    ).rowcount


async def test_while_slack_takes_none_no_more_are_made(store: Store, clock: Clock) -> None:
    await crowd(store, 200)
    clock.now = IN_LONDON
    for _ in range(30):
        found = await looked(store)
        assert found.digests_at is not None
        clock.now = found.digests_at
    assert await store.read(_digests, TEAM) == {"waiting": 2 * BATCH_MAX}
    assert await sent_all(store) == 2 * BATCH_MAX
    await looked(store)
    assert (await store.read(_digests, TEAM))["waiting"] == BATCH_MAX


@pytest.mark.parametrize("at_once", [2, 5])
async def test_several_processes_keep_the_pace_together(
    store: Store, clock: Clock, at_once: int
) -> None:
    await crowd(store, 150)
    clock.now = IN_LONDON
    for batch in range(1, 9):
        await asyncio.gather(*(looked(store) for _ in range(at_once)))
        assert sum((await store.read(_digests, TEAM)).values()) <= batch * BATCH_MAX
        await store.write(_mark_sent, None)
        clock.now += BATCH_EVERY
    readers = await store.read(_readers, TEAM)
    assert len(readers) == len(set(readers)) == 150


@on_sqlite
async def test_people_who_take_no_part_are_passed_over_quickly(store: Store, clock: Clock) -> None:
    await crowd(store, 1)
    idle = tuple(
        Member(TEAM, f"U0IDLE{n:06}", f"Idle {n}", time_zone=ZONES[0]) for n in range(4_000)
    )
    last = Member(TEAM, "U9LAST", "Last", time_zone=ZONES[0])
    await store.write(see_people, SeePeople(TEAM, (*idle, last)))
    await store.write(_thank_everybody, (TEAM, [user_id(0)]))
    clock.now = IN_LONDON
    while (found := await looked(store)).digests_at is not None:
        clock.now = found.digests_at
    assert clock.now - IN_LONDON < timedelta(minutes=2)
    assert await store.read(_readers, TEAM) == [user_id(0)]


async def crowd_in(slack: Sandbox, store: Store, count: int) -> None:
    """Add so many people to the sandbox, all of whom have been thanked."""
    people = [
        slack.add_user({"handle": f"many{n}", "real_name": f"Person {n}", "tz": "Europe/London"})
        for n in range(count)
    ]
    await slack.pending()
    thanked = [slack.person("ada").id, *(person.id for person in people)]
    await store.write(_thank_everybody, (slack.team_id, thanked))


async def test_a_run_goes_on_after_a_restart(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with running(slack, database_url, clock) as app:
        await crowd_in(slack, store, 50)
        await comes(app, store, clock, IN_LONDON)
        assert await store.read(_digests, slack.team_id) == {"sent": BATCH_MAX}
    async with running(slack, database_url, clock) as app:
        await app.look()
        await settled(store)
        assert await store.read(_digests, slack.team_id) == {"sent": BATCH_MAX}  # too soon
        for batch in (1, 2):
            await comes(app, store, clock, IN_LONDON + batch * BATCH_EVERY)
    everybody = [slack.person("ada"), *(slack.person(f"many{n}") for n in range(50))]
    assert [len(weeks(who)) for who in everybody] == [1] * 51
    assert (await states(store, slack.team_id))["Europe/London"] == "done"


async def test_a_kudos_does_not_wait_for_digests(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await crowd_in(slack, store, 100)
    bo, chidi = slack.person("bo"), slack.person("chidi")
    for batch in range(4):
        clock.now = IN_LONDON + batch * BATCH_EVERY
        await app.look()
        await bo.types(f"/kudos @chidi {FOR} {batch}")
        await chidi.sees_soon(lambda one, n=batch: f"release {n}" in one.text)  # type: ignore[misc]
    await settled(store)
    assert len(app_posts(slack, "general")) == 4


async def test_several_processes_send_one_each(
    slack: Sandbox, database_url: str, store: Store, clock: Clock
) -> None:
    async with AsyncExitStack() as stack:
        apps = [
            await stack.enter_async_context(running(slack, database_url, clock)) for _ in range(2)
        ]
        names = ("bo", "chidi", "dina", "goran", "emre", "omar", "mei", "hana")
        everybody = " ".join(f"@{name}" for name in names)
        await slack.person("ada").types(f"/kudos {everybody} {FOR}")
        await settled(store)
        for moment in (IN_TOKYO - timedelta(minutes=1), IN_LAGOS, IN_LONDON):
            clock.now = moment
            for _ in range(5):
                await asyncio.gather(*(each.look() for each in apps * 3))
                await settled(store)
                clock.advance(seconds=10)
        assert [len(weeks(slack.person(name))) for name in ("ada", *names)] == [1] * 9


@on_sqlite
async def test_looking_ahead_is_free_of_writes_when_nothing_is_due(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    for _ in range(3):
        clock.advance(hours=1)
        looked = await store.write(look, Look(slack.team_id))
        assert looked.digests_at is None
    assert await states(store, slack.team_id) == {}
