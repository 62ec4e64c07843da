"""Weeks begin on the day that admins choose: boards, posts, digests and streaks, at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.settings.settings import Section
from bot.messages.blockkit import ids
from bot.services.boards.weeks import find_weeks_left
from tests.administering import (
    changes,
    home_says,
    opens,
    said,
    sends,
    sent_by,
    settings_of,
    submission,
    with_values,
)
from tests.handlers.boards.test_board_choices import offered
from tests.handlers.boards.test_board_pages import turned
from tests.watching import app_posts, assert_books_agree, choose, settled
from tests.workers.test_digest import FOR, IN_LONDON, WEEK, comes, weeks

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from storage.engine.store import Store
    from tests.conftest import Clock

WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
GIVEN = (
    (datetime(2026, 7, 4, 12, tzinfo=UTC), "emre"),
    (datetime(2026, 11, 1, 12, tzinfo=UTC), "bo"),  # a Sunday
    (datetime(2026, 11, 14, 12, tzinfo=UTC), "bo"),  # a Saturday
    (datetime(2026, 11, 15, 12, tzinfo=UTC), "chidi"),  # a Sunday
    (WEDNESDAY, "dina"),
)
ALL = {"Bo", "Chidi", "Dina", "Emre", "Goran"}


def named(text: str) -> set[str]:
    """Return who of those who were thanked is named in a text."""
    return {name for name in ALL if name in text}


async def gives_for_months(slack: Sandbox, store: Store, clock: Clock) -> None:
    for at, name in GIVEN:
        clock.now = at
        await slack.person("ada").types(f"/kudos @{name} {FOR}")
        await settled(store)


async def begins_on(slack: Sandbox, weekday: str, **chosen: object) -> None:
    """Have an admin choose it in the form."""
    ada = slack.person("ada")
    await opens(ada, Section.WEEKLY)
    assert (await ada.submits({"setting:week_begins": weekday, **chosen})).ok


async def test_boards_streaks_posts_and_digests_go_by_the_day_that_an_admin_chooses(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await gives_for_months(slack, store, clock)
    assert "Weeks begin on Monday." in said(await ada.opens_home())
    before = (await ada.types("/kudos leaderboard last week")).message
    assert before.text.startswith("Most thanked · last week (Nov 9")
    assert named(before.text) == {"Bo", "Chidi"}
    assert "2 weeks in a row" in (await ada.types("/kudos me")).text

    await begins_on(slack, "6", **{"setting:weekly_channel_id": ["thanks"]})
    await home_says(ada, "Weeks begin on Sunday.")
    assert (ada.id, "week_begins", 0, 6) in await changes(store, slack)
    board = (await ada.types("/kudos leaderboard")).message
    assert board.text.startswith("Most thanked · this week (Nov 15")
    assert named(board.text) == {"Chidi", "Dina"}
    assert offered(board, ids.BOARDS_PERIOD)[1].startswith("Last week (Nov 8")
    last = (await ada.types("/kudos leaderboard last week")).message
    assert last.text.startswith("Most thanked · last week (Nov 8")
    assert named(last.text) == {"Bo"}
    assert "3 weeks in a row" in (await ada.types("/kudos me")).text
    # A board of before shows the week it was of, and calls it neither this one nor the last.
    lines = await turned(ada, ids.BOARDS_SIDE, before, chosen="Thanked the most people")
    assert lines[0].startswith("Thanked the most people · Nov 9")
    assert "1. Ada: thanked 2 people, 2 points" in lines
    await assert_books_agree(store, slack.team_id)

    # What is given and taken back from now on counts in both.
    await ada.types(f"/kudos @goran {FOR}")
    await ada.types(f"/kudos @emre {FOR}")
    await ada.types("/kudos undo")
    assert named((await ada.types("/kudos leaderboard")).text) == {"Chidi", "Dina", "Goran"}
    await assert_books_agree(store, slack.team_id)

    # Weeks long ago follow, whoever looks next.
    assert await store.read(find_weeks_left, None) == [slack.team_id]
    clock.now = IN_LONDON - timedelta(minutes=2)
    await ada.types(f"/kudos @emre {FOR}")
    await comes(app, store, clock, IN_LONDON)
    assert await store.read(find_weeks_left, None) == []
    await assert_books_agree(store, slack.team_id)
    [digest] = weeks(ada)
    assert digest.text.startswith("Your week in kudos · Nov 15")
    assert "4 thank-yous given." in digest.all_text
    await ada.types("/kudos undo")
    await settled(store)
    assert "3 thank-yous given." in weeks(ada)[0].all_text
    await comes(app, store, clock, MONDAY)
    [post] = app_posts(slack, "thanks")
    assert "Nov 15" in post.all_text
    assert named(post.all_text) == {"Chidi", "Dina", "Goran"}
    await choose(store, slack.team_id, undo_minutes=10**5)
    await ada.types("/kudos undo")
    await settled(store)
    assert named(app_posts(slack, "thanks")[0].all_text) == {"Chidi", "Dina"}


async def test_no_week_is_posted_twice_when_the_day_changes(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await begins_on(slack, "0", **{"setting:weekly_channel_id": ["thanks"]})
    await gives_for_months(slack, store, clock)
    clock.now = MONDAY
    clock.advance(seconds=3)  # it is due, and nobody has looked yet
    await begins_on(slack, "6")
    await settled(store)
    [post] = app_posts(slack, "thanks")
    assert named(post.all_text) == {"Dina"}
    for weekday in ("1", "2"):  # as also the post's own day changes, within the same week
        await begins_on(slack, "6", **{"setting:weekly_weekday": weekday})
        clock.advance(days=1)
        await comes(app, store, clock, clock.now)
    assert app_posts(slack, "thanks") == [post]
    assert len(weeks(ada)) == 0
    clock.now = datetime(2026, 11, 27, 14, tzinfo=UTC)
    await comes(app, store, clock, clock.now)
    await begins_on(slack, "5")
    for _ in range(3):
        clock.advance(hours=5)
        await comes(app, store, clock, clock.now)
    assert len(weeks(ada)) == 1
    # The next one comes in its time.
    clock.now = datetime(2026, 12, 2, 9, tzinfo=UTC)
    await comes(app, store, clock, clock.now)
    assert len(app_posts(slack, "thanks")) == 2
    assert "Nov 21" in app_posts(slack, "thanks")[1].all_text


async def test_a_digest_names_nobody_twice_in_a_row_when_the_day_changes(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    for number in range(2):
        clock.now = IN_LONDON + number * WEEK - timedelta(hours=1)
        await ada.types(f"/kudos @emre {FOR}")
        if number == 0:
            await slack.person("bo").types(f"/kudos @ada {FOR}")
        await settled(store)
        await comes(app, store, clock, IN_LONDON + number * WEEK)
        await begins_on(slack, "6")
    assert ["You work with Bo" in week.text for week in weeks(ada)] == [True, False]


async def test_who_is_no_admin_cannot_choose_it(
    slack: Sandbox, app: KudosApp, store: Store
) -> None:
    form = await submission(slack, slack.person("ada"), Section.WEEKLY)
    forged = sent_by(with_values(form, week_begins={"value": "6"}), slack.person("bo"))
    answer = await sends(slack, forged)
    assert "admin" in said(answer["view"])
    assert (await settings_of(store, slack)).week_begins == 0
    assert await store.read(find_weeks_left, None) == []
