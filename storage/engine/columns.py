"""What the tables are made of: moments in UTC, and keys that begin with the workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
    TypeDecorator,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH = len("2026-11-22 07:30:00.000000")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` on Postgres; on SQLite text without a zone, which is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what makes the driver's value; on SQLite in one step, since each give has many."""
        return _as_text if dialect.name == "sqlite" else None

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what the driver takes."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what makes a moment of the driver's value, in one step too."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:_LENGTH]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def team() -> Column[str]:
    """Return the first column of every key."""
    return Column("team_id", String(32), primary_key=True)


def user(name: str = "user_id", *, primary_key: bool = False) -> Column[str]:
    """Return a column for a person of the workspace."""
    return Column(name, String(32), primary_key=primary_key, nullable=False)


def of_workspace() -> ForeignKeyConstraint:
    """Return what ties a row to its workspace."""
    return ForeignKeyConstraint(["team_id"], ["workspaces.team_id"])
