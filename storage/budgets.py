"""Overrides, boosts, and what has been given out of each: all that decides on an allowance."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from bot.domain.allowance import Boost, Spending
from bot.domain.budgets import Override
from bot.domain.kudos import Source
from storage.engine.statements import Statement
from storage.ledger import GIVING
from storage.privacy import is_public
from storage.tables.schema import (
    boosts,
    kudos,
    ledger_entries,
    members,
    overrides,
    receipts,
    user_groups,
    workspaces,
)
from storage.workspaces import COLUMNS as WORKSPACE_COLUMNS
from storage.workspaces import hold_workspace, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

# The same local date begins at most so much earlier in one zone than in another, whatever the hour.
LABEL_SPREAD = timedelta(days=3)
_MOMENT = timedelta(microseconds=1)


class Budget(NamedTuple):
    """What is known of a person, and what admins gave them beside everybody's allowance."""

    time_zone: str | None  # None for somebody whom the store has not met
    first_seen_at: datetime | None
    overrides: tuple[int, ...]  # for the person and for the groups they are in
    boosts: tuple[Boost, ...]  # that have not ended


class PairGiven(NamedTuple):
    """What one person gave to one other."""

    points: int = 0
    thanks: int = 0
    points_in_public: int = 0  # the part of it of which everybody could read
    thanks_in_public: int = 0


NO_BUDGET = Budget(None, None, (), ())


_TEAM: BindParameter[str] = bindparam("team_id")
_USER: BindParameter[str] = bindparam("user_id")
_QUOTED: BindParameter[str] = bindparam("quoted")
_PEOPLE = cast(user_groups.c.user_ids, Text)
_BOOSTS = select(
    literal_column("'boost'").label("what"),
    boosts.c.boost_id.label("name"),
    boosts.c.points.label("points"),
    boosts.c.ends_at.label("ends_at"),
    boosts.c.created_at.label("since"),
    boosts.c.reason.label("reason"),
).where(
    boosts.c.team_id == _TEAM,
    boosts.c.user_id == _USER,
    boosts.c.ends_at > bindparam("now", type_=boosts.c.ends_at.type),
)
_OVERRIDES = (
    select(
        literal_column("'override'"),
        overrides.c.subject_id,
        overrides.c.allowance,
        null(),
        null(),
        null(),
    )
    .select_from(
        overrides.outerjoin(
            user_groups,
            (user_groups.c.team_id == overrides.c.team_id)
            & (user_groups.c.group_id == overrides.c.subject_id),
        )
    )
    .where(overrides.c.team_id == _TEAM)
    # The list of a group's people is JSON, in which an id stands between quotes. It is not asked
    # with LIKE, for whose pattern SQLite plans the statement anew each time.
    .where(or_(overrides.c.subject_id == _USER, func.replace(_PEOPLE, _QUOTED, "") != _PEOPLE))
)
_PERSON = select(
    literal_column("'person'"),
    members.c.time_zone,
    literal_column("0"),
    null(),
    members.c.first_seen_at,
    null(),
).where(members.c.team_id == _TEAM, members.c.user_id == _USER)
# One statement for everything, since every give needs it; the boosts' columns name its columns.
_BUDGET = Statement(union_all(_BOOSTS, _OVERRIDES, _PERSON))

_LOCK = Statement(
    select(*WORKSPACE_COLUMNS)
    .join_from(members, workspaces, workspaces.c.team_id == members.c.team_id)
    .where(members.c.team_id == _TEAM, members.c.user_id == _USER)
    .with_for_update(of=members)
    .suffix_with("FOR KEY SHARE OF workspaces", dialect="postgresql")  # see `stop_workspace`
)

