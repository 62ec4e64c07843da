"""Budgets: what admins give beside the allowance that everybody has, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.workspaces import CapOf

if TYPE_CHECKING:
    from datetime import date, datetime

REASON_LIMIT = 500  # characters of an admin's reason
BOOST_GIVEN = "boost_given"  # in the activity list
BOOST_ENDED = "boost_ended"


@dataclass(frozen=True, slots=True)
class SetOverride:
    """An admin's wish for another allowance than everybody's; None for the usual one again."""

    team_id: str
    actor_id: str
    subject_id: str  # a user group's or a person's id
    allowance: int | None


@dataclass(frozen=True, slots=True)
class Override:
    """An allowance other than everybody's."""

    subject_id: str
    allowance: int


@dataclass(frozen=True, slots=True)
class GiveBoost:
    """An admin's wish to give somebody extra points once; the same key counts once."""

    team_id: str
    actor_id: str
    user_id: str
    points: int
    ends_on: date  # the last day on which they can be given
    reason: str
    natural_key: str | None = None  # such as the id of the form; without one each wish counts


@dataclass(frozen=True, slots=True)
class EndBoost:
    """An admin's wish to end a boost before its time."""

    team_id: str
    actor_id: str
    boost_id: str


@dataclass(frozen=True, slots=True)
class AdjustBalance:
    """An admin's wish to correct what somebody has; the same key counts once."""

    team_id: str
    actor_id: str
    user_id: str
    points: int  # signed
    reason: str
    natural_key: str | None = None  # as above


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction of somebody's balance as the ledger has it."""

    entry_id: str
    user_id: str
    actor_id: str
    points: int  # signed
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PairCapReached:
    """One person thanked, or wanted to thank, the same people much in one period."""

    team_id: str
    giver_id: str
    receiver_ids: tuple[str, ...]
    cap: int
    label: str = ""  # of the giver's period; nobody reads it
    was_refused: bool = False
    cap_of: CapOf = CapOf.POINTS
