"""Storing what was given in another product, as history: it costs nobody anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.history_import.faults import CannotImportError, ImportFault
from bot.domain.kudos import Kudos, Source
from bot.domain.members import ERASED_NAME, Member
from bot.domain.periods import local_day
from bot.services.board_membership import off_boards
from bot.services.people.members import SeePeople, see_people
from storage import budgets, imports, ledger, members, standings
from storage import kudos as kudos_table
from storage.engine.statements import BatchInsert, new_id
from storage.erasure import erase_member
from storage.workspaces import find_team_ids, get_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.history_import.rows import Given
    from bot.domain.workspaces import Workspace
    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class ImportOne:
    """A row of another product's history, to be stored unless it is there already."""

    team_id: str
    import_id: str
    given: Given


@dataclass(frozen=True, slots=True)
class FindImported:
    """A question for rows that may be there already."""

    team_id: str
    given: Sequence[Given]


@dataclass(frozen=True, slots=True)
class TakeInFormer:
    """People who left before Kudos knew them: their names by id."""

    team_id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Destination:
    """The workspace that history is for, and who is in it."""

    workspace: Workspace | None  # None where there is no such one
    team_ids: tuple[str, ...]  # all that there are
    names: tuple[tuple[str, str], ...]  # ids with display names; who is erased has none


def view_destination(connection: Connection, team_id: str, _now: datetime) -> Destination:
    """Return the workspace and its people."""
    team_ids = tuple(find_team_ids(connection))
    if team_id not in team_ids:
        return Destination(None, team_ids, ())
    names = tuple(members.find_all_names(connection, team_id))
    return Destination(get_workspace(connection, team_id), team_ids, names)


def import_given(connection: Connection, request: ImportOne, _now: datetime) -> bool:
    """Store a row, and return whether it was not there yet.

    It counts in balances and on the boards of its time. No allowance pays for it, nobody is told of
    it, and posts of the past stay as they are. Raises `CannotImportError` where the import was
    taken back meanwhile.
    """
    given = request.given
    if not imports.hold(connection, request.team_id, request.import_id):
        raise CannotImportError(ImportFault.TAKEN_BACK)
    kudos_id = _id_for(connection, request.team_id, given)
    if kudos_id is None:
        return False
    # In the order in which giving does it, so that neither waits for the other for ever.
    workspace = budgets.lock(connection, get_workspace(connection, request.team_id), given.giver_id)
    involved = [given.giver_id, *given.receiver_ids]
    people = members.find_members(connection, request.team_id, involved)
    giver = people.get(given.giver_id)
    is_erased = giver is None or giver.is_erased
    kudos = Kudos(
        kudos_id=kudos_id,
        team_id=workspace.team_id,
        giver_id=given.giver_id,
        receipts=given.receipts,
        # Whoever had their words erased does not find them here again.
        reason="" if is_erased else given.reason,
        value=given.value,
        source=Source.IMPORTED,
        audience=given.audience,
        channel_id=given.channel_id,
        message_ts=None,
        emoji=None,
        created_at=given.at,
        reversed_at=None,
    )
    # No period of an allowance begins at that very moment, so nothing is ever found to be spent.
    booking = kudos_table.AccountingPeriod(local_day(given.at, workspace.zone), given.at)
    together = BatchInsert()
    if not kudos_table.add_kudos(connection, together, kudos, given.natural_key, booking):
        return False
    ledger.book_received(together, kudos)
    off = off_boards(workspace, people, involved)
    day = standings.Day(booking.given_on, workspace.weeks)
    standings.count_in(connection, together, kudos, day, off_boards=off)
    imports.add_kudos(connection, request.team_id, request.import_id, kudos_id)
    return True


def _id_for(connection: Connection, team_id: str, given: Given) -> str | None:
    """Returns the id under which thanks are stored, None where they are there already.

    Thanks of another Kudos keep theirs, so that what went out of here is known when it returns.
    """
    if given.kudos_id is None:
        return new_id(given.at)
    key = imports.find_natural_key(connection, team_id, given.kudos_id)
    if key is None:
        return given.kudos_id
    return new_id(given.at) if key.startswith(imports.UNDONE) else None


def find_missing(connection: Connection, request: FindImported, _now: datetime) -> list[Given]:
    """Return those of the rows that are not there yet."""
    present = imports.find_present(
        connection,
        request.team_id,
        natural_keys=[each.natural_key for each in request.given],
        kudos_ids=[each.kudos_id for each in request.given if each.kudos_id is not None],
    )
    return [each for each in request.given if present.isdisjoint({each.natural_key, each.kudos_id})]


def take_in_former(connection: Connection, request: TakeInFormer, now: datetime) -> None:
    """Store people who left before Kudos knew them; whoever has no name was erased elsewhere."""
    known = members.find_members(connection, request.team_id, request.names)
    left = tuple(
        Member(request.team_id, user_id, name or ERASED_NAME, is_deactivated=True)
        for user_id, name in request.names.items()
        if user_id not in known
    )
    see_people(connection, SeePeople(request.team_id, left), now)
    for person in left:
        if person.is_erased:
            erase_member(connection, request.team_id, person.user_id, now)
