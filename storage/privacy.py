"""What `bot.domain.privacy` says, for statements that have to choose or to count by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, select

from bot.domain.kudos import Audience
from bot.domain.periods import PeriodKind
from bot.domain.privacy import NO_CHANNEL
from storage.engine.statements import period_ids
from storage.tables.schema import channels, kudos

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from bot.domain.periods import Period
    from storage.engine.store import Connection


def is_told_to_colleagues(open_ids: Iterable[str]) -> ColumnElement[bool]:
    """Say that everybody may read a kudos; `open_ids` are the channels that everybody may read."""
    of = kudos.c
    return and_(of.audience == Audience.PUBLIC, of.channel_id.in_([NO_CHANNEL, *open_ids]))


def is_public() -> ColumnElement[bool]:
    """Say that a kudos was given in public, in a channel that is not known to be private since."""
    of = channels.c
    is_closed = exists().where(
        of.team_id == kudos.c.team_id,
        of.channel_id == kudos.c.channel_id,
        of.is_public.is_(False),
    )
    return and_(kudos.c.audience == Audience.PUBLIC, ~is_closed)


def find_channels_of(
    connection: Connection, team_id: str, period: Period, values: Sequence[str]
) -> list[tuple[str, str]]:
    """Return each of these values with each channel where it was used in public in a period."""
    of = kudos.c
    used = select(of.value, of.channel_id).distinct()
    used = used.where(of.team_id == team_id, of.value.in_(values), of.reversed_at.is_(None))
    used = used.where(of.audience == Audience.PUBLIC)
    if period.kind is not PeriodKind.ALL:
        first, end = period_ids(period)
        used = used.where(of.kudos_id >= first, of.kudos_id < end)
        used = used.where(of.given_on >= period.first_day, of.given_on < period.end_day)
    rows = connection.execute(used.order_by(of.value, of.channel_id))
    return [(value, channel_id) for value, channel_id in rows]
