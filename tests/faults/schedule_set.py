"""A workspace in which something is due at this minute, with thanks of last week and last month."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import machine_clock
from bot.domain.kudos import Audience, GiveKudos, Source
from bot.domain.schedules import ScheduleKind
from bot.services.giving.kudos import give
from storage.engine.opening import opened
from storage.tables.schema import outbox, schedules
from storage.workspaces import get_workspace, save_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.sandbox import Sandbox
    from bot.sandbox.model import Message

GENERAL = "C0GENERAL1"
TITLES = {ScheduleKind.WEEKLY: "Weekly leaderboard", ScheduleKind.MONTHLY: "Highlights"}


async def something_was_given(
    slack: Sandbox, database_url: str, ahead: timedelta = timedelta()
) -> None:
    """Store thanks of a week and of a month ago, which nobody is told of any more."""
    now = machine_clock() + ahead
    days = (now - timedelta(days=now.weekday() + 3), now.replace(day=1) - timedelta(days=10))
    for moment in days:
        store = opened(database_url, lambda moment=moment: moment)  # type: ignore[misc]
        for number, (giver, receiver) in enumerate(
            (("ada", "bo"), ("bo", "chidi"), ("dina", "bo"))
        ):
            request = GiveKudos(
                slack.team_id,
                f"{moment:%Y%m%d}:{number}",
                giver_id=slack.person(giver).id,
                receiver_ids=(slack.person(receiver).id,),
                source=Source.COMMAND,
                audience=Audience.PUBLIC,
                channel_id=GENERAL,
                reason="staying calm while the old printer burned",
            )
            await store.write(_give_unheard, request)
        await store.close()


async def due_now(
    slack: Sandbox, database_url: str, kind: ScheduleKind, ahead: timedelta = timedelta()
) -> datetime:
    """Have a post be due at this very minute, as if it had been set an hour ago.

    Returns the moment, which may also be one ahead of the machine's clock.
    """
    now = machine_clock() + ahead
    store = opened(database_url, lambda: now)
    await store.write(_set_due, (slack.team_id, kind))
    await store.close()
    return now


def _set_due(connection: Connection, request: tuple[str, ScheduleKind], now: datetime) -> None:
    team_id, kind = request
    workspace = get_workspace(connection, team_id)
    off = replace(workspace.settings, weekly_on=False, monthly_on=False, digest_on=False)
    at = f"{now:%H:%M}"
    if kind is ScheduleKind.WEEKLY:
        settings = replace(
            off,
            weekly_on=True,
            weekly_channel_id=GENERAL,
            weekly_weekday=now.weekday(),
            weekly_time=at,
            weekly_zone="UTC",
        )
    else:
        settings = replace(
            off,
            monthly_on=True,
            monthly_channel_id=GENERAL,
            monthly_day=str(now.day),  # a day that no admin can choose, at the end of a month
            monthly_time=at,
            monthly_zone="UTC",
        )
    connection.execute(schedules.delete())
    connection.execute(
        schedules.insert(),
        {"team_id": team_id, "kind": kind, "since": now - timedelta(hours=1)},
    )
    save_settings(connection, team_id, settings)


def _give_unheard(connection: Connection, request: GiveKudos, now: datetime) -> None:
    """Give, and drop what tells of it, before a process that runs could claim it."""
    given = give(connection, request, now)
    of_it = outbox.c.kudos_id == given.kudos.kudos_id
    connection.execute(outbox.update().where(of_it).values(state="dropped"))


def scheduled_posts(slack: Sandbox, kind: ScheduleKind) -> list[Message]:
    """Return the posts of this kind that stand in #general."""
    return [
        message
        for message in slack.channel("general").messages
        if message.bot_id == slack.bot_id and TITLES[kind].lower() in message.all_text.lower()
    ]
