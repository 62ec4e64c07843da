"""Leaderboards, read off the indexes of the running totals: a page, a rank, how many there are.

Who is on no board has rows that say so, and an index holds them apart: neither ranks nor pages have
gaps, and nothing is looked up to find out. What is counted is counted by ranges of one index, so
that no row of the table itself is read.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from bot.domain.boards import Side
from storage.engine.statements import Statement
from storage.standings import EVERY_VALUE
from storage.tables.schema import members, standings

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.domain.periods import Period
    from storage.engine.store import Connection

MANY_PEOPLE = 1_000
KEPT_FOR = timedelta(seconds=10)
_SHOWN, _OWN, _TOTAL = 0, 1, 2  # what a row of the answer is
_KEPT = "kudos_of_large_boards"
_KEPT_AT_MOST = 1_000


class Board(NamedTuple):
    """Which board is read."""

    team_id: str
    period: Period
    side: Side = Side.RECEIVERS
    value: str | None = None
    is_hidden: bool = False  # amounts are, so that they must not decide who stands before whom


class BoardLine(NamedTuple):
    """Somebody's place on a board; points are 0 where amounts are hidden, but for one's own."""

    user_id: str
    name: str
    people_count: int
    points: int


class Ranked(NamedTuple):
    """Somebody's own place, wherever on the board it is."""

    rank: int
    place: BoardLine


class Page(NamedTuple):
    """A part of a board, the best first; those who are equal in both counts by id."""

    places: list[BoardLine]
    own: Ranked | None  # of the viewer; None if they are not on the board
    people_total: int


def find_page(
    connection: Connection,
    board: Board,
    viewer_id: str,
    now: datetime,
    *,
    limit: int,
    offset: int = 0,
) -> Page:
    """Return a part of a board, the viewer's place and how many people there are: one statement.

    Of more than `MANY_PEOPLE`, it tells how many there were at most ten seconds ago.
    """
    total = _kept(connection, _name_of(board), now)
    parameters = _parameters(board) | {"user_id": viewer_id, "limit": limit, "offset": offset}
    rows = _page(board.side, board.is_hidden, total is None).all(connection, parameters)
    shown = [_place(row, board) for row in rows if row.what == _SHOWN]
    own = next((_ranked(row) for row in rows if row.what == _OWN), None)
    if total is None:
        total = int(next(row.people for row in rows if row.what == _TOTAL))
        if total > MANY_PEOPLE:
            _keep(connection, _name_of(board), total, now)
    return Page(sorted(shown, key=_order(board)), own, total)


def find_top(
    connection: Connection, board: Board, *, limit: int, offset: int = 0
) -> list[BoardLine]:
    """Return a part of a board, like `find_page`, and nothing else."""
    parameters = _parameters(board) | {"limit": limit, "offset": offset}
    rows = _top(board.side, board.is_hidden).all(connection, parameters)
    return sorted((_place(row, board) for row in rows), key=_order(board))


def find_place(connection: Connection, board: Board, user_id: str) -> Ranked | None:
    """Return a person's rank, people and points on a board; None if they are not on it."""
    parameters = _parameters(board) | {"user_id": user_id}
    row = _own(board.side, board.is_hidden).first(connection, parameters)
    return None if row is None else _ranked(row)


def count_people(connection: Connection, board: Board) -> int:
    """Return how many people are on a board."""
    return int(_total(board.side).scalar(connection, _parameters(board)))


def find_values(
    connection: Connection, board: Board, now: datetime, limit: int, *, is_large: bool = False
) -> list[str]:
    """Return values for which somebody was thanked in a period, the first of the alphabet.

    It steps from one value to the next in the index, however many people each of them has. Where
    the board is large, they are those of at most ten seconds ago, as its number of people is.
    """
    key = (board.team_id, board.period.key)
    values: list[str] | None = _kept(connection, key, now) if is_large else None
    if values is None:
        parameters = {"team_id": board.team_id, "period": board.period.key, "limit": limit}
        values = [row[0] for row in _VALUES.all(connection, parameters)]
        if is_large:
            _keep(connection, key, values, now)
    return values


def ahead_of(own: Any, side: Side, *, is_hidden: bool) -> ColumnElement[int]:
    """Return how many people have better counts on a board than a row of the totals.

    They are counted by two ranges of the index, since SQLite would compare each of the rows once
    more where both counts are compared as one.
    """
    other = standings.alias()
    on_board = (
        other.c.team_id == own.team_id,
        other.c.period == own.period,
        other.c.value == own.value,
        other.c.is_off_boards == literal_column("false"),
    )
    first, second = (column.name for column in _ranked_by(side, other.c))
    better = select(func.count()).where(*on_board, other.c[first] > own[first]).scalar_subquery()
    if is_hidden:
        return better
    equal = (*on_board, other.c[first] == own[first], other.c[second] > own[second])
    return better + select(func.count()).where(*equal).scalar_subquery()


def _kept(connection: Connection, key: tuple[str, ...], now: datetime) -> Any:
    """Return what was kept with the connection lately, or None."""
    kept = connection.connection.info.get(_KEPT, {}).get(key)
    return None if kept is None or abs(now - kept[1]) > KEPT_FOR else kept[0]


def _keep(connection: Connection, key: tuple[str, ...], what: object, now: datetime) -> None:
    kept = connection.connection.info.setdefault(_KEPT, {})
    if len(kept) >= _KEPT_AT_MOST:
        kept.clear()
    kept[key] = what, now


