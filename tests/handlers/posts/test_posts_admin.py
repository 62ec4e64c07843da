"""Preview and Post now: what an admin sees alone, and what everybody sees then."""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit import ids
from tests.administering import changes, home_says, parts, said, sees_title, sends, settings_of
from tests.watching import app_posts, calls_of, choose, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import View
    from bot.sandbox.people import Person
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("app")

FOR = "for untangling the release"
LAST_WEEK = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)  # a Wednesday
THIS_WEEK = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)


async def gives(slack: Sandbox, store: Store) -> None:
    await slack.person("bo").types(f"/kudos @chidi +1 {FOR} #craft", in_channel="general")
    await settled(store)


async def presses(person: Person, action_id: str, kind: ScheduleKind) -> View:
    """Press one of the two buttons beside a post, and return what opens."""
    await person.opens_home()
    await home_says(person, "Weekly leaderboard")
    assert person.home is not None
    before = person.open_view
    await person.presses(action_id, on=person.home, value=kind)
    return await person.sees_view_soon(
        lambda view: view is not before and "One moment" not in view.all_text
    )


async def test_an_admin_sees_alone_what_the_week_will_tell(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    clock.now = LAST_WEEK
    await gives(slack, store)
    clock.now = THIS_WEEK
    ada = slack.person("ada")
    posts = len(calls_of(slack, "chat.postMessage"))
    view = await presses(ada, ids.POSTS_PREVIEW, ScheduleKind.WEEKLY)
    assert view.raw["title"]["text"] == "Preview"
    assert "Only you see this. It covers Nov 9\u2009\u2013\u200915, 2026." in view.all_text
    assert "Weekly leaderboard" in view.all_text
    assert "Chidi" in view.all_text
    assert "untangling the release" in view.all_text
    assert not [part for part in parts(view.raw["blocks"]) if "action_id" in part]
    assert len(calls_of(slack, "chat.postMessage")) == posts
    assert await changes(store, slack) == []


async def test_in_a_first_week_the_preview_tells_of_what_there_is(
    slack: Sandbox, store: Store
) -> None:
    await gives(slack, store)
    ada = slack.person("ada")
    view = await presses(ada, ids.POSTS_PREVIEW, ScheduleKind.WEEKLY)
    assert "so far, since nothing was given before." in view.all_text
    assert "Chidi" in view.all_text


async def test_where_nothing_was_given_the_preview_shows_the_friendly_text(slack: Sandbox) -> None:
    for kind in (ScheduleKind.WEEKLY, ScheduleKind.MONTHLY):
        ada = slack.person("ada")
        view = await presses(ada, ids.POSTS_PREVIEW, kind)
        assert "Only you see this." in view.all_text
        await ada.closes()


async def test_the_preview_of_a_month_shows_its_picture(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    await gives(slack, store)
    clock.now = NEXT_MONTH
    ada = slack.person("ada")
    for _ in range(2):
        view = await presses(ada, ids.POSTS_PREVIEW, ScheduleKind.MONTHLY)
        assert "Only you see this. It covers November 2026." in view.all_text
        assert "Highlights of the month" in view.all_text
        [picture] = [part for part in parts(view.raw["blocks"]) if part.get("type") == "image"]
        assert picture["alt_text"]
        assert "If the picture of the month stays empty here" in view.all_text
        await ada.closes()
    assert len(calls_of(slack, "files.completeUploadExternal")) == 1, "the same picture again"


async def test_without_the_permission_the_preview_says_that_the_picture_comes_with_the_post(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    await gives(slack, store)
    clock.now = NEXT_MONTH
    slack.faults.next("files.getUploadURLExternal", "error", error="missing_scope")
    view = await presses(slack.person("ada"), ids.POSTS_PREVIEW, ScheduleKind.MONTHLY)
    assert "The picture of the month is not shown here" in view.all_text
    assert "Highlights of the month" in view.all_text
    assert [part for part in parts(view.raw["blocks"]) if part.get("type") == "image"] == []


async def test_a_preview_hides_what_the_post_hides(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, amounts_hidden=True, boards_shown=False)
    clock.now = LAST_WEEK
    await gives(slack, store)
    clock.now = THIS_WEEK
    view = await presses(slack.person("ada"), ids.POSTS_PREVIEW, ScheduleKind.WEEKLY)
    assert "point" not in view.all_text
    assert "leaderboard" not in view.all_text.lower()
    assert "untangling the release" in view.all_text


async def test_post_now_posts_once_and_says_so_when_asked_again(
    slack: Sandbox, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, weekly_channel_id=slack.channel("thanks").id)
    clock.now = LAST_WEEK
    await gives(slack, store)
    clock.now = THIS_WEEK
    ada, fatima = slack.person("ada"), slack.person("fatima")
    view = await presses(ada, ids.POSTS_NOW, ScheduleKind.WEEKLY)
    assert "Last week's leaderboard is on its way to" in view.all_text
    await settled(store)
    [post] = app_posts(slack, "thanks")
    assert "Chidi" in post.all_text
    view = await presses(fatima, ids.POSTS_NOW, ScheduleKind.WEEKLY)
    assert "Last week's leaderboard is in" in view.all_text
    links = [part["url"] for part in parts(view.raw["blocks"]) if part.get("type") == "link"]
    assert links == [f"{slack.url}/archives/{post.channel_id}/p{post.ts.replace('.', '')}"]
    await settled(store)
    assert app_posts(slack, "thanks") == [post]
    posted = [change for change in await changes(store, slack) if change[1] == "post_now"]
    assert [actor_id for actor_id, *_ in posted] == [ada.id]
    view = await opens_activity(fatima)
    assert "Weekly leaderboard posted by hand · Nov 9\u2009\u2013\u200915, 2026" in said(view.raw)


async def opens_activity(person: Person) -> View:
    await person.closes()
    assert person.home is not None
    await person.presses(ids.ACTIVITY_OPEN, on=person.home)
    return await sees_title(person, "Activity")


async def test_a_double_click_posts_once(slack: Sandbox, store: Store) -> None:
    await choose(store, slack.team_id, announcement_channel_id=slack.channel("thanks").id)
    press = await pressed(slack, slack.person("ada"), ScheduleKind.MONTHLY)
    await asyncio.gather(*(sends(slack, copy.deepcopy(press)) for _ in range(5)))
    await settled(store)
    await slack.pending()
    assert len(app_posts(slack, "thanks")) == 1


async def pressed(slack: Sandbox, person: Person, kind: ScheduleKind) -> dict[str, Any]:
    """Press Post now, and return what Slack sent for it."""
    await presses(person, ids.POSTS_NOW, kind)
    return next(
        delivery.payload
        for delivery in reversed(slack.deliveries)
        if (delivery.payload.get("actions") or [{}])[0].get("action_id") == ids.POSTS_NOW
    )


async def test_slack_asks_before_it_posts(slack: Sandbox) -> None:
    home = await slack.person("ada").opens_home()
    buttons = [part for part in parts(home) if part.get("action_id") == ids.POSTS_NOW]
    assert [button["value"] for button in buttons] == ["weekly", "monthly"]
    assert [button["confirm"]["title"]["text"] for button in buttons] == [
        "Post last week's leaderboard now?",
        "Post last month's highlights now?",
    ]


async def test_without_a_channel_the_admin_is_told_what_to_do(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    for kind, row in (
        (ScheduleKind.WEEKLY, "Weekly leaderboard"),
        (ScheduleKind.MONTHLY, "Monthly highlights"),
    ):
        view = await presses(ada, ids.POSTS_NOW, kind)
        assert f"press Change beside {row}." in view.all_text
        await ada.closes()
    assert await changes(store, slack) == []


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ("old-launch", "perhaps it is archived, or Kudos is not in it"),
        ("with-pixel", "is shared with another company, and leaderboards stay inside"),
    ],
)
async def test_where_nothing_may_be_posted_nothing_is(
    slack: Sandbox, store: Store, channel: str, sentence: str
) -> None:
    await choose(store, slack.team_id, weekly_channel_id=slack.channel(channel).id)
    view = await presses(slack.person("ada"), ids.POSTS_NOW, ScheduleKind.WEEKLY)
    assert sentence in view.all_text
    await settled(store)
    assert app_posts(slack, channel) == []
    assert await changes(store, slack) == []


async def test_somebody_without_rights_sees_no_preview_and_posts_nothing(
    slack: Sandbox, store: Store
) -> None:
    await choose(store, slack.team_id, weekly_channel_id=slack.channel("thanks").id)
    await gives(slack, store)
    ada = slack.person("ada")
    await ada.opens_home()
    ada.user.is_admin = False  # and the app has heard of no event
    for action_id in (ids.POSTS_PREVIEW, ids.POSTS_NOW):
        assert ada.home is not None
        await ada.presses(action_id, on=ada.home, value=ScheduleKind.WEEKLY)
        view = await ada.sees_view_soon(lambda view: "Only admins" in view.all_text)
        assert "Chidi" not in view.all_text
        await ada.closes()
    await settled(store)
    assert app_posts(slack, "thanks") == []


@on_sqlite
async def test_a_button_that_was_tampered_with_does_nothing(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    press = await pressed(slack, ada, ScheduleKind.WEEKLY)
    await ada.closes()
    for value in ("digest", "", "yearly", None):
        forged = copy.deepcopy(press)
        forged["actions"][0]["value"] = value
        forged["trigger_id"] = await fresh_trigger(slack, ada)
        await sends(slack, forged)
        await ada.sees_view_soon(lambda view: "This form is out of date." in view.all_text)
        await ada.closes()
    assert await changes(store, slack) == []


async def fresh_trigger(slack: Sandbox, person: Person) -> str:
    """Return one with which a modal can be opened."""
    await person.types("/kudos help")
    trigger: str = slack.deliveries[-1].payload["trigger_id"]
    return trigger


async def test_a_post_that_could_not_be_posted_is_posted_by_hand_elsewhere(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    await choose(store, slack.team_id, weekly_channel_id=slack.channel("release").id)
    await gives(slack, store)
    slack.archive("release")
    clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, in London
    await app.look()
    await settled(store)
    assert (await settings_of(store, slack)).weekly_channel_id == slack.channel("release").id
    await choose(store, slack.team_id, weekly_channel_id=slack.channel("thanks").id)
    await asyncio.sleep(1.1)  # the app knows the settings as they were at most a second ago
    await presses(slack.person("ada"), ids.POSTS_NOW, ScheduleKind.WEEKLY)
    await settled(store)
    [post] = app_posts(slack, "thanks")
    assert "Chidi" in post.all_text
