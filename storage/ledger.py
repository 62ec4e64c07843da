"""The ledger, and the running totals of it that decide whether something may be spent.

The ledger only grows: entries are never changed or removed, which the database itself enforces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal, select

from storage.schema import allowances, balances, ledger_entries
from storage.statements import Upsert

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import Kudos
    from storage.store import Session

GIVING = "giving"
RECEIVING = "receiving"


def _spend(insert: Any) -> Any:
    """Build the one statement that checks and takes: two at once can never take the same point."""
    statement = insert(allowances)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id", "starts_at"],
        set_={"spent": allowances.c.spent + statement.excluded.spent},
        where=allowances.c.spent + statement.excluded.spent <= bindparam("limit"),
    ).returning(allowances.c.spent)


def _add_to_balance(insert: Any) -> Any:
    statement = insert(balances)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id"],
        set_={"points": balances.c.points + statement.excluded.points},
    )


_SPEND = Upsert(_spend)
_ADD_TO_BALANCE = Upsert(_add_to_balance)
_APPEND = ledger_entries.insert()
_SPENT = select(allowances.c.spent).where(
    allowances.c.team_id == bindparam("team_id"),
    allowances.c.user_id == bindparam("user_id"),
    allowances.c.starts_at == bindparam("starts_at", type_=allowances.c.starts_at.type),
)
_GIVE_BACK = (
    allowances.update()
    .where(
        allowances.c.team_id == bindparam("of_team"),
        allowances.c.user_id == bindparam("of_user"),
        allowances.c.starts_at == bindparam("of_start", type_=allowances.c.starts_at.type),
    )
    .values(spent=allowances.c.spent - bindparam("points"))
)
_BALANCE = select(balances.c.points).where(
    balances.c.team_id == bindparam("team_id"), balances.c.user_id == bindparam("user_id")
)


def find_spent(session: Session, team_id: str, user_id: str, starts_at: datetime) -> int:
    """Return the points that a person has spent of the allowance that began at that moment."""
    key = {"team_id": team_id, "user_id": user_id, "starts_at": starts_at}
    return session.execute(_SPENT, key).scalar() or 0


def find_balance(session: Session, team_id: str, user_id: str) -> int:
    """Return the points that a person has received."""
    return session.execute(_BALANCE, {"team_id": team_id, "user_id": user_id}).scalar() or 0


def spend(
    session: Session, team_id: str, user_id: str, *, starts_at: datetime, points: int, limit: int
) -> int | None:
    """Take points out of an allowance; return what is spent now, or None if it does not suffice."""
    if points > limit:
        return None
    return session.execute(
        _SPEND.for_(session),
        {
            "team_id": team_id,
            "user_id": user_id,
            "starts_at": starts_at,
            "spent": points,
            "limit": limit,
        },
    ).scalar()


def book(session: Session, kudos: Kudos, *, allowance_starts_at: datetime, now: datetime) -> None:
    """Append the entries of a kudos: out of the giver's allowance, into each receiver's balance."""
    _append(session, kudos, allowance_starts_at, now, sign=1)


def book_reversal(
    session: Session, kudos: Kudos, *, allowance_starts_at: datetime, now: datetime
) -> None:
    """Append the entries that undo those of a kudos, and give the allowance back to its period."""
    session.execute(
        _GIVE_BACK,
        {
            "of_team": kudos.team_id,
            "of_user": kudos.giver_id,
            "of_start": allowance_starts_at,
            "points": kudos.points_total,
        },
    )
    _append(session, kudos, allowance_starts_at, now, sign=-1)


def _append(
    session: Session, kudos: Kudos, allowance_starts_at: datetime, now: datetime, *, sign: int
) -> None:
    # Sorted by person, so that two transactions cannot wait for each other.
    receipts = sorted(kudos.receipts, key=lambda receipt: receipt.user_id)
    movements = [(GIVING, kudos.giver_id, -sign * kudos.points_total)]
    movements += [(RECEIVING, receipt.user_id, sign * receipt.points) for receipt in receipts]
    session.execute(
        _APPEND,
        [
            {
                "team_id": kudos.team_id,
                "entry_id": entry_id + (":reversal" if sign < 0 else ""),
                "user_id": user_id,
                "account": account,
                "points": points,
                "kudos_id": kudos.kudos_id,
                "reversal_of": entry_id if sign < 0 else None,
                "allowance_starts_at": allowance_starts_at if account == GIVING else None,
                "created_at": now,
            }
            for account, user_id, points in movements
            # An id that only this movement can have, so that nothing is ever booked twice.
            for entry_id in [f"{kudos.kudos_id}:{account}:{user_id}"]
        ],
    )
    session.execute(
        _ADD_TO_BALANCE.for_(session),
        [
            {"team_id": kudos.team_id, "user_id": user_id, "points": points}
            for account, user_id, points in movements
            if account == RECEIVING
        ],
    )


def recount_balances(session: Session, team_id: str) -> dict[str, int]:
    """Return what everybody has received, added up from the ledger."""
    rows = session.execute(
        select(ledger_entries.c.user_id, func.sum(ledger_entries.c.points))
        .where(ledger_entries.c.team_id == team_id, ledger_entries.c.account == RECEIVING)
        .group_by(ledger_entries.c.user_id)
    )
    return {user_id: int(points) for user_id, points in rows}


def recount_spent(session: Session, team_id: str) -> dict[tuple[str, datetime], int]:
    """Return what everybody has spent of each allowance, added up from the ledger."""
    entries = ledger_entries.c
    rows = session.execute(
        select(entries.user_id, entries.allowance_starts_at, literal(0) - func.sum(entries.points))
        .where(entries.team_id == team_id, entries.account == GIVING)
        .group_by(entries.user_id, entries.allowance_starts_at)
    )
    return {(user_id, starts_at): int(points) for user_id, starts_at, points in rows}


def stored_balances(session: Session, team_id: str) -> dict[str, int]:
    """Return everybody's balance as the running totals have it."""
    rows = session.execute(
        select(balances.c.user_id, balances.c.points).where(balances.c.team_id == team_id)
    )
    return {row.user_id: row.points for row in rows}


def stored_spent(session: Session, team_id: str) -> dict[tuple[str, datetime], int]:
    """Return what everybody has spent of each allowance, as the running totals have it."""
    spent = allowances.c
    rows = session.execute(
        select(spent.user_id, spent.starts_at, spent.spent).where(spent.team_id == team_id)
    )
    return {(user_id, starts_at): points for user_id, starts_at, points in rows}