_ENTRIES, _UNDONE = ledger_entries.c, ledger_entries.alias("undone")
# What was undone counts as if it had not been given: at the moment at which it was given.
_given_at = func.coalesce(_UNDONE.c.created_at, _ENTRIES.created_at)
_AGE = case(
    (
        _given_at >= bindparam("period_starts_at", type_=_ENTRIES.created_at.type),
        literal_column("0"),
    ),
    (_given_at >= bindparam("period_before", type_=_ENTRIES.created_at.type), literal_column("1")),
    else_=literal_column("2"),
).label("age")
_SPENDINGS = Statement(
    select(
        _ENTRIES.allowance_label,
        _ENTRIES.boost_id,
        _AGE,
        (literal_column("0") - func.sum(_ENTRIES.points)).label("points"),
    )
    .select_from(
        ledger_entries.outerjoin(
            _UNDONE,
            (_UNDONE.c.team_id == _ENTRIES.team_id) & (_UNDONE.c.entry_id == _ENTRIES.reversal_of),
        )
    )
    .where(_ENTRIES.team_id == _TEAM, _ENTRIES.user_id == _USER, _ENTRIES.account == GIVING)
    .where(_ENTRIES.created_at >= bindparam("since", type_=_ENTRIES.created_at.type))
    .group_by(_ENTRIES.allowance_label, _ENTRIES.boost_id, "age")
)
_PAIRS = Statement(
    select(
        receipts.c.receiver_id,
        func.sum(receipts.c.points),
        func.count(),
        func.sum(case((is_public(), receipts.c.points), else_=literal_column("0"))),
        func.sum(case((is_public(), literal_column("1")), else_=literal_column("0"))),
    )
    .join_from(
        receipts,
        kudos,
        (kudos.c.team_id == receipts.c.team_id) & (kudos.c.kudos_id == receipts.c.kudos_id),
    )
    .where(receipts.c.team_id == _TEAM, receipts.c.giver_id == bindparam("giver_id"))
    .where(receipts.c.receiver_id.in_(bindparam("receiver_ids", expanding=True)))
    .where(receipts.c.given_on >= bindparam("first_day"))
    # By the period's label too, as allowances count: another zone gives no second cap.
    .where(
        or_(
            kudos.c.created_at >= bindparam("since", type_=kudos.c.created_at.type),
            kudos.c.allowance_label == bindparam("label"),
        )
    )
    .where(kudos.c.reversed_at.is_(None), kudos.c.source != Source.IMPORTED)
    .group_by(receipts.c.receiver_id)
)


def _set_override(insert: Any) -> Any:
    statement = insert(overrides)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "subject_id"],
        set_={"allowance": statement.excluded.allowance},
    )


def _add_boost(insert: Any) -> Any:
    return insert(boosts).on_conflict_do_nothing().returning(boosts.c.boost_id)


_SET_OVERRIDE = Statement(_set_override)
_ADD_BOOST = Statement(_add_boost)
_BOOST_COLUMNS = [boosts.c[name] for name in Boost.__dataclass_fields__]


def lock(connection: Connection, workspace: Workspace, user_id: str) -> Workspace:
    """Make everybody else who spends what this person has wait until the transaction ends.

    Returns the workspace as it is from then on. On SQLite the one writer does all that by itself.
    """
    if connection.dialect.name == "sqlite":
        return workspace
    locked = wait_for(connection, workspace.team_id, user_id)
    return hold_workspace(connection, workspace.team_id) if locked is None else locked


def wait_for(connection: Connection, team_id: str, user_id: str) -> Workspace | None:
    """Lock somebody as `lock` does on Postgres; None where the store does not know them."""
    row = _LOCK.first(connection, {"team_id": team_id, "user_id": user_id})
    return None if row is None else workspace_of(row)


def find_budget(connection: Connection, team_id: str, user_id: str, now: datetime) -> Budget:
    """Return what decides on a person's allowance, beside the workspace's settings."""
    rows = _BUDGET.all(
        connection,
        {"team_id": team_id, "user_id": user_id, "now": now, "quoted": f'"{user_id}"'},
    )
    time_zone = first_seen_at = None
    found_overrides, found_boosts = [], []
    for what, name, points, ends_at, since, reason in rows:
        if what == "person":
            time_zone, first_seen_at = name, since
        elif what == "override":
            found_overrides.append(points)
        else:
            found_boosts.append(Boost(name, user_id, points, ends_at, reason, since))
    return Budget(time_zone, first_seen_at, tuple(found_overrides), tuple(found_boosts))


def find_spendings(
    connection: Connection,
    team_id: str,
    user_id: str,
    *,
    period_starts_at: datetime,
    period_before: datetime,
    since: datetime,
) -> list[Spending]:
    """Return what a person gave since a moment, added up where nothing tells it apart.

    That is: in this period, in the one that begins at `period_before`, or before both.
    """
    rows = _SPENDINGS.all(
        connection,
        {
            "team_id": team_id,
            "user_id": user_id,
            "period_starts_at": period_starts_at,
            "period_before": period_before,
            "since": since - LABEL_SPREAD,
        },
    )
    moments = (period_starts_at, period_before, period_before - _MOMENT)
    return [
        Spending(int(points), moments[age], label, boost_id)
        for label, boost_id, age, points in rows
    ]


