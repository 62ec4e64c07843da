"""What must hold when everything has come to rest: the model against the store and Slack."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from storage.tables.schema import activity, kudos, ledger_entries, outbox, receipts
from storage.workspaces import get_workspace
from tests.faults.books import Books
from tests.faults.storm.record import ABSENT, LIVE, UNDONE
from tests.faults.storm.seen import keys_seen, posts_seen, refusals_seen, scheduled_seen, strangers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.sandbox import Sandbox
    from tests.faults.storm.record import Given, Record
    from tests.faults.storm.world import World

WORDS = ("command", "modal", "mention")
FUZZY_SECONDS = 20.0  # how long a kudos may have known the settings of before


class Row:
    """A kudos as it is stored."""

    def __init__(self, row: Any, received: dict[str, int]) -> None:
        self.kudos_id: str = row.kudos_id
        self.who = handle(row.giver_id)
        self.reason: str = row.reason
        self.source: str = row.source
        self.is_live = row.reversed_at is None
        self.received = {handle(user_id): points for user_id, points in received.items()}
        self.joins_id: str | None = row.joins_id
        self.place = (row.channel_id, row.message_ts)

    def __str__(self) -> str:
        state = "live" if self.is_live else "taken back"
        return f"{self.source} by {self.who} to {self.received} {self.reason!r} ({state})"


def handle(user_id: str) -> str:
    """Return whose id it is."""
    return user_id.removeprefix("U0").removesuffix("0000").lower()


def findings(world: World, record: Record) -> list[str]:
    """Return one line for each thing that is not as it must be; none where all is well."""
    found: list[str] = []
    engine = create_engine(world.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        for team, slack in world.slack.items():
            rows = _rows(connection, slack.team_id)
            parts = (
                _words(record, team, rows),
                _reactions(record, team, slack, rows),
                _joins(record, team, rows),
                _points(connection, slack.team_id, rows),
                _spending(connection, world, slack.team_id, record),
                _settings(connection, slack.team_id, record, team),
                _sums(world, slack),
                _messages(connection, world, record, slack),
                _told(connection, world, record, team, slack, rows),
                _refused(record, team, slack, rows),
                scheduled_seen(record, slack, may_double=not world.shape.reads_history),
                strangers(world, team),
            )
            found += [f"{team}: {line}" for part in parts for line in part]
    engine.dispose()
    for process in world.processes:
        found += [f"process {process.number} {end}" for end in process.strange_ends]
        found += [f"process {process.number} says: {line}" for line in process.complaints()]
    return found


def _rows(connection: Connection, team_id: str) -> list[Row]:
    received: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(select(receipts).where(receipts.c.team_id == team_id)):
        received[row.kudos_id][row.receiver_id] = row.points
    stored = select(kudos).where(kudos.c.team_id == team_id).order_by(kudos.c.kudos_id)
    return [Row(row, received[row.kudos_id]) for row in connection.execute(stored)]


# -- What was given -------------------------------------------------------------------------


def _words(record: Record, team: str, rows: list[Row]) -> Iterator[str]:
    """Every acknowledged kudos once, and none that was not acknowledged or visibly refused."""
    by_reason: dict[str, list[Row]] = defaultdict(list)
    by_giver: Counter[str] = Counter()
    for row in rows:
        if row.source in WORDS:
            by_reason[row.reason].append(row)
            by_giver[row.who] += 1
    mine = [given for given in record.given.values() if given.team == team]
    known = {given.reason for given in mine}
    for given in mine:
        if not record.is_perhaps_erased(team, given.who):
            yield from _given(record, given, by_reason.pop(given.reason, []))
    for person in {given.who for given in mine if record.is_perhaps_erased(team, given.who)}:
        # Their words are gone; how many thanks there are can still be told.
        own = [given.may for given in mine if given.who == person]
        least = sum(ABSENT not in may for may in own)
        most = sum(may != {ABSENT} for may in own)
        if not least <= by_giver[person] <= most:
            yield f"erased {person} has {by_giver[person]} kudos, not {least} to {most}"
    for reason, strange in by_reason.items():
        if reason not in known and not all(
            record.is_perhaps_erased(team, row.who) for row in strange
        ):
            yield f"nobody gave {[str(row) for row in strange]}"


def _given(record: Record, given: Given, stored: list[Row]) -> Iterator[str]:
    if len(stored) > 1:
        yield f"#{given.number} is stored {len(stored)} times"
    if not stored:
        if ABSENT not in given.may:
            yield f"#{given.number} is lost: {given.told!r}"
        return
    for row in stored[:1]:
        # Of two deliveries at once, one may be refused before there is room for the other.
        if given.may == {ABSENT} and not record.faults["twice"]:
            yield f"#{given.number} is stored, though its giver was told: {given.told!r}"
        elif given.may != {ABSENT} and (LIVE if row.is_live else UNDONE) not in given.may:
            yield f"#{given.number} may be {given.may}, and is stored as {row}"
        if row.who != given.who or row.received != dict.fromkeys(given.to, given.points):
            yield f"#{given.number} {given} is stored as {row}"


def _reactions(record: Record, team: str, slack: Sandbox, rows: list[Row]) -> Iterator[str]:
    """A reaction that is there stands for one kudos, and one that is not for none."""
    live = Counter(
        (*row.place, row.who) for row in rows if row.source == "reaction" and row.is_live
    )
    for (its_team, *where, who), reacted in record.reactions.items():
        if its_team != team:
            continue
        times = live.pop((where[0], where[1], who), 0)
        if times > 1 or (times and not reacted.is_on):
            yield f"the reaction of {who} on {where} (on: {reacted.is_on}) counts {times} times"
        if reacted.is_on and not times and not refusals_seen(slack, who):
            yield f"the reaction of {who} on {where} is lost, and nobody told them"
    if live:
        yield f"nobody reacted {dict(live)}"


def _joins(record: Record, team: str, rows: list[Row]) -> Iterator[str]:
    """Whoever joined in did so once."""
    by_id = {row.kudos_id: row for row in rows}
    joined = Counter(
        (row.who, by_id[row.joins_id].reason) for row in rows if row.joins_id and row.is_live
    )
    wordless: Counter[str] = Counter()  # joins of each person with thanks whose words may be gone
    for (its_team, who, number), may in record.joined.items():
        if its_team != team:
            continue
        given = record.given[number]
        times = joined.pop((who, given.reason), 0)
        # Words that were given after an erasure stay; only those of before are gone.
        if not times and record.is_perhaps_erased(team, given.who):
            wordless[who] += 1
        elif times > 1 or (times == 0 and ABSENT not in may):
            yield f"{who} joined in with #{number} {times} times"
    for (who, reason), times in joined.items():
        if reason or times > wordless[who]:
            yield f"nobody joined in {times} times as {who} {reason!r}"


# -- Points ---------------------------------------------------------------------------------


def _points(connection: Connection, team_id: str, rows: list[Row]) -> Iterator[str]:
    """The ledger has each kudos once: out of the allowance, into balances, and back if undone."""
    booked: dict[str, Counter[str]] = defaultdict(Counter)
    of_team = ledger_entries.c.team_id == team_id
    for entry in connection.execute(select(ledger_entries).where(of_team)):
        name = "given" if entry.account == "giving" else f"to {handle(entry.user_id)}"
        booked[entry.kudos_id][name] += entry.points
    for row in rows:
        total = sum(row.received.values()) if row.is_live else 0
        expected = Counter({"given": -total})
        for who, points in row.received.items():
            expected[f"to {who}"] = points if row.is_live else 0
        if not any(row.received.values()):  # thanks without points: nothing moved
            expected = Counter()
        if dict(booked.pop(row.kudos_id, Counter())) != dict(expected):
            yield f"the ledger tells another story of {row}"
    if booked:
        yield f"the ledger has entries of no kudos: {dict(booked)}"


def _spending(connection: Connection, world: World, team_id: str, record: Record) -> Iterator[str]:
    """Nobody spent more than they had, at any moment: the ledger in the order of its commits."""
    if world.is_sqlite:
        order = "rowid"
        columns = "rowid AS turn"
    else:
        order = "pg_xact_commit_timestamp(xmin)"
        columns = f"{order} AS turn"
    entries = connection.execute(
        text(
            f"SELECT user_id, allowance_label, points, created_at, kudos_id, {columns} "  # noqa: S608
            "FROM ledger_entries WHERE team_id = :team_id AND account = 'giving' "
            f"AND kudos_id IS NOT NULL ORDER BY {order}, entry_id"
        ).columns(created_at=ledger_entries.c.created_at.type),
        {"team_id": team_id},
    ).all()
    changes = connection.execute(
        select(activity.c.created_at, activity.c.after)
        .where(activity.c.team_id == team_id, activity.c.what == "allowance")
        .order_by(activity.c.created_at)
    ).all()
    spent: Counter[tuple[str, str]] = Counter()
    # By clocks that are wrong nobody can tell what was first.
    fuzzy_seconds = math.inf if record.faults["skew"] else FUZZY_SECONDS
    for entry in entries:
        key = entry.user_id, entry.allowance_label
        spent[key] -= entry.points
        limits = [world.shape.allowance]
        for at, amount in changes:
            if (entry.created_at - at).total_seconds() > fuzzy_seconds:
                limits = []
            if (at - entry.created_at).total_seconds() < fuzzy_seconds:
                limits.append(int(amount))
        if entry.points < 0 and spent[key] > max(limits):
            yield f"{handle(entry.user_id)} has given {spent[key]} of {max(limits)} points"


def _settings(connection: Connection, team_id: str, record: Record, team: str) -> Iterator[str]:
    """What an admin was told to be set is set."""
    allowance = get_workspace(connection, team_id).settings.allowance
    if allowance not in record.allowances[team]:
        yield f"the allowance is {allowance}, and not one of {record.allowances[team]}"


def _sums(world: World, slack: Sandbox) -> Iterator[str]:
    """Totals and boards are what a recount says."""
    try:
        Books(world.database_url, slack.team_id).check_sums()
    except AssertionError as error:
        yield f"the sums do not agree: {str(error)[:600]}"


# -- Messages -------------------------------------------------------------------------------


def _messages(
    connection: Connection, world: World, record: Record, slack: Sandbox
) -> Iterator[str]:
    """Every message that the app has sent is there once, and no other."""
    rows = connection.execute(select(outbox).where(outbox.c.team_id == slack.team_id)).all()
    for row in rows:
        if row.state == "failed" or (row.state != "dropped" and row.sent_revision != row.revision):
            yield f"a message is left over: {row.kind} {row.state} {row.last_error}"
    seen = keys_seen(slack)
    most = 1 if world.shape.reads_history else 1 + record.doubts
    kinds = {row.outbox_id: row.kind for row in rows}
    for key, times in seen.items():
        if times > most:
            yield f"a message stands {times} times: {kinds.get(key)}"
        if key not in kinds:
            yield f"a message nobody wished for stands in Slack: {key}"
    for row in rows:
        if row.posted_ts is not None and row.outbox_id not in seen:
            yield f"a message is not to be seen in Slack: {row.kind}"


def _said_of(message: Any) -> str:
    return (
        f"{message.kind} {message.state} revision {message.sent_revision}/{message.revision} "
        f"in {message.posted_channel_id} at {message.posted_ts}: {message.last_error}"
    )


def _told(
    connection: Connection, world: World, record: Record, team: str, slack: Sandbox, rows: list[Row]
) -> Iterator[str]:
    """Each kudos in words is told once in its channel, and once to each receiver."""
    messages = connection.execute(select(outbox).where(outbox.c.team_id == slack.team_id)).all()
    by_reason = {row.reason: row for row in rows if row.source in WORDS}
    joins = Counter(row.joins_id for row in rows if row.joins_id and row.is_live)
    for given in record.given.values():
        row = by_reason.get(given.reason)
        if given.team != team or row is None or record.is_perhaps_erased(team, given.who):
            continue
        in_channel, to_people = posts_seen(slack, given)
        # Of a message that stands twice, the app knows one: the other is never brought up to date.
        may_double = record.doubts and not world.shape.reads_history
        if may_double and not row.is_live:
            continue
        wanted = 1 if row.is_live and given.verb != "gives in private" else 0
        if min(in_channel, 1) != wanted:
            story = [_said_of(one) for one in messages if one.kudos_id == row.kudos_id]
            yield f"of {row} there are {story}"
            yield f"#{given.number} stands {in_channel} times in {given.channel}, not {wanted}"
        for who, (times, times_joined) in to_people.items():
            if min(times, 1) != (1 if row.is_live else 0):
                yield f"{who} was told {times} times of #{given.number} ({row})"
            if not record.erased and times_joined < joins[row.kudos_id]:
                yield f"{who} was told {times_joined} times that somebody joined in: {row}"


def _refused(record: Record, team: str, slack: Sandbox, rows: list[Row]) -> Iterator[str]:
    """Whoever asked by mentioning the app, and has given nothing, was told why."""
    by_reason = {row.reason for row in rows if row.source in WORDS}
    for given in record.given.values():
        is_refused = given.verb == "mentions" and given.reason not in by_reason
        if given.team != team or not is_refused or record.is_perhaps_erased(team, given.who):
            continue
        if not refusals_seen(slack, given.who, since=given.said_at):
            yield f"#{given.number} is not stored, and nobody told {given.who}"
