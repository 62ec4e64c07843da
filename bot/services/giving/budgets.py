"""Budgets: what somebody may give, and what admins give and take beside that.

What admins do here raises `NotAdminError`, or `SettingsError` by field where it cannot be taken.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.allowance import (
    Boost,
    allowance_at,
    period_at,
    period_before,
    rules_for,
)
from bot.domain.budgets import (
    BOOST_ENDED,
    BOOST_GIVEN,
    REASON_LIMIT,
    Adjustment,
    PairCapReached,
)
from bot.domain.errors import (
    BalanceTooLowError,
    NoBoostError,
    PairCapExceededError,
    SettingsError,
    UnknownGroupsError,
    UnknownMembersError,
)
from bot.domain.periods import first_moment, local_day
from bot.domain.privacy import COLLEAGUES, Publicity, shown
from bot.domain.settings.fields import POINTS_LIMIT, Fault, FaultKind
from bot.domain.workspaces import CapOf, PairCapMode, ZoneOf
from bot.domain.zones import zone_named
from bot.services.giving.announcements import balance_adjusted, pair_cap_reached
from bot.services.rights import check_rights
from storage import activity, budgets, ledger, members, outbox
from storage.engine.statements import new_id
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.domain.allowance import Allowance
    from bot.domain.budgets import AdjustBalance, EndBoost, GiveBoost, Override, SetOverride
    from bot.domain.kudos import Kudos, Receipt
    from bot.domain.preferences import Preferences
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

_NOTHING = budgets.PairGiven()

# What the lines of the activity list are about.
OVERRIDE = "override"
BALANCE_ADJUSTED = "balance_adjusted"


def allowance_of(
    connection: Connection,
    workspace: Workspace,
    user_id: str,
    now: datetime,
    budget: budgets.Budget | None = None,
) -> Allowance:
    """Return what a person may give now; it takes two statements, or one if the budget is known.

    Whoever goes on to spend of it locks the person first (`storage.budgets.lock`).
    """
    if budget is None:
        budget = budgets.find_budget(connection, workspace.team_id, user_id, now)
    rules = rules_for(workspace.settings, budget.overrides)
    zone = _zone_of(workspace, budget.time_zone)
    period = period_at(rules, zone, now)
    before = period_before(rules, zone, period) if rules.roll_over_max else period
    spendings = budgets.find_spendings(
        connection,
        workspace.team_id,
        user_id,
        period_starts_at=period.starts_at,
        period_before=before.starts_at,
        since=min([before.starts_at, *(boost.created_at for boost in budget.boosts)]),
    )
    return allowance_at(rules, zone, budget.boosts, spendings, now, here_since=budget.first_seen_at)


def _zone_of(workspace: Workspace, time_zone: str | None) -> ZoneInfo:
    """Return the zone in which a person's periods begin: by setting the workspace's or theirs."""
    if workspace.settings.zone_of is ZoneOf.WORKSPACE or time_zone is None:
        return workspace.zone
    return zone_named(time_zone, workspace.time_zone)


def check_pair_cap(
    connection: Connection,
    workspace: Workspace,
    kudos: Kudos,
    allowance: Allowance,
    chosen: Mapping[str, Preferences],
) -> PairCapReached | None:
    """Return what admins are to be told of a kudos, or None if there is nothing to tell.

    All of it counts towards the cap. Admins are told of those alone who were given more than that
    in public: who thanks whom in private is not theirs to know. What the kudos adds is not stored
    yet; `chosen` are its receivers' preferences.

    Raises `PairCapExceededError` where that much is not allowed.
    """
    settings = workspace.settings
    if settings.pair_cap is None and settings.pair_cap_thanks is None:
        return None
    given = budgets.find_pairs_given(
        connection,
        kudos.team_id,
        kudos.giver_id,
        kudos.receiver_ids,
        since=allowance.starts_at,
        label=allowance.label,
    )
    seen = shown(kudos, COLLEAGUES, Publicity.PUBLIC, chosen).receiver_ids
    reached = None
    for cap_of, cap in (
        (CapOf.POINTS, settings.pair_cap),
        (CapOf.THANKS, settings.pair_cap_thanks),
    ):
        beyond = _beyond(kudos.receipts, given, cap_of, cap)
        told = tuple(
            user_id
            for user_id in _beyond(kudos.receipts, given, cap_of, cap, in_public=True)
            if user_id in seen
        )
        if beyond and cap is not None and settings.pair_cap_mode is PairCapMode.BLOCK:
            raise PairCapExceededError(
                kudos.team_id,
                kudos.giver_id,
                beyond,
                cap,
                allowance.label,
                allowance.renews_at,
                told,
                cap_of,
            )
        if told and cap is not None and reached is None:
            reached = PairCapReached(
                kudos.team_id, kudos.giver_id, told, cap, allowance.label, cap_of=cap_of
            )
    return reached


def _beyond(
    receipts: Iterable[Receipt],
    given: Mapping[str, budgets.PairGiven],
    cap_of: CapOf,
    cap: int | None,
    *,
    in_public: bool = False,
) -> tuple[str, ...]:
    """Returns the receivers who would get more than the cap, of one kind, with these receipts."""
    if cap is None:
        return ()
    beyond = []
    for receipt in receipts:
        before = given.get(receipt.user_id, _NOTHING)
        if cap_of is CapOf.POINTS:
            adds = receipt.points
            had = before.points_in_public if in_public else before.points
        else:
            adds = 1
            had = before.thanks_in_public if in_public else before.thanks
        if adds and had + adds > cap:  # who gets no points does not get more of them
            beyond.append(receipt.user_id)
    return tuple(beyond)


def tell_of_pair_cap(connection: Connection, reached: PairCapReached, now: datetime) -> None:
    """Have each admin told, once for each pair and period."""
    workspace = get_workspace(connection, reached.team_id)
    admin_ids = budgets.find_admins(connection, reached.team_id, workspace.settings.admin_ids)
    outbox.enqueue_once(
        connection,
        [
            pair_cap_reached(reached, receiver_id, admin_id)
            for receiver_id in reached.receiver_ids
            for admin_id in admin_ids
        ],
        now,
    )


def tell_of_refusal(connection: Connection, error: PairCapExceededError, now: datetime) -> None:
    """Have each admin told of what was refused in public, once for each pair and period."""
    reached = PairCapReached(
        error.team_id,
        error.giver_id,
        error.told_ids,
        error.cap,
        error.label,
        was_refused=True,
        cap_of=error.cap_of,
    )
    tell_of_pair_cap(connection, reached, now)


def set_override(connection: Connection, request: SetOverride, now: datetime) -> None:
    """Give a user group or a person another allowance than everybody's, or the usual one again.

    Raises `UnknownGroupsError` or `UnknownMembersError` where Slack has to be asked first.
    """
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    before = budgets.find_override(connection, request.team_id, request.subject_id)
    if request.allowance is None:
        budgets.remove_override(connection, request.team_id, request.subject_id)
    else:
        _check_fields(allowance=_points_fault(request.allowance, least=0))
        _check_subject(connection, request)
        budgets.save_override(
            connection, request.team_id, request.subject_id, request.allowance, now
        )
    if before != request.allowance:
        activity.add(
            connection,
            request.team_id,
            request.actor_id,
            OVERRIDE,
            subject_id=request.subject_id,
            before=before,
            after=request.allowance,
            now=now,
        )


def _check_subject(connection: Connection, request: SetOverride) -> None:
    """Raise unless the store knows the person, or who is in the group."""
    if not request.subject_id.startswith("S"):
        _check_person(connection, request.team_id, request.subject_id)
    elif not budgets.knows_group(connection, request.team_id, request.subject_id):
        raise UnknownGroupsError((request.subject_id,))


def _check_person(connection: Connection, team_id: str, user_id: str) -> None:
    if not members.find_members(connection, team_id, [user_id]):
        raise UnknownMembersError((user_id,))


def list_overrides(connection: Connection, team_id: str, now: datetime) -> list[Override]:
    """Return every allowance other than everybody's, first made first."""
    del now
    return budgets.find_overrides(connection, team_id)


