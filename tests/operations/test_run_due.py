"""`kudos run-due`, as cron runs it: real processes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.app import KudosApp, open_store
from bot.clock import machine_clock
from bot.domain.admin import ChangeSettings
from bot.domain.schedules import OccurrenceState, ScheduleKind
from bot.services.boards.weeks import find_weeks_left
from bot.services.posts.schedules import view_schedules
from bot.services.settings.admin import change_settings
from storage.tables.schema import occurrences
from tests.conftest import Clock, running, settings_for
from tests.faults.schedule_set import due_now, scheduled_posts, something_was_given
from tests.programs import environment_for, kudos
from tests.rows import each_row
from tests.watching import app_posts, choose, kinds_in_outbox, on_sqlite, settled

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.sandbox import Sandbox
    from storage.engine.store import Store

AT = "2026-11-23T10:05+01:00"  # five minutes after the time, on a Monday
WEEK = "Nov 16 - 22, 2026"
NAMED = f"Weekly leaderboard, {WEEK}"


@pytest.fixture(autouse=True)
async def something_is_due(slack: Sandbox, database_url: str, clock: Clock, store: Store) -> None:
    """A workspace in which somebody was thanked, and whose app is not running any more."""
    async with running(slack, database_url, clock):
        await choose(store, slack.team_id, weekly_channel_id="C0THANKS04", digest_on=False)
        await slack.person("ada").types("/kudos @bo for untangling the release")
        await settled(store)


async def run_due(
    slack: Sandbox, database_url: str, folder: Path, *words: str
) -> tuple[int, str, str]:
    environment = environment_for(slack, database_url) | {"KUDOS_LOG_LEVEL": "error"}
    del environment["SLACK_APP_TOKEN"]
    ended = await kudos("run-due", *words, home=folder, **environment)
    return ended.code, plain(ended.out), plain(ended.err)


def plain(printed: str) -> str:
    """Return what was printed, with the blanks and dashes that a keyboard has."""
    for special, usual in (("\u2009", " "), ("\u202f", " "), ("\u2013", "-")):
        printed = printed.replace(special, usual)
    return printed.strip()


async def test_what_is_due_is_posted_once_and_the_command_ends(
    slack: Sandbox, database_url: str, tmp_path: Path
) -> None:
    first = await run_due(slack, database_url, tmp_path, "--at", AT)
    assert first == (0, f"{NAMED}: posted in C0THANKS04.", "")
    [post] = app_posts(slack, "thanks")
    assert "Bo" in post.all_text
    again = await run_due(slack, database_url, tmp_path, "--at", AT)
    assert again[0] == 0
    assert again[1].startswith("Nothing is due at Monday, November 23, 2026 at 9:05")
    assert app_posts(slack, "thanks") == [post]


@pytest.mark.parametrize("is_ahead", [False, True])
async def test_several_at_once_beside_the_app_itself_post_once(
    slack: Sandbox, database_url: str, tmp_path: Path, store: Store, is_ahead: bool
) -> None:
    # By the clock of all other processes, which their leases go by: the app finds the post due as
    # well, or not yet, and sends whatever anybody has wished for.
    ahead = _within_today(timedelta(hours=1)) if is_ahead else timedelta()
    await something_was_given(slack, database_url, ahead)
    moment = await due_now(slack, database_url, ScheduleKind.WEEKLY, ahead)
    before = len(app_posts(slack, "general"))
    command = ("--at", moment.isoformat())
    ended = asyncio.gather(*[run_due(slack, database_url, tmp_path, *command) for _ in range(2)])
    settings = settings_for(slack, database_url)
    async with KudosApp(settings, open_store(settings, machine_clock)) as app:
        while not ended.done():
            await app.look()
            await asyncio.sleep(0.1)
        assert [(code, err) for code, _, err in await ended] == [(0, "")] * 2
        await settled(store)
    assert len(scheduled_posts(slack, ScheduleKind.WEEKLY)) == 1
    assert len(app_posts(slack, "general")) == before + 1


@on_sqlite
@each_row(
    ("at", "told"),
    [
        (AT, f"{NAMED}: would go to C0THANKS04. It was due Monday, November 23, 2026 at 9:00"),
        ("2026-11-26", f"{NAMED}: missed. It was due Monday, November 23, 2026 at 9:00"),
        ("2026-11-23T08:59:59", "Nothing is due at Monday, November 23, 2026 at 8:59"),
    ],
)
async def test_a_dry_run_says_what_would_be_done_and_changes_nothing(
    slack: Sandbox, database_url: str, tmp_path: Path, store: Store, at: str, told: str
) -> None:
    before = await kinds_in_outbox(store, slack.team_id)
    for _ in range(2):
        code, out, err = await run_due(slack, database_url, tmp_path, "--dry-run", "--at", at)
        assert (code, err) == (0, "")
        assert out.startswith(told)
    assert app_posts(slack, "thanks") == []
    assert await kinds_in_outbox(store, slack.team_id) == before
    assert (await store.read(view_schedules, slack.team_id))[0].last is None


async def test_weeks_that_begin_on_another_day_are_counted_and_told_of(
    slack: Sandbox, database_url: str, tmp_path: Path, store: Store
) -> None:
    chosen = ChangeSettings(slack.team_id, slack.person("fatima").id, {"week_begins": "6"})
    await store.write(change_settings, chosen)
    told = "Weekly leaderboard, Nov 15 - 21, 2026"
    dry = await run_due(slack, database_url, tmp_path, "--dry-run", "--at", AT)
    assert dry[0] == 0
    assert dry[1].startswith(f"{told}: would go to C0THANKS04.")
    assert await store.read(find_weeks_left, None) == [slack.team_id]
    done = await run_due(slack, database_url, tmp_path, "--at", AT)
    assert done == (0, f"{told}: posted in C0THANKS04.", "")
    [post] = app_posts(slack, "thanks")
    assert "Bo" in post.all_text
    assert await store.read(find_weeks_left, None) == []


def _within_today(ahead: timedelta) -> timedelta:
    """Return at most so much time as leads to two minutes before this day's end.

    With the next day a week begins, and the one before would not have ended yet.
    """
    now = machine_clock()
    end = now.replace(hour=23, minute=58, second=0, microsecond=0)
    return max(timedelta(), min(ahead, end - now))


def _next(kind: ScheduleKind) -> tuple[datetime, str]:
    """Return when the week or month that is under way is told of, and the key of that."""
    now = machine_clock()
    morning = now.replace(hour=10, minute=5)  # an hour after the time, whatever London's clocks are
    if kind is ScheduleKind.MONTHLY:
        first = morning.replace(day=1)
        return (first + timedelta(days=31)).replace(day=1), f"{now:%Y-%m}"
    week = now.isocalendar()
    return morning + timedelta(days=7 - now.weekday()), f"{week.year}-W{week.week:02}"


def _told_of(connection: Connection, request: tuple[str, ScheduleKind], _now: datetime) -> set[str]:
    """Return the periods that were dealt with; of digests, in the workspace's own zone."""
    team_id, kind = request
    asked = select(occurrences.c.period).where(
        occurrences.c.team_id == team_id,
        occurrences.c.kind == kind,
        occurrences.c.place.in_(("C0THANKS04", "Europe/London")),
    )
    return set(connection.execute(asked).scalars())


