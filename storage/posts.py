"""What scheduled posts tell, read from running totals and indexes: never from all of the history.

A kudos is looked for among those of the period alone, whose ids lie side by side, since they begin
with the moment at which it was given.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from bot.domain.boards import Side
from bot.domain.kudos import Audience, Source
from bot.domain.members import ERASED_NAME
from bot.domain.periods import PeriodKind, period_of
from bot.domain.posts import Coverage, Totals, ValueCount
from bot.domain.privacy import NO_CHANNEL
from storage.boards import BoardLine
from storage.engine.statements import period_ids
from storage.privacy import is_told_to_colleagues
from storage.standings import EVERY_VALUE
from storage.tables.schema import kudos, members, receipts, standings, user_groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from bot.domain.periods import Period
    from bot.domain.workspaces import WorkspaceSettings
    from storage.engine.store import Connection

Conditions = tuple["ColumnElement[bool]", ...]


def find_totals(connection: Connection, team_id: str, period: Period) -> Totals:
    """Return what a period comes to, without private thanks."""
    of = standings.c
    row = connection.execute(
        select(
            func.coalesce(func.sum(of.kudos_given), 0),
            func.count().filter(of.kudos_given > 0),
            func.count().filter(of.kudos_received > 0),
        ).where(*_in_period(team_id, period))
    ).one()
    return Totals(kudos_count=row[0], givers_count=row[1], receivers_count=row[2])


def has_kudos(connection: Connection, team_id: str, period: Period) -> bool:
    """Return whether anything but private thanks was given in a period."""
    given = select(standings.c.user_id).where(
        *_in_period(team_id, period), standings.c.receivers_count > 0
    )
    return connection.execute(given.limit(1)).first() is not None


def find_coverage(
    connection: Connection, team_id: str, period: Period, settings: WorkspaceSettings
) -> Coverage:
    """Return how many people there are, and how many of them were thanked, however privately."""
    of = standings.c
    thanked = (
        select(func.count())
        .select_from(standings)
        .join(members, _is_member())
        .where(*_in_period(team_id, period), *_who_count(team_id, settings))
        .where(of.kudos_received + of.privately_received > 0)
    )
    people = select(func.count()).select_from(members).where(*_who_count(team_id, settings))
    return Coverage(
        connection.execute(thanked).scalar_one(), connection.execute(people).scalar_one()
    )


def find_board(
    connection: Connection,
    team_id: str,
    period: Period,
    settings: WorkspaceSettings,
    *,
    side: Side,
    limit: int,
) -> tuple[list[BoardLine], int]:
    """Return the best of those who may be named in posts, and how many are on the board in all.

    The order is that of every board; where amounts are hidden, it does not give them away either.
    """
    of = standings.c
    if side is Side.RECEIVERS:
        people, points = of.givers_count, of.points_received
    else:
        people, points = of.receivers_count, of.points_given
    on_board = (
        *_in_period(team_id, period),
        people > 0,
        *_who_may_be_named(team_id, settings),
    )
    of_members = standings.join(members, _is_member())
    total = connection.execute(select(func.count()).select_from(of_members).where(*on_board))
    by_points = [] if settings.amounts_hidden else [points.desc()]
    rows = connection.execute(
        select(of.user_id, members.c.display_name, people, points)
        .select_from(of_members)
        .where(*on_board)
        .order_by(people.desc(), *by_points, of.user_id)
        .limit(limit)
    )
    places = [
        BoardLine(row[0], row[1], row[2], 0 if settings.amounts_hidden else row[3]) for row in rows
    ]
    return places, total.scalar_one()


def find_values(
    connection: Connection,
    team_id: str,
    period: Period,
    settings: WorkspaceSettings,
    open_ids: Sequence[str],
    *,
    limit: int,
) -> list[ValueCount]:
    """Return the values for which most kudos were given.

    Of a hashtag, only what was public counts, unless admins chose it: it is somebody's word, and
    may be the name of what nobody else is to know of.
    """
    of, count = kudos.c, func.count()
    everybody_read = is_told_to_colleagues(open_ids)
    rows = connection.execute(
        select(of.value, count)
        .where(*_live_in(team_id, period), of.audience != Audience.PRIVATE, of.value.is_not(None))
        .where(or_(of.value.in_(settings.values), everybody_read))
        .group_by(of.value)
        .order_by(count.desc(), of.value)
        .limit(limit)
    )
    return [ValueCount(value, n) for value, n in rows]


def find_newest(
    connection: Connection,
    team_id: str,
    period: Period,
    settings: WorkspaceSettings,
    open_ids: Sequence[str],
    *,
    limit: int,
) -> list[str]:
    """Return the ids of the newest kudos with words of those who may be named, newest first."""
    nameable = select(members.c.user_id).where(*_who_may_be_named(team_id, settings))
    rows = connection.execute(
        select(kudos.c.kudos_id)
        .where(*_public_in(team_id, period, open_ids))
        .where(kudos.c.reason != "", kudos.c.source != Source.JOINED)
        .where(kudos.c.giver_id.in_(nameable))
        .order_by(kudos.c.kudos_id.desc())
        .limit(limit)
    )
    return list(rows.scalars())


def find_joined(
    connection: Connection,
    team_id: str,
    period: Period,
    settings: WorkspaceSettings,
    open_ids: Sequence[str],
    *,
    limit: int,
) -> dict[str, int]:
    """Return how many joined in with the kudos of a period, by id, those of the most first."""
    join = kudos.alias()
    first, end = period_ids(period)
    nameable = select(members.c.user_id).where(*_who_may_be_named(team_id, settings))
    count = func.count()
    rows = connection.execute(
        select(kudos.c.kudos_id, count)
        .select_from(join)
        .join(kudos, and_(kudos.c.team_id == join.c.team_id, kudos.c.kudos_id == join.c.joins_id))
        # The range of what was joined in with is that of an index.
        .where(join.c.team_id == team_id, join.c.joins_id >= first, join.c.joins_id < end)
        .where(join.c.source == Source.JOINED, join.c.reversed_at.is_(None))
        .where(join.c.audience != Audience.PRIVATE)
        .where(*_public_in(team_id, period, open_ids), kudos.c.giver_id.in_(nameable))
        .group_by(kudos.c.kudos_id)
        .order_by(count.desc(), kudos.c.kudos_id.desc())
        .limit(limit)
    )
    return {row[0]: row[1] for row in rows}


def find_gifts(
    connection: Connection, team_id: str, period: Period, open_ids: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Return kudos, giver and receiver of every public thanks of a period, newest first."""
    first, end = period_ids(period)
    part = receipts.c
    rows = connection.execute(
        select(kudos.c.kudos_id, kudos.c.giver_id, part.receiver_id)
        .join(receipts, and_(part.team_id == kudos.c.team_id, part.kudos_id == kudos.c.kudos_id))
        .where(*_public_in(team_id, period, open_ids))
        # Said of both, so that neither table is read further than the period.
        .where(part.team_id == team_id, part.kudos_id >= first, part.kudos_id < end)
        .order_by(kudos.c.kudos_id.desc(), part.place)
    )
    return [(kudos_id, giver_id, receiver_id) for kudos_id, giver_id, receiver_id in rows]