def _name_of(board: Board) -> tuple[str, ...]:
    return board.team_id, board.period.key, board.side, board.value or EVERY_VALUE


@cache
def _page(side: Side, is_hidden: bool, is_counted: bool) -> Statement:  # noqa: FBT001 - a key of the cache
    shown = select(_shown(side, is_hidden=is_hidden).subquery())
    own = _of_person(side, is_hidden=is_hidden)
    if not is_counted:
        return Statement(union_all(shown, own))
    total = select(
        literal_column(str(_TOTAL)),
        null(),
        null(),
        _people_on(side).scalar_subquery(),
        literal_column("0"),
        literal_column("0"),
    )
    return Statement(union_all(shown, own, total))


@cache
def _top(side: Side, is_hidden: bool) -> Statement:  # noqa: FBT001 - a key of the cache
    return Statement(_shown(side, is_hidden=is_hidden))


@cache
def _own(side: Side, is_hidden: bool) -> Statement:  # noqa: FBT001 - a key of the cache
    return Statement(_of_person(side, is_hidden=is_hidden))


@cache
def _total(side: Side) -> Statement:
    return Statement(_people_on(side))


def _shown(side: Side, *, is_hidden: bool) -> Select[Any]:
    """Return what is shown: read off the board's index first, and only that looked up by name."""
    people, points = _columns(side, standings.c)
    first, second = _ranked_by(side, standings.c)
    order = [first.desc()] if is_hidden else [first.desc(), second.desc()]
    part = (
        select(standings.c.user_id, people.label("people"), points.label("points"))
        .where(*_on_board(standings), first > literal_column("0"))
        .order_by(*order, standings.c.user_id)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery()
    )
    is_named = and_(members.c.team_id == bindparam("team_id"), members.c.user_id == part.c.user_id)
    return select(
        literal_column(str(_SHOWN)).label("what"),
        part.c.user_id,
        members.c.display_name.label("name"),
        part.c.people,
        part.c.points,
        literal_column("0").label("ahead"),
    ).select_from(part.outerjoin(members, is_named))


def _of_person(side: Side, *, is_hidden: bool) -> Select[Any]:
    own = standings.alias("own")
    people, points = _columns(side, own.c)
    is_named = and_(members.c.team_id == bindparam("team_id"), members.c.user_id == own.c.user_id)
    return (
        select(
            literal_column(str(_OWN)).label("what"),
            own.c.user_id,
            members.c.display_name.label("name"),
            people.label("people"),
            points.label("points"),
            ahead_of(own.c, side, is_hidden=is_hidden).label("ahead"),
        )
        .select_from(own.outerjoin(members, is_named))
        .where(*_on_board(own), own.c.user_id == bindparam("user_id"))
        .where(_ranked_by(side, own.c)[0] > literal_column("0"))
    )


def _people_on(side: Side) -> Select[Any]:
    first, _ = _ranked_by(side, standings.c)
    return select(func.count()).where(*_on_board(standings), first > literal_column("0"))


def _on_board(of: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        of.c.team_id == bindparam("team_id"),
        of.c.period == bindparam("period"),
        of.c.value == bindparam("value"),
        # Compared, and not only negated: so SQLite goes on in the index behind it.
        of.c.is_off_boards == literal_column("false"),
    )


def _columns(side: Side, of: Any) -> tuple[Any, Any]:
    """Return people and points."""
    if side is Side.GIVERS:
        return of.receivers_count, of.points_given
    return of.givers_count, of.points_received


def _ranked_by(side: Side, of: Any) -> tuple[Any, Any]:
    """Return what a board is ranked by, and what ties are broken by."""
    people, points = _columns(side, of)
    return (points, people) if side is Side.POINTS else (people, points)


def _order(board: Board) -> Any:
    if board.side is Side.POINTS:
        return lambda place: (-place.points, -place.people_count, place.user_id)
    return lambda place: (-place.people_count, -place.points, place.user_id)


def _parameters(board: Board) -> dict[str, Any]:
    return {
        "team_id": board.team_id,
        "period": board.period.key,
        "value": board.value or EVERY_VALUE,
    }


def _place(row: Any, board: Board) -> BoardLine:
    name = row.user_id if row.name is None else row.name
    return BoardLine(row.user_id, name, row.people, 0 if board.is_hidden else row.points)


def _ranked(row: Any) -> Ranked:
    name = row.user_id if row.name is None else row.name
    return Ranked(row.ahead + 1, BoardLine(row.user_id, name, row.people, row.points))


def _next_value(value: Any) -> Any:
    return (
        select(standings.c.value)
        .where(standings.c.team_id == bindparam("team_id"))
        .where(standings.c.period == bindparam("period"), standings.c.value > value)
        .order_by(standings.c.value)
        .limit(1)
        .scalar_subquery()
    )


def _values() -> Select[Any]:
    named = select(_next_value(literal_column("''")).label("value")).cte("named", recursive=True)
    named = named.union_all(select(_next_value(named.c.value)).where(named.c.value.is_not(None)))
    has_thanks = exists().where(
        standings.c.team_id == bindparam("team_id"),
        standings.c.period == bindparam("period"),
        standings.c.value == named.c.value,
        standings.c.givers_count > literal_column("0"),
    )
    found = select(named.c.value).where(named.c.value.is_not(None), has_thanks)
    return found.limit(bindparam("limit"))


_VALUES = Statement(_values())
