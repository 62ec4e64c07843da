"""Eight weeks of thanks that people of the demo's workspace might have given each other.

The same seed and the same moment give the same history, down to the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from bot.domain.periods import PeriodKind, period_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

FILE = Path(__file__).parent / "history.yml"
SEED = 20261122
WEEKS = 8  # before the one that is under way
# Thanks in words; others join in, and there are reactions. It catches on from week to week.
IN_FIRST_WEEK, MORE_EACH_WEEK = 20, 2
LEAST_THIS_WEEK, LEAST_THIS_MONTH = 24, 34  # however few days of it are over
SPENT_MAX = 21  # of the 25 points of a week
SPENT_THIS_WEEK_MAX = 12  # so that everybody has some left to try it out with
ENDS_BEFORE = timedelta(minutes=25)
DAY_WEIGHTS = (0.19, 0.21, 0.22, 0.2, 0.16, 0.01, 0.01)  # from Monday to Sunday
HOURS = (time(8), time(18, 30))
AMOUNTS, AMOUNT_WEIGHTS = (1, 2, 3, 5, 10), (32, 26, 22, 16, 4)
JOINERS, JOINER_WEIGHTS = (0, 1, 2, 3, 4, 6), (74, 13, 6, 3, 3, 1)
REACTIONS = (1, 2, 3, 3, 4)
EMOJI = ("trophy", "trophy", "kudos")
FEWEST_MINUTES = 30  # a shorter stretch of time is left empty


@dataclass
class Thanks:
    """A kudos in words; people and channels are named as in the workspace's file."""

    at: datetime
    giver: str
    receivers: list[str]
    points: int
    reason: str
    value: str | None
    channel: str
    is_private: bool = False
    from_modal: bool = False


@dataclass
class Joined:
    """Somebody joins in with a kudos, by the button or by an emoji on its post."""

    at: datetime
    giver: str
    thanks: Thanks
    emoji: str | None


@dataclass
class Written:
    """A message that somebody wrote."""

    at: datetime
    author: str
    channel: str
    text: str
    emoji: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Reacted:
    """Somebody thanks the author of a message by an emoji."""

    at: datetime
    giver: str
    message: Written
    emoji: str


Act = Thanks | Joined | Written | Reacted


class Stretch(NamedTuple):
    """A part of a working day in which things happen, and how much does."""

    starts_at: datetime
    ends_at: datetime
    weight: float


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


