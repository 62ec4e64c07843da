"""The Home tab's facts and lists, in few statements: it is drawn often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, func, literal_column, select

from bot.domain.boards import Side
from bot.domain.home import PAGE_LENGTH, HomeList
from bot.domain.kudos import Kudos, Receipt
from storage.boards import ahead_of
from storage.engine.statements import Statement
from storage.kudos import kudos_from, receipts_with_kudos
from storage.members import find_members
from storage.standings import COUNTS
from storage.tables.schema import balances, kudos, members, receipts, standings

if TYPE_CHECKING:
    from bot.domain.home import Shown
    from bot.domain.members import Member
    from bot.domain.periods import Period
    from storage.engine.store import Connection

_TEAM: BindParameter[str] = bindparam("team_id")
_USER: BindParameter[str] = bindparam("user_id")
_UNTOLD = {"natural_key", "given_on", "allowance_starts_at", "undo_key"}


class Facts(NamedTuple):
    """How somebody stands in a period."""

    balance: int
    counts: dict[str, int]
    ahead: int  # how many are before them on the board


class Listed(NamedTuple):
    """One page of somebody's kudos, and who has a part in them as far as the store knows them."""

    kudos: list[Kudos]
    has_older: bool
    people: dict[str, Member]  # with that person themselves


def find_facts(
    connection: Connection, team_id: str, user_id: str, period: Period, *, is_hidden: bool
) -> Facts | None:
    """Return what the Home tab tells of a person; None for somebody whom the store has not met.

    Where amounts are hidden, they do not decide who is before whom.
    """
    parameters = {"team_id": team_id, "user_id": user_id, "period": period.key}
    row = _FACTS[is_hidden].first(connection, parameters)
    if row is None:
        return None
    return Facts(row.balance, {name: getattr(row, name) for name in COUNTS}, row.ahead)


def find_listed(connection: Connection, team_id: str, user_id: str, shown: Shown) -> Listed:
    """Return a page of somebody's live kudos, newest first."""
    parameters = {
        "team_id": team_id,
        "user_id": user_id,
        "limit": PAGE_LENGTH + 1,  # one more than is shown tells whether there is another page
        "offset": shown.page * PAGE_LENGTH,
    }
    rows = _LISTED[shown.which].all(connection, parameters)
    by_kudos: dict[str, list[Any]] = {}
    for row in rows:
        by_kudos.setdefault(row.kudos_id, []).append(row)
    found = [
        kudos_from(parts[0], [Receipt(part.receiver_id, part.points) for part in parts])
        for parts in by_kudos.values()
    ]
    involved = {user_id}.union(*(each.everybody for each in found))
    people = find_members(connection, team_id, involved)
    return Listed(found[:PAGE_LENGTH], len(found) > PAGE_LENGTH, people)


def _facts(*, is_hidden: bool) -> Statement:
    own = standings.alias("own")
    return Statement(
        select(
            func.coalesce(balances.c.points, literal_column("0")).label("balance"),
            *(func.coalesce(own.c[name], literal_column("0")).label(name) for name in COUNTS),
            ahead_of(own.c, Side.RECEIVERS, is_hidden=is_hidden).label("ahead"),
        )
        .select_from(
            members.outerjoin(
                balances,
                and_(
                    balances.c.team_id == members.c.team_id,
                    balances.c.user_id == members.c.user_id,
                ),
            ).outerjoin(
                own,
                and_(
                    own.c.team_id == members.c.team_id,
                    own.c.user_id == members.c.user_id,
                    own.c.period == bindparam("period"),
                    own.c.value == literal_column("''"),
                ),
            )
        )
        .where(members.c.team_id == _TEAM, members.c.user_id == _USER)
    )


def _page_of(which: HomeList) -> Statement:
    told = (column for column in kudos.columns if column.name not in _UNTOLD)
    page = select(*told).where(kudos.c.reversed_at.is_(None))
    if which is HomeList.GIVEN:
        page = page.where(kudos.c.team_id == _TEAM, kudos.c.giver_id == _USER).order_by(
            kudos.c.kudos_id.desc()
        )
    else:
        page = (
            page.select_from(receipts_with_kudos())
            .where(receipts.c.team_id == _TEAM, receipts.c.receiver_id == _USER)
            .order_by(receipts.c.kudos_id.desc())
        )
    paged = page.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    part = receipts.alias()
    return Statement(
        select(paged, part.c.receiver_id, part.c.points)
        .join(part, and_(part.c.team_id == _TEAM, part.c.kudos_id == paged.c.kudos_id))
        .order_by(paged.c.kudos_id.desc(), part.c.place)
    )


_FACTS = {is_hidden: _facts(is_hidden=is_hidden) for is_hidden in (False, True)}
_LISTED = {which: _page_of(which) for which in HomeList}
