"""When and where something is posted by itself: the forms, and what the Home tab says of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.settings.settings import Section
from bot.domain.workdays import Weekend
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, WeeklyPart
from bot.messages.blockkit import ids
from tests.administering import (
    changes,
    everything,
    home_says,
    opens,
    opens_from_home,
    parts,
    said,
    sends,
    settings_of,
    submission,
    with_values,
)
from tests.patience import WAIT_SECONDS
from tests.watching import app_posts, on_sqlite, settled

if TYPE_CHECKING:
    from bot.app import KudosApp
    from bot.sandbox import Sandbox
    from bot.sandbox.model import View
    from storage.engine.store import Store
    from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("app")

NO_CHANNEL = "No channel yet: choose one here, or an announcement channel under Channels."


def channels_in(view: Any) -> list[str]:
    """Return the channels that a view names, in its order."""
    return [part["channel_id"] for part in parts(view) if part.get("type") == "channel"]


def dates_in(view: Any) -> list[datetime]:
    """Return the moments that a view names, in its order."""
    return [
        datetime.fromtimestamp(part["timestamp"], UTC)
        for part in parts(view)
        if part.get("type") == "date"
    ]


async def test_an_admin_says_when_and_where_the_leaderboard_comes_and_sees_the_next_time(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    assert said(await ada.opens_home()).count(NO_CHANNEL) == 2
    await opens(ada, Section.WEEKLY)
    reply = await ada.submits(
        {
            "setting:weekly_channel_id": ["thanks"],
            "setting:weekly_weekday": "1",
            "setting:weekly_time": "08:30",
            "setting:weekly_zone": "new york",
            "setting:weekly_length": "3",
            "setting:weekly_parts": ["values", "board"],
            "setting:weekly_empty": "nothing",
            "setting:weekly_mentions": "yes",
        }
    )
    assert reply.ok
    settings = await settings_of(store, slack)
    thanks = slack.channel("thanks").id
    assert settings.weekly_channel_id == thanks
    assert (settings.weekly_weekday, settings.weekly_time) == (1, "08:30")
    assert settings.weekly_zone == "America/New_York"
    assert settings.weekly_length == 3
    assert settings.weekly_parts == (WeeklyPart.BOARD, WeeklyPart.VALUES)
    assert settings.weekly_empty is EmptyPeriod.NOTHING
    assert settings.weekly_mentions
    await home_says(ada, "Every Tuesday at 8:30\u202fAM (America/New_York) in")
    assert thanks in channels_in(ada.home)
    assert datetime(2026, 11, 24, 13, 30, tzinfo=UTC) in dates_in(ada.home)
    assert said(ada.home).count(NO_CHANNEL) == 1


async def test_the_highlights_can_come_on_any_day_that_every_month_has(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    for day, sentence, comes in (
        ("first_working", "on the first working day at", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("28", "on day 28 at", datetime(2026, 11, 28, 10, tzinfo=UTC)),
        ("last", "on the last day at", datetime(2026, 11, 30, 10, tzinfo=UTC)),
    ):
        await opens(ada, Section.MONTHLY)
        chosen = {
            "setting:monthly_channel_id": ["thanks"],
            "setting:monthly_day": day,
            "setting:monthly_parts": ["picture", "joined"],
        }
        assert (await ada.submits(chosen)).ok, day
        await home_says(ada, f"Every month {sentence} 10:00\u202fAM (Europe/London) in")
        assert comes in dates_in(ada.home), day
    settings = await settings_of(store, slack)
    assert settings.monthly_parts == (MonthlyPart.PICTURE, MonthlyPart.JOINED)


async def test_the_first_working_day_follows_the_country_that_admins_name(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    form = await opens(ada, Section.MONTHLY)
    assert "Leave it empty for United Kingdom" in form.all_text
    first, second = (datetime(2026, 12, day, 10, tzinfo=UTC) for day in (1, 2))
    typed = {"setting:monthly_channel_id": ["thanks"], "setting:monthly_country": "Portugal"}
    assert (await ada.submits(typed)).ok
    settings = await settings_of(store, slack)
    assert (settings.monthly_country, settings.monthly_weekend) == ("PT", Weekend.COUNTRY)
    await home_says(ada, "Every month on the first working day at")
    assert second in dates_in(ada.home), "the first is a holiday there"
    await opens(ada, Section.MONTHLY)
    assert (await ada.submits({"setting:monthly_country": "none"})).ok
    await ada.opens_home()
    assert first in dates_in(ada.home)


async def test_the_digest_is_set_and_switched_off(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    assert "Every Friday at 2:00\u202fPM on each person's own clock" in said(await ada.opens_home())
    await opens(ada, Section.DIGEST)
    assert (await ada.submits({"setting:digest_weekday": "0", "setting:digest_time": "09:15"})).ok
    await home_says(ada, "Every Monday at 9:15\u202fAM on each person's own clock")
    await opens(ada, Section.DIGEST)
    assert (await ada.submits({"setting:digest_on": "no"})).ok
    await home_says(ada, "Off.")
    assert not (await settings_of(store, slack)).digest_on


async def test_without_a_channel_of_its_own_a_post_goes_to_the_announcement_channel(
    slack: Sandbox,
) -> None:
    ada = slack.person("ada")
    form = await opens(ada, Section.WEEKLY)
    assert "There is no announcement channel yet" in form.all_text
    assert "the workspace's, which is Europe/London" in form.all_text
    await opens(ada, Section.CHANNELS)
    assert (await ada.submits({"setting:announcement_channel_id": ["thanks"]})).ok
    await home_says(ada, "Every Monday at 9:00\u202fAM (Europe/London) in")
    form = await opens(ada, Section.MONTHLY)
    assert f"The announcement channel is <#{slack.channel('thanks').id}>" in form.all_text
    assert (await ada.submits({"setting:monthly_channel_id": ["release"]})).ok
    async with asyncio.timeout(WAIT_SECONDS):
        while slack.channel("release").id not in channels_in(ada.home):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await opens(ada, Section.MONTHLY)
    assert (await ada.submits({"setting:monthly_channel_id": []})).ok


WRONG: tuple[tuple[Section, str, Any, str], ...] = (
    (Section.WEEKLY, "weekly_on", None, "This can't be chosen."),
    (Section.WEEKLY, "week_begins", {"value": "1"}, "This can't be chosen."),
    (Section.WEEKLY, "weekly_channel_id", ["C0OLDLNCH6"], "Kudos can't post there."),
    (Section.WEEKLY, "weekly_channel_id", ["C0NOWHERE9"], "Kudos can't post there."),
    (Section.WEEKLY, "weekly_channel_id", ["<!here>"], "Kudos can't post there."),
    (
        Section.WEEKLY,
        "weekly_channel_id",
        ["C0PIXEL007"],
        "This channel is shared with another company, and leaderboards stay inside.",
    ),
    (Section.WEEKLY, "weekly_weekday", {"value": "7"}, "Type a number from 0 to 6."),
    (Section.WEEKLY, "weekly_time", None, "Something is missing here."),
    (Section.WEEKLY, "weekly_time", "25:00", "This can't be chosen."),
    (
        Section.WEEKLY,
        "weekly_zone",
        "Stokholm",
        "I don't know the time zone Stokholm. Did you mean one of these? Europe/Stockholm",
    ),
    (
        Section.WEEKLY,
        "weekly_zone",
        "<!here>",
        "I don't know the time zone <!here>. Type a city's, such as Europe/Berlin.",
    ),
    (
        Section.WEEKLY,
        "weekly_zone",
        "buenos aires",
        "Type one of them: America/Argentina/Buenos_Aires and America/Buenos_Aires",
    ),
    (Section.WEEKLY, "weekly_zone", "x" * 61, "There is room for 60 characters."),
    (Section.WEEKLY, "weekly_length", "2", "Type a number from 3 to 25."),
    (Section.WEEKLY, "weekly_length", "26", "Type a number from 3 to 25."),
    (Section.WEEKLY, "weekly_parts", [], "Tick at least one part, or choose not to post it."),
    (Section.WEEKLY, "weekly_parts", [{"value": "gossip"}], "This can't be chosen."),
    (Section.WEEKLY, "weekly_empty", {"value": "song"}, "This can't be chosen."),
    (Section.WEEKLY, "weekly_mentions", None, "This can't be chosen."),
    (Section.MONTHLY, "monthly_channel_id", ["C0PIXEL007"], "leaderboards stay inside."),
    (Section.MONTHLY, "monthly_day", {"value": "31"}, "This can't be chosen."),
    (Section.MONTHLY, "monthly_day", None, "This can't be chosen."),
    (Section.MONTHLY, "monthly_country", "Atlantis", "I know no holidays of Atlantis."),
    (Section.MONTHLY, "monthly_country", "Portgual", "Did you mean one of these? Portugal"),
    (Section.MONTHLY, "monthly_country", "DE-XX", "I know no holidays of DE-XX."),
    (Section.MONTHLY, "monthly_weekend", {"value": "noon"}, "This can't be chosen."),
    (Section.MONTHLY, "monthly_time", "9", "This can't be chosen."),
    (Section.MONTHLY, "monthly_zone", "EST", "I don't know the time zone EST. Type a city's"),
    (Section.MONTHLY, "monthly_length", "0", "Type a number from 1 to 10."),
    (Section.MONTHLY, "monthly_length", "11", "Type a number from 1 to 10."),
    (Section.MONTHLY, "monthly_parts", [], "Tick at least one part"),
    (Section.DIGEST, "digest_time", "", "Something is missing here."),
    (Section.DIGEST, "digest_weekday", {"value": "-1"}, "Type a number from 0 to 6."),
    (Section.CHANNELS, "announcement_channel_id", ["C0PIXEL007"], "First choose another channel"),
)


async def test_what_cannot_be_taken_is_told_at_its_field(slack: Sandbox, store: Store) -> None:
    ada = slack.person("ada")
    sections = dict.fromkeys(section for section, *_ in WRONG)
    forms = {section: await submission(slack, ada, section) for section in sections}
    before = await everything(store, slack)
    for section, name, value, sentence in WRONG:
        answer = await sends(slack, with_values(forms[section], **{name: value}))
        assert answer["response_action"] == "errors", (name, value)
        assert sentence in answer["errors"][f"setting:{name}"], (name, value)
    assert await everything(store, slack) == before


async def test_kudos_can_be_announced_in_a_shared_channel_where_no_leaderboard_follows(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.WEEKLY)
    assert (await ada.submits({"setting:weekly_channel_id": ["thanks"]})).ok
    await opens(ada, Section.MONTHLY)
    assert (await ada.submits({"setting:monthly_on": "no"})).ok
    await opens(ada, Section.CHANNELS)
    assert (await ada.submits({"setting:announcement_channel_id": ["with-pixel"]})).ok
    shared = slack.channel("with-pixel").id
    assert (await settings_of(store, slack)).announcement_channel_id == shared


@on_sqlite
async def test_the_activity_list_says_what_was_changed_in_plain_words(
    slack: Sandbox, store: Store
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.WEEKLY)
    chosen = {
        "setting:weekly_channel_id": ["thanks"],
        "setting:weekly_time": "08:30",
        "setting:weekly_zone": "Tokyo",
        "setting:weekly_parts": ["board"],
    }
    assert (await ada.submits(chosen)).ok
    await opens(ada, Section.MONTHLY)
    assert (await ada.submits({"setting:monthly_day": "last"})).ok
    view: View = await opens_from_home(ada, ids.ACTIVITY_OPEN, "Activity")
    for line in (
        "Weekly leaderboard, Channel · from the announcement channel to ",
        "Weekly leaderboard, Time · from 9:00\u202fAM to 8:30\u202fAM",
        "Weekly leaderboard, Time zone · from the workspace's to Asia/Tokyo",
        "to Who was thanked by the most people",
        "Monthly highlights, Day · from the first working day to the last day",
    ):
        assert line in said(view.raw), line
    assert len(await changes(store, slack)) == 5


async def test_a_post_that_failed_is_told_where_its_channel_can_be_changed(
    slack: Sandbox, app: KudosApp, store: Store, clock: Clock
) -> None:
    ada = slack.person("ada")
    await opens(ada, Section.WEEKLY)
    assert (await ada.submits({"setting:weekly_channel_id": ["release"]})).ok
    slack.archive("release")
    clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, in London
    await app.look()
    await settled(store)
    await ada.opens_home()
    await home_says(ada, "The last one could not be posted. That channel is archived.")
    assert app_posts(slack, "release") == []
