"""Channels whose id changes: everything that Slack told under the old one goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.outbox import OutboxKind
from bot.domain.schedules import POSTED_KINDS, ScheduleKind
from storage.schedules import key_of
from storage.tables.schema import channels, kudos, occurrences, outbox, reactions

if TYPE_CHECKING:
    from storage.engine.store import Connection


def move_channel(connection: Connection, team_id: str, *, old_id: str, new_id: str) -> None:
    """Have what was said in a channel found under its new id."""
    # Whether everybody may read it may have changed with it: Slack is asked again.
    connection.execute(
        channels.delete().where(channels.c.team_id == team_id, channels.c.channel_id == old_id)
    )
    for table in (kudos, reactions):
        connection.execute(
            table.update()
            .where(table.c.team_id == team_id, table.c.channel_id == old_id)
            .values(channel_id=new_id)
        )
    of_team = outbox.update().where(outbox.c.team_id == team_id)
    connection.execute(
        of_team.where(outbox.c.channel_id == old_id)
        .where(outbox.c.kind == OutboxKind.REACTION_THANKS)
        .values(key=func.replace(outbox.c.key, f":{old_id}:", f":{new_id}:"))
    )
    connection.execute(of_team.where(outbox.c.channel_id == old_id).values(channel_id=new_id))
    connection.execute(
        of_team.where(outbox.c.posted_channel_id == old_id).values(posted_channel_id=new_id)
    )
    _move_posts(connection, team_id, old_id, new_id)


def _move_posts(connection: Connection, team_id: str, old_id: str, new_id: str) -> None:
    """Have the weeks and months that were posted in a channel known as posted under its new id.

    One that was posted under the new id too, before Slack told of it, stays under both.
    """
    of_place = select(occurrences.c.kind, occurrences.c.period).where(
        occurrences.c.team_id == team_id, occurrences.c.kind.in_(sorted(POSTED_KINDS))
    )
    posted = {
        tuple(row) for row in connection.execute(of_place.where(occurrences.c.place == old_id))
    }
    there = {
        tuple(row) for row in connection.execute(of_place.where(occurrences.c.place == new_id))
    }
    for kind, period in sorted(posted - there):
        connection.execute(
            occurrences.update()
            .where(occurrences.c.team_id == team_id, occurrences.c.kind == kind)
            .where(occurrences.c.period == period, occurrences.c.place == old_id)
            .values(place=new_id)
        )
        connection.execute(
            outbox.update()
            .where(outbox.c.team_id == team_id)
            .where(outbox.c.key == key_of(ScheduleKind(kind), period, old_id))
            .values(
                key=key_of(ScheduleKind(kind), period, new_id),
                details={"period": period, "place": new_id},
            )
        )