class Plan:
    """Makes up what happened until a moment."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._random = Random(SEED)  # noqa: S311 - the same each time, and nothing to guess
        self._told = _told()
        self._until = now.astimezone(zone) - ENDS_BEFORE
        self._zone = zone
        today = self._until.date()
        self._this_week = period_of(PeriodKind.WEEK, today).first_day
        self._this_month = today.replace(day=1)
        self._first_day = self._this_week - timedelta(weeks=WEEKS)
        self._team_of = {
            person: team for team, people in self._told["teams"].items() for person in people
        }
        self._people = list(self._team_of)
        before = (self._this_month - timedelta(days=1)).replace(day=1)
        self._here_since = dict.fromkeys(self._people, self._first_day)
        self._here_since |= dict.fromkeys(self._told["new_before"], before)
        self._here_since |= dict.fromkeys(self._told["new"], self._this_month)
        self._decks: dict[str, list[str]] = {}
        self._spent: dict[tuple[str, date], int] = {}
        self._together: dict[tuple[str, str], int] = {}

    @staticmethod
    def people() -> list[str]:
        """Return the handles of everybody who takes part."""
        told = _told()
        return [person for people in told["teams"].values() for person in people]

    @staticmethod
    def channels() -> list[str]:
        """Return the names of the channels in which something happened."""
        own = (name for names in _told()["channels"].values() for name in names)
        return list(dict.fromkeys(["thanks", "general", *own]))

    def acts(self) -> list[Act]:
        """Return everything that happened, first things first."""
        thanks = list(self._all_thanks())
        acts: list[Act] = [*thanks, *self._messages()]
        for one in thanks:
            if not one.is_private:
                acts += self._joins(one)
        return sorted(acts, key=lambda act: act.at)

    # -- When ------------------------------------------------------------------------------

    def _all_thanks(self) -> Iterator[Thanks]:
        moments: list[datetime] = []
        for week in range(WEEKS):
            monday = self._first_day + timedelta(weeks=week)
            count = IN_FIRST_WEEK + MORE_EACH_WEEK * week + self._random.randint(-3, 3)
            moments += self._moments(monday, monday + timedelta(days=7), count)
        elapsed = sum(stretch.weight for stretch in self._stretches(self._this_week, None))
        count = max(LEAST_THIS_WEEK, round((IN_FIRST_WEEK + MORE_EACH_WEEK * WEEKS) * elapsed))
        moments += self._moments(self._this_week, None, count)
        missing = LEAST_THIS_MONTH - sum(at.date() >= self._this_month for at in moments)
        moments += self._moments(self._this_month, None, missing)
        steady: dict[date, list[str]] = {}
        new = {self._this_month: list(self._told["new"])}
        new[(self._this_month - timedelta(days=1)).replace(day=1)] = list(self._told["new_before"])
        for at in sorted(moments):
            monday = period_of(PeriodKind.WEEK, at.date()).first_day
            givers = steady.setdefault(monday, self._shuffled(self._told["steady"]))
            newcomers = new.get(at.date().replace(day=1), [])
            given = self._thanks(
                at,
                giver=givers.pop() if givers else None,
                receiver=newcomers.pop() if newcomers and not givers else None,
            )
            if given is not None:
                yield given

    def _moments(self, first: date, end: date | None, count: int) -> list[datetime]:
        """Return moments between two days, most of them in working hours; none in the future."""
        stretches = self._stretches(first, end)
        length = sum((one.ends_at - one.starts_at for one in stretches), timedelta())
        if count <= 0 or length < timedelta(minutes=FEWEST_MINUTES):
            return []
        weights = [one.weight for one in stretches]
        chosen = self._random.choices(stretches, weights, k=count)
        return [
            one.starts_at + (one.ends_at - one.starts_at) * self._random.random() for one in chosen
        ]

    def _stretches(self, first: date, end: date | None) -> list[Stretch]:
        stretches = []
        day = first
        while day <= self._until.date() and (end is None or day < end):
            starts_at, ends_at = (datetime.combine(day, hour, self._zone) for hour in HOURS)
            until = min(ends_at, self._until)
            if until > starts_at:
                part = (until - starts_at) / (ends_at - starts_at)
                stretches.append(Stretch(starts_at, until, DAY_WEIGHTS[day.weekday()] * part))
            day += timedelta(days=1)
        return stretches

    def _soon_after(self, at: datetime, *, most: timedelta) -> datetime | None:
        """Return a moment not long after another; None if it is still to come."""
        later = at + timedelta(minutes=2) + most * self._random.random() ** 2
        return later if later < self._until else None

    # -- Who -------------------------------------------------------------------------------

    def _thanks(
        self, at: datetime, *, giver: str | None = None, receiver: str | None = None
    ) -> Thanks | None:
        giver = giver or self._giver(at, 1, not_among=[receiver or ""])
        if giver is None or giver == receiver:
            return None
        receivers = [receiver or self._receiver(at, giver)]
        if self._random.random() < 0.14:  # noqa: PLR2004 - two or three of a team
            mates = [
                person
                for person in self._told["teams"][self._team_of[receivers[0]]]
                if person not in {giver, *receivers} and self._is_thanked(person, at)
            ]
            receivers += self._random.sample(mates, min(len(mates), self._random.choice((1, 1, 2))))
        points = self._random.choices(AMOUNTS, AMOUNT_WEIGHTS)[0]
        while points > 1 and not self._can_pay(giver, at, points * len(receivers)):
            points -= 1
        if not self._pay(giver, at, points * len(receivers)):
            return None
        if self._random.random() < 0.04:  # noqa: PLR2004 - only a few are private
            reason = self._filled(self._dealt("private"))
            return Thanks(at, giver, receivers, points, reason, None, "general", is_private=True)
        team = self._team_of[receivers[0]]
        deck = team if self._random.random() < 0.76 else "anyone"  # noqa: PLR2004
        value, _, reason = self._dealt(deck).partition(" | ")
        has_value = self._random.random() < 0.72  # noqa: PLR2004 - it need not be named
        return Thanks(
            at,
            giver,
            receivers,
            points,
            self._filled(reason),
            value if has_value else None,
            self._channel(giver),
            from_modal=self._random.random() < 0.25,  # noqa: PLR2004
        )

    def _joins(self, thanks: Thanks) -> Iterator[Joined]:
        count = self._random.choices(JOINERS, JOINER_WEIGHTS)[0]
        names = {thanks.giver, *thanks.receivers}
        for _ in range(count):
            at = self._soon_after(thanks.at, most=timedelta(hours=4))
            giver = None if at is None else self._giver(at, len(thanks.receivers), not_among=names)
            if at is None or giver is None:
                return
            self._pay(giver, at, len(thanks.receivers))
            names.add(giver)
            by_emoji = self._random.random() < 0.3  # noqa: PLR2004
            yield Joined(at, giver, thanks, "trophy" if by_emoji else None)

    def _messages(self) -> Iterator[Written | Reacted]:
        lines: list[str] = self._told["messages"].splitlines()
        moments = self._moments(self._first_day, None, len(lines))
        for line, at in zip(lines, sorted(moments), strict=False):
            author, channel, text = line.split(" | ")
            message = Written(at, author, channel, text)
            yield message
            names = {author}
            for _ in range(self._random.choice(REACTIONS)):
                later = self._soon_after(at, most=timedelta(hours=3))
                giver = None if later is None else self._giver(later, 1, not_among=names)
                if later is None or giver is None:
                    break
                self._pay(giver, later, 1)
                names.add(giver)
                emoji = self._random.choice(EMOJI)
                message.emoji.setdefault(emoji, []).append(giver)
                yield Reacted(later, giver, message, emoji)

    def _giver(self, at: datetime, cost: int, *, not_among: set[str] | list[str]) -> str | None:
        able = [
            person
            for person in self._people
            if person not in not_among
            and self._is_here(person, at)
            and self._can_pay(person, at, cost)
            and self._told["given"].get(person, 1) > 0
        ]
        weights = [self._told["given"].get(person, 1) for person in able]
        return self._random.choices(able, weights)[0] if able else None

    def _receiver(self, at: datetime, giver: str) -> str:
        """Return whom somebody thanks: people of their team most often, and no one all the time."""
        others = [one for one in self._people if one != giver and self._is_thanked(one, at)]
        weights = []
        for one in others:
            weight = self._told["received"].get(one, 1)
            weight *= 4 if self._team_of[one] == self._team_of[giver] else 1
            weights.append(weight / (1 + self._together.get((giver, one), 0)))
        chosen: str = self._random.choices(others, weights)[0]
        self._together[giver, chosen] = self._together.get((giver, chosen), 0) + 1
        return chosen

    def _is_here(self, person: str, at: datetime) -> bool:
        return at.date() >= self._here_since[person]

    def _is_thanked(self, person: str, at: datetime) -> bool:
        is_overlooked = person in self._told["overlooked"] and at.date() >= self._this_month
        return self._is_here(person, at) and not is_overlooked

    def _can_pay(self, giver: str, at: datetime, points: int) -> bool:
        week = period_of(PeriodKind.WEEK, at.date()).first_day
        most = SPENT_THIS_WEEK_MAX if week == self._this_week else SPENT_MAX
        return self._spent.get((giver, week), 0) + points <= most

    def _pay(self, giver: str, at: datetime, points: int) -> bool:
        if not self._can_pay(giver, at, points):
            return False
        week = period_of(PeriodKind.WEEK, at.date()).first_day
        self._spent[giver, week] = self._spent.get((giver, week), 0) + points
        return True

    # -- What ------------------------------------------------------------------------------

    def _channel(self, giver: str) -> str:
        own: list[str] = self._told["channels"][self._team_of[giver]]
        return self._random.choices(["thanks", "general", self._random.choice(own)], (5, 2, 5))[0]

    def _dealt(self, deck: str) -> str:
        """Return a reason: each comes once before any comes again."""
        if not self._decks.get(deck):
            text = self._told["private"] if deck == "private" else self._told["reasons"][deck]
            self._decks[deck] = self._shuffled(text.splitlines())
        return self._decks[deck].pop()

    def _filled(self, text: str) -> str:
        fillings: dict[str, list[str]] = self._told["fillings"]
        for name, words in fillings.items():
            text = text.replace(f"{{{name}}}", self._random.choice(words), 1)
        return text

    def _shuffled(self, items: list[str]) -> list[str]:
        return self._random.sample(items, len(items))
