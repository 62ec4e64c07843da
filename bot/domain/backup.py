"""A copy of the database, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds; it was opened and read to find out."""

    kudos_count: int
    size: int  # bytes


class NotCopiedError(Exception):
    """The database could not be copied, or the copy is not sound; `str()` says why."""
