"""What is over is let go of after ninety days, and everything is still right afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from bot.domain.outbox import LASTING_KINDS, PASSING_KINDS, OutboxKind
from bot.domain.personal_data import ErasePerson
from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit.ids import KUDOS_REMOVE
from bot.observability.metrics import Metrics
from bot.services.operations.pruning import (
    DELETED_AT_ONCE,
    PAGE_ROWS,
    LetGo,
    LookThrough,
    find_old,
    let_go,
)
from bot.services.people.erasure import erase
from bot.workers.pruning import BUSY_PAUSE_SECONDS, PAUSE_AFTER_DELETING_SECONDS, Pruning
from storage.engine.columns import metadata
from storage.engine.statements import new_id
from storage.retention import RETENTION
from storage.tables.processes import of_no_workspace
from storage.tables.schema import occurrences, outbox
from tests.patience import WAIT_SECONDS
from tests.watching import (
    all_kudos,
    app_posts,
    assert_books_agree,
    on_sqlite,
    opened,
    settled,
)
from tests.workers.test_digest import IN_LONDON, comes, weeks

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

GIVE = "/kudos @bo +3 for untangling the release"
KEPT = timedelta(days=90)  # as PRIVACY.md promises
JUST_OVER = KEPT + timedelta(days=2)


def pruning(store: Store, pauses: list[float] | None = None) -> Pruning:
    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)
        await asyncio.sleep(0)

    return Pruning(store, Metrics(), sleep)


def _kinds(connection: Connection, team_id: str, _now: datetime) -> Counter[str]:
    counted = select(outbox.c.kind, func.count()).where(outbox.c.team_id == team_id)
    return Counter({row[0]: row[1] for row in connection.execute(counted.group_by(outbox.c.kind))})


def _runs(connection: Connection, team_id: str, _now: datetime) -> set[str]:
    """Return of which kinds times are noted at which something was due."""
    kinds = select(occurrences.c.kind).where(occurrences.c.team_id == team_id)
    return {*connection.execute(kinds).scalars()}


def _note_board(connection: Connection, team_id: str, now: datetime) -> None:
    """Note that a leaderboard was posted, which may still be changed however old it is."""
    of = {"team_id": team_id, "kind": ScheduleKind.WEEKLY, "period": "2026-W47", "place": "C0"}
    connection.execute(
        occurrences.insert(), of | {"slot_at": now, "state": "done", "created_at": now}
    )


def _add_old(connection: Connection, request: tuple[str, int], now: datetime) -> None:
    team_id, count = request
    made_at = now - JUST_OVER
    row = {
        "team_id": team_id,
        "kind": OutboxKind.PERSONAL_DIGEST,
        "channel_id": "U0",
        "fallbacks": [],
        "details": {},
        "state": "sent",
        "revision": 1,
        "sent_revision": 1,
        "attempts": 0,
        "due_at": made_at,
        "created_at": made_at,
    }
    rows = [row | {"outbox_id": new_id(made_at), "key": f"old:{n}"} for n in range(count)]
    connection.execute(outbox.insert(), rows)


async def test_after_ninety_days_all_that_can_still_change_does(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, bo, chidi = (slack.person(name) for name in ("ada", "bo", "chidi"))
    await chidi.types(GIVE)
    given = slack.deliveries[-1]
    await bo.types("/kudos @chidi +2 for the quick review")
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    await store.write(_note_board, slack.team_id)
    assert weeks(ada) or weeks(bo) or weeks(chidi)
    reviewed, untangled = sorted(app_posts(slack, "general"), key=lambda post: post.text)[:2]
    clock.now += JUST_OVER
    board = await ada.types("/kudos leaderboard all")
    history = await ada.types("/kudos history @bo")
    before = await store.read(_kinds, slack.team_id)
    assert before[OutboxKind.PERSONAL_DIGEST]
    assert await store.read(_runs, slack.team_id) == {ScheduleKind.DIGEST, ScheduleKind.WEEKLY}

    rows = await pruning(store).look()

    after = await store.read(_kinds, slack.team_id)
    assert rows >= before[OutboxKind.PERSONAL_DIGEST]
    assert after == Counter({kind: n for kind, n in before.items() if kind in LASTING_KINDS})
    assert await store.read(_runs, slack.team_id) == {ScheduleKind.WEEKLY}
    assert await pruning(store).look() == 0
    await assert_books_agree(store, slack.team_id)
    assert (await ada.types("/kudos leaderboard all")).all_text == board.all_text
    assert (await ada.types("/kudos history @bo")).all_text == history.all_text
    # Slack delivers again, ever so late: nothing is counted or posted twice.
    posts = len(app_posts(slack, "general"))
    await slack.deliver_again(given)
    await settled(store)
    assert len(await all_kudos(store, slack.team_id)) == 2
    assert len(app_posts(slack, "general")) == posts
    # An admin takes back what was given back then, and posts and direct messages tell so.
    await ada.uses_shortcut(KUDOS_REMOVE, on=untangled)
    await opened(ada)
    assert (await ada.submits()).ok
    await settled(store)
    assert "taken back" in untangled.text
    assert "taken back" in bo.direct_messages[0].text
    # Erased, a name goes from what stands there.
    await store.write(erase, ErasePerson(slack.team_id, bo.id))
    await app.look()
    await settled(store)
    assert "Bo" not in reviewed.all_text
    assert "a former colleague" in reviewed.text
    # What is given now can be undone.
    await chidi.types("/kudos @ada for being quick to help")
    await settled(store)
    await pruning(store).look()
    assert (await chidi.types("/kudos undo")).ok
    await settled(store)
    await assert_books_agree(store, slack.team_id)


async def test_what_is_younger_stays(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await slack.person("chidi").types(GIVE)
    await settled(store)
    await comes(app, store, clock, IN_LONDON)
    before = await store.read(_kinds, slack.team_id)
    clock.now += KEPT - timedelta(days=2)
    assert await pruning(store).look() == 0
    assert await store.read(_kinds, slack.team_id) == before


async def test_it_goes_in_small_parts_with_pauses_and_by_several_at_once(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    count = 24 * DELETED_AT_ONCE + 1
    await store.write(_add_old, (slack.team_id, count))
    pauses: list[float] = []
    gone = await asyncio.gather(*(pruning(store, pauses).look() for _ in range(3)))
    assert sum(gone) == count
    assert pauses.count(PAUSE_AFTER_DELETING_SECONDS) >= 25
    assert (await store.read(_kinds, slack.team_id))[OutboxKind.PERSONAL_DIGEST] == 0


async def test_what_is_being_sent_again_stays(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await store.write(_add_old, (slack.team_id, 4))

    def change(connection: Connection, request: tuple[str, dict[str, Any]], _now: datetime) -> None:
        key, values = request
        of_key = (outbox.c.team_id == slack.team_id, outbox.c.key == key)
        connection.execute(outbox.update().where(*of_key).values(values))

    now = clock()
    later: dict[str, Any] = {"state": "waiting", "due_at": now + timedelta(days=1)}
    await store.write(change, ("old:0", later))
    await store.write(change, ("old:1", {"created_at": now}))  # it was wished for again, and sent
    found = await store.read(find_old, LookThrough(slack.team_id, ""))
    assert len(found.old_ids) == 2
    # Between looking and letting go, somebody may change what it tells.
    await store.write(change, ("old:2", later))
    assert await store.write(let_go, LetGo(slack.team_id, found.old_ids)) == 1
    assert await pruning(store).look() == 0


async def test_what_was_wished_again_goes_once_that_wish_is_over_too(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await store.write(_add_old, (slack.team_id, PAGE_ROWS + 1))
    wished = ("old:0", "old:1")

    def enqueue_again(connection: Connection, team_id: str, now: datetime) -> None:
        of_keys = (outbox.c.team_id == team_id, outbox.c.key.in_(wished))
        connection.execute(outbox.update().where(*of_keys).values(created_at=now))

    await store.write(enqueue_again, slack.team_id)
    daily = pruning(store)
    assert await daily.look() == PAGE_ROWS + 1 - len(wished)
    assert await daily.look() == 0
    clock.now += JUST_OVER
    assert await daily.look() == len(wished)


@on_sqlite
async def test_what_is_sent_again_while_others_go_passes_another_day(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await store.write(_add_old, (slack.team_id, PAGE_ROWS))

    def put(connection: Connection, state: str, now: datetime) -> None:
        of_team = (outbox.c.team_id == slack.team_id, outbox.c.key.startswith("old:"))
        due_at = now + timedelta(days=1)
        connection.execute(outbox.update().where(*of_team).values(state=state, due_at=due_at))

    async def sleep(_seconds: float) -> None:
        await store.write(put, "waiting")

    daily = Pruning(store, Metrics(), sleep)
    assert await daily.look() == DELETED_AT_ONCE
    await store.write(put, "sent")
    assert await daily.look() == DELETED_AT_ONCE


@on_sqlite
async def test_it_waits_for_whoever_waits_for_the_database(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    await store.write(_add_old, (slack.team_id, 1))
    begun, done = threading.Event(), threading.Event()
    pauses: list[float] = []

    def hold(_session: Connection, _request: None, _now: datetime) -> None:
        begun.set()
        assert done.wait(WAIT_SECONDS)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        done.set()
        await asyncio.sleep(0.01)

    first = asyncio.create_task(store.write(hold, None))
    await asyncio.to_thread(begun.wait, WAIT_SECONDS)
    second = asyncio.create_task(store.write(hold, None))
    await asyncio.sleep(0)
    assert store.load().waiting
    assert await Pruning(store, Metrics(), sleep).look() == 1
    assert pauses[0] == BUSY_PAUSE_SECONDS
    await asyncio.gather(first, second)


async def test_sizes_are_in_the_metrics(slack: Sandbox, app: KudosApp, store: Store) -> None:
    metrics = Metrics()
    assert "kudos_database_bytes" not in metrics.shown().decode()  # it is not measured yet
    await slack.person("chidi").types(GIVE)
    await settled(store)
    await Pruning(store, metrics).look()
    shown = metrics.shown().decode()
    assert 'kudos_table_rows{table="kudos"} 1.0' in shown
    [size] = [line for line in shown.splitlines() if line.startswith("kudos_database_bytes ")]
    assert float(size.split()[1]) > 100_000


def test_of_every_table_it_is_said_how_long_it_is_kept() -> None:
    tables = {*metadata.tables, *of_no_workspace.tables}
    assert RETENTION.keys() == tables
    assert {name for name, rule in RETENTION.items() if "days" in rule} == {"outbox", "occurrences"}


@pytest.mark.parametrize("kind", OutboxKind)
def test_of_every_message_it_is_said_whether_it_passes(kind: OutboxKind) -> None:
    assert (kind in PASSING_KINDS) != (kind in LASTING_KINDS)
