"""Kudos and their receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select

from bot.domain.kudos import Audience, Kudos, Receipt, Source
from storage.budgets import Budget, find_budget, wait_for
from storage.engine.statements import BatchInsert, Row, Statement
from storage.lately import LAST_LATELY, lately_since
from storage.tables.schema import boosts, kudos, members, overrides, receipts, workspaces
from storage.workspaces import COLUMNS as WORKSPACE_COLUMNS
from storage.workspaces import workspace_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Join

    from bot.domain.kudos import GiveKudos
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection


class GiveContext(NamedTuple):
    """What a kudos is decided on before it is known to whom it goes."""

    workspace: Workspace
    earlier_id: str | None  # the kudos that an earlier delivery of the same act has left
    budget: Budget  # the giver's
    lately_id: str | None = None  # what they gave a moment ago with the same words


class AccountingPeriod(NamedTuple):
    """Where a kudos counts, fixed when it is given."""

    given_on: date  # the day in the workspace's zone
    allowance_starts_at: datetime
    allowance_label: str | None = None  # None in what was given before labels were kept


_TEAM_ID: BindParameter[str] = bindparam("team_id")
_GIVER_ID: BindParameter[str] = bindparam("giver_id")
_HAS_MORE = or_(
    exists().where(overrides.c.team_id == _TEAM_ID),
    exists()
    .where(boosts.c.team_id == _TEAM_ID, boosts.c.user_id == _GIVER_ID)
    .where(boosts.c.ends_at > bindparam("now", type_=boosts.c.ends_at.type)),
)
_EARLIER = (
    select(kudos.c.kudos_id)
    .where(kudos.c.team_id == _TEAM_ID, kudos.c.natural_key == bindparam("natural_key"))
    .scalar_subquery()
)
_GROUND = Statement(
    select(
        *WORKSPACE_COLUMNS,
        _EARLIER.label("earlier_id"),
        members.c.time_zone.label("giver_zone"),
        members.c.first_seen_at,
        _HAS_MORE.label("has_more"),
        LAST_LATELY.scalar_subquery().label("lately_id"),
    )
    .join_from(members, workspaces, workspaces.c.team_id == members.c.team_id)
    .where(members.c.team_id == _TEAM_ID, members.c.user_id == _GIVER_ID)
    .with_for_update(of=members, skip_locked=True)
    .suffix_with("FOR KEY SHARE OF workspaces SKIP LOCKED", dialect="postgresql")
)

# No target is named, so that each of the unique indexes makes a second delivery do nothing.
_ADD = Statement(lambda insert: insert(kudos).on_conflict_do_nothing())
_ADD_RECEIPT = Statement(receipts.insert())
_OF_TEAM = kudos.c.team_id == bindparam("team_id")
_BY_ID = Statement(select(kudos).where(_OF_TEAM, kudos.c.kudos_id == bindparam("kudos_id")))
_BY_KEY = Statement(select(kudos).where(_OF_TEAM, kudos.c.natural_key == bindparam("natural_key")))
_BY_UNDO_KEY = Statement(select(kudos).where(_OF_TEAM, kudos.c.undo_key == bindparam("undo_key")))
_BY_IDS = Statement(
    select(kudos).where(_OF_TEAM, kudos.c.kudos_id.in_(bindparam("kudos_ids", expanding=True)))
)
_LAST_GIVEN = Statement(
    select(kudos)
    .where(_OF_TEAM, kudos.c.giver_id == bindparam("giver_id"), kudos.c.reversed_at.is_(None))
    .where(kudos.c.emoji.is_(None))  # a reaction is taken back by removing it
    .order_by(kudos.c.kudos_id.desc())
    .limit(1)
)
_LIVE_REACTIONS = Statement(
    select(kudos)
    .where(_OF_TEAM, kudos.c.channel_id == bindparam("channel_id"))
    .where(kudos.c.message_ts == bindparam("message_ts"))
    .where(kudos.c.source == Source.REACTION, kudos.c.reversed_at.is_(None))
)
_LIVE_JOINS = Statement(
    select(kudos)
    .where(_OF_TEAM, kudos.c.joins_id == bindparam("joins_id"))
    .where(kudos.c.source == Source.JOINED, kudos.c.reversed_at.is_(None))
)
_RECEIPTS = Statement(
    select(receipts.c.kudos_id, receipts.c.receiver_id, receipts.c.points)
    .where(receipts.c.team_id == bindparam("team_id"))
    .where(receipts.c.kudos_id.in_(bindparam("kudos_ids", expanding=True)))
    .order_by(receipts.c.kudos_id, receipts.c.place)
)
# A reversal is claimed by the one who still finds the kudos alive.
_MARK_REVERSED = Statement(
    kudos.update()
    .where(kudos.c.team_id == bindparam("of_team"), kudos.c.kudos_id == bindparam("of_kudos"))
    .where(kudos.c.reversed_at.is_(None))
    .values(
        reversed_at=bindparam("reversed_at", type_=kudos.c.reversed_at.type),
        undo_key=bindparam("undo_key_"),
    )
    .returning(kudos.c.given_on, kudos.c.allowance_starts_at)
)
_RECEIVED_BEFORE = Statement(
    select(receipts.c.kudos_id)
    .where(
        receipts.c.team_id == bindparam("team_id"),
        receipts.c.receiver_id == bindparam("receiver_id"),
        receipts.c.kudos_id < bindparam("kudos_id"),
    )
    .limit(1)
)
_SET_MESSAGE = Statement(
    kudos.update()
    .where(kudos.c.team_id == bindparam("of_team"), kudos.c.kudos_id == bindparam("of_kudos"))
    .where(kudos.c.channel_id == bindparam("in_channel"), kudos.c.message_ts.is_(None))
    .values(message_ts=bindparam("ts"))
)


def lock_giver(connection: Connection, request: GiveKudos, now: datetime) -> GiveContext | None:
    """Return what a kudos is decided on, with its giver locked as by `storage.budgets.lock`.

    None where the store does not know the giver. One statement, since every kudos begins with it,
    but where they are locked already.
    """
    asked = {
        "team_id": request.team_id,
        "giver_id": request.giver_id,
        "natural_key": request.natural_key,
        "now": now,
        "reason": request.reason,
        "lately": lately_since(request, now),
    }
    row = _GROUND.first(connection, asked)
    if row is None and connection.dialect.name != "sqlite":
        # Unknown, or another request of theirs is under way, or the workspace is stopped. A
        # statement that waits for that is told how all was before it waited, so the waiting is done
        # by one that asks nothing.
        wait_for(connection, request.team_id, request.giver_id)
        row = _GROUND.first(connection, asked)
    if row is None:
        return None
    *workspace, earlier_id, time_zone, first_seen_at, has_more, lately_id = row
    budget = (
        find_budget(connection, request.team_id, request.giver_id, now)
        if has_more
        else Budget(time_zone, first_seen_at, (), ())
    )
    return GiveContext(workspace_of(tuple(workspace)), earlier_id, budget, lately_id)


def add_kudos(
    connection: Connection,
    together: BatchInsert,
    given: Kudos,
    natural_key: str,
    booking: AccountingPeriod,
) -> bool:
    """Store a kudos, and its receipts with the rest; return False if it is there already."""
    added = _ADD.run(
        connection,
        {
            "team_id": given.team_id,
            "kudos_id": given.kudos_id,
            "natural_key": natural_key,
            "giver_id": given.giver_id,
            "reason": given.reason,
            "value": given.value,
            "source": given.source,
            "audience": given.audience,
            "channel_id": given.channel_id,
            "message_ts": given.message_ts,
            "emoji": given.emoji,
            "thread_ts": given.thread_ts,
            "joins_id": given.joins_id,
            "about_ts": given.about_ts,
            "given_on": booking.given_on,
            "allowance_starts_at": booking.allowance_starts_at,
            "allowance_label": booking.allowance_label,
            "created_at": given.created_at,
            "reversed_at": None,
        },
    )
    if not added:
        return False
    together.add(
        _ADD_RECEIPT,
        [
            {
                "team_id": given.team_id,
                "receiver_id": receipt.user_id,
                "kudos_id": given.kudos_id,
                "place": place,
                "points": receipt.points,
                "giver_id": given.giver_id,
                "given_on": booking.given_on,
            }
            for place, receipt in enumerate(given.receipts)
        ],
    )
    return True


def find_kudos(connection: Connection, team_id: str, kudos_id: str) -> Kudos | None:
    """Return a kudos by its id."""
    return _one(connection, _BY_ID, team_id=team_id, kudos_id=kudos_id)


def find_some(connection: Connection, team_id: str, kudos_ids: Sequence[str]) -> list[Kudos]:
    """Return those of these kudos that there are, taken back or not, in no particular order."""
    return _all(connection, _BY_IDS, team_id=team_id, kudos_ids=list(kudos_ids))


def find_by_natural_key(connection: Connection, team_id: str, natural_key: str) -> Kudos | None:
    """Return the kudos that an earlier delivery of the same act has left."""
    return _one(connection, _BY_KEY, team_id=team_id, natural_key=natural_key)


def find_last_given(connection: Connection, team_id: str, giver_id: str) -> Kudos | None:
    """Return the last kudos a person gave in words and did not take back."""
    return _one(connection, _LAST_GIVEN, team_id=team_id, giver_id=giver_id)


def find_live_reactions(
    connection: Connection, team_id: str, channel_id: str, message_ts: str
) -> list[Kudos]:
    """Return the kudos that stand on a message by reactions, first given first."""
    found = _all(
        connection, _LIVE_REACTIONS, team_id=team_id, channel_id=channel_id, message_ts=message_ts
    )
    return _first_given_first(found)


def find_live_joins(connection: Connection, team_id: str, kudos_id: str) -> list[Kudos]:
    """Return the kudos by which others joined in with one, first given first."""
    return _first_given_first(_all(connection, _LIVE_JOINS, team_id=team_id, joins_id=kudos_id))


def _first_given_first(found: list[Kudos]) -> list[Kudos]:
    """Return them in order; asked to sort, SQLite would walk the key of the whole workspace."""
    return sorted(found, key=lambda one: one.kudos_id)


def find_by_undo_key(connection: Connection, team_id: str, undo_key: str) -> Kudos | None:
    """Return the kudos that an earlier delivery of the same command has taken back."""
    return _one(connection, _BY_UNDO_KEY, team_id=team_id, undo_key=undo_key)


def mark_reversed(
    connection: Connection, team_id: str, kudos_id: str, undo_key: str | None, now: datetime
) -> AccountingPeriod | None:
    """Mark a kudos as taken back; return where it was booked, or None if somebody was quicker."""
    row = _MARK_REVERSED.first(
        connection,
        {
            "of_team": team_id,
            "of_kudos": kudos_id,
            "reversed_at": now,
            "undo_key_": undo_key,
        },
    )
    return None if row is None else AccountingPeriod(row.given_on, row.allowance_starts_at)


def set_message(
    connection: Connection, team_id: str, kudos_id: str, *, channel_id: str, message_ts: str
) -> None:
    """Remember the post that announced a kudos where it was given, once Slack told its `ts`."""
    key = {"of_team": team_id, "of_kudos": kudos_id}
    _SET_MESSAGE.run(connection, key | {"in_channel": channel_id, "ts": message_ts})


def find_received(
    connection: Connection, team_id: str, user_id: str, *, viewer_id: str, limit: int
) -> list[Kudos]:
    """Return the last live kudos that a person received and the viewer may see, newest first."""
    return _seen(connection, _RECEIVED, team_id, user_id, viewer_id, limit)


def find_given(
    connection: Connection, team_id: str, user_id: str, *, viewer_id: str, limit: int
) -> list[Kudos]:
    """Return the last live kudos that a person gave and the viewer may see, newest first."""
    return _seen(connection, _GIVEN, team_id, user_id, viewer_id, limit)


def receipts_with_kudos() -> Join:
    """Return receipts with what they are of, for a statement that reads some receiver's.

    It is an outer join, though there is none without, so that SQLite goes by the receiver whatever
    it believes of the sizes of things.
    """
    of_one = and_(receipts.c.team_id == kudos.c.team_id, receipts.c.kudos_id == kudos.c.kudos_id)
    return receipts.outerjoin(kudos, of_one)


def _visible() -> ColumnElement[bool]:
    """Others see only what everybody could see; people see all that they had a part in."""
    own = receipts.alias()
    viewer_id: BindParameter[str] = bindparam("viewer_id")
    is_receiver = exists().where(
        own.c.team_id == kudos.c.team_id,
        own.c.kudos_id == kudos.c.kudos_id,
        own.c.receiver_id == viewer_id,
    )
    return or_(kudos.c.audience == Audience.PUBLIC, kudos.c.giver_id == viewer_id, is_receiver)


_LIVE_AND_VISIBLE = select(kudos).where(kudos.c.reversed_at.is_(None), _visible())
_RECEIVED = Statement(
    _LIVE_AND_VISIBLE.select_from(receipts_with_kudos())
    .where(
        receipts.c.team_id == bindparam("team_id"), receipts.c.receiver_id == bindparam("user_id")
    )
    .order_by(receipts.c.kudos_id.desc())
    .limit(bindparam("limit"))
)
_GIVEN = Statement(
    _LIVE_AND_VISIBLE.where(_OF_TEAM, kudos.c.giver_id == bindparam("user_id"))
    .order_by(kudos.c.kudos_id.desc())
    .limit(bindparam("limit"))
)


def _seen(
    connection: Connection,
    statement: Statement,
    team_id: str,
    user_id: str,
    viewer_id: str,
    limit: int,
) -> list[Kudos]:
    return _all(
        connection, statement, team_id=team_id, user_id=user_id, viewer_id=viewer_id, limit=limit
    )


def find_received_before(connection: Connection, team_id: str, user_id: str, kudos_id: str) -> bool:
    """Return whether a person was thanked before that kudos."""
    earlier = {"team_id": team_id, "receiver_id": user_id, "kudos_id": kudos_id}
    return _RECEIVED_BEFORE.first(connection, earlier) is not None


def count_kudos(connection: Connection, team_id: str) -> int:
    """Return how many kudos a workspace has, taken back or not."""
    return connection.execute(
        select(func.count()).select_from(kudos).where(kudos.c.team_id == team_id)
    ).scalar_one()


def _one(connection: Connection, statement: Statement, **parameters: str) -> Kudos | None:
    found = _all(connection, statement, **parameters)
    return found[0] if found else None


def _all(connection: Connection, statement: Statement, **parameters: Any) -> list[Kudos]:
    return with_receipts(connection, statement.all(connection, parameters))


def with_receipts(connection: Connection, rows: Sequence[Row]) -> list[Kudos]:
    """Return the kudos of these rows of one workspace, each with its receipts."""
    if not rows:
        return []
    parts = _RECEIPTS.all(
        connection, {"team_id": rows[0].team_id, "kudos_ids": [row.kudos_id for row in rows]}
    )
    by_kudos: dict[str, list[Receipt]] = {}
    for kudos_id, receiver_id, points in parts:
        by_kudos.setdefault(kudos_id, []).append(Receipt(receiver_id, points))
    return [kudos_from(row, by_kudos[row.kudos_id]) for row in rows]


def kudos_from(row: Row, parts: Sequence[Receipt]) -> Kudos:
    """Return a kudos from its row and its receipts."""
    return Kudos(
        kudos_id=row.kudos_id,
        team_id=row.team_id,
        giver_id=row.giver_id,
        receipts=tuple(parts),
        reason=row.reason,
        value=row.value,
        source=Source(row.source),
        audience=Audience(row.audience),
        channel_id=row.channel_id,
        message_ts=row.message_ts,
        emoji=row.emoji,
        created_at=row.created_at,
        reversed_at=row.reversed_at,
        thread_ts=row.thread_ts,
        joins_id=row.joins_id,
        about_ts=row.about_ts,
    )
