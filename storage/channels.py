"""Channels whose id changes: everything that Slack told under the old one goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func

from bot.domain.outbox import OutboxKind
from storage.schema import channels, kudos, outbox, reactions

if TYPE_CHECKING:
    from storage.store import Session


def move_channel(session: Session, team_id: str, *, old_id: str, new_id: str) -> None:
    """Have what was said in a channel found under its new id."""
    # Whether everybody may read it may have changed with it: Slack is asked again.
    session.execute(
        channels.delete().where(channels.c.team_id == team_id, channels.c.channel_id == old_id)
    )
    for table in (kudos, reactions):
        session.execute(
            table.update()
            .where(table.c.team_id == team_id, table.c.channel_id == old_id)
            .values(channel_id=new_id)
        )
    of_team = outbox.update().where(outbox.c.team_id == team_id)
    session.execute(
        of_team.where(outbox.c.channel_id == old_id)
        .where(outbox.c.kind == OutboxKind.REACTION_THANKS)
        .values(key=func.replace(outbox.c.key, f":{old_id}:", f":{new_id}:"))
    )
    session.execute(of_team.where(outbox.c.channel_id == old_id).values(channel_id=new_id))
    session.execute(
        of_team.where(outbox.c.posted_channel_id == old_id).values(posted_channel_id=new_id)
    )
