"""Running totals of each period, so that a board is read off an index however long the history.

They are derived: `recount` works them out anew from the kudos, and `kudos doctor` compares.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from bot.domain.kudos import Audience
from bot.domain.periods import periods_of
from storage.engine.statements import BatchInsert, Statement
from storage.tables.schema import kudos as kudos_table
from storage.tables.schema import pairs, receipts, standings
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from sqlalchemy import Select

    from bot.domain.kudos import Kudos
    from bot.domain.periods import CountedWeeks, Period
    from storage.engine.store import Connection

EVERY_VALUE = ""


class Day(NamedTuple):
    """When a kudos counts, and which weeks are counted in its workspace."""

    given_on: date
    weeks: tuple[CountedWeeks, ...]


COUNTS = (
    "givers_count",
    "kudos_received",
    "points_received",
    "receivers_count",
    "kudos_given",
    "points_given",
)
# Counts for coverage alone, and for the receivers of private thanks alone.
PRIVATELY = "privately_received"
STORED = (*COUNTS, PRIVATELY)


def _add(insert: Any) -> Any:
    statement = insert(standings)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "period", "value", "user_id"],
        set_={name: standings.c[name] + statement.excluded[name] for name in COUNTS},
    )


def _add_privately(insert: Any) -> Any:
    statement = insert(standings)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "period", "value", "user_id"],
        set_={PRIVATELY: standings.c[PRIVATELY] + statement.excluded[PRIVATELY]},
    )


def _touch_pair(insert: Any) -> Any:
    """Build the statement that notes a thanks and tells when the one before it was.

    It also locks the pair's row until the end of the transaction, so that two simultaneous thanks
    of one pair cannot both be the first.
    """
    statement = insert(pairs)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "giver_id", "receiver_id", "value"],
        set_={"previous_on": pairs.c.last_on, "last_on": statement.excluded.last_on},
    ).returning(pairs.c.receiver_id, pairs.c.value, pairs.c.previous_on)


_ADD = Statement(_add)
_ADD_PRIVATELY = Statement(_add_privately)
_TOUCH_PAIR = Statement(_touch_pair)
_OF_PAIR = (
    select(receipts.c.given_on)
    .join(
        kudos_table,
        and_(
            kudos_table.c.team_id == receipts.c.team_id,
            kudos_table.c.kudos_id == receipts.c.kudos_id,
        ),
    )
    .where(receipts.c.team_id == bindparam("team_id"))
    .where(receipts.c.receiver_id == bindparam("receiver_id"))
    .where(receipts.c.giver_id == bindparam("giver_id"))
    .where(receipts.c.kudos_id != bindparam("kudos_id"))
    .where(kudos_table.c.reversed_at.is_(None), kudos_table.c.audience != Audience.PRIVATE)
    .where(
        or_(
            bindparam("value") == EVERY_VALUE,
            and_(
                kudos_table.c.value == bindparam("value"),
                kudos_table.c.audience == Audience.PUBLIC,
            ),
        )
    )
    .limit(1)
)
_DAY = bindparam("day", type_=receipts.c.given_on.type)
_NEAREST_BEFORE = Statement(
    _OF_PAIR.where(receipts.c.given_on <= _DAY).order_by(receipts.c.given_on.desc())
)
_NEAREST_AFTER = Statement(
    _OF_PAIR.where(receipts.c.given_on >= _DAY).order_by(receipts.c.given_on)
)
_LATEST = Statement(_OF_PAIR.order_by(receipts.c.given_on.desc()))
_SET_LAST = Statement(
    pairs.update()
    .where(pairs.c.team_id == bindparam("of_team"), pairs.c.giver_id == bindparam("of_giver"))
    .where(pairs.c.receiver_id == bindparam("of_receiver"), pairs.c.value == bindparam("of_value"))
    .values(last_on=bindparam("last_on"), previous_on=None)
)


def count_in(
    connection: Connection,
    together: BatchInsert,
    kudos: Kudos,
    day: Day,
    *,
    off_boards: Collection[str],
) -> None:
    """Add a kudos to the totals of every period in which its day lies.

    Before that, it stores what else belongs to the kudos. `off_boards` are those of its people who
    are on no board.
    """
    if kudos.audience is Audience.PRIVATE:
        together.run(connection)
        _count_privately(connection, kudos, day, sign=1, off_boards=off_boards)
    else:
        _count(connection, together, kudos, day, sign=1, off_boards=off_boards)


def count_out(connection: Connection, kudos: Kudos, day: Day) -> None:
    """Take a kudos that was reversed out of the totals again."""
    # All of its totals are there already.
    if kudos.audience is Audience.PRIVATE:
        _count_privately(connection, kudos, day, sign=-1, off_boards=())
    else:
        _count(connection, BatchInsert(), kudos, day, sign=-1, off_boards=())


def _count(
    connection: Connection,
    together: BatchInsert,
    kudos: Kudos,
    day: Day,
    *,
    sign: int,
    off_boards: Collection[str],
) -> None:
    alone_in = _alone_in(connection, together, kudos, day, is_new=sign > 0)
    points_total = sign * kudos.points_total
    rows = []
    for of_value in _values(kudos.value, kudos.audience):
        for period in periods_of(*day):
            key = {"team_id": kudos.team_id, "period": period.key, "value": of_value}
            receivers_count = 0
            for receipt in kudos.receipts:
                is_alone = sign * (period in alone_in[receipt.user_id, of_value])
                receivers_count += is_alone
                counts = (is_alone, sign, sign * receipt.points, 0, 0, 0)
                rows.append(
                    key
                    | {"user_id": receipt.user_id, "is_off_boards": receipt.user_id in off_boards}
                    | dict(zip(COUNTS, counts, strict=True))
                )
            counts = (0, 0, 0, receivers_count, sign, points_total)
            rows.append(
                key
                | {"user_id": kudos.giver_id, "is_off_boards": kudos.giver_id in off_boards}
                | dict(zip(COUNTS, counts, strict=True))
            )
    # Sorted by person: totals upserted in no particular order deadlock on Postgres.
    rows.sort(key=itemgetter("user_id", "period", "value"))
    _ADD.run_many(connection, rows)


def _count_privately(
    connection: Connection, kudos: Kudos, day: Day, *, sign: int, off_boards: Collection[str]
) -> None:
    """Note that somebody was thanked, and nothing else: neither by whom nor for which value."""
    rows = sorted(
        (user_id, period.key) for user_id in kudos.receiver_ids for period in periods_of(*day)
    )
    nothing = dict.fromkeys(COUNTS, 0)
    _ADD_PRIVATELY.run_many(
        connection,
        [
            {"team_id": kudos.team_id, "user_id": user_id, "period": period, "value": EVERY_VALUE}
            | nothing
            | {PRIVATELY: sign, "is_off_boards": user_id in off_boards}
            for user_id, period in rows
        ],
    )


def _alone_in(
    connection: Connection, together: BatchInsert, kudos: Kudos, day: Day, *, is_new: bool
) -> dict[tuple[str, str], frozenset[Period]]:
    """Return, by receiver and value, the periods in which it is the only one from its giver."""
    pairs_touched = [
        {
            "team_id": kudos.team_id,
            "giver_id": kudos.giver_id,
            "receiver_id": user_id,
            "value": of_value,
        }
        for user_id in sorted(kudos.receiver_ids)
        for of_value in _values(kudos.value, kudos.audience)
    ]
    found: dict[tuple[str, str], frozenset[Period]] = {}
    if is_new:
        together.add(_TOUCH_PAIR, [pair | {"last_on": day.given_on} for pair in pairs_touched])
        for receiver_id, of_value, previous_on in together.run(connection):
            if previous_on is None or previous_on <= day.given_on:
                found[receiver_id, of_value] = _begun_since(previous_on, day)
    for pair in pairs_touched:
        key = (pair["receiver_id"], pair["value"])
        if key not in found:
            # The clock went back, or a kudos out of the middle is taken back.
            found[key] = _between_neighbours(connection, pair, kudos.kudos_id, day, is_new=is_new)
    return found


@lru_cache(maxsize=64)
def _begun_since(previous_on: date | None, day: Day) -> frozenset[Period]:
    """Return the periods of a day in which that earlier one does not lie."""
    return frozenset(
        period
        for period in periods_of(*day)
        if previous_on is None or previous_on < period.first_day
    )


def _between_neighbours(
    connection: Connection, pair: dict[str, str], kudos_id: str, day: Day, *, is_new: bool
) -> frozenset[Period]:
    """Return the periods in which neither the thanks before nor the one after lies."""
    of_pair = pair | {"kudos_id": kudos_id}
    _set_last(connection, of_pair, without_it=not is_new)
    before = _NEAREST_BEFORE.scalar(connection, of_pair | {"day": day.given_on})
    after = _NEAREST_AFTER.scalar(connection, of_pair | {"day": day.given_on})
    return frozenset(
        period
        for period in periods_of(*day)
        if (before is None or before < period.first_day)
        and (after is None or after >= period.end_day)
    )


def _set_last(connection: Connection, of_pair: dict[str, str], *, without_it: bool) -> None:
    """Work out anew when the pair's last thanks was; the update locks the pair first."""
    key = {
        "of_team": of_pair["team_id"],
        "of_giver": of_pair["giver_id"],
        "of_receiver": of_pair["receiver_id"],
        "of_value": of_pair["value"],
    }
    _SET_LAST.run(connection, key | {"last_on": None})
    latest = _LATEST.scalar(connection, of_pair if without_it else of_pair | {"kudos_id": ""})
    _SET_LAST.run(connection, key | {"last_on": latest})


