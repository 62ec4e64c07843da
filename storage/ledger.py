"""The ledger, and the running totals of it.

The ledger only grows: entries are never changed or removed, which the database itself enforces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal, select

from bot.domain.budgets import Adjustment
from storage.engine.statements import BatchInsert, Statement
from storage.tables.schema import allowances, balances, ledger_entries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.allowance import Allowance, Payment
    from bot.domain.kudos import Kudos
    from storage.engine.store import Connection

GIVING = "giving"
RECEIVING = "receiving"


def _add_to_spent(insert: Any) -> Any:
    statement = insert(allowances)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id", "starts_at"],
        set_={"spent": allowances.c.spent + statement.excluded.spent},
    )


def _add_to_balance(insert: Any) -> Any:
    statement = insert(balances)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "user_id"],
        set_={"points": balances.c.points + statement.excluded.points},
    )


def _append_once(insert: Any) -> Any:
    return insert(ledger_entries).on_conflict_do_nothing().returning(ledger_entries.c.entry_id)


_ADD_TO_SPENT = Statement(_add_to_spent)
_APPEND_ONCE = Statement(_append_once)
_ADD_TO_BALANCE = Statement(_add_to_balance)
_APPEND = Statement(ledger_entries.insert())
_PAID = Statement(
    select(ledger_entries).where(
        ledger_entries.c.team_id == bindparam("team_id"),
        ledger_entries.c.user_id == bindparam("user_id"),
        ledger_entries.c.account == GIVING,
        # A kudos and its entries are of one moment, by which the index finds them.
        ledger_entries.c.created_at == bindparam("at", type_=ledger_entries.c.created_at.type),
        ledger_entries.c.kudos_id == bindparam("kudos_id"),
    )
)
_GIVE_BACK = Statement(
    allowances.update()
    .where(
        allowances.c.team_id == bindparam("of_team"),
        allowances.c.user_id == bindparam("of_user"),
        allowances.c.starts_at == bindparam("of_start", type_=allowances.c.starts_at.type),
    )
    .values(spent=allowances.c.spent - bindparam("points"))
)
_BALANCE = Statement(
    select(balances.c.points).where(
        balances.c.team_id == bindparam("team_id"), balances.c.user_id == bindparam("user_id")
    )
)


def find_balance(connection: Connection, team_id: str, user_id: str) -> int:
    """Return the points that a person has received."""
    return _BALANCE.scalar(connection, {"team_id": team_id, "user_id": user_id}) or 0


def book(
    together: BatchInsert, kudos: Kudos, allowance: Allowance, payments: Iterable[Payment]
) -> None:
    """Append the entries of a kudos: out of what pays it, into each receiver's balance.

    The caller holds the giver's lock (`storage.budgets.lock`) since before it read the allowance.
    """
    entries = []
    for payment in payments:
        key = f"{kudos.kudos_id}:{GIVING}:{kudos.giver_id}"
        entry = _entry(kudos, GIVING, kudos.giver_id, -payment.points, kudos.created_at)
        if payment.boost_id is not None:
            entries.append(
                entry | {"entry_id": f"{key}:{payment.boost_id}", "boost_id": payment.boost_id}
            )
            continue
        of_period = {
            "allowance_starts_at": allowance.starts_at,
            "allowance_label": allowance.label,
        }
        entries.append(entry | {"entry_id": key} | of_period)
        spent = {
            "team_id": kudos.team_id,
            "user_id": kudos.giver_id,
            "starts_at": allowance.starts_at,
            "spent": payment.points,
        }
        together.add(_ADD_TO_SPENT, [spent])
    _append(together, kudos, entries, kudos.created_at, sign=1)


def book_received(together: BatchInsert, kudos: Kudos) -> None:
    """Append only the entries of each receiver: what was given in another product paid for it."""
    _append(together, kudos, [], kudos.created_at, sign=1)


def book_reversal(connection: Connection, kudos: Kudos, now: datetime) -> None:
    """Append the entries that undo those of a kudos.

    What was given goes back to the period and to the boosts that it came from.
    """
    paid = _PAID.all(
        connection,
        {
            "team_id": kudos.team_id,
            "user_id": kudos.giver_id,
            "at": kudos.created_at,
            "kudos_id": kudos.kudos_id,
        },
    )
    entries = []
    for row in paid:
        entries.append(
            _entry(kudos, GIVING, kudos.giver_id, -row.points, now)
            | {
                "entry_id": f"{row.entry_id}:reversal",
                "reversal_of": row.entry_id,
                "allowance_starts_at": row.allowance_starts_at,
                "allowance_label": row.allowance_label,
                "boost_id": row.boost_id,
            }
        )
        if row.allowance_starts_at is not None:
            of_allowance = {
                "of_team": kudos.team_id,
                "of_user": kudos.giver_id,
                "of_start": row.allowance_starts_at,
                "points": -row.points,
            }
            _GIVE_BACK.run(connection, of_allowance)
    together = BatchInsert()
    _append(together, kudos, entries, now, sign=-1)
    together.run(connection)


def _append(
    together: BatchInsert, kudos: Kudos, paid: list[dict[str, Any]], now: datetime, *, sign: int
) -> None:
    """Append what was paid, and each receiver's part, with the balances."""
    received = []
    # Sorted by person, so that two transactions cannot wait for each other.
    for receipt in sorted(kudos.receipts, key=lambda receipt: receipt.user_id):
        if not receipt.points:  # thanks that moved none
            continue
        entry_id = f"{kudos.kudos_id}:{RECEIVING}:{receipt.user_id}"
        entry = _entry(kudos, RECEIVING, receipt.user_id, sign * receipt.points, now)
        if sign < 0:
            reversal = {"entry_id": f"{entry_id}:reversal", "reversal_of": entry_id}
            received.append(entry | reversal)
        else:
            received.append(entry | {"entry_id": entry_id})
    if not received:
        return
    together.add(_APPEND, [*paid, *received])
    together.add(
        _ADD_TO_BALANCE,
        [
            {"team_id": kudos.team_id, "user_id": entry["user_id"], "points": entry["points"]}
            for entry in received
        ],
    )


