"""What the people of the demo gave each other before anybody looked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.app import KudosApp, open_store
from bot.demo.history import begin_with_history
from bot.demo.plan import Joined, Plan, Reacted, Thanks, Written
from bot.domain.kudos import Audience, Source
from bot.domain.outbox import OutboxKind
from bot.sandbox import Sandbox, company
from tests.conftest import MANIFEST, settings_for
from tests.watching import (
    all_kudos,
    assert_books_agree,
    calls_of,
    kinds_in_outbox,
    on_sqlite,
    outbox_states,
    spent,
)

if TYPE_CHECKING:
    from bot.demo.plan import Act

LONDON = ZoneInfo("Europe/London")
SUNDAY = datetime(2026, 11, 22, 3, 46, tzinfo=UTC)
# Beginnings and ends of weeks, months and years, both changes of the clocks, a leap day.
MOMENTS = [
    SUNDAY,
    datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
    datetime(2026, 11, 30, 8, 40, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 17, 0, tzinfo=UTC),
]


def given(acts: list[Act]) -> list[Thanks | Joined | Reacted]:
    return [act for act in acts if not isinstance(act, Written)]


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_whenever_it_begins_weeks_of_thanks_lie_behind(now: datetime) -> None:
    acts = Plan(now, LONDON).acts()
    assert acts == sorted(acts, key=lambda act: act.at)
    assert all(act.at < now for act in acts)
    assert now - acts[0].at > timedelta(weeks=7)
    assert 330 <= len(given(acts)) <= 500
    months = Counter(act.at.strftime("%Y-%m") for act in given(acts))
    before = (now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert months[before] >= 100


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_nobody_gives_more_than_a_week_allows_or_thanks_themselves(now: datetime) -> None:
    weeks: Counter[tuple[str, str]] = Counter()
    for act in given(Plan(now, LONDON).acts()):
        week = act.at.strftime("%G-%V")
        if isinstance(act, Thanks):
            assert act.giver not in act.receivers
            assert len(set(act.receivers)) == len(act.receivers)
            weeks[act.giver, week] += act.points * len(act.receivers)
        elif isinstance(act, Joined):
            assert act.giver not in {act.thanks.giver, *act.thanks.receivers}
            weeks[act.giver, week] += len(act.thanks.receivers)
        else:
            assert act.giver != act.message.author
            weeks[act.giver, week] += 1
    assert max(weeks.values()) <= 25


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_no_blank_is_left_in_a_reason(now: datetime) -> None:
    for act in Plan(now, LONDON).acts():
        if isinstance(act, Thanks):
            assert len(act.reason) >= 10
            assert not set(act.reason) & set("{}|")


def test_the_same_moment_gives_the_same_history() -> None:
    assert Plan(SUNDAY, LONDON).acts() == Plan(SUNDAY, LONDON).acts()


@on_sqlite
async def test_the_demo_begins_with_books_that_agree(database_url: str) -> None:
    async with Sandbox(MANIFEST, company()) as slack:
        await slack.move_clock(datetime(2096, 10, 18, 12, tzinfo=UTC))  # a Thursday
        settings = settings_for(slack, database_url)
        store = open_store(settings, slack.now)
        async with KudosApp(settings, store, slack.now):
            await begin_with_history(slack, store)
            stored = await all_kudos(store, slack.team_id)
            # Once only: at the next start there is something already.
            await begin_with_history(slack, store)
            assert len(await all_kudos(store, slack.team_id)) == len(stored)
            await assert_books_agree(store, slack.team_id)
            assert set(await outbox_states(store, slack.team_id)) == {"sent", "dropped"}
            used = await spent(store, slack.team_id, slack.person("grace").id)
            # Nothing of it is told today, and no post of a week that is over comes.
            await slack.pending()
            assert calls_of(slack, "chat.postMessage", "chat.update") == []
            kinds = set(await kinds_in_outbox(store, slack.team_id))
    assert len(used) >= 8
    assert max(used.values()) <= 25
    assert OutboxKind.WEEKLY_POST not in kinds
    assert OutboxKind.MONTHLY_POST not in kinds
    assert {one.source for one in stored} >= {
        Source.COMMAND,
        Source.MODAL,
        Source.REACTION,
        Source.JOINED,
    }
    assert len({user_id for one in stored for user_id in one.receiver_ids}) >= 30
    posted = [one for one in stored if one.audience is Audience.PUBLIC]
    there = {
        (message.channel_id, message.ts)
        for name in Plan.channels()
        for message in slack.channel(name).messages
    }
    assert all((one.channel_id, one.message_ts) in there for one in posted)
