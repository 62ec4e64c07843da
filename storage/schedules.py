"""Scheduled posts: since when a schedule counts, and what became of each time it came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)

from bot.domain.outbox import SCHEDULED_POSTS
from bot.domain.schedules import (
    LOOK_BACK,
    POSTED_KINDS,
    DigestRun,
    OccurrenceState,
    PostMessage,
    ScheduleKind,
)
from storage.engine.statements import Statement
from storage.outbox import FAILED, SENDING, WAITING
from storage.tables.schema import occurrences, outbox, schedules, workspaces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from storage.engine.store import Connection

_SINCE = "since"
_INSTALLED = "installed"
_DONE = "done"
# A period may have been posted on request weeks after its time; whatever could be looked at again
# is within this.
_LATELY = 500  # the zones of one week, several times over
_REMEMBERED = LOOK_BACK + timedelta(days=62)


class Occurrence(NamedTuple):
    """A time at which something was due in one place, and what became of it."""

    team_id: str
    kind: ScheduleKind
    period: str
    place: str
    slot_at: datetime
    state: OccurrenceState
    actor_id: str | None = None  # who asked for it at once


class Result(NamedTuple):
    """The last of a kind, and its message as far as Slack has it."""

    period: str
    place: str
    slot_at: datetime
    state: OccurrenceState
    actor_id: str | None
    outbox_state: str | None
    last_error: str | None
    posted_channel_id: str | None
    posted_ts: str | None

    @property
    def error(self) -> str | None:
        """Return why it could not be posted; None where it was, or still may be."""
        has_failed = self.outbox_state == FAILED and self.posted_ts is None
        return (self.last_error or "unknown") if has_failed else None


@dataclass(slots=True)
class Progress:
    """From when on each schedule counts, and which periods have been dealt with."""

    installed_at: datetime
    since: dict[ScheduleKind, datetime] = field(default_factory=dict)
    done: dict[ScheduleKind, set[str]] = field(default_factory=dict)
    last_at: dict[ScheduleKind, datetime] = field(default_factory=dict)

    def counts_after(self, kind: ScheduleKind) -> datetime:
        """Return the moment after which times count.

        That is when the schedule was set, or the last time that was dealt with: whoever dealt with
        it has dealt with all before it too.
        """
        since = self.since.get(kind, self.installed_at)
        return max(since, self.last_at.get(kind, since))

    def done_of(self, kind: ScheduleKind) -> set[str]:
        """Return the keys of the periods that have been dealt with, in whatever place."""
        return self.done.get(kind, set())


def _add(insert: Any) -> Any:
    added = insert(occurrences).on_conflict_do_nothing()
    return added.returning(occurrences.c.period)


def _stamp(insert: Any) -> Any:
    statement = insert(schedules)
    return statement.on_conflict_do_update(
        index_elements=["team_id", "kind"], set_={"since": statement.excluded.since}
    )


_ADD = Statement(_add)
_STAMP = Statement(_stamp)
_OF_TEAM: BindParameter[str] = bindparam("of_team")
# All that has to be known to see that nothing is due, in one statement: it is asked all the time.
_PROGRESS = union_all(
    select(
        literal(_INSTALLED).label("what"),
        literal("").label("kind"),
        literal("").label("period"),
        workspaces.c.created_at.label("at"),
        null().label("actor_id"),
    ).where(workspaces.c.team_id == _OF_TEAM),
    select(literal(_SINCE), schedules.c.kind, literal(""), schedules.c.since, null()).where(
        schedules.c.team_id == _OF_TEAM
    ),
    select(
        literal(_DONE),
        occurrences.c.kind,
        occurrences.c.period,
        occurrences.c.slot_at,
        occurrences.c.actor_id,
    )
    .where(occurrences.c.team_id == _OF_TEAM, occurrences.c.kind.in_(sorted(POSTED_KINDS)))
    .where(occurrences.c.slot_at > bindparam("back_to", type_=occurrences.c.slot_at.type)),
)
_KEY = occurrences.c.kind + ":" + occurrences.c.period + ":" + occurrences.c.place
_WITH_MESSAGE = occurrences.outerjoin(
    outbox, and_(outbox.c.team_id == occurrences.c.team_id, outbox.c.key == _KEY)
)
_RESULTS = (
    select(
        occurrences.c.period,
        occurrences.c.place,
        occurrences.c.slot_at,
        occurrences.c.state,
        occurrences.c.actor_id,
        outbox.c.state.label("outbox_state"),
        outbox.c.last_error,
        outbox.c.posted_channel_id,
        outbox.c.posted_ts,
    )
    .select_from(_WITH_MESSAGE)
    .where(occurrences.c.team_id == _OF_TEAM, occurrences.c.kind == bindparam("of_kind"))
    .order_by(occurrences.c.slot_at.desc(), occurrences.c.place)
    .limit(1)
)
AFRESH = {
    "revision": outbox.c.revision + 1,
    "state": case((outbox.c.state == SENDING, SENDING), else_=WAITING),
    "due_at": case(
        (outbox.c.state == SENDING, outbox.c.due_at),
        else_=bindparam("now", type_=outbox.c.due_at.type),
    ),
}
_REVISE = (
    outbox.update()
    .where(outbox.c.team_id == _OF_TEAM, outbox.c.kind.in_(sorted(SCHEDULED_POSTS)))
    .where(or_(outbox.c.posted_ts.is_not(None), outbox.c.state == SENDING))
    .where(outbox.c.state != FAILED)
    .where(
        outbox.c.key.in_(
            select(_KEY)
            .where(occurrences.c.team_id == _OF_TEAM)
            .where(occurrences.c.kind.in_(sorted(POSTED_KINDS)))
            .where(occurrences.c.period.in_(bindparam("periods", expanding=True)))
        )
    )
    .values(**AFRESH)
)


def key_of(kind: ScheduleKind, period: str, place: str) -> str:
    """Return the key under which the outbox has the post of a period in a place.

    A digest's place is its reader.
    """
    return f"{kind}:{period}:{place}"


def stamp_since(
    connection: Connection, team_id: str, kinds: Iterable[ScheduleKind], now: datetime
) -> None:
    """Note that these schedules are new: what would have been due before is not."""
    rows = [{"team_id": team_id, "kind": kind, "since": now} for kind in kinds]
    if rows:
        _STAMP.run_many(connection, rows)


def find_progress(connection: Connection, team_id: str, now: datetime) -> Progress:
    """Return what has been dealt with; raises `LookupError` where the app is not installed."""
    rows = connection.execute(_PROGRESS, {"of_team": team_id, "back_to": now - _REMEMBERED}).all()
    installed_at = next((row.at for row in rows if row.what == _INSTALLED), None)
    if installed_at is None:
        raise LookupError(team_id)
    progress = Progress(installed_at)
    for row in rows:
        if row.what == _INSTALLED:
            continue
        kind = ScheduleKind(row.kind)
        if row.what == _SINCE:
            progress.since[kind] = row.at
            continue
        progress.done.setdefault(kind, set()).add(row.period)
        # What was posted on request, or is still to come by a clock that was ahead, says nothing
        # of the times before it.
        if row.actor_id is None and row.at <= now:
            progress.last_at[kind] = max(row.at, progress.last_at.get(kind, row.at))
    return progress


def add_occurrence(connection: Connection, occurrence: Occurrence, now: datetime) -> bool:
    """Store what becomes of a period in a place; return False if that is stored already."""
    return _ADD.first(connection, occurrence._asdict() | {"created_at": now}) is not None


def change_occurrence(connection: Connection, occurrence: Occurrence) -> None:
    """Store what became of a period in a place after all."""
    connection.execute(
        occurrences.update()
        .where(_is(occurrence.team_id, occurrence.kind, occurrence.period, occurrence.place))
        .values(state=occurrence.state, actor_id=occurrence.actor_id, slot_at=occurrence.slot_at)
    )


def find_result(
    connection: Connection, team_id: str, kind: ScheduleKind, period: str, place: str
) -> Result | None:
    """Return what became of a period in a place."""
    return _result(
        connection,
        _RESULTS.where(occurrences.c.period == period, occurrences.c.place == place),
        team_id,
        kind,
    )


def find_last(
    connection: Connection, team_id: str, kind: ScheduleKind, *, before: datetime | None = None
) -> Result | None:
    """Return the last of a kind, or the last before a moment."""
    asked = _RESULTS if before is None else _RESULTS.where(occurrences.c.slot_at < before)
    return _result(connection, asked, team_id, kind)


def _result(connection: Connection, asked: Any, team_id: str, kind: ScheduleKind) -> Result | None:
    row = connection.execute(asked, {"of_team": team_id, "of_kind": kind}).one_or_none()
    if row is None:
        return None
    return Result(*row)._replace(state=OccurrenceState(row.state))


def enqueue_again(connection: Connection, team_id: str, key: str, now: datetime) -> bool:
    """Send a message that Slack would not take once more; return False where there is none.

    It counts as new, so that a failure that may pass is given as much time as the first one.
    """
    revived = connection.execute(
        outbox.update()
        .where(outbox.c.team_id == team_id, outbox.c.key == key)
        .where(outbox.c.posted_ts.is_(None), outbox.c.state.not_in([WAITING, SENDING]))
        .values(
            state=WAITING,
            revision=outbox.c.revision + 1,
            attempts=0,
            due_at=now,
            created_at=now,
            sending_since=None,
            last_error=None,
        )
    )
    return revived.rowcount == 1


def revise_posts(
    connection: Connection, team_id: str, periods: Collection[str], now: datetime
) -> None:
    """Have what was posted of these periods, in whatever channel, brought up to date."""
    if periods:
        connection.execute(_REVISE, {"of_team": team_id, "periods": sorted(periods), "now": now})


def set_file(
    connection: Connection, team_id: str, kind: ScheduleKind, period: str, place: str, file_id: str
) -> None:
    """Note which file of Slack's is the picture in a post."""
    connection.execute(
        occurrences.update().where(_is(team_id, kind, period, place)).values(file_id=file_id)
    )