@on_sqlite
@pytest.mark.parametrize("kind", list(ScheduleKind))
@pytest.mark.parametrize("later", [timedelta(), timedelta(days=3)], ids=["in time", "too late"])
async def test_what_has_not_ended_is_left_to_its_time_and_told_then(
    slack: Sandbox,
    database_url: str,
    tmp_path: Path,
    store: Store,
    kind: ScheduleKind,
    later: timedelta,
) -> None:
    await choose(
        store,
        slack.team_id,
        weekly_on=kind is ScheduleKind.WEEKLY,
        monthly_on=kind is ScheduleKind.MONTHLY,
        monthly_channel_id="C0THANKS04",
        monthly_day="1",
        digest_on=kind is ScheduleKind.DIGEST,
        digest_weekday=0,  # tells of the week that has ended, as the others do
        digest_time="09:00",
    )
    at, period = _next(kind)

    async def told_of() -> set[str]:
        return await store.read(_told_of, (slack.team_id, kind))

    async with running(slack, database_url, Clock(machine_clock()), welcomes=False):
        assert (await slack.person("ada").types("/kudos @bo for untangling the release")).ok
        await settled(store)
    assert period not in await told_of()
    for words in (["--dry-run"], []):
        command = (*words, "--at", (at + later).isoformat())
        code, _, err = await run_due(slack, database_url, tmp_path, *command)
        assert code == 1
        assert "not yet, since it would be marked as done without what is still to come." in err
        assert period not in await told_of()
    async with running(slack, database_url, Clock(at), welcomes=False) as app:
        await app.look()
        await settled(store)
        assert period in await told_of()