def find_pairs_given(
    connection: Connection,
    team_id: str,
    giver_id: str,
    receiver_ids: Iterable[str],
    *,
    since: datetime,
    label: str,
) -> dict[str, PairGiven]:
    """Return what one person gave to each of these in a period, and did not take back.

    The period is that which begins at `since`, and that of the same label in another zone. Nobody
    to whom they gave nothing is in it.
    """
    rows = _PAIRS.all(
        connection,
        {
            "team_id": team_id,
            "giver_id": giver_id,
            "receiver_ids": sorted(receiver_ids),
            "since": since,
            "label": label,
            # The day is that of the workspace's zone, whichever that was; it only speeds this up.
            "first_day": (since - LABEL_SPREAD).date(),
        },
    )
    return {row[0]: PairGiven(*map(int, row[1:])) for row in rows}


def find_override(connection: Connection, team_id: str, subject_id: str) -> int | None:
    """Return the allowance that a group or a person has instead of everybody's."""
    return connection.execute(
        select(overrides.c.allowance).where(
            overrides.c.team_id == team_id, overrides.c.subject_id == subject_id
        )
    ).scalar()


def find_overrides(connection: Connection, team_id: str) -> list[Override]:
    """Return every allowance other than everybody's, first made first."""
    rows = connection.execute(
        select(overrides.c.subject_id, overrides.c.allowance)
        .where(overrides.c.team_id == team_id)
        .order_by(overrides.c.created_at, overrides.c.subject_id)
    )
    return [Override(*row) for row in rows]


def save_override(
    connection: Connection, team_id: str, subject_id: str, allowance: int, now: datetime
) -> None:
    """Store an allowance other than everybody's."""
    _SET_OVERRIDE.run(
        connection,
        {
            "team_id": team_id,
            "subject_id": subject_id,
            "allowance": allowance,
            "created_at": now,
        },
    )


def remove_override(connection: Connection, team_id: str, subject_id: str) -> None:
    """Give a group or a person everybody's allowance again."""
    connection.execute(
        overrides.delete().where(
            overrides.c.team_id == team_id, overrides.c.subject_id == subject_id
        )
    )


def add_boost(connection: Connection, team_id: str, boost: Boost) -> bool:
    """Store a boost; return False, storing nothing, if it is there already."""
    return _ADD_BOOST.first(connection, {"team_id": team_id} | asdict(boost)) is not None


def find_boost(connection: Connection, team_id: str, boost_id: str) -> Boost | None:
    """Return a boost by its id, also one that has ended."""
    row = connection.execute(
        select(*_BOOST_COLUMNS).where(boosts.c.team_id == team_id, boosts.c.boost_id == boost_id)
    ).first()
    return None if row is None else Boost(*row)


def find_boosts(connection: Connection, team_id: str, now: datetime) -> list[Boost]:
    """Return the boosts of a workspace that have not ended, first ending first."""
    rows = connection.execute(
        select(*_BOOST_COLUMNS)
        .where(boosts.c.team_id == team_id, boosts.c.ends_at > now)
        .order_by(boosts.c.ends_at, boosts.c.boost_id)
    )
    return [Boost(*row) for row in rows]


def find_paid(connection: Connection, team_id: str, found: Sequence[Boost]) -> dict[str, int]:
    """Return the points that each of these boosts has paid."""
    rows = connection.execute(
        select(_ENTRIES.boost_id, literal_column("0") - func.sum(_ENTRIES.points))
        .where(_ENTRIES.team_id == team_id, _ENTRIES.account == GIVING)
        .where(_ENTRIES.user_id.in_({boost.user_id for boost in found}))
        .where(_ENTRIES.boost_id.in_([boost.boost_id for boost in found]))
        .group_by(_ENTRIES.boost_id)
    )
    return {boost_id: int(points) for boost_id, points in rows}


def end_boost(connection: Connection, team_id: str, boost_id: str, now: datetime) -> None:
    """Have a boost end at this moment."""
    connection.execute(
        boosts.update()
        .where(boosts.c.team_id == team_id, boosts.c.boost_id == boost_id)
        .values(ends_at=now)
    )


def find_admins(connection: Connection, team_id: str, appointed_ids: Sequence[str]) -> list[str]:
    """Return the people who administer a workspace: its own admins, and those they appointed."""
    of = members.c
    rows = connection.execute(
        select(of.user_id)
        .where(of.team_id == team_id, of.is_bot.is_(False), of.is_deactivated.is_(False))
        .where(or_(of.is_admin.is_(True), of.user_id.in_(appointed_ids)))
        .order_by(of.user_id)
    )
    return list(rows.scalars())


def knows_group(connection: Connection, team_id: str, group_id: str) -> bool:
    """Return whether Slack has told who is in a user group."""
    known = select(user_groups.c.group_id).where(
        user_groups.c.team_id == team_id, user_groups.c.group_id == group_id
    )
    return connection.execute(known).first() is not None
