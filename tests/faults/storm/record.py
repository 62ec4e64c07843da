"""The model: plain notes of what people did, and of what they were told of it.

It knows nothing of how the app works. What somebody was told is certain; where an answer was lost,
both is possible, but nothing twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

ABSENT, LIVE, UNDONE = "absent", "live", "undone"

Person = tuple[str, str]  # workspace and handle
Reaction = tuple[str, str, str, str]  # workspace, channel, message and handle


@dataclass
class Given:
    """Thanks in words that somebody gave, or tried to."""

    number: int
    team: str
    who: str
    to: tuple[str, ...]
    points: int
    verb: str
    channel: str
    may: set[str] = field(default_factory=lambda: {ABSENT})
    shown: Any = None  # the confirmation, with its button
    said_at: str = ""  # of a mention: its message
    told: str = ""

    @property
    def reason(self) -> str:
        """What it was for; found in nothing else."""
        return f"item {self.team}{self.number:04d} of the work, all of it"


@dataclass
class Reacted:
    """A person's emoji on a message, as it was left."""

    team: str
    who: str
    to: str
    is_on: bool = True


@dataclass
class Record:
    """Everything that was done in a storm."""

    given: dict[int, Given] = field(default_factory=dict)
    reactions: dict[Reaction, Reacted] = field(default_factory=dict)
    messages: dict[int, Any] = field(default_factory=dict)  # what was reacted to, by act
    joined: dict[tuple[str, str, int], set[str]] = field(default_factory=dict)
    erased: dict[Person, set[bool]] = field(default_factory=dict)
    allowances: dict[str, set[int]] = field(default_factory=dict)  # what may be set at the end
    slots: list[tuple[str, datetime]] = field(default_factory=list)  # weekly or monthly, and when
    verbs: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    doubts: int = 0  # faults after which nobody can know whether Slack has a message
    skipped: int = 0  # acts whose earlier act is not there, or whose form never came
    events: int = 0

    def words_of(self, team: str, who: str) -> list[Given]:
        """Return what a person gave in words, in this order."""
        return [one for one in self.given.values() if (one.team, one.who) == (team, who)]

    def is_perhaps_erased(self, team: str, who: str) -> bool:
        """Return whether a person's words may have been erased."""
        return (team, who) in self.erased
