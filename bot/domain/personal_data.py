"""A person's own data: taking it out, and having it erased."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.members import Reader


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """A wish that somebody's name and words go; their own, or the operator's for them."""

    team_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Somebody who is "a former colleague" from now on."""

    user_id: str
    reasons_count: int  # that they wrote and that are gone
    reader: Reader = field(default_factory=Reader)  # they, as they were


@dataclass(frozen=True, slots=True)
class ExportPerson:
    """Somebody's wish to have everything that is stored about them."""

    team_id: str
    user_id: str
