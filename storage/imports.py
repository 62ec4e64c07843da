"""Imports of thanks of the past, and which thanks came with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, literal, select

from bot.domain.history_import.rows import ImportNoted
from storage.engine.statements import Statement
from storage.tables.imports import imported_kudos, imports
from storage.tables.schema import kudos

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.engine.store import Connection

# How the natural key of thanks begins whose import was taken back: they may come again.
UNDONE = "undone:"
_OF = imported_kudos.c
_WITH_KUDOS = imported_kudos.join(
    kudos, and_(kudos.c.team_id == _OF.team_id, kudos.c.kudos_id == _OF.kudos_id)
)
_STANDS = kudos.c.natural_key.not_like(f"{UNDONE}%")
# What runs once for each row of a table.
_HOLD = Statement(
    select(imports.c.undone_at)
    .where(imports.c.team_id == bindparam("team_id"))
    .where(imports.c.import_id == bindparam("import_id"))
    .with_for_update(read=True)
)
_ADD_KUDOS = Statement(imported_kudos.insert())
_FREE_KEY = Statement(
    kudos.update()
    .where(kudos.c.team_id == bindparam("of_team"), kudos.c.kudos_id == bindparam("of_kudos"))
    .where(_STANDS)
    .values(natural_key=bindparam("before", type_=kudos.c.natural_key.type) + kudos.c.natural_key)
)


def find_natural_key(connection: Connection, team_id: str, kudos_id: str) -> str | None:
    """Returns the natural key of the kudos with this id."""
    return connection.execute(
        select(kudos.c.natural_key).where(kudos.c.team_id == team_id, kudos.c.kudos_id == kudos_id)
    ).scalar()


def find_present(
    connection: Connection, team_id: str, *, natural_keys: Sequence[str], kudos_ids: Sequence[str]
) -> set[str]:
    """Returns which of these keys and own ids are those of acts that are stored."""
    of_team = kudos.c.team_id == team_id
    keyed = select(kudos.c.natural_key).where(of_team, kudos.c.natural_key.in_(list(natural_keys)))
    named = select(kudos.c.kudos_id).where(of_team, kudos.c.kudos_id.in_(list(kudos_ids)), _STANDS)
    found = keyed if not kudos_ids else keyed.union_all(named)
    return set(connection.execute(found).scalars())


def add(
    connection: Connection,
    team_id: str,
    import_id: str,
    *,
    file_name: str,
    sha256: str,
    now: datetime,
) -> None:
    """Notes that an import begins."""
    connection.execute(
        imports.insert(),
        {
            "team_id": team_id,
            "import_id": import_id,
            "file_name": file_name,
            "sha256": sha256,
            "begun_at": now,
        },
    )


def find_unfinished(connection: Connection, team_id: str, sha256: str) -> str | None:
    """Returns the import of the same file that has not come to its end."""
    of = imports.c
    return connection.execute(
        select(of.import_id)
        .where(of.team_id == team_id, of.sha256 == sha256)
        .where(of.ended_at.is_(None), of.undone_at.is_(None))
        .order_by(of.begun_at.desc())
        .limit(1)
    ).scalar()


def hold(connection: Connection, team_id: str, import_id: str) -> bool:
    """Returns whether an import may store more; it is not taken back before this is committed."""
    found = _HOLD.first(connection, {"team_id": team_id, "import_id": import_id})
    return found is not None and found.undone_at is None


def add_kudos(connection: Connection, team_id: str, import_id: str, kudos_id: str) -> None:
    """Notes with which import a kudos came."""
    row = {"team_id": team_id, "import_id": import_id, "kudos_id": kudos_id}
    _ADD_KUDOS.run(connection, row)


def end(connection: Connection, team_id: str, import_id: str, now: datetime) -> None:
    """Notes that an import has come to its end; one that brought nothing is forgotten."""
    where = (imports.c.team_id == team_id, imports.c.import_id == import_id)
    one = select(literal(1)).where(_OF.team_id == team_id, _OF.import_id == import_id).limit(1)
    if connection.execute(one).scalar() is None:
        connection.execute(imports.delete().where(*where))
    else:
        connection.execute(imports.update().where(*where).values(ended_at=now))


def mark_undone(connection: Connection, team_id: str, import_id: str, now: datetime) -> None:
    """Notes that an import is taken back; it stores nothing more."""
    connection.execute(
        imports.update()
        .where(imports.c.team_id == team_id, imports.c.import_id == import_id)
        .where(imports.c.undone_at.is_(None))
        .values(undone_at=now)
    )


def find_imports(connection: Connection, team_id: str) -> list[ImportNoted]:
    """Returns the imports of a workspace, the newest first."""
    of = imports.c
    counts = {
        row.import_id: row.standing
        for row in connection.execute(
            select(_OF.import_id, func.count().label("standing"))
            .select_from(_WITH_KUDOS)
            .where(_OF.team_id == team_id, _STANDS)
            .group_by(_OF.import_id)
        )
    }
    rows = connection.execute(
        select(of.import_id, of.file_name, of.begun_at, of.ended_at, of.undone_at)
        .where(of.team_id == team_id)
        .order_by(of.begun_at.desc(), of.import_id)
    )
    return [
        ImportNoted(
            team_id,
            row.import_id,
            row.file_name,
            counts.get(row.import_id, 0),
            row.begun_at,
            row.ended_at,
            row.undone_at,
        )
        for row in rows
    ]


def find_standing(
    connection: Connection, team_id: str, import_id: str, after_id: str, limit: int
) -> list[str]:
    """Returns the next kudos of an import, by their ids, that were not taken back with it yet."""
    return list(
        connection.execute(
            select(_OF.kudos_id)
            .select_from(_WITH_KUDOS)
            .where(_OF.team_id == team_id, _OF.import_id == import_id, _STANDS)
            .where(_OF.kudos_id > after_id)  # or each part would look through all before it again
            .order_by(_OF.kudos_id)
            .limit(limit)
        ).scalars()
    )


def free_key(connection: Connection, team_id: str, kudos_id: str, import_id: str) -> None:
    """Lets the same thanks come in again, now that these were taken back."""
    before = f"{UNDONE}{import_id}:"
    _FREE_KEY.run(connection, {"of_team": team_id, "of_kudos": kudos_id, "before": before})
