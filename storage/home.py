"""The Home tab's facts and lists, each in one statement: it is drawn often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select, true, tuple_

from bot.domain.home import PAGE_LENGTH, HomeList
from bot.domain.kudos import Kudos, Receipt
from storage.boards import off_boards
from storage.kudos import kudos_from
from storage.members import member_of, preferences_from
from storage.schema import balances, kudos, members, receipts, standings
from storage.standings import COUNTS, EVERY_VALUE

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.home import Shown
    from bot.domain.members import Member
    from bot.domain.periods import Period
    from bot.domain.preferences import Preferences
    from storage.store import Session

STREAK_DAYS_READ = 400  # days with a thank-you that are looked at: more than a year of weeks


class Facts(NamedTuple):
    """Who somebody is, and how they stand in a period."""

    member: Member
    balance: int
    counts: dict[str, int]
    ahead: int  # how many are before them on the board
    days_given: list[date]  # latest first


class Listed(NamedTuple):
    """One page of somebody's kudos, with everybody who has a part in them."""

    kudos: list[Kudos]
    has_older: bool
    names: dict[str, str]
    preferences: dict[str, Preferences]


def find_facts(session: Session, team_id: str, user_id: str, period: Period) -> Facts | None:
    """Return what the Home tab tells of a person; None for somebody whom the store has not met."""
    own, other = standings.alias("own"), standings.alias("other")
    ahead = (
        select(func.count())
        .where(other.c.team_id == team_id, other.c.period == period.key)
        .where(other.c.value == EVERY_VALUE, other.c.user_id.not_in(off_boards(team_id)))
        .where(
            tuple_(other.c.givers_count, other.c.points_received)
            > tuple_(own.c.givers_count, own.c.points_received)
        )
        .scalar_subquery()
    )
    days = (
        select(kudos.c.given_on)
        .where(kudos.c.team_id == team_id, kudos.c.giver_id == user_id)
        .where(kudos.c.reversed_at.is_(None))
        .group_by(kudos.c.given_on)
        .order_by(kudos.c.given_on.desc())
        .limit(STREAK_DAYS_READ)
        .subquery()
    )
    person = (
        select(
            members,
            func.coalesce(balances.c.points, 0).label("balance"),
            *(func.coalesce(own.c[name], 0).label(name) for name in COUNTS),
            ahead.label("ahead"),
        )
        .outerjoin(
            balances,
            and_(balances.c.team_id == members.c.team_id, balances.c.user_id == members.c.user_id),
        )
        .outerjoin(
            own,
            and_(
                own.c.team_id == members.c.team_id,
                own.c.user_id == members.c.user_id,
                own.c.period == period.key,
                own.c.value == EVERY_VALUE,
            ),
        )
        .where(members.c.team_id == team_id, members.c.user_id == user_id)
        .subquery()
    )
    rows = session.execute(
        select(person, days.c.given_on).outerjoin(days, true()).order_by(days.c.given_on.desc())
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Facts(
        member_of(first),
        first.balance,
        {name: getattr(first, name) for name in COUNTS},
        first.ahead,
        [row.given_on for row in rows if row.given_on is not None],
    )


def find_listed(session: Session, team_id: str, user_id: str, shown: Shown) -> Listed:
    """Return a page of somebody's live kudos, newest first."""
    of_team = kudos.c.team_id == team_id
    page = select(kudos).where(of_team, kudos.c.reversed_at.is_(None))
    if shown.which is HomeList.GIVEN:
        page = page.where(kudos.c.giver_id == user_id).order_by(kudos.c.kudos_id.desc())
    else:
        page = (
            page.join(
                receipts,
                and_(
                    receipts.c.team_id == kudos.c.team_id,
                    receipts.c.kudos_id == kudos.c.kudos_id,
                ),
            )
            .where(receipts.c.team_id == team_id, receipts.c.receiver_id == user_id)
            .order_by(receipts.c.kudos_id.desc())
        )
    # One more than is shown tells whether there is another page.
    paged = page.limit(PAGE_LENGTH + 1).offset(shown.page * PAGE_LENGTH).subquery()
    part, giver, receiver = receipts.alias(), members.alias(), members.alias()
    rows = session.execute(
        select(
            paged,
            part.c.receiver_id,
            part.c.points,
            giver.c.display_name.label("giver_name"),
            receiver.c.display_name.label("receiver_name"),
            receiver.c.preferences.label("receiver_preferences"),
        )
        .join(part, and_(part.c.team_id == team_id, part.c.kudos_id == paged.c.kudos_id))
        .outerjoin(
            giver, and_(giver.c.team_id == part.c.team_id, giver.c.user_id == paged.c.giver_id)
        )
        .outerjoin(
            receiver,
            and_(receiver.c.team_id == part.c.team_id, receiver.c.user_id == part.c.receiver_id),
        )
        .order_by(paged.c.kudos_id.desc(), part.c.place)
    ).all()
    return _listed(rows)


def _listed(rows: Any) -> Listed:
    by_kudos: dict[str, list[Any]] = {}
    for row in rows:
        by_kudos.setdefault(row.kudos_id, []).append(row)
    names = {row.giver_id: row.giver_name for row in rows}
    names |= {row.receiver_id: row.receiver_name for row in rows}
    known = {user_id: name for user_id, name in names.items() if name is not None}
    preferences = {
        row.receiver_id: preferences_from(row.receiver_preferences or {}) for row in rows
    }
    found = [
        kudos_from(parts[0], [Receipt(part.receiver_id, part.points) for part in parts])
        for parts in by_kudos.values()
    ]
    return Listed(found[:PAGE_LENGTH], len(found) > PAGE_LENGTH, known, preferences)
