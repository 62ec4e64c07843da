"""Channels that become private, and posts that are deleted: nothing of them is told elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit import ids
from tests.handlers.boards.test_board_choices import offered
from tests.handlers.posts.test_posts_admin import presses
from tests.watching import app_posts, choose, held, links, on_sqlite, settled
from tests.workers.test_digest import IN_LAGOS, comes, weeks

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = on_sqlite

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
HERON = "for watching the grey heron on the river with us all day"
OTTER = "for following the brown otter up the stream until it was dark"


@pytest.fixture
async def river(slack: Sandbox, app: KudosApp, store: Store) -> str:
    """A public channel in which the app is; what is given there is announced in #thanks."""
    slack.add_to_channel("random", "app")
    thanks = slack.channel("thanks").id
    await choose(
        store,
        slack.team_id,
        announcement_channel_id=thanks,
        weekly_channel_id=thanks,
        monthly_channel_id=thanks,
    )
    return "random"


async def says(slack: Sandbox, store: Store, who: str, text: str, channel: str) -> None:
    """Thank somebody by speaking to Kudos."""
    await slack.person(who).types(f"@kudos {text}", in_channel=channel)
    await slack.pending()
    await settled(store)


async def test_what_is_given_in_a_channel_that_became_private_is_told_there_alone(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    mei = slack.person("mei")
    await says(slack, store, "ada", f"@bo {HERON} #fishing", river)
    assert len(app_posts(slack, "thanks")) == 1
    slack.make_private(river)
    clock.advance(seconds=61)
    await says(slack, store, "chidi", f"@dina {OTTER} #diving", river)
    assert "otter" in app_posts(slack, river)[-1].text
    assert len(app_posts(slack, "thanks")) == 1
    history = [(await mei.types(f"/kudos history @{name}")).all_text for name in ("bo", "dina")]
    board = (await mei.types("/kudos leaderboard")).message
    assert offered(board, ids.BOARDS_VALUE) in ([], ["All values"])
    for value in ("#fishing", "#diving"):
        typed = await mei.types(f"/kudos leaderboard {value}")
        assert "thanked by" not in typed.text
    clock.now = MONDAY
    await app.look()
    await settled(store)
    [_, weekly] = app_posts(slack, "thanks")
    clock.now = DECEMBER
    await app.look()
    await settled(store)
    monthly = app_posts(slack, "thanks")[-1]
    assert monthly is not weekly
    for told in (*history, weekly.all_text, monthly.all_text):
        for hidden in ("heron", "otter", "fishing", "diving", slack.channel(river).id):
            assert hidden not in told
    # Opened again, everybody may read it in Slack too.
    slack.make_private(river, is_private=False)
    clock.advance(seconds=61)
    assert "heron" in (await mei.types("/kudos history @bo")).all_text


async def test_a_copy_that_stands_says_so_as_soon_as_anything_changes(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    await says(slack, store, "ada", f"@bo {HERON}", river)
    [copy], [post] = app_posts(slack, "thanks"), app_posts(slack, river)
    slack.make_private(river)
    clock.advance(seconds=61)
    await slack.person("chidi").presses(ids.KUDOS_JOIN, on=post)
    await settled(store)
    assert copy.text == "These thanks are private now."
    assert "Chidi joined in." in post.text


async def test_while_slack_does_not_say_nothing_is_told_elsewhere(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    slack.faults.next("conversations.info", "http_500", times=100)
    await slack.person("ada").types(f"/kudos @bo {HERON}", in_channel=river)
    await held(store, slack.team_id, 1)
    assert app_posts(slack, "thanks") == []
    assert "heron" not in (await slack.person("mei").types("/kudos history @bo")).all_text
    assert "heron" in (await slack.person("ada").types("/kudos history")).all_text
    slack.faults.clear()
    clock.advance(seconds=61)
    await settled(store)
    assert len(app_posts(slack, "thanks")) == 1
    assert "heron" in (await slack.person("mei").types("/kudos history @bo")).all_text


async def test_an_archived_channel_can_still_be_read_by_everybody(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    await says(slack, store, "ada", f"@bo {HERON}", river)
    slack.archive(river)
    slack.remove_from_channel(river, "app")
    clock.advance(seconds=61)
    assert "heron" in (await slack.person("mei").types("/kudos history @bo")).all_text
    slack.make_private(river)
    clock.advance(seconds=61)
    assert "heron" not in (await slack.person("mei").types("/kudos history @bo")).all_text


async def test_a_post_that_was_deleted_is_neither_quoted_nor_linked(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    chidi = slack.person("chidi")
    await says(slack, store, "ada", f"@bo {OTTER}", river)
    await says(slack, store, "goran", f"@chidi {HERON}", river)
    deleted = app_posts(slack, river)[-1]
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    await client.chat_delete(channel=deleted.channel_id, ts=deleted.ts)  # as moderators can
    await comes(app, store, clock, IN_LAGOS)
    [digest] = weeks(chidi)
    assert "heron" in digest.text  # it is theirs
    clock.now = MONDAY
    await app.look()
    await settled(store)
    weekly = app_posts(slack, "thanks")[-1]
    assert "otter" in weekly.text
    view = await presses(slack.person("ada"), ids.POSTS_PREVIEW, ScheduleKind.WEEKLY)
    assert "otter" in view.all_text
    for told in (weekly, view):
        assert "heron" not in told.all_text
    dead = f"p{deleted.ts.replace('.', '')}"
    for message in (weekly, digest):
        assert not [link for link in links(message) if dead in link]


async def test_whoever_looks_something_up_asks_nothing_while_slack_takes_no_questions(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock, river: str
) -> None:
    await says(slack, store, "ada", f"@bo {HERON}", river)
    clock.advance(seconds=61)
    mei = slack.person("mei")
    slack.faults.next("conversations.info", "ratelimited", retry_after=30)
    for _ in range(3):
        assert "heron" not in (await mei.types("/kudos history @bo")).all_text
    asked = [call for call in slack.calls if call.error == "ratelimited"]
    assert len(asked) == 1
    clock.advance(seconds=30)
    assert "heron" in (await mei.types("/kudos history @bo")).all_text
