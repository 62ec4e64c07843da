"""Giving a kudos and taking it back. All or nothing: only the store commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import (
    AlreadyUndoneError,
    JustGivenError,
    NothingToUndoError,
    NotYoursToUndoError,
    UndoTooLateError,
    UnknownGroupsError,
    UnknownMembersError,
)
from bot.domain.kudos import Kudos, KudosGiven, KudosUndone, Source
from bot.domain.lateness import counted_at
from bot.domain.periods import local_day
from bot.domain.privacy import audience_for
from bot.domain.rules import decide, is_repeated
from bot.domain.schedules import keys_told_of
from bot.services.board_membership import off_boards
from bot.services.giving.announcements import announcements, reaction_thanks
from bot.services.giving.budgets import allowance_of, check_pair_cap, tell_of_pair_cap
from storage import budgets, digest, ledger, members, outbox, schedules, standings
from storage import kudos as kudos_table
from storage.engine.statements import BatchInsert, new_id
from storage.lately import find_lately
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.allowance import Allowance
    from bot.domain.give_form import ViewForm
    from bot.domain.kudos import GiveKudos, UndoKudos
    from bot.domain.members import Member, Reader
    from bot.domain.rules import Decision
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

# Groups change seldom, and Slack allows few calls that read them.
GROUP_FRESH_FOR = timedelta(minutes=10)


def give(connection: Connection, request: GiveKudos, now: datetime) -> KudosGiven:
    """Store a kudos with everything that follows from it; the same request again changes nothing.

    Raises a refusal under `KudosError`, or `UnknownMembersError` and `UnknownGroupsError` where
    Slack has to be asked first.
    """
    ground = kudos_table.lock_giver(connection, request, now)
    if ground is None:  # Slack has to be asked who the giver is
        workspace = get_workspace(connection, request.team_id)
        ground = kudos_table.GiveContext(workspace, None, budgets.NO_BUDGET)
    if ground.earlier_id is None:
        if request.asks_if_repeated and ground.lately_id is not None:
            decision, _ = decided(connection, ground.workspace, request, now)
            if given_just_now(connection, request, decision, [request.natural_key], now):
                raise JustGivenError
        given = store_kudos(connection, ground.workspace, request, now, ground.budget)
        if given is not None:
            return given
        # Another process stored the same act while this one was about to.
    earlier = kudos_table.find_by_natural_key(connection, request.team_id, request.natural_key)
    if earlier is None:
        raise LookupError(request.natural_key)
    return answer(connection, ground.workspace, earlier, now)


def given_just_now(
    connection: Connection,
    request: GiveKudos,
    decision: Decision,
    natural_keys: Sequence[str],
    now: datetime,
) -> Kudos | None:
    """Returns what the giver gave the same people in the same words, in another message than this.

    The message of the request has these keys.
    """
    lately = find_lately(connection, request, natural_keys, now)
    found = kudos_table.find_some(connection, request.team_id, lately) if lately else []
    return next((each for each in found if is_repeated(request, decision, each)), None)


def store_kudos(
    connection: Connection,
    workspace: Workspace,
    request: GiveKudos,
    now: datetime,
    budget: budgets.Budget | None = None,
) -> KudosGiven | None:
    """Store a kudos; return None, having changed nothing, if the same act is stored already.

    The caller who knows the giver's budget has locked them.
    """
    decision, people = decided(connection, workspace, request, now)
    chosen = {user_id: member.preferences for user_id, member in people.items()}
    receiver_ids = [receipt.user_id for receipt in decision.receipts]

    if budget is None:
        workspace = budgets.lock(connection, workspace, request.giver_id)
    counts_at = counted_at(request.acted_at, now)
    # What is left of a period may have rolled over and be spent, so it is not given once more.
    paid_at = now if workspace.settings.roll_over_max else counts_at
    allowance = allowance_of(connection, workspace, request.giver_id, paid_at, budget)
    given_on = local_day(counts_at, workspace.zone)
    booking = kudos_table.AccountingPeriod(given_on, allowance.starts_at, allowance.label)
    kudos = Kudos(
        kudos_id=new_id(now),
        team_id=request.team_id,
        giver_id=request.giver_id,
        receipts=decision.payable(allowance.left),
        reason=request.reason,
        value=decision.value,
        source=request.source,
        audience=audience_for(request.audience, receiver_ids, chosen),
        channel_id=request.channel_id,
        message_ts=request.message_ts,
        emoji=request.emoji,
        created_at=now,
        reversed_at=None,
        thread_ts=request.thread_ts,
        joins_id=request.joins_id,
        about_ts=request.about_ts,
    )
    together = BatchInsert()
    if not kudos_table.add_kudos(connection, together, kudos, request.natural_key, booking):
        return None
    cap_reached = check_pair_cap(connection, workspace, kudos, allowance, chosen)
    ledger.book(together, kudos, allowance, allowance.pay(kudos.points_total))
    messages = announcements(kudos, workspace, request, chosen)
    outbox.enqueue_with(together, messages, now)
    off = off_boards(workspace, people, [kudos.giver_id, *receiver_ids])
    day = standings.Day(given_on, workspace.weeks)
    standings.count_in(connection, together, kudos, day, off_boards=off)
    if booking.given_on < local_day(now, workspace.zone):
        _revise_what_told_of(connection, kudos, booking, now)
    if cap_reached is not None:
        tell_of_pair_cap(connection, cap_reached, now)
    left = allowance.after(kudos.points_total)
    return _told(workspace, kudos, left, members.reader_among(people, kudos.giver_id))


def decided(
    connection: Connection, workspace: Workspace, request: GiveKudos, now: datetime
) -> tuple[Decision, dict[str, Member]]:
    """Returns what a request comes to by the rules, and its people; raises a refusal."""
    of_groups = find_group_user_ids(connection, request, now)
    people = members.find_members(
        connection, request.team_id, [request.giver_id, *request.receiver_ids, *of_groups]
    )
    giver = people.get(request.giver_id)
    if giver is not None and giver.is_erased:  # they come back: Slack is asked who they are
        raise UnknownMembersError((request.giver_id,))
    return decide(request, workspace.settings, people, of_groups), people


def find_group_user_ids(
    connection: Connection, request: GiveKudos | ViewForm, now: datetime
) -> list[str]:
    """Return who is in the groups that are named; raises `UnknownGroupsError`."""
    if not request.group_ids:
        return []
    since = now - GROUP_FRESH_FOR
    groups = members.find_groups(connection, request.team_id, request.group_ids, since=since)
    unknown = tuple(group_id for group_id in request.group_ids if group_id not in groups)
    if unknown:
        raise UnknownGroupsError(unknown)
    return [user_id for group_id in request.group_ids for user_id in groups[group_id]]


def answer(connection: Connection, workspace: Workspace, kudos: Kudos, now: datetime) -> KudosGiven:
    """Return what the giver is told of a kudos that is stored."""
    allowance = allowance_of(connection, workspace, kudos.giver_id, now)
    reader = members.find_reader(connection, kudos.team_id, kudos.giver_id, kudos.receiver_ids)
    return _told(workspace, kudos, allowance, reader)


def _told(workspace: Workspace, kudos: Kudos, allowance: Allowance, reader: Reader) -> KudosGiven:
    return KudosGiven(
        kudos,
        allowance_left=allowance.left,
        boost_left=allowance.boost_left,
        renews_at=allowance.renews_at,
        undo_until=kudos.created_at + timedelta(minutes=workspace.settings.undo_minutes),
        reader=reader,
        has_allowance=allowance.is_ever,
    )


def undo(connection: Connection, request: UndoKudos, now: datetime) -> KudosUndone:
    """Take a kudos back for its giver; without an id, the last one they gave in words.

    The same request again, also at the same moment, is answered as the first one was. Raises a
    refusal under `KudosError`.
    """
    workspace = get_workspace(connection, request.team_id)
    # Before anything is looked up: several deliveries at once then see what the first has done.
    workspace = budgets.lock(connection, workspace, request.user_id)
    if request.natural_key is not None:
        earlier = kudos_table.find_by_undo_key(connection, request.team_id, request.natural_key)
        if earlier is not None:
            return _told_of_undo(connection, workspace, earlier, now)
    if request.kudos_id is None:
        kudos = kudos_table.find_last_given(connection, request.team_id, request.user_id)
    else:
        kudos = kudos_table.find_kudos(connection, request.team_id, request.kudos_id)
    if kudos is None:
        raise NothingToUndoError
    if kudos.giver_id != request.user_id:
        raise NotYoursToUndoError
    if kudos.reversed_at is not None:
        raise AlreadyUndoneError
    minutes = workspace.settings.undo_minutes
    if now > kudos.created_at + timedelta(minutes=minutes):
        raise UndoTooLateError(minutes)
    undone = reverse(connection, kudos, now, undo_key=request.natural_key, locked=workspace)
    return _told_of_undo(connection, workspace, undone, now)


def _told_of_undo(
    connection: Connection, workspace: Workspace, undone: Kudos, now: datetime
) -> KudosUndone:
    told = answer(connection, workspace, undone, now)
    return KudosUndone(undone, told.allowance_left, told.reader)


def reverse(
    connection: Connection,
    kudos: Kudos,
    now: datetime,
    *,
    undo_key: str | None = None,
    locked: Workspace | None = None,
) -> Kudos:
    """Take a kudos back: reversing entries, the allowance, the totals and every message about it.

    `locked` is the workspace, where the giver is locked already. Raises `AlreadyUndoneError` where
    somebody was quicker.
    """
    # Like giving does it first, so that neither waits for the other for ever.
    if locked is None:
        locked = budgets.lock(connection, get_workspace(connection, kudos.team_id), kudos.giver_id)
    booking = kudos_table.mark_reversed(connection, kudos.team_id, kudos.kudos_id, undo_key, now)
    if booking is None:
        raise AlreadyUndoneError
    ledger.book_reversal(connection, kudos, now)
    standings.count_out(connection, kudos, standings.Day(booking.given_on, locked.weeks))
    outbox.revise(connection, kudos.team_id, kudos.kudos_id, now)
    if kudos.joins_id is not None:
        outbox.revise_posts(connection, kudos.team_id, kudos.joins_id, now)
    _revise_what_told_of(connection, kudos, booking, now)
    if kudos.source is Source.REACTION:
        thanks = reaction_thanks(kudos.team_id, kudos.channel_id, kudos.message_ts or "")
        outbox.enqueue(connection, [thanks], now)
    return replace(kudos, reversed_at=now)


def _revise_what_told_of(
    connection: Connection, kudos: Kudos, booking: kudos_table.AccountingPeriod, now: datetime
) -> None:
    """Have what was posted of the kudos' week and month brought up to date."""
    schedules.revise_posts(connection, kudos.team_id, keys_told_of(booking.given_on), now)
    own_weeks = [(booking.given_on, one) for one in (kudos.giver_id, *kudos.receiver_ids)]
    digest.revise(connection, kudos.team_id, own_weeks, now)