def give_boost(connection: Connection, request: GiveBoost, now: datetime) -> Boost:
    """Give somebody extra points until the end of a day; the same wish again changes nothing.

    Raises `UnknownMembersError` where Slack has to be asked first.
    """
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    budget = budgets.find_budget(connection, request.team_id, request.user_id, now)
    zone = _zone_of(workspace, budget.time_zone)
    is_past = request.ends_on < local_day(now, zone)
    _check_fields(
        points=_points_fault(request.points, least=1),
        ends_on=Fault(FaultKind.PAST) if is_past else None,
        reason=_reason_fault(request.reason),
    )
    _check_person(connection, request.team_id, request.user_id)
    boost = Boost(
        boost_id=_id_of(request.natural_key, now),
        user_id=request.user_id,
        points=request.points,
        ends_at=first_moment(request.ends_on + timedelta(days=1), 0, zone),
        reason=request.reason.strip(),
        created_at=now,
    )
    if budgets.add_boost(connection, request.team_id, boost):
        activity.add(
            connection,
            request.team_id,
            request.actor_id,
            BOOST_GIVEN,
            subject_id=request.user_id,
            after={
                "points": boost.points,
                "ends_on": request.ends_on.isoformat(),
                "reason": boost.reason,
            },
            now=now,
        )
    return boost


