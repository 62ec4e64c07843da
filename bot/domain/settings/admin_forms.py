"""What admins enter about single people and groups: read into requests, or found wrong by field.

A field's value comes as `bot.domain.settings.fields` says.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from bot.domain.budgets import REASON_LIMIT, AdjustBalance, GiveBoost, SetOverride
from bot.domain.errors import SettingsError
from bot.domain.settings.fields import (
    POINTS_LIMIT,
    Fault,
    FaultKind,
    WrongFieldError,
    line,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Read = TypeVar("Read")

OVERRIDE_FIELDS = ("group", "person", "allowance")
BOOST_FIELDS = ("person", "points", "ends_on", "reason")
ADJUSTMENT_FIELDS = ("points", "reason")


def read_override(team_id: str, actor_id: str, typed: Mapping[str, object]) -> SetOverride:
    """Return the request; raises `SettingsError`."""
    subjects = [str(each) for each in (typed["group"], typed["person"]) if each]
    fields = _Fields(typed)
    if len(subjects) != 1:
        kind = FaultKind.NOT_BOTH if subjects else FaultKind.MISSING
        fields.faults["person"] = Fault(kind)
    allowance = fields.read("allowance", lambda value: whole(value, 0, POINTS_LIMIT), 0)
    fields.check()
    return SetOverride(team_id, actor_id, subjects[0], allowance)


def read_boost(
    team_id: str, actor_id: str, typed: Mapping[str, object], natural_key: str
) -> GiveBoost:
    """Return the request; raises `SettingsError`."""
    fields = _Fields(typed)
    boost = GiveBoost(
        team_id,
        actor_id,
        user_id=fields.read("person", _chosen, ""),
        points=fields.read("points", lambda value: whole(value, 1, POINTS_LIMIT), 1),
        ends_on=fields.read("ends_on", _day, date.min),
        reason=fields.read("reason", _reason, ""),
        natural_key=natural_key,
    )
    fields.check()
    return boost


def read_adjustment(
    team_id: str, actor_id: str, user_id: str, typed: Mapping[str, object], natural_key: str
) -> AdjustBalance:
    """Return the request; raises `SettingsError`."""
    fields = _Fields(typed)
    adjustment = AdjustBalance(
        team_id,
        actor_id,
        user_id,
        points=fields.read("points", _points_other_than_none, 1),
        reason=fields.read("reason", _reason, ""),
        natural_key=natural_key,
    )
    fields.check()
    return adjustment


class _Fields:
    """Reads field after field, so that everything that is wrong is told at once."""

    def __init__(self, typed: Mapping[str, object]) -> None:
        self._typed = typed
        self.faults: dict[str, Fault] = {}

    def read(self, name: str, reader: Callable[[object], Read], otherwise: Read) -> Read:
        try:
            return reader(self._typed[name])
        except WrongFieldError as error:
            self.faults.setdefault(name, error.fault)
            return otherwise

    def check(self) -> None:
        if self.faults:
            raise SettingsError(self.faults)


def _chosen(typed: object) -> str:
    if not isinstance(typed, str) or not typed:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    return typed


def _day(typed: object) -> date:
    try:
        return date.fromisoformat(_chosen(typed))
    except ValueError:
        raise WrongFieldError(Fault(FaultKind.NO_CHOICE)) from None


def _reason(typed: object) -> str:
    reason = line(typed, REASON_LIMIT)
    if not reason:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    return reason


def _points_other_than_none(typed: object) -> int:
    points = whole(typed, -POINTS_LIMIT, POINTS_LIMIT)
    if points == 0:
        raise WrongFieldError(Fault(FaultKind.MISSING))
    return points