StandingKey = tuple[str, str, str]  # user, period, value


def stored(connection: Connection, team_id: str) -> dict[StandingKey, tuple[int, ...]]:
    """Return all totals that are not zero."""
    rows = connection.execute(select(standings).where(standings.c.team_id == team_id)).mappings()
    totals = {
        (row["user_id"], row["period"], row["value"]): tuple(row[name] for name in STORED)
        for row in rows
    }
    return {key: counts for key, counts in totals.items() if any(counts)}


def recount(connection: Connection, team_id: str) -> dict[StandingKey, tuple[int, ...]]:
    """Work all totals out anew from the kudos themselves."""
    weeks = get_workspace(connection, team_id).weeks
    rows = connection.execute(live_receipts(team_id))
    return totals_of(rows, lambda day: periods_of(day, weeks))


def live_receipts(team_id: str) -> Select[Any]:
    """Return the statement for all that counts, for `totals_of`."""
    return (
        select(
            kudos_table.c.kudos_id,
            kudos_table.c.giver_id,
            kudos_table.c.value,
            kudos_table.c.audience,
            kudos_table.c.given_on,
            receipts.c.receiver_id,
            receipts.c.points,
        )
        .join(
            receipts,
            and_(
                receipts.c.team_id == kudos_table.c.team_id,
                receipts.c.kudos_id == kudos_table.c.kudos_id,
            ),
        )
        .where(kudos_table.c.team_id == team_id, kudos_table.c.reversed_at.is_(None))
    )


