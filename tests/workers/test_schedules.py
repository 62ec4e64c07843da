"""Scheduled posts by the whole app: on time, once, in the right channel; and what if they fail."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.app import KudosApp, open_store
from bot.domain.admin import ChangeSettings
from bot.domain.errors import AlreadyPostedError, NoChannelError, NotAdminError
from bot.domain.personal_data import ErasePerson
from bot.domain.schedules import OccurrenceState, PostNow, ScheduleKind
from bot.services.people.erasure import erase
from bot.services.posts.schedules import post_now, view_schedules
from bot.services.settings.admin import change_settings
from storage.tables.schema import activity, workspaces
from tests.conftest import running, settings_for
from tests.watching import app_posts, failed, on_postgres, on_sqlite, settled

if TYPE_CHECKING:
    from bot.domain.schedules import ScheduleStatus
    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # in London, where most of them live
DECEMBER = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)  # a Tuesday
WEEK = "2026-W47"
ANOTHER_WEEK = "2026-W48"


@pytest.fixture(autouse=True)
async def posted_in_thanks(slack: Sandbox, app: KudosApp, store: Store) -> None:
    """A workspace that posts to #thanks, and in which something was given this week."""
    await change(slack, store, weekly_channel_id=["C0THANKS04"], digest_on="no")
    await slack.person("ada").types("/kudos @bo for untangling the release", in_channel="general")
    await settled(store)


async def change(slack: Sandbox, store: Store, **changes: Any) -> None:
    """Change settings as the owner of the workspace does it in a form."""
    owner = slack.person("fatima").id
    await store.write(change_settings, ChangeSettings(slack.team_id, owner, changes))


async def look(app: KudosApp, store: Store) -> None:
    await app.look()
    await settled(store)


async def status(
    store: Store, slack: Sandbox, kind: ScheduleKind = ScheduleKind.WEEKLY
) -> ScheduleStatus:
    statuses = await store.read(view_schedules, slack.team_id)
    return next(each for each in statuses if each.kind is kind)


def told(slack: Sandbox) -> list[Message]:
    """Return what the owner was told of posts that failed."""
    sent = slack.person("fatima").direct_messages
    return [message for message in sent if "could not post" in message.text]