@on_sqlite
async def test_what_is_too_late_is_said_and_noted(
    slack: Sandbox, database_url: str, tmp_path: Path, store: Store
) -> None:
    code, out, _ = await run_due(slack, database_url, tmp_path, "--at", "2026-11-24T09:00:01Z")
    assert code == 0
    assert out.startswith(f"{NAMED}: missed.")
    last = (await store.read(view_schedules, slack.team_id))[0].last
    assert last is not None
    assert last.state is OccurrenceState.SKIPPED


async def test_what_slack_refuses_is_said_in_a_sentence(
    slack: Sandbox, database_url: str, tmp_path: Path
) -> None:
    slack.archive("thanks")
    code, out, err = await run_due(slack, database_url, tmp_path, "--at", AT)
    assert (code, out) == (1, "")
    assert err == (
        f"{NAMED}: Slack did not take it in C0THANKS04 (is_archived). An admin is told what to do."
    )
    told = slack.person("fatima").direct_messages + slack.person("ada").direct_messages
    assert [message for message in told if "could not post" in message.text]


@on_sqlite
@each_row("at", ["tomorrow", "", "2026-13-01", "9999-12-31T23:59-12:00"])
async def test_a_time_that_cannot_be_read_is_told_in_a_sentence(
    slack: Sandbox, database_url: str, tmp_path: Path, at: str
) -> None:
    code, out, err = await run_due(slack, database_url, tmp_path, "--at", at)
    assert (code, out) == (2, "")
    assert "is not a time that I can read. Write it like 2026-11-23T09:00" in err
    assert len(err.splitlines()) == 1


@on_sqlite
async def test_without_a_bot_token_it_says_so(
    slack: Sandbox, database_url: str, tmp_path: Path
) -> None:
    ended = await kudos("run-due", home=tmp_path, DATABASE_URL=database_url)
    assert ended.code == 2
    assert ended.err.startswith("SLACK_BOT_TOKEN is missing.")


@on_sqlite
async def test_everybodys_digest_is_sent_before_it_ends(
    slack: Sandbox, database_url: str, tmp_path: Path, store: Store
) -> None:
    await choose(store, slack.team_id, weekly_on=False, digest_on=True)
    friday = "2026-11-20T23:00Z"  # everybody's Friday afternoon is over
    code, out, err = await run_due(slack, database_url, tmp_path, "--dry-run", "--at", friday)
    assert (code, err) == (0, "")
    assert f"Personal digests, {WEEK}: would go to people in Europe/London." in out
    before = len(slack.person("bo").direct_messages)
    code, out, err = await run_due(slack, database_url, tmp_path, "--at", friday)
    assert (code, err) == (0, "")
    assert len(slack.person("bo").direct_messages) == before + 1


@on_sqlite
async def test_the_doctor_tells_of_each_schedule(
    slack: Sandbox, database_url: str, tmp_path: Path
) -> None:
    environment = environment_for(slack, database_url)
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert "✓ Weekly leaderboard: due Monday, " in ended.out
    assert "in C0THANKS04." in ended.out
    assert "✓ Monthly highlights: switched off, or without a channel." in ended.out
    assert "✓ Personal digest: switched off." in ended.out
    slack.archive("thanks")
    await run_due(slack, database_url, tmp_path, "--at", AT)
    ended = await kudos("doctor", home=tmp_path, **environment)
    assert ended.code == 1
    assert (
        f"✗ Weekly leaderboard: the post of {WEEK} could not be posted in C0THANKS04 "
        "(is_archived). Mend that in Slack"
    ) in plain(ended.out)
