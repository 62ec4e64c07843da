"""Imports as wholes: begun, ended, listed and taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.giving.kudos import reverse
from storage import imports
from storage.kudos import find_kudos
from storage.workspaces import find_team_ids

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.history_import.rows import ImportNoted
    from storage.engine.store import Connection


@dataclass(frozen=True, slots=True)
class BeginImport:
    """A file that is to be imported into a workspace."""

    team_id: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class OfImport:
    """An import of a workspace."""

    team_id: str
    import_id: str


@dataclass(frozen=True, slots=True)
class FindStanding:
    """A question for the next thanks of an import that stand."""

    team_id: str
    import_id: str
    after_id: str
    limit: int


@dataclass(frozen=True, slots=True)
class TakeBackImported:
    """Thanks that are taken back with their import."""

    team_id: str
    import_id: str
    kudos_id: str


def begin_import(connection: Connection, request: BeginImport, now: datetime) -> str:
    """Returns the id of an import: of the one that was interrupted, if it is of the same file."""
    found = imports.find_unfinished(connection, request.team_id, request.sha256)
    if found is not None:
        return found
    import_id = secrets.token_hex(4)
    imports.add(
        connection,
        request.team_id,
        import_id,
        file_name=request.file_name,
        sha256=request.sha256,
        now=now,
    )
    return import_id


def end_import(connection: Connection, request: OfImport, now: datetime) -> None:
    """Notes that a whole file is stored."""
    imports.end(connection, request.team_id, request.import_id, now)


def list_imports(connection: Connection, team_id: str | None, _now: datetime) -> list[ImportNoted]:
    """Returns the imports of a workspace, or of all, the newest first."""
    teams = [team_id] if team_id is not None else find_team_ids(connection)
    found = [noted for each in teams for noted in imports.find_imports(connection, each)]
    return sorted(found, key=lambda noted: noted.begun_at, reverse=True)


def begin_undo(connection: Connection, request: OfImport, now: datetime) -> None:
    """Keeps an import from storing anything more."""
    imports.mark_undone(connection, request.team_id, request.import_id, now)


def find_standing(connection: Connection, request: FindStanding, _now: datetime) -> list[str]:
    """Returns the next thanks of an import that stand, by their ids."""
    return imports.find_standing(
        connection, request.team_id, request.import_id, request.after_id, request.limit
    )


def take_back_imported(connection: Connection, request: TakeBackImported, now: datetime) -> bool:
    """Takes thanks back with their import; returns whether nobody had done so before.

    The ledger gets reversing entries, boards and posts lose them, nobody is told. The same row of a
    file may be imported again afterwards.
    """
    kudos = find_kudos(connection, request.team_id, request.kudos_id)
    if kudos is None:
        return False
    stands = kudos.reversed_at is None
    if stands:
        reverse(connection, kudos, now)
    imports.free_key(connection, request.team_id, request.kudos_id, request.import_id)
    return stands