async def test_the_weekly_post_arrives_at_its_time_and_once(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(seconds=-1)
    await look(app, store)
    assert app_posts(slack, "thanks") == []
    clock.now = MONDAY
    for _ in range(3):
        await look(app, store)
    [post] = app_posts(slack, "thanks")
    assert "Bo" in post.all_text
    for days in (0, 1, 3):
        clock.advance(days=days)
        await look(app, store)
    assert app_posts(slack, "thanks") == [post]
    shown = await status(store, slack)
    assert shown.last is not None
    assert (shown.last.period, shown.last.state) == (WEEK, OccurrenceState.WISHED)
    assert shown.last.link is not None
    assert shown.last.link.endswith(f"C0THANKS04/p{post.ts.replace('.', '')}")
    assert shown.next_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


async def test_the_monthly_post_arrives_on_the_first_working_day(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await change(slack, store, weekly_on="no", monthly_channel_id=["C0THANKS04"])
    clock.now = DECEMBER
    await look(app, store)
    await look(app, store)
    [post] = app_posts(slack, "thanks")
    assert "November 2026" in post.all_text


@on_sqlite
async def test_the_monthly_post_waits_for_the_end_of_a_holiday(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await change(
        slack, store, weekly_on="no", monthly_channel_id=["C0THANKS04"], monthly_country="Portugal"
    )
    clock.now = DECEMBER
    await look(app, store)
    assert app_posts(slack, "thanks") == []
    clock.advance(days=1)
    await look(app, store)
    [post] = app_posts(slack, "thanks")
    assert "November 2026" in post.all_text


async def test_nobody_has_to_look_for_a_post_to_come_on_the_second(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(seconds=-0.5)
    await look(app, store)
    clock.now = MONDAY
    await slack.person("ada").sees_soon(
        lambda message: message.user_id == slack.bot_user_id, where="thanks"
    )


async def test_an_app_that_was_down_makes_up_for_it_when_it_starts(
    slack: Sandbox, database_url: str, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(hours=24)
    async with running(slack, database_url, clock):
        await slack.person("ada").sees_soon(
            lambda message: message.user_id == slack.bot_user_id, where="thanks"
        )


async def test_what_was_missed_for_longer_is_noted_for_the_admins(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(hours=24, seconds=1)
    await look(app, store)
    await look(app, store)
    assert app_posts(slack, "thanks") == []
    [missed] = await store.read(_missed, slack.team_id)
    assert missed == (
        "",
        "weekly",
        {"period": WEEK, "slot_at": MONDAY.isoformat()},
    )
    shown = await status(store, slack)
    assert shown.last is not None
    assert shown.last.state is OccurrenceState.SKIPPED


@on_postgres
async def test_several_processes_that_look_at_the_same_moment_post_once(
    slack: Sandbox, database_url: str, app: KudosApp, store: Store, clock: Clock
) -> None:
    others = [
        KudosApp(
            settings_for(slack, database_url),
            open_store(settings_for(slack, database_url), clock),
            clock,
        )
        for _ in range(2)
    ]
    for each in others:
        await each.__aenter__()
    try:
        for week in range(5):
            clock.now = MONDAY
            clock.advance(weeks=week)
            await asyncio.gather(*[each.look() for each in (app, *others, app, *others)])
            await settled(store)
            assert len(app_posts(slack, "thanks")) == week + 1
    finally:
        for each in others:
            await each.__aexit__()


async def test_a_change_within_a_period_does_not_post_it_again(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    await look(app, store)
    clock.advance(minutes=5)
    await change(slack, store, weekly_weekday="2", weekly_channel_id=["C0GENERAL1"])
    before = len(app_posts(slack, "general"))
    clock.advance(days=2)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1
    assert len(app_posts(slack, "general")) == before
    clock.advance(days=7)
    await look(app, store)
    assert len(app_posts(slack, "general")) == before + 1


async def test_a_time_that_has_just_passed_begins_the_next_week(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 18, 12, 5, tzinfo=UTC)  # a Wednesday
    await change(slack, store, weekly_weekday="2", weekly_time="12:00")
    await look(app, store)
    assert app_posts(slack, "thanks") == []
    clock.advance(days=7)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_what_is_due_when_the_settings_change_is_posted_as_it_was_set(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(seconds=3)
    await change(slack, store, weekly_time="15:00")
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1
    clock.advance(hours=10)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_an_empty_week_is_passed_over_if_admins_want_that(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await change(slack, store, weekly_empty="nothing")
    clock.now = MONDAY
    await look(app, store)
    clock.advance(weeks=1)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1
    shown = await status(store, slack)
    assert shown.last is not None
    assert (shown.last.period, shown.last.state) == (ANOTHER_WEEK, OccurrenceState.EMPTY)
    await change(slack, store, weekly_empty="text")
    clock.advance(weeks=1)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 2


async def test_post_now_makes_up_for_a_post_that_failed_and_posts_no_other_twice(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    owner = slack.person("fatima").id
    asked = PostNow(slack.team_id, owner, ScheduleKind.WEEKLY)
    slack.archive("thanks")
    clock.now = MONDAY
    await look(app, store)
    assert await failed(store, slack.team_id) == [("weekly_post", "is_archived")]
    clock.advance(hours=2)
    await store.write(post_now, asked)
    await look(app, store)
    assert (await status(store, slack)).last.error == "is_archived"  # type: ignore[union-attr]
    assert len(told(slack)) == 2  # who asked for it is told again
    slack.unarchive("thanks")
    posted = await store.write(post_now, asked)
    assert (posted.channel_id, posted.period.key) == ("C0THANKS04", WEEK)
    await look(app, store)
    [post] = app_posts(slack, "thanks")
    with pytest.raises(AlreadyPostedError) as refused:
        await store.write(post_now, asked)
    assert refused.value.link is not None
    assert refused.value.link.endswith(post.ts.replace(".", ""))
    with pytest.raises(NotAdminError):
        await store.write(
            post_now, PostNow(slack.team_id, slack.person("bo").id, ScheduleKind.WEEKLY)
        )
    with pytest.raises(NoChannelError):
        await store.write(post_now, PostNow(slack.team_id, owner, ScheduleKind.MONTHLY))


async def test_post_now_before_its_time_is_the_post_of_that_week(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(hours=-1)
    await store.write(
        post_now, PostNow(slack.team_id, slack.person("fatima").id, ScheduleKind.WEEKLY)
    )
    await look(app, store)
    clock.now = MONDAY
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1
    clock.advance(weeks=1)
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 2


async def test_post_now_makes_up_for_what_was_missed(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    clock.advance(days=2)
    await look(app, store)
    assert app_posts(slack, "thanks") == []
    await store.write(
        post_now, PostNow(slack.team_id, slack.person("fatima").id, ScheduleKind.WEEKLY)
    )
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


async def test_what_is_taken_back_leaves_the_posts_that_told_of_it(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, chidi = slack.person("ada"), slack.person("chidi")
    clock.now = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)  # the week's last minute
    await change(slack, store, undo_minutes="1440", weekly_time="00:01")
    await ada.types("/kudos @chidi for the very last thing of all")
    clock.advance(minutes=5)
    await look(app, store)
    [post] = app_posts(slack, "thanks")
    assert chidi.name in post.all_text
    await ada.types("/kudos undo")
    await settled(store)
    assert app_posts(slack, "thanks") == [post]
    assert chidi.name not in post.all_text
    assert "Bo" in post.all_text


async def test_who_is_erased_leaves_the_posts_that_named_them(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    clock.now = MONDAY
    await look(app, store)
    [post] = app_posts(slack, "thanks")
    assert "Bo" in post.all_text
    await store.write(erase, ErasePerson(slack.team_id, slack.person("bo").id))
    clock.advance(seconds=1)
    await slack.person("ada").types("/kudos @chidi for waking the delivery up")
    await settled(store)
    assert app_posts(slack, "thanks") == [post]
    assert "Bo" not in post.all_text


async def test_one_workspace_that_cannot_be_looked_at_keeps_nobody_from_their_posts(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await store.write(_add_broken_workspace, slack.team_id)
    clock.now = MONDAY
    await look(app, store)
    assert len(app_posts(slack, "thanks")) == 1


def _add_broken_workspace(connection: Connection, team_id: str, _now: datetime) -> None:
    """Stores another workspace, before all others, whose settings cannot be understood."""
    [row] = connection.execute(select(workspaces).where(workspaces.c.team_id == team_id))
    broken = row._asdict() | {
        "team_id": "T0BROKEN",
        "settings": {"weekly_channel_id": "C1", "weekly_time": "at nine"},
    }
    connection.execute(workspaces.insert(), broken)


def _missed(connection: Connection, team_id: str, _now: datetime) -> list[tuple[Any, ...]]:
    of = activity.c
    rows = connection.execute(
        select(of.actor_id, of.subject_id, of.after).where(
            of.team_id == team_id, of.what == "post_missed"
        )
    )
    return [tuple(row) for row in rows]
