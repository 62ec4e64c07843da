"""What somebody gave a moment ago, by which the same thanks are found that are given twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.engine.statements import Statement, first_id
from storage.tables.schema import kudos

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.kudos import GiveKudos
    from storage.engine.store import Connection

JUST_NOW = timedelta(seconds=60)
LOOKED_AT_MAX = 30  # of what somebody gave last: more in a minute are no slip of the fingers

# By the index of what somebody gave, and of that the last moments alone.
_of = kudos.c
_last = (
    select(_of.kudos_id, _of.reason, _of.emoji, _of.reversed_at, _of.natural_key)
    .where(_of.team_id == bindparam("team_id"), _of.giver_id == bindparam("giver_id"))
    .where(_of.kudos_id > bindparam("lately"))
    .order_by(_of.kudos_id.desc())
    .limit(LOOKED_AT_MAX)
    .subquery()
).c
_LATELY = (
    select(_last.kudos_id)
    .where(_last.reason == bindparam("reason"), _last.reversed_at.is_(None), _last.emoji.is_(None))
    .order_by(_last.kudos_id.desc())
)
LAST_LATELY = _LATELY.limit(1)
# A delivery that came at the same moment is no repetition of itself.
_ELSEWHERE = Statement(
    _LATELY.where(_last.natural_key.not_in(bindparam("natural_keys", expanding=True)))
)


def lately_since(request: GiveKudos, now: datetime) -> str:
    """Returns the id after which thanks count as given a moment ago."""
    return first_id(min(request.acted_at or now, now) - JUST_NOW)


def find_lately(
    connection: Connection, request: GiveKudos, natural_keys: Sequence[str], now: datetime
) -> list[str]:
    """Returns the ids of what the giver gave a moment ago with the same words, in other messages.

    The message of the request has these keys.
    """
    rows = _ELSEWHERE.all(
        connection,
        {
            "team_id": request.team_id,
            "giver_id": request.giver_id,
            "reason": request.reason,
            "lately": lately_since(request, now),
            "natural_keys": list(natural_keys),
        },
    )
    return [str(row.kudos_id) for row in rows]