def find_channels(connection: Connection, team_id: str, period: Period, *, limit: int) -> list[str]:
    """Return the channels in which most was given in public in a period."""
    rows = connection.execute(
        select(kudos.c.channel_id)
        .where(*_live_in(team_id, period), kudos.c.audience == Audience.PUBLIC)
        .where(kudos.c.channel_id != NO_CHANNEL)
        .group_by(kudos.c.channel_id)
        .order_by(func.count().desc(), kudos.c.channel_id)
        .limit(limit)
    )
    return list(rows.scalars())


def count_by_day(connection: Connection, team_id: str, period: Period) -> tuple[int, ...]:
    """Return how many kudos were given on each day of a period, without private ones."""
    rows = connection.execute(
        select(kudos.c.given_on, func.count())
        .where(*_live_in(team_id, period), kudos.c.audience != Audience.PRIVATE)
        .group_by(kudos.c.given_on)
    )
    counts: dict[date, int] = {row[0]: row[1] for row in rows}
    length = (period.end_day - period.first_day).days
    days = (period.first_day + timedelta(days=number) for number in range(length))
    return tuple(counts.get(day, 0) for day in days)


def find_first_time(
    connection: Connection,
    team_id: str,
    period: Period,
    today: date,
    settings: WorkspaceSettings,
    *,
    limit: int,
) -> tuple[list[str], int]:
    """Return who was never thanked before a month, and how many they are in all.

    Those whom most people thanked come first. Who wants thanks in private is left out.
    """
    own, ever = standings.alias("own"), standings.alias("ever")
    # What was given since then does not make it any less the first time.
    since = (
        select(
            standings.c.user_id,
            func.sum(standings.c.kudos_received + standings.c.privately_received).label("n"),
        )
        .where(standings.c.team_id == team_id, standings.c.value == EVERY_VALUE)
        .where(standings.c.period.in_(_months_from(period, today)))
        .group_by(standings.c.user_id)
        .subquery()
    )
    in_private = members.c.preferences["thanked_in_private"].as_boolean()
    found = (
        select(own.c.user_id, own.c.givers_count)
        .join(since, since.c.user_id == own.c.user_id)
        .join(ever, and_(ever.c.team_id == own.c.team_id, ever.c.user_id == own.c.user_id))
        .join(members, and_(members.c.team_id == team_id, members.c.user_id == own.c.user_id))
        .where(own.c.team_id == team_id, own.c.period == period.key)
        .where(own.c.value == EVERY_VALUE, own.c.kudos_received > 0)
        .where(ever.c.period == PeriodKind.ALL, ever.c.value == EVERY_VALUE)
        .where(ever.c.kudos_received + ever.c.privately_received == since.c.n)
        .where(*_who_may_be_named(team_id, settings), in_private.is_not(True))
    )
    total = connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    best = found.order_by(own.c.givers_count.desc(), own.c.user_id).limit(limit)
    return list(connection.execute(best).scalars()), total


