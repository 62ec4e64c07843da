"""Giving several thanks in one message: all of them, or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import (
    AllowanceExceededError,
    JustGivenError,
    KudosError,
    OneOfSeveralError,
    PairCapExceededError,
    TooManyTogetherError,
    UnknownGroupsError,
    UnknownMembersError,
)
from bot.domain.workspaces import TOGETHER_MAX
from bot.services.giving.budgets import allowance_of
from bot.services.giving.kudos import answer, decided, given_just_now, store_kudos
from storage import budgets
from storage import kudos as kudos_table
from storage.workspaces import get_workspace

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kudos import GiveKudos, GiveTogether, KudosGiven, ViewGiven
    from bot.domain.rules import Decision
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection

# What names people by itself, or is asked of Slack and then tried again.
_WHOLE = (UnknownMembersError, UnknownGroupsError, PairCapExceededError, AllowanceExceededError)


def give_several(
    connection: Connection, request: GiveTogether, now: datetime
) -> tuple[KudosGiven, ...]:
    """Store several kudos of one giver; the same request again changes nothing.

    The allowance has to cover all amounts that were named. Raises `OneOfSeveralError` for the
    first one that is refused, `JustGivenError` where some of it was given a moment ago, and what
    `give` raises where Slack has to be asked.
    """
    gives = request.gives
    if len(gives) > TOGETHER_MAX:
        raise TooManyTogetherError(len(gives), TOGETHER_MAX)
    ground = kudos_table.lock_giver(connection, gives[0], now)
    if ground is None:  # Slack has to be asked who the giver is
        workspace = get_workspace(connection, request.team_id)
        ground = kudos_table.GiveContext(workspace, None, budgets.NO_BUDGET)
    workspace = ground.workspace
    # What came with the lock was asked before waiting for it; another delivery may be stored since.
    first = kudos_table.find_by_natural_key(connection, request.team_id, gives[0].natural_key)
    if first is not None:
        return _earlier(connection, workspace, gives, now)
    given: list[KudosGiven] = []
    decisions = _decided(connection, workspace, gives, now)
    priced = _priced(connection, ground, gives, decisions, now)
    if gives[0].asks_if_repeated:
        _check_repeated(connection, gives, decisions, now)
    for place, each in enumerate(priced, start=1):
        told = tuple(one.kudos.kudos_id for one in given) if place == len(gives) else ()
        asked = replace(each, is_told_later=place < len(gives), told_ids=told)
        try:
            stored = store_kudos(connection, workspace, asked, now, ground.budget)
        except _WHOLE:
            raise
        except KudosError as error:
            raise OneOfSeveralError(place, each.receiver_ids, error) from error
        if stored is None:  # another process stored all of them while this one was about to
            return _earlier(connection, workspace, gives, now)
        given.append(stored)
    return tuple(given)


def _decided(
    connection: Connection, workspace: Workspace, gives: tuple[GiveKudos, ...], now: datetime
) -> list[Decision]:
    """Returns what each of the requests comes to by the rules; raises the first refusal."""
    decisions: list[Decision] = []
    for place, each in enumerate(gives, start=1):
        try:
            decision, _ = decided(connection, workspace, each, now)
        except _WHOLE:
            raise
        except KudosError as error:
            raise OneOfSeveralError(place, each.receiver_ids, error) from error
        decisions.append(decision)
    return decisions


def _check_repeated(
    connection: Connection, gives: tuple[GiveKudos, ...], decisions: list[Decision], now: datetime
) -> None:
    """Raises `JustGivenError` where some of it was given a moment ago: it is asked once for all."""
    keys = [each.natural_key for each in gives]
    repeated: list[str] = []
    are_new = False
    for each, decision in zip(gives, decisions, strict=True):
        lately = given_just_now(connection, each, decision, keys, now)
        if lately is not None:
            repeated += lately.receiver_ids
        else:
            are_new = True
    if repeated:
        raise JustGivenError(tuple(dict.fromkeys(repeated)) if are_new else ())


def _priced(
    connection: Connection,
    ground: kudos_table.GiveContext,
    gives: tuple[GiveKudos, ...],
    decisions: list[Decision],
    now: datetime,
) -> list[GiveKudos]:
    """Returns the requests as they can be paid together: those without an amount all, or none."""
    workspace, named, unnamed = ground.workspace, 0, 0
    for each, decision in zip(gives, decisions, strict=True):
        if each.amounts:
            named += decision.points_total
        else:
            unnamed += decision.points_total
    allowance = allowance_of(connection, workspace, gives[0].giver_id, now, ground.budget)
    if named + unnamed <= allowance.left:
        return list(gives)
    if named > allowance.left or not workspace.settings.thanks_go_on:
        total = named if workspace.settings.thanks_go_on else named + unnamed
        raise AllowanceExceededError(
            total, allowance.left, allowance.renews_at, allowance.boost_left
        )
    return [each if each.amounts else replace(each, worth=0) for each in gives]


def _earlier(
    connection: Connection, workspace: Workspace, gives: tuple[GiveKudos, ...], now: datetime
) -> tuple[KudosGiven, ...]:
    """Returns what an earlier delivery of the same message has left."""
    found = [
        kudos_table.find_by_natural_key(connection, each.team_id, each.natural_key)
        for each in gives
    ]
    return tuple(answer(connection, workspace, each, now) for each in found if each is not None)


def view_given(connection: Connection, request: ViewGiven, now: datetime) -> tuple[KudosGiven, ...]:
    """Returns what somebody gave, in the order of its ids; what others gave is left out."""
    workspace = get_workspace(connection, request.team_id)
    found = {
        kudos.kudos_id: kudos
        for kudos in kudos_table.find_some(connection, request.team_id, request.kudos_ids)
        if kudos.giver_id == request.user_id
    }
    return tuple(
        answer(connection, workspace, found[kudos_id], now)
        for kudos_id in request.kudos_ids
        if kudos_id in found
    )
