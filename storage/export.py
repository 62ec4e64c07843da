"""All kudos of a workspace, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.kudos import with_receipts
from storage.tables.schema import kudos

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection

PAGE = 500  # kudos read at a time


def find_page(connection: Connection, team_id: str, after: str, since: date | None) -> list[Kudos]:
    """Return the kudos of a workspace that come after one of them, taken back or not.

    With `since`, only those of that day and later ones.
    """
    statement = (
        select(kudos)
        .where(kudos.c.team_id == team_id, kudos.c.kudos_id > after)
        .order_by(kudos.c.kudos_id)
        .limit(PAGE)
    )
    if since is not None:
        statement = statement.where(kudos.c.given_on >= since)
    return with_receipts(connection, connection.execute(statement).all())
