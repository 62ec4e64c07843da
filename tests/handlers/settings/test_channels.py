"""Channels that settings and posts refer to: they get another id, or are archived."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import AlreadyPostedError
from bot.domain.kudos import RemoveKudos
from bot.domain.schedules import PostNow, ScheduleKind
from bot.services.giving.removal import remove
from bot.services.posts.schedules import post_now
from bot.services.settings.workspaces import view_workspace
from storage import activity
from tests.watching import (
    app_posts,
    balances,
    choose,
    failed,
    live_kudos,
    on_sqlite,
    settled,
    until,
)

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.domain.admin import Activity
    from bot.domain.workspaces import WorkspaceSettings
    from bot.sandbox import Sandbox
    from storage.engine.store import Connection, Store
    from tests.conftest import Clock

FOR = "for planning the second half"
NEW = "C0LEADS999"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def settings(store: Store, team_id: str) -> WorkspaceSettings:
    return (await store.read(view_workspace, team_id)).settings


def _activities(connection: Connection, team_id: str, _now: datetime) -> list[Activity]:
    return activity.find_page(connection, team_id, skip=0, limit=100)


async def test_settings_follow_a_channel_to_its_new_id(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("leads", "app")
    leads, thanks = slack.channel("leads").id, slack.channel("thanks").id
    await choose(store, slack.team_id, announcement_channel_id=leads, channel_ids=(thanks, leads))
    slack.change_channel_id("leads", NEW)
    await slack.pending()
    changed = await settings(store, slack.team_id)
    assert changed.announcement_channel_id == NEW
    assert changed.channel_ids == (thanks, NEW)


async def test_what_was_posted_before_is_still_updated_and_linked(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("leads", "app")
    ada = slack.person("ada")
    await ada.types(f"/kudos @dina {FOR}", in_channel="leads")
    await settled(store)
    slack.change_channel_id("leads", NEW)
    await slack.pending()
    history = await ada.types("/kudos history")
    assert f"/archives/{NEW}/" in str(history.blocks) + history.text
    await ada.types("/kudos undo", in_channel="leads")
    await settled(store)
    [post] = app_posts(slack, "leads")
    assert post.text == "The thanks from Ada to Dina were taken back."
    assert await failed(store, slack.team_id) == []


async def test_a_week_that_was_posted_is_not_posted_again_under_the_new_id(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada, owner = slack.person("ada"), slack.person("fatima").id
    await choose(store, slack.team_id, weekly_channel_id=slack.channel("thanks").id)
    await ada.types(f"/kudos @dina {FOR}")
    await ada.types(f"/kudos @chidi {FOR}")
    clock.now = MONDAY
    await app.look()
    await settled(store)
    [post] = app_posts(slack, "thanks")
    slack.change_channel_id("thanks", NEW)
    await slack.pending()
    with pytest.raises(AlreadyPostedError) as refused:
        await store.write(post_now, PostNow(slack.team_id, owner, ScheduleKind.WEEKLY))
    assert refused.value.channel_id == NEW
    assert f"/archives/{NEW}/" in (refused.value.link or "")
    assert "Dina" in post.text
    # And it follows what is taken back in that week.
    dina = slack.person("dina").id
    given = await live_kudos(store, slack.team_id)
    [taken] = [each.kudos_id for each in given if dina in each.receiver_ids]
    await store.write(remove, RemoveKudos(slack.team_id, owner, taken))
    await app.look()
    await settled(store)
    [post] = app_posts(slack, "thanks")
    assert "Dina" not in post.text
    assert await failed(store, slack.team_id) == []


async def test_an_emoji_from_before_is_taken_back_after(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    slack.add_to_channel("leads", "app")
    dina, fatima = slack.person("dina"), slack.person("fatima")
    message = await dina.types("The plan is done", in_channel="leads")
    await fatima.reacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    slack.change_channel_id("leads", NEW)
    await slack.pending()
    await slack.person("ada").reacts("trophy", to=message)
    await slack.pending()
    await fatima.unreacts("trophy", to=message)
    await slack.pending()
    await settled(store)
    assert await balances(store, slack.team_id) == {dina.id: 1}
    [reply] = slack.thread("leads", message.ts)  # the same one, brought up to date

    async def is_current() -> bool:
        return "Ada" in reply.text and "Fatima" not in reply.text

    await until(is_current)


async def test_what_was_to_be_announced_in_an_archived_channel_is_posted_where_it_was_given(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    random = slack.channel("random").id
    await choose(store, slack.team_id, announcement_channel_id=random)
    slack.archive("random")
    await slack.pending()
    assert (await settings(store, slack.team_id)).announcement_channel_id is None
    [row] = await store.read(_activities, slack.team_id)
    assert (row.what, row.before, row.after) == ("announcement_channel_id", random, None)
    await slack.person("ada").types(f"/kudos @bo {FOR}")
    await settled(store)
    assert len(app_posts(slack, "general")) == 1
    assert len(await live_kudos(store, slack.team_id)) == 1
    assert await failed(store, slack.team_id) == []


@on_sqlite
async def test_the_end_of_any_other_channel_changes_nothing(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    thanks = slack.channel("thanks").id
    await choose(store, slack.team_id, announcement_channel_id=thanks, channel_ids=(thanks,))
    slack.archive("random")
    slack.archive("release")
    await slack.pending()
    kept = await settings(store, slack.team_id)
    assert (kept.announcement_channel_id, kept.channel_ids) == (thanks, (thanks,))
    slack.archive("thanks")
    await slack.pending()
    # Without it nothing would be left, which would mean that kudos may be given everywhere.
    assert (await settings(store, slack.team_id)).channel_ids == (thanks,)
