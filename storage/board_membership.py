"""Who is on boards: noted with each person, and with each of their running totals.

The totals have it so that an index can hold apart who is on no board. It changes seldom, and all of
a person's totals then change with it; new ones get it when they are first stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, false, literal_column, or_, select

from bot.domain.periods import PeriodKind
from storage.engine.statements import Statement
from storage.standings import EVERY_VALUE
from storage.tables.schema import members, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from storage.engine.store import Connection

_AT_ONCE = 200  # people, and values

# Whoever has any totals has them for all time.
_NOTED = Statement(
    select(members.c.user_id, members.c.is_off_boards, standings.c.is_off_boards.label("of_totals"))
    .select_from(
        members.outerjoin(
            standings,
            and_(
                standings.c.team_id == members.c.team_id,
                standings.c.period == literal_column(f"'{PeriodKind.ALL}'"),
                standings.c.value == literal_column("''"),
                standings.c.user_id == members.c.user_id,
            ),
        )
    )
    .where(members.c.team_id == bindparam("team_id"))
    .where(members.c.user_id.in_(bindparam("user_ids", expanding=True)))
)


def find_otherwise_noted(
    connection: Connection, team_id: str, off_boards: dict[str, bool]
) -> dict[bool, list[str]]:
    """Return whose rows do not say what these do, by what they should say."""
    rows = _NOTED.all(connection, {"team_id": team_id, "user_ids": sorted(off_boards)})
    found: dict[bool, list[str]] = {False: [], True: []}
    for user_id, of_person, of_totals in rows:
        is_off = off_boards[user_id]
        if of_person != is_off or of_totals not in {None, is_off}:
            found[is_off].append(user_id)
    return found


def note_off_boards(
    connection: Connection, team_id: str, user_ids: Sequence[str], *, is_off: bool
) -> None:
    """Note with people, and with all of their totals, whether boards leave them out."""
    periods = _all_of(connection, team_id, standings.c.period)
    of_all_time = (standings.c.period == str(PeriodKind.ALL),)
    values = [EVERY_VALUE, *_all_of(connection, team_id, standings.c.value, *of_all_time)]
    for some in _parts(user_ids):
        connection.execute(
            members.update()
            .where(members.c.team_id == team_id, members.c.user_id.in_(some))
            .values(is_off_boards=is_off)
        )
        for of_values in _parts(values):  # by key, since there is no index of a person's totals
            connection.execute(
                standings.update()
                .where(standings.c.team_id == team_id, standings.c.period.in_(periods))
                .where(standings.c.value.in_(of_values), standings.c.user_id.in_(some))
                .values(is_off_boards=is_off)
            )


def find_who_depends_on_settings(connection: Connection, team_id: str) -> list[str]:
    """Return those for whom admins set whether they take part."""
    found = select(members.c.user_id).where(
        members.c.team_id == team_id, or_(members.c.is_external, members.c.is_guest)
    )
    return list(connection.execute(found).scalars())


def find_wrong_totals(connection: Connection, team_id: str) -> list[str]:
    """Return whose totals say something else than their own row, and who has none."""
    wrong = (
        select(standings.c.user_id)
        .outerjoin(
            members,
            and_(
                members.c.team_id == standings.c.team_id, members.c.user_id == standings.c.user_id
            ),
        )
        .where(standings.c.team_id == team_id)
        .where(
            or_(
                members.c.is_off_boards != standings.c.is_off_boards,
                and_(members.c.user_id.is_(None), standings.c.is_off_boards == false()),
            )
        )
    )
    return list(connection.execute(wrong.distinct()).scalars())


def _all_of(connection: Connection, team_id: str, column: Any, *among: Any) -> list[str]:
    """Return every period or value of the totals, stepping from one to the next in their key."""

    def next_after(last: Any) -> Any:
        following: Select[Any] = (
            select(column)
            .where(standings.c.team_id == team_id, *among, column > last)
            .order_by(column)
            .limit(1)
        )
        return following.scalar_subquery()

    each = select(next_after(literal_column("''")).label("each")).cte("each_of", recursive=True)
    each = each.union_all(select(next_after(each.c.each)).where(each.c.each.is_not(None)))
    found = select(each.c.each).where(each.c.each.is_not(None))
    return list(connection.execute(found).scalars())


def _parts(whole: Sequence[str]) -> Iterable[Sequence[str]]:
    return (whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE))