def find_givers(connection: Connection, team_id: str, period: Period) -> set[str]:
    """Return everybody who thanked somebody in a period."""
    given = select(standings.c.user_id).where(
        *_in_period(team_id, period), standings.c.receivers_count > 0
    )
    return set(connection.execute(given).scalars())


def find_nameable(connection: Connection, team_id: str, settings: WorkspaceSettings) -> set[str]:
    """Return everybody who may be named in posts."""
    nameable = select(members.c.user_id).where(*_who_may_be_named(team_id, settings))
    return set(connection.execute(nameable).scalars())


def find_groups(connection: Connection, team_id: str) -> dict[str, Sequence[str]]:
    """Return the members of every user group that Kudos has met."""
    rows = connection.execute(
        select(user_groups.c.group_id, user_groups.c.user_ids).where(
            user_groups.c.team_id == team_id
        )
    )
    return {row[0]: row[1] for row in rows}


def _in_period(team_id: str, period: Period) -> Conditions:
    of = standings.c
    return of.team_id == team_id, of.period == period.key, of.value == EVERY_VALUE


def _months_from(period: Period, today: date) -> list[str]:
    """Return the keys of the month and of those after it until now."""
    keys, month = [period.key], period
    while month.end_day <= today:
        month = period_of(PeriodKind.MONTH, month.end_day)
        keys.append(month.key)
    return keys


def _live_in(team_id: str, period: Period) -> Conditions:
    of = kudos.c
    first, end = period_ids(period)
    return (
        *(of.team_id == team_id, of.kudos_id >= first, of.kudos_id < end),
        *(of.given_on >= period.first_day, of.given_on < period.end_day),
        of.reversed_at.is_(None),
    )


def _public_in(team_id: str, period: Period, open_ids: Sequence[str]) -> Conditions:
    return *_live_in(team_id, period), is_told_to_colleagues(open_ids)


def _is_member() -> ColumnElement[bool]:
    return and_(members.c.team_id == standings.c.team_id, members.c.user_id == standings.c.user_id)


def _who_count(team_id: str, settings: WorkspaceSettings) -> Conditions:
    """Say the same as `bot.domain.highlights.counts`."""
    of = members.c
    conditions: list[Any] = [
        of.team_id == team_id,
        of.display_name != ERASED_NAME,
        of.is_bot.is_(False),
        of.is_deactivated.is_(False),
    ]
    if not settings.externals_take_part:
        conditions.append(of.is_external.is_(False))
    if not settings.guests_take_part:
        conditions.append(of.is_guest.is_(False))
    return tuple(conditions)


def _who_may_be_named(team_id: str, settings: WorkspaceSettings) -> Conditions:
    """Say the same as `bot.domain.highlights.may_be_named`."""
    return *_who_count(team_id, settings), members.c.is_off_boards.is_(False)
