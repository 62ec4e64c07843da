"""Whose turn it is to get a digest, and what a digest tells of."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, bindparam, cast, exists, func, or_, select, text, true, union

from bot.domain.digest import COLLEAGUE, NAMED_WITHIN_WEEKS, OwnWeek, Run
from bot.domain.kudos import Audience
from bot.domain.outbox import OutboxKind
from bot.domain.periods import weeks_with
from bot.domain.schedules import OccurrenceState, ScheduleKind
from storage.engine.statements import Statement, first_id
from storage.members import member_of
from storage.outbox import FAILED, SENDING
from storage.schedules import AFRESH, key_of
from storage.tables.schema import (
    kudos,
    members,
    occurrences,
    outbox,
    receipts,
    schedules,
    user_groups,
    workspaces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from bot.domain.members import Member
    from bot.domain.periods import Period
    from storage.engine.store import Connection

_KEYS_AT_ONCE = 500  # of the parameters that a database takes in one statement
_RUN = ("place", "period", "slot_at", "state", "done_until", "next_at")


def _save_run(insert: Any) -> Any:
    statement = insert(occurrences)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "kind", "period", "place"],
        set_={name: statement.excluded[name] for name in ("state", "done_until", "next_at")},
    )


_SAVE_RUN = Statement(_save_run)
_SAME_KUDOS = (kudos.c.team_id == receipts.c.team_id, kudos.c.kudos_id == receipts.c.kudos_id)
_OF_DIGESTS = occurrences.c.kind == ScheduleKind.DIGEST
_SINCE = (
    select(func.coalesce(schedules.c.since, workspaces.c.created_at))
    .select_from(workspaces)
    .outerjoin(
        schedules,
        and_(
            schedules.c.team_id == workspaces.c.team_id,
            schedules.c.kind == ScheduleKind.DIGEST,
        ),
    )
    .where(workspaces.c.team_id == bindparam("of_team"))
)
_WAITING = (
    select(outbox.c.outbox_id)
    # In these words, and with the workspace looked at last: then it is read off the index of what
    # is due, which is short, and not out of all that was ever sent.
    .where(text("state IN ('waiting', 'sending')"))
    .where(func.coalesce(outbox.c.team_id, "") == bindparam("of_team"))
    .where(outbox.c.kind == OutboxKind.PERSONAL_DIGEST)
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
)


def _zones() -> Select[Any]:
    """Build the statement that goes from each zone to the next one, and not through everybody."""
    of_team = members.c.team_id == bindparam("of_team")
    first = select(func.min(members.c.time_zone).label("zone")).where(of_team)
    zones = first.cte("zones", recursive=True)
    following = (
        select(func.min(members.c.time_zone))
        .where(of_team, members.c.time_zone > zones.c.zone)
        .scalar_subquery()
    )
    zones = zones.union_all(select(following).where(zones.c.zone.is_not(None)))
    return select(zones.c.zone).where(zones.c.zone.is_not(None))


def _was_active(team_id: Any, user_id: Any) -> ColumnElement[bool]:
    """Say that somebody has given or received something since an id."""
    has_given = exists().where(
        kudos.c.team_id == team_id,
        kudos.c.giver_id == user_id,
        kudos.c.kudos_id >= bindparam("since_id"),
        kudos.c.reversed_at.is_(None),
    )
    thanks = kudos.alias()
    has_received = exists().where(
        receipts.c.team_id == team_id,
        receipts.c.receiver_id == user_id,
        receipts.c.kudos_id >= bindparam("since_id"),
        thanks.c.team_id == receipts.c.team_id,
        thanks.c.kudos_id == receipts.c.kudos_id,
        thanks.c.reversed_at.is_(None),
    )
    return or_(has_given, has_received)


def _own_week() -> Select[Any]:
    """Build the statement that counts what somebody received and gave, private thanks too."""
    days = [bindparam(name, type_=kudos.c.given_on.type) for name in ("first_day", "end_day")]
    received = (
        select(func.count().label("n"), func.count(kudos.c.giver_id.distinct()).label("givers"))
        .where(*_SAME_KUDOS, receipts.c.team_id == bindparam("of_team"))
        .where(receipts.c.receiver_id == bindparam("of_user"))
        .where(receipts.c.kudos_id >= bindparam("since_id"), kudos.c.reversed_at.is_(None))
        .where(receipts.c.given_on >= days[0], receipts.c.given_on < days[1])
        .subquery()
    )
    given = (
        select(func.count().label("n"))
        .where(kudos.c.team_id == bindparam("of_team"), kudos.c.giver_id == bindparam("of_user"))
        .where(kudos.c.kudos_id >= bindparam("since_id"), kudos.c.reversed_at.is_(None))
        .where(kudos.c.given_on >= days[0], kudos.c.given_on < days[1])
        .subquery()
    )
    return select(received.c.n, received.c.givers, given.c.n).join_from(received, given, true())


def _people() -> Select[Any]:
    """Build the statement that reads a few people of a zone, and whether they were active."""
    page = (
        select(members)
        .where(members.c.team_id == bindparam("of_team"), members.c.time_zone == bindparam("zone"))
        .where(members.c.user_id > bindparam("after"))
        .order_by(members.c.user_id)
        .limit(bindparam("most"))
        .subquery()
    )
    active = _was_active(page.c.team_id, page.c.user_id).label("is_active")
    return select(page, active).order_by(page.c.user_id)


_REVISE = (
    outbox.update()
    .where(outbox.c.team_id == bindparam("of_team"))
    .where(or_(outbox.c.posted_ts.is_not(None), outbox.c.state == SENDING))
    .where(outbox.c.state != FAILED)
    .values(**AFRESH)
)
_REVISE_KEYS = _REVISE.where(outbox.c.key.in_(bindparam("keys", expanding=True)))
_REVISE_NAMING = _REVISE.where(
    # One look at each person's digest of a week: nothing else leads to whom they name.
    outbox.c.key.in_(
        select(bindparam("of_week", type_=Text) + members.c.user_id).where(
            members.c.team_id == bindparam("of_team")
        )
    ),
    outbox.c.details[COLLEAGUE].as_string() == bindparam("named_id"),
)
_ZONES = _zones()
_PEOPLE = _people()
_OWN_WEEK = Statement(_own_week())


def find_since(connection: Connection, team_id: str) -> datetime:
    """Return from when on what is set for digests counts."""
    since: datetime = connection.execute(_SINCE, {"of_team": team_id}).scalar_one()
    return since


def find_runs(
    connection: Connection, team_id: str, *, zone: str, since: datetime, lately: datetime
) -> list[Run]:
    """Return the runs of all zones lately, and of one zone since longer ago, first due first."""
    rows = connection.execute(
        select(*(occurrences.c[name] for name in _RUN))
        .where(occurrences.c.team_id == team_id, _OF_DIGESTS, occurrences.c.slot_at > since)
        .where(or_(occurrences.c.place == zone, occurrences.c.slot_at > lately))
        .order_by(occurrences.c.slot_at, occurrences.c.place)
    )
    return [
        Run(
            row.place,
            row.period,
            row.slot_at,
            OccurrenceState(row.state),
            row.done_until or "",
            row.next_at,
        )
        for row in rows
    ]


def save_run(connection: Connection, team_id: str, run: Run, now: datetime) -> None:
    """Store how far a run has come."""
    values = {name: getattr(run, name) for name in _RUN}
    key = {"team_id": team_id, "kind": ScheduleKind.DIGEST, "created_at": now}
    _SAVE_RUN.run(connection, key | values)


def find_zones(connection: Connection, team_id: str) -> list[str]:
    """Return the zones in which people of a workspace live; it reads one row for each."""
    return list(connection.execute(_ZONES, {"of_team": team_id}).scalars())


def find_people(
    connection: Connection,
    team_id: str,
    *,
    zone: str,
    after: str,
    active_since: datetime,
    limit: int,
) -> list[tuple[Member, bool]]:
    """Return the next people of a zone, and whether they gave or received anything since then."""
    rows = connection.execute(
        _PEOPLE,
        {
            "of_team": team_id,
            "zone": zone,
            "after": after,
            "since_id": first_id(active_since),
            "most": limit,
        },
    )
    return [(member_of(row), bool(row.is_active)) for row in rows]


def is_active(connection: Connection, team_id: str, user_id: str, *, since: datetime) -> bool:
    """Return whether somebody gave or received anything since then."""
    asked = select(_was_active(team_id, user_id))
    return bool(connection.execute(asked, {"since_id": first_id(since)}).scalar())


def count_waiting(connection: Connection, team_id: str, most: int) -> int:
    """Return how many digests are in the outbox and not in Slack yet; it counts no further."""
    return len(connection.execute(_WAITING, {"of_team": team_id, "most": most}).all())


def revise(
    connection: Connection, team_id: str, told: Iterable[tuple[date, str]], now: datetime
) -> None:
    """Have digests in Slack brought up to date: of weeks with these days, of these people."""
    keys = sorted({key for day, user_id in told for key in _keys(day, user_id)})
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[first : first + _KEYS_AT_ONCE]
        connection.execute(_REVISE_KEYS, {"of_team": team_id, "keys": some, "now": now})


def revise_quoting(connection: Connection, team_id: str, user_id: str, now: datetime) -> None:
    """Have digests in Slack brought up to date that may quote somebody, or name them.

    What they gave, and what was given to them, is quoted to all who received it.
    """
    part = union(
        select(kudos.c.kudos_id).where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id),
        select(receipts.c.kudos_id).where(
            receipts.c.team_id == team_id, receipts.c.receiver_id == user_id
        ),
    )
    quoted = (
        select(receipts.c.given_on, receipts.c.receiver_id)
        .where(receipts.c.team_id == team_id, receipts.c.kudos_id.in_(part))
        .distinct()
    )
    revise(connection, team_id, [(row[0], row[1]) for row in connection.execute(quoted)], now)
    weeks = [now.date() - timedelta(weeks=number) for number in range(-1, NAMED_WITHIN_WEEKS)]
    connection.execute(
        _REVISE_NAMING,
        [
            {"of_team": team_id, "of_week": key, "named_id": user_id, "now": now}
            for day in weeks
            for key in _keys(day, "")
        ],
    )


def count_own(connection: Connection, team_id: str, user_id: str, week: Period) -> OwnWeek:
    """Return what somebody received and gave in a week, as it is told to them alone."""
    row = _OWN_WEEK.all(
        connection,
        {
            "of_team": team_id,
            "of_user": user_id,
            "since_id": _begin(week),
            "first_day": week.first_day,
            "end_day": week.end_day,
        },
    )[0]
    return OwnWeek(*row)


def find_received_ids(
    connection: Connection, team_id: str, user_id: str, week: Period, limit: int
) -> list[str]:
    """Return the last kudos that somebody received in a week, newest first."""
    return list(
        connection.execute(
            select(receipts.c.kudos_id)
            .where(*_received(team_id, user_id, week))
            .order_by(receipts.c.kudos_id.desc())
            .limit(limit)
        ).scalars()
    )


def find_near_ids(
    connection: Connection, team_id: str, channel_id: str, *, since: datetime, limit: int
) -> list[str]:
    """Return the last few public kudos that are posted in a channel, newest first."""
    return list(
        connection.execute(
            select(kudos.c.kudos_id)
            .where(kudos.c.team_id == team_id, kudos.c.channel_id == channel_id)
            .where(kudos.c.message_ts.is_not(None), kudos.c.audience == Audience.PUBLIC)
            .where(kudos.c.reversed_at.is_(None), kudos.c.created_at >= since)
            .order_by(kudos.c.message_ts.desc())
            .limit(limit)
        ).scalars()
    )


def find_groups_of(
    connection: Connection, team_id: str, user_id: str, limit: int
) -> list[list[str]]:
    """Return who is in the user groups in which somebody is, as far as the store knows them."""
    return list(
        connection.execute(
            select(user_groups.c.user_ids)
            .where(user_groups.c.team_id == team_id)
            # The list of a group's people is JSON, in which an id stands between quotes.
            .where(cast(user_groups.c.user_ids, Text).contains(f'"{user_id}"', autoescape=True))
            .order_by(user_groups.c.group_id)
            .limit(limit)
        ).scalars()
    )


def find_last_thanked(
    connection: Connection, team_id: str, giver_id: str, receiver_ids: Iterable[str], *, since: date
) -> dict[str, date]:
    """Return when somebody last thanked each of these people, where it is not longer ago."""
    rows = connection.execute(
        select(receipts.c.receiver_id, func.max(receipts.c.given_on))
        .join(kudos, and_(*_SAME_KUDOS))
        .where(receipts.c.team_id == team_id, receipts.c.giver_id == giver_id)
        .where(receipts.c.receiver_id.in_(sorted(receiver_ids)), receipts.c.given_on >= since)
        .where(kudos.c.reversed_at.is_(None))
        .group_by(receipts.c.receiver_id)
    )
    return {row[0]: row[1] for row in rows}


def find_details(connection: Connection, team_id: str, key: str) -> dict[str, Any]:
    """Return what is kept of a message with this key; nothing where there is none."""
    return (
        connection.execute(
            select(outbox.c.details).where(outbox.c.team_id == team_id, outbox.c.key == key)
        ).scalar()
        or {}
    )


def _received(team_id: str, user_id: str, week: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        *_SAME_KUDOS,
        receipts.c.team_id == team_id,
        receipts.c.receiver_id == user_id,
        receipts.c.kudos_id >= _begin(week),
        receipts.c.given_on >= week.first_day,
        receipts.c.given_on < week.end_day,
        kudos.c.reversed_at.is_(None),
    )


def _keys(day: date, user_id: str) -> list[str]:
    return [key_of(ScheduleKind.DIGEST, week.key, user_id) for week in weeks_with(day)]


def _begin(week: Period) -> str:
    """Return what sorts before every kudos of a week, in whatever zone it begins."""
    return first_id(datetime.combine(week.first_day, time(), UTC) - timedelta(days=1))
