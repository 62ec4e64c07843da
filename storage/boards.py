"""Leaderboards, read off the indexes of the running totals: a page, a rank, how many there are.

Those who take no part are left out in the query, so neither ranks nor pages have gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, exists, func, select, tuple_

from bot.domain.boards import Side
from storage.schema import members, standings
from storage.standings import EVERY_VALUE, in_period

if TYPE_CHECKING:
    from bot.domain.periods import Period
    from storage.store import Session


class Place(NamedTuple):
    """A row of a board as stored."""

    user_id: str
    name: str
    people_count: int
    points: int


def find_top(
    session: Session,
    team_id: str,
    period: Period,
    *,
    side: Side,
    value: str | None,
    limit: int,
    offset: int = 0,
) -> list[Place]:
    """Return a part of a board, the best first; those who are equal in both counts by id."""
    people, points = _columns(side)
    first, second = _order(side)
    # What is shown is read off the board's index first, and only that is looked up by name.
    shown = (
        select(standings.c.user_id, people.label("people"), points.label("points"))
        .where(*_on_board(team_id, period, value), first > 0)
        .order_by(first.desc(), second.desc(), standings.c.user_id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    order = (shown.c.people.desc(), shown.c.points.desc())
    statement = (
        select(shown.c.user_id, members.c.display_name, shown.c.people, shown.c.points)
        .outerjoin(
            members, and_(members.c.team_id == team_id, members.c.user_id == shown.c.user_id)
        )
        .order_by(*(order[::-1] if side is Side.POINTS else order), shown.c.user_id)
    )
    rows = session.execute(statement)
    return [Place(row[0], row[0] if row[1] is None else row[1], row[2], row[3]) for row in rows]


def find_place(
    session: Session, team_id: str, period: Period, user_id: str, *, side: Side, value: str | None
) -> tuple[int, int, int] | None:
    """Return a person's rank, people and points on a board; None if they are not on it."""
    of_person = (standings.c.user_id == user_id, _order(side)[0] > 0)
    own = session.execute(
        select(*_columns(side)).where(*_on_board(team_id, period, value), *of_person)
    ).first()
    if own is None:
        return None
    place = Place(user_id, "", own[0], own[1])
    return find_rank(session, team_id, period, place, side=side, value=value), own[0], own[1]


def find_rank(
    session: Session, team_id: str, period: Period, place: Place, *, side: Side, value: str | None
) -> int:
    """Return the rank of somebody with these counts: one more than those with better ones."""
    counts = (place.people_count, place.points)
    # Compared as one, so that only the better part of the board's index is read.
    better = tuple_(*_order(side)) > tuple_(*(counts[::-1] if side is Side.POINTS else counts))
    ahead = select(func.count()).where(*_on_board(team_id, period, value), better)
    return int(session.execute(ahead).scalar_one()) + 1


def count_people(
    session: Session, team_id: str, period: Period, *, side: Side, value: str | None
) -> int:
    """Return how many people are on a board."""
    return session.execute(
        select(func.count()).where(*_on_board(team_id, period, value), _order(side)[0] > 0)
    ).scalar_one()


def find_values(session: Session, team_id: str, period: Period, limit: int) -> list[str]:
    """Return values for which somebody was thanked in a period, the first of the alphabet.

    It steps from one value to the next in the index, however many people each of them has.
    """

    def next_after(value: Any) -> Any:
        return (
            select(standings.c.value)
            .where(standings.c.team_id == team_id, standings.c.period == period.key)
            .where(standings.c.value > value)
            .order_by(standings.c.value)
            .limit(1)
            .scalar_subquery()
        )

    named = select(next_after(EVERY_VALUE).label("value")).cte("named", recursive=True)
    named = named.union_all(select(next_after(named.c.value)).where(named.c.value.is_not(None)))
    has_thanks = exists().where(
        standings.c.team_id == team_id,
        standings.c.period == period.key,
        standings.c.value == named.c.value,
        standings.c.givers_count > 0,
    )
    found = select(named.c.value).where(named.c.value.is_not(None), has_thanks).limit(limit)
    return list(session.execute(found).scalars())


def _columns(side: Side) -> tuple[Any, Any]:
    """Return people and points."""
    if side is Side.GIVERS:
        return standings.c.receivers_count, standings.c.points_given
    return standings.c.givers_count, standings.c.points_received


def _order(side: Side) -> tuple[Any, Any]:
    """Return what a board is ranked by, and what ties are broken by."""
    people, points = _columns(side)
    return (points, people) if side is Side.POINTS else (people, points)


def _on_board(team_id: str, period: Period, value: str | None) -> tuple[Any, ...]:
    return (
        *in_period(team_id, period, value),
        standings.c.user_id.not_in(off_boards(team_id)),
    )


def off_boards(team_id: str) -> Any:
    """Return the query for those who take no part in boards, which a statement reads once."""
    aside = members.alias("aside")
    return select(aside.c.user_id).where(aside.c.team_id == team_id, aside.c.is_off_boards)
