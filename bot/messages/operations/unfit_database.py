"""What an operator is told of a database that can't be Kudos'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.checks import Unfit

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def unfit_database(words: Words, reason: Unfit, found: str) -> str:
    """Returns what is in the way, and what to do."""
    if reason is Unfit.FOREIGN:
        return words.text(
            "This database has another program's tables (their version is {found}). Give Kudos a "
            "database of its own, and name that in DATABASE_URL.",
            found=found,
        )
    return words.text(
        "This Postgres database keeps text as {found}, which can't hold every name and emoji. Make "
        "one with UTF8: CREATE DATABASE kudos ENCODING 'UTF8' TEMPLATE template0",
        found=found,
    )