def find_file_id(
    connection: Connection, team_id: str, kind: ScheduleKind, period: str, place: str
) -> str | None:
    """Return the file that is the picture in a post, if there is one."""
    return connection.execute(
        select(occurrences.c.file_id).where(_is(team_id, kind, period, place))
    ).scalar()


def find_digest_runs(connection: Connection, team_id: str) -> list[DigestRun]:
    """Return how far the digests of the last weeks have come."""
    rows = connection.execute(
        select(*[occurrences.c[name] for name in DigestRun.__dataclass_fields__])
        .where(occurrences.c.team_id == team_id, occurrences.c.kind == ScheduleKind.DIGEST)
        .order_by(occurrences.c.slot_at.desc(), occurrences.c.place)
        .limit(_LATELY)
    )
    return [DigestRun(*row) for row in rows]


def find_messages(connection: Connection, outbox_ids: Collection[str]) -> list[PostMessage]:
    """Return the posts that wait to be sent, and those of these ids, whatever became of them."""
    of = outbox.c
    columns = (
        *(of.team_id, of.outbox_id, of.kind, of.channel_id, of.details),
        *(of.state, of.last_error, of.posted_ts),
    )
    # In these words, since only then SQLite looks at what waits alone.
    waiting = text("state IN ('waiting', 'sending')")
    asked = [select(*columns).where(waiting, of.kind.in_(sorted(SCHEDULED_POSTS)))]
    teams = select(workspaces.c.team_id)
    asked.append(
        select(*columns).where(of.team_id.in_(teams), of.outbox_id.in_(sorted(outbox_ids)))
    )
    found = {row.outbox_id: row for each in asked for row in connection.execute(each)}
    return [
        PostMessage(
            row.team_id,
            row.outbox_id,
            row.kind,
            row.channel_id,
            row.details.get("period", ""),
            row.last_error or "",
            has_failed=row.state == FAILED and row.posted_ts is None,
            is_waiting=row.state in {WAITING, SENDING} and row.posted_ts is None,
        )
        for row in found.values()
    ]


def bring_to(connection: Connection, team_id: str, *, made_at: datetime, now: datetime) -> None:
    """Have what was enqueued by another clock sent by this one."""
    connection.execute(
        outbox.update()
        .where(outbox.c.team_id == team_id, outbox.c.state == WAITING)
        .where(outbox.c.created_at == made_at)
        .values(due_at=now, created_at=now)
    )


def _is(team_id: str, kind: ScheduleKind, period: str, place: str) -> Any:
    return and_(
        occurrences.c.team_id == team_id,
        occurrences.c.kind == kind,
        occurrences.c.period == period,
        occurrences.c.place == place,
    )
