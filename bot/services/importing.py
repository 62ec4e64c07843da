"""Storing what was given in another product, as history: it costs nobody anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience, Kudos, Receipt, Source
from bot.domain.periods import local_day
from bot.services.taking_part import off_boards
from storage import budgets, ledger, members, standings
from storage import kudos as kudos_table
from storage.statements import Together, new_id
from storage.workspaces import find_team_ids, get_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.importing import Given
    from bot.domain.workspaces import Workspace
    from storage.store import Session


@dataclass(frozen=True, slots=True)
class ImportOne:
    """A row of another product's history, to be stored unless it is there already."""

    team_id: str
    given: Given


@dataclass(frozen=True, slots=True)
class FindImported:
    """A question for rows that may be there already."""

    team_id: str
    natural_keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Destination:
    """The workspace that history is for, and who is in it."""

    workspace: Workspace | None  # None where there is no such one
    team_ids: tuple[str, ...]  # all that there are
    names: tuple[tuple[str, str], ...]  # ids with display names; who is erased has none


def view_destination(session: Session, team_id: str, _now: datetime) -> Destination:
    """Return the workspace and its people."""
    team_ids = tuple(find_team_ids(session))
    if team_id not in team_ids:
        return Destination(None, team_ids, ())
    names = tuple(members.find_all_names(session, team_id))
    return Destination(get_workspace(session, team_id), team_ids, names)


def import_given(session: Session, request: ImportOne, _now: datetime) -> bool:
    """Store a row, and return whether it was not there yet.

    It counts in balances and on the boards of its time. No allowance pays for it, nobody is told of
    it, and posts of the past stay as they are.
    """
    given = request.given
    workspace = get_workspace(session, request.team_id)
    # In the order in which giving does it, so that neither waits for the other for ever.
    budgets.lock(session, request.team_id, given.giver_id)
    involved = [given.giver_id, *given.receiver_ids]
    people = members.find_members(session, request.team_id, involved)
    giver = people.get(given.giver_id)
    is_erased = giver is None or giver.is_erased
    kudos = Kudos(
        kudos_id=new_id(given.at),
        team_id=workspace.team_id,
        giver_id=given.giver_id,
        receipts=tuple(Receipt(user_id, given.points) for user_id in given.receiver_ids),
        # Whoever had their words erased does not find them here again.
        reason="" if is_erased else given.reason,
        value=given.value,
        source=Source.IMPORTED,
        audience=Audience.PUBLIC,
        channel_id="",
        message_ts=None,
        emoji=None,
        created_at=given.at,
        reversed_at=None,
    )
    # No period of an allowance begins at that very moment, so nothing is ever found to be spent.
    booking = kudos_table.Booking(local_day(given.at, workspace.zone), given.at)
    together = Together()
    if not kudos_table.add_kudos(session, together, kudos, given.natural_key, booking):
        return False
    ledger.book_received(together, kudos)
    off = off_boards(workspace, people, involved)
    standings.count_in(session, together, kudos, booking.given_on, off_boards=off)
    return True


def count_imported(session: Session, request: FindImported, _now: datetime) -> int:
    """Return how many of the rows are there already."""
    return kudos_table.count_by_natural_keys(session, request.team_id, request.natural_keys)
