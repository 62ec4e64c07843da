"""What Slack tells of late counts on the day on which it was done, and at no absurd moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.periods import PeriodKind, period_of
from bot.domain.schedules import PostNow, ScheduleKind
from bot.sandbox import Sandbox
from bot.services.posts.schedules import post_now
from handlers.giving.workflow_step import with_step
from storage.tables.schema import receipts
from tests.conftest import MANIFEST, running
from tests.watching import (
    app_posts,
    assert_books_agree,
    balances,
    choose,
    live_kudos,
    on_sqlite,
    settled,
    spent,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import KudosApp
    from bot.sandbox.model import Message
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

WEDNESDAY, SUNDAY = date(2026, 11, 18), date(2026, 11, 15)


def _days(connection: Connection, team_id: str, _now: datetime) -> list[date]:
    rows = connection.execute(receipts.select().where(receipts.c.team_id == team_id))
    return sorted(row.given_on for row in rows)


def stamp(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


async def reacts(
    slack: Sandbox, message: Message, at: datetime, *, type_: str = "reaction_added"
) -> None:
    """Deliver that Hana has reacted, or not any more, to a message of Bo's at that moment."""
    event = {
        "type": type_,
        "user": slack.person("hana").id,
        "item_user": message.user_id,
        "reaction": "trophy",
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "event_ts": stamp(at),
    }
    await slack.deliver_event(event)
    await slack.pending()


async def mentions(slack: Sandbox, at: datetime) -> None:
    """Deliver what Hana said to Kudos at that moment."""
    await slack.deliver_event(
        {
            "type": "app_mention",
            "user": slack.person("hana").id,
            "text": f"<@{slack.bot_user_id}> <@{slack.person('bo').id}> for the quick review",
            "channel": slack.channel("general").id,
            "ts": stamp(at),
            "event_ts": stamp(at),
        }
    )
    await slack.pending()


@pytest.mark.parametrize("how", ["reaction", "mention"])
async def test_a_day_late_it_counts_in_the_week_and_the_allowance_of_its_day(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, how: str
) -> None:
    clock.now -= timedelta(days=2)  # a Monday, and it was done on the Sunday before
    hana, bo = slack.person("hana"), slack.person("bo")
    then = clock.now - timedelta(hours=23)
    if how == "reaction":
        await reacts(slack, await bo.types("The release is out"), then)
    else:
        await mentions(slack, then)
    assert await store.read(_days, slack.team_id) == [SUNDAY]
    [(starts_at, points)] = (await spent(store, slack.team_id, hana.id)).items()
    assert (starts_at.date(), points) == (date(2026, 11, 9), 1)
    assert "25" in (await hana.types("/kudos me")).text
    board = (await hana.types("/kudos leaderboard")).text
    assert "Bo" not in board
    await assert_books_agree(store, slack.team_id)


@pytest.mark.parametrize(
    "days", [-400, -3, 0.01, 1, 3650], ids=["years", "long", "soon", "tomorrow", "ahead"]
)
@on_sqlite
async def test_at_an_absurd_moment_it_counts_when_it_is_heard_of(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, days: float
) -> None:
    message = await slack.person("bo").types("The release is out")
    await reacts(slack, message, clock.now + timedelta(days=days))
    await mentions(slack, clock.now + timedelta(days=days))
    assert await store.read(_days, slack.team_id) == [WEDNESDAY] * 2


async def test_what_is_taken_back_late_goes_from_the_day_on_which_it_counted(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now -= timedelta(days=2)
    message = await slack.person("bo").types("The release is out")
    await reacts(slack, message, clock.now - timedelta(hours=23))
    clock.advance(hours=1)
    await reacts(slack, message, clock.now - timedelta(hours=22), type_="reaction_removed")
    assert await live_kudos(store, slack.team_id) == []
    assert list((await spent(store, slack.team_id, slack.person("hana").id)).values()) == [0]
    assert await balances(store, slack.team_id) == {slack.person("bo").id: 0}
    await assert_books_agree(store, slack.team_id)


@on_sqlite
async def test_where_points_roll_over_what_is_late_spends_none_twice(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now -= timedelta(days=2)
    await choose(store, slack.team_id, roll_over_max=10, allowance=5, points_max=15)
    hana = slack.person("hana")
    await reacts(slack, await slack.person("bo").types("Out"), clock.now - timedelta(hours=23))
    [starts_at] = await spent(store, slack.team_id, hana.id)
    assert starts_at.date() == date(2026, 11, 16)
    assert await store.read(_days, slack.team_id) == [SUNDAY]


@on_sqlite
async def test_a_week_that_was_told_of_is_brought_up_to_date(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    clock.now -= timedelta(days=4)  # the Saturday before
    await slack.person("chidi").types("/kudos @ada for untangling the release")
    await settled(store)
    clock.advance(days=2)
    assert period_of(PeriodKind.WEEK, SUNDAY) != period_of(PeriodKind.WEEK, clock.now.date())
    ada = slack.person("ada")
    message = await slack.person("bo").types("The release is out")
    await store.write(post_now, PostNow(slack.team_id, ada.id, ScheduleKind.WEEKLY))
    clock.advance(seconds=1)
    await settled(store)
    post = app_posts(slack, "thanks")[-1]
    assert "Bo" not in post.all_text
    await reacts(slack, message, clock.now - timedelta(hours=23))
    clock.advance(seconds=1)
    await settled(store)
    assert "Bo" in post.all_text


@on_sqlite
async def test_a_step_of_a_workflow_counts_when_it_ran(
    database_url: str, store: Store, clock: Clock, patience: float
) -> None:
    async with (
        Sandbox(with_step(MANIFEST), ack_seconds=patience) as slack,
        running(slack, database_url, clock),
    ):
        given: dict[str, Any] = {"receiver": "bo", "reason": "untangling the release",
                                 "channel": "general"}  # fmt: skip
        await slack.runs_step("give_kudos", given, as_=slack.person("ada"))
        template = next(
            one.payload
            for one in reversed(slack.deliveries)
            if one.payload.get("event", {}).get("type") == "function_executed"
        )
        late = template["event"] | {
            "function_execution_id": "FxLATE",
            "event_ts": stamp(clock.now - timedelta(days=1)),
        }
        await slack.deliver_event(late)
        await slack.pending()
        assert await store.read(_days, slack.team_id) == [date(2026, 11, 17), WEDNESDAY]
