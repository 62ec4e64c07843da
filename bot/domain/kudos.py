"""One act of recognition, by one giver, to one or more receivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.members import Reader

if TYPE_CHECKING:
    from datetime import datetime


class Source(StrEnum):
    """The way by which a kudos was given."""

    COMMAND = "command"
    REACTION = "reaction"


class Audience(StrEnum):
    """Who may see a kudos."""

    PUBLIC = "public"  # everybody in the workspace: it was given in a public channel
    CHANNEL = "channel"  # those who are there: a private channel or a direct message
    PRIVATE = "private"  # its giver and its receivers


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receiver's part of a kudos."""

    user_id: str
    points: int


@dataclass(frozen=True, slots=True)
class GiveKudos:
    """What a person asked for; `natural_key` is the same however often Slack delivers it."""

    team_id: str
    natural_key: str
    giver_id: str
    receiver_ids: tuple[str, ...]
    source: Source
    audience: Audience
    channel_id: str
    reason: str
    group_ids: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    message_ts: str | None = None  # the message that was reacted to
    thread_ts: str | None = None
    emoji: str | None = None
    response_url: str | None = None
    names_everyone: bool = False
    unresolved_names: tuple[str, ...] = ()
    amounts: tuple[int, ...] = ()  # all different amounts typed; more than one is unclear


@dataclass(frozen=True, slots=True)
class Kudos:
    """A kudos as the store keeps it, with the names that its readers see."""

    kudos_id: str
    team_id: str
    giver_id: str
    receipts: tuple[Receipt, ...]
    reason: str
    value: str | None
    source: Source
    audience: Audience
    channel_id: str
    message_ts: str | None
    emoji: str | None
    created_at: datetime
    reversed_at: datetime | None

    @property
    def points_total(self) -> int:
        """What it cost its giver."""
        return sum(receipt.points for receipt in self.receipts)

    @property
    def receiver_ids(self) -> tuple[str, ...]:
        """The receivers, in the order in which they were named."""
        return tuple(receipt.user_id for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class KudosGiven:
    """A kudos that is stored; also the answer when the same request arrives again."""

    kudos: Kudos
    allowance_left: int
    renews_at: datetime
    undo_until: datetime
    reader: Reader = field(default_factory=Reader)  # the giver


@dataclass(frozen=True, slots=True)
class UndoKudos:
    """A giver's wish to take a kudos back; without an id the last one is meant."""

    team_id: str
    user_id: str
    kudos_id: str | None = None
    natural_key: str | None = None  # the same however often Slack delivers one command


@dataclass(frozen=True, slots=True)
class KudosUndone:
    """A kudos that was taken back, and what that left."""

    kudos: Kudos
    allowance_left: int
    reader: Reader = field(default_factory=Reader)  # the giver