def _entry(kudos: Kudos, account: str, user_id: str, points: int, now: datetime) -> dict[str, Any]:
    """Return a movement of points; its id, which it alone can have, is still to be set.

    By the id nothing is ever booked twice.
    """
    return {
        "team_id": kudos.team_id,
        "user_id": user_id,
        "account": account,
        "points": points,
        "kudos_id": kudos.kudos_id,
        "reversal_of": None,
        "allowance_starts_at": None,
        "allowance_label": None,
        "boost_id": None,
        "created_at": now,
    }


def book_adjustment(connection: Connection, team_id: str, adjustment: Adjustment) -> int | None:
    """Append an admin's correction; return the balance from now on, or None if it is there already.

    The balance may be below nothing; then the caller must undo it all.
    """
    entry = {
        "team_id": team_id,
        "entry_id": adjustment.entry_id,
        "user_id": adjustment.user_id,
        "account": RECEIVING,
        "points": adjustment.points,
        "reason": adjustment.reason,
        "actor_id": adjustment.actor_id,
        "created_at": adjustment.created_at,
    }
    if _APPEND_ONCE.first(connection, entry) is None:
        return None
    added = {
        "team_id": team_id,
        "user_id": adjustment.user_id,
        "points": adjustment.points,
    }
    _ADD_TO_BALANCE.run(connection, added)
    return find_balance(connection, team_id, adjustment.user_id)


def find_adjustment(connection: Connection, team_id: str, entry_id: str) -> Adjustment | None:
    """Return an admin's correction by its id."""
    entries = ledger_entries.c
    row = connection.execute(
        select(
            entries.entry_id,
            entries.user_id,
            entries.actor_id,
            entries.points,
            entries.reason,
            entries.created_at,
        ).where(
            entries.team_id == team_id, entries.entry_id == entry_id, entries.actor_id.is_not(None)
        )
    ).first()
    return None if row is None else Adjustment(*row)


def recount_balances(connection: Connection, team_id: str) -> dict[str, int]:
    """Return what everybody has received, added up from the ledger."""
    rows = connection.execute(
        select(ledger_entries.c.user_id, func.sum(ledger_entries.c.points))
        .where(ledger_entries.c.team_id == team_id, ledger_entries.c.account == RECEIVING)
        .group_by(ledger_entries.c.user_id)
    )
    return {user_id: int(points) for user_id, points in rows}


def recount_spent(connection: Connection, team_id: str) -> dict[tuple[str, datetime], int]:
    """Return what everybody has spent of each allowance, added up from the ledger."""
    entries = ledger_entries.c
    rows = connection.execute(
        select(entries.user_id, entries.allowance_starts_at, literal(0) - func.sum(entries.points))
        .where(entries.team_id == team_id, entries.account == GIVING)
        .where(entries.allowance_starts_at.is_not(None))  # the rest was paid by boosts
        .group_by(entries.user_id, entries.allowance_starts_at)
    )
    return {(user_id, starts_at): int(points) for user_id, starts_at, points in rows}


def stored_balances(connection: Connection, team_id: str) -> dict[str, int]:
    """Return everybody's balance as the running totals have it."""
    rows = connection.execute(
        select(balances.c.user_id, balances.c.points).where(balances.c.team_id == team_id)
    )
    return {row.user_id: row.points for row in rows}


def stored_spent(connection: Connection, team_id: str) -> dict[tuple[str, datetime], int]:
    """Return what everybody has spent of each allowance, as the running totals have it."""
    spent = allowances.c
    rows = connection.execute(
        select(spent.user_id, spent.starts_at, spent.spent).where(spent.team_id == team_id)
    )
    return {(user_id, starts_at): points for user_id, starts_at, points in rows}