def totals_of(
    rows: Iterable[Any], periods_with: Callable[[date], Sequence[Period]]
) -> dict[StandingKey, tuple[int, ...]]:
    """Work out what receipts come to in the periods in which each day lies."""
    people: dict[tuple[str, str, str, int], set[str]] = defaultdict(set)
    totals: dict[StandingKey, list[int]] = defaultdict(lambda: [0] * len(STORED))
    counted: set[tuple[str, StandingKey]] = set()
    for row in rows:
        periods = periods_with(row.given_on)
        if row.audience == Audience.PRIVATE:
            for period in periods:
                totals[row.receiver_id, period.key, EVERY_VALUE][-1] += 1
            continue
        values = _values(row.value, row.audience)
        for period, of_value in ((period, each) for each in values for period in periods):
            to = (row.receiver_id, period.key, of_value)
            by = (row.giver_id, period.key, of_value)
            people[(*to, 0)].add(row.giver_id)
            people[(*by, 3)].add(row.receiver_id)
            totals[to][1] += 1
            totals[to][2] += row.points
            totals[by][5] += row.points
            if (row.kudos_id, by) not in counted:
                counted.add((row.kudos_id, by))
                totals[by][4] += 1
    for (*key, column), others in people.items():
        totals[key[0], key[1], key[2]][column] = len(others)
    return {key: tuple(counts) for key, counts in totals.items()}


def _values(value: str | None, audience: str) -> tuple[str, ...]:
    """Return for which values a kudos counts: a hashtag is told of what is public alone.

    One that only private channels have seen may be the name of what nobody else is to know of.
    """
    is_told = value is not None and audience == Audience.PUBLIC
    return (EVERY_VALUE, value or EVERY_VALUE) if is_told else (EVERY_VALUE,)