def end_boost(connection: Connection, request: EndBoost, now: datetime) -> None:
    """End a boost at once: what is left of it is gone. Raises `NoBoostError`."""
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    boost = budgets.find_boost(connection, request.team_id, request.boost_id)
    if boost is None or boost.ends_at <= now:
        raise NoBoostError
    budgets.end_boost(connection, request.team_id, request.boost_id, now)
    activity.add(
        connection,
        request.team_id,
        request.actor_id,
        BOOST_ENDED,
        subject_id=boost.user_id,
        before={"points": boost.points, "reason": boost.reason},
        now=now,
    )


def list_boosts(connection: Connection, team_id: str, now: datetime) -> list[tuple[Boost, int]]:
    """Return the boosts that have not ended, first ending first, with the points left of each."""
    found = budgets.find_boosts(connection, team_id, now)
    paid = budgets.find_paid(connection, team_id, found)
    return [(boost, boost.points - paid.get(boost.boost_id, 0)) for boost in found]


def adjust(connection: Connection, request: AdjustBalance, now: datetime) -> Adjustment:
    """Correct what somebody has by an entry in the ledger; they are told who did it, and why.

    The same wish again changes nothing. Raises `BalanceTooLowError` where less is left than should
    be taken, and `UnknownMembersError` where Slack has to be asked first.
    """
    workspace = get_workspace(connection, request.team_id)
    check_rights(connection, workspace, request.actor_id)
    points_fault = _points_fault(request.points, least=-POINTS_LIMIT)
    if request.points == 0:
        points_fault = Fault(FaultKind.MISSING)
    _check_fields(points=points_fault, reason=_reason_fault(request.reason))
    _check_person(connection, request.team_id, request.user_id)
    adjustment = Adjustment(
        entry_id=f"adjustment:{_id_of(request.natural_key, now)}",
        user_id=request.user_id,
        actor_id=request.actor_id,
        points=request.points,
        reason=request.reason.strip(),
        created_at=now,
    )
    balance = ledger.book_adjustment(connection, request.team_id, adjustment)
    if balance is None:
        return adjustment
    if request.points < 0 and balance < 0:
        raise BalanceTooLowError(-request.points, max(0, balance - request.points))
    activity.add(
        connection,
        request.team_id,
        request.actor_id,
        BALANCE_ADJUSTED,
        subject_id=request.user_id,
        before=balance - request.points,
        after=balance,
        now=now,
    )
    outbox.enqueue(connection, [balance_adjusted(request.team_id, adjustment)], now)
    return adjustment


def _id_of(natural_key: str | None, now: datetime) -> str:
    """Return an id of 32 characters, the same for the same key."""
    if natural_key is None:
        return new_id(now)
    return sha256(natural_key.encode()).hexdigest()[:32]


def _points_fault(points: int, *, least: int) -> Fault | None:
    if least <= points <= POINTS_LIMIT:
        return None
    return Fault(FaultKind.OUT_OF_RANGE, least, POINTS_LIMIT)


def _reason_fault(reason: str) -> Fault | None:
    if not reason.strip():
        return Fault(FaultKind.MISSING)
    if len(reason.strip()) > REASON_LIMIT:
        return Fault(FaultKind.TOO_LONG, most=REASON_LIMIT)
    return None


def _check_fields(**faults: Fault | None) -> None:
    found = {name: fault for name, fault in faults.items() if fault is not None}
    if found:
        raise SettingsError(found)
