"""How a week's best reasons and a month's highlights are chosen, in plain rules.

- **What may be told again**: kudos that everybody in the workspace may read and that stand. Their
  giver, and each receiver who is named, are people who may be named in posts: members who take part
  in Kudos, are still here, have not had their data erased, and take part in leaderboards. Receivers
  who want thanks in private are left out; where nobody is left, or where the words themselves
  mention somebody who chose not to be read of, the kudos is not told.
- **The best reasons**: those that most people joined in with; then those that tell something, in at
  least forty characters; then the newest. Nobody is named in two of them.
- **What most people joined in with**: at least one did; the more, the better, then the newest.
- **First-time receivers**: who was thanked in the month and never before, not even in private;
  whom most people thanked comes first.
- **Values**: those for which most kudos were given. A hashtag that only private channels have seen
  is not told, unless admins chose it as a value.
- **Thanks across teams**: giver and receiver are both in a user group that Kudos knows, and in no
  group together. A group of more than three quarters of all people is no team. Where Kudos knows
  fewer than two teams, nothing is said of them.
- **Streaks**: weeks in a row, up to the last one that is over, in each of which somebody thanked
  somebody else. Three are a streak; more than a year is not looked back. Weeks at the end in which
  nobody at all thanked anybody, as over a holiday, end no streak.

Everything here chooses among what the store hands in; nothing here reads it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from bot.domain.kudos import MENTION
from bot.domain.periods import Period, PeriodKind, period_before, period_of
from bot.domain.posts import Quoted, Streak
from bot.domain.privacy import COLLEAGUES, Publicity, seen_by
from bot.domain.rules import why_not_thankable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from bot.domain.kudos import Kudos
    from bot.domain.members import Member
    from bot.domain.workspaces import WorkspaceSettings

TELLING_LENGTH = 40  # characters of somebody's own words; Chinese and the like count twice
STREAK_MIN = 3  # weeks
STREAK_MAX = 52  # weeks that are looked at
HOLIDAY_WEEKS_MAX = 3  # without any thanks, at the end of a month
TEAM_AT_MOST = 0.75  # of all people


def counts(member: Member, settings: WorkspaceSettings) -> bool:
    """Return whether somebody is one of those of whom coverage speaks."""
    return why_not_thankable(member, settings) is None and not member.is_erased


def may_be_named(member: Member, settings: WorkspaceSettings) -> bool:
    """Return whether posts may name somebody: they count, and take part in leaderboards."""
    return counts(member, settings) and member.preferences.on_boards


def as_quoted(
    kudos: Kudos,
    people: Mapping[str, Member],
    settings: WorkspaceSettings,
    publicity: Publicity,
) -> Kudos | None:
    """Return a kudos as a post may tell it; None where it may not.

    `people` has everybody in it whom the store knows; `publicity` is that of its channel.
    """
    if kudos.reversed_at is not None:
        return None
    if any(_is_reticent(people[each]) for each in kudos.mentioned_ids if each in people):
        return None
    nameable = {user_id for user_id, member in people.items() if may_be_named(member, settings)}
    chosen = {user_id: each.preferences for user_id, each in people.items()}
    seen = seen_by(COLLEAGUES, kudos, chosen, publicity)
    if seen is None or kudos.giver_id not in nameable:
        return None
    receipts = tuple(receipt for receipt in seen.receipts if receipt.user_id in nameable)
    return replace(kudos, receipts=receipts) if receipts else None


def _is_reticent(member: Member) -> bool:
    """Return whether somebody chose not to be read of, in any of the ways that there are."""
    chosen = member.preferences
    return member.is_erased or chosen.thanked_in_private or not chosen.on_boards


def tells_something(reason: str) -> bool:
    """Return whether a reason has enough words of its own; names of people are none."""
    own = " ".join(MENTION.sub(" ", reason).split())
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in own) >= TELLING_LENGTH


def best_reasons(candidates: Iterable[Quoted], limit: int) -> tuple[Quoted, ...]:
    """Return the kudos whose words are told again, best first; those without words are not."""
    with_words = [each for each in candidates if each.kudos.reason.strip()]
    return _apart(sorted(with_words, key=_worth_telling, reverse=True), limit)


def most_joined(candidates: Iterable[Quoted], limit: int) -> tuple[Quoted, ...]:
    """Return the kudos that most people joined in with."""
    joined = [each for each in candidates if each.joiners_count > 0]
    joined.sort(key=lambda each: (each.joiners_count, each.kudos.kudos_id), reverse=True)
    return tuple(joined[:limit])


def _worth_telling(quoted: Quoted) -> tuple[int, bool, str]:
    # Ids of later kudos sort after those of earlier ones.
    kudos = quoted.kudos
    return quoted.joiners_count, tells_something(kudos.reason), kudos.kudos_id


def _apart(best_first: Iterable[Quoted], limit: int) -> tuple[Quoted, ...]:
    """Return the first ones that have nobody in common."""
    chosen: list[Quoted] = []
    named: set[str] = set()
    for quoted in best_first:
        if len(chosen) == limit:
            break
        people = {quoted.kudos.giver_id, *quoted.kudos.receiver_ids}
        if named.isdisjoint(people):
            chosen.append(quoted)
            named |= people
    return tuple(chosen)


def teams_of(
    groups: Mapping[str, Collection[str]], people_count: int
) -> dict[str, frozenset[str]] | None:
    """Return the teams that each person is in; None where too few are known to tell them apart."""
    teams = {
        group_id: user_ids
        for group_id, user_ids in groups.items()
        if user_ids and len(user_ids) <= max(1, people_count * TEAM_AT_MOST)
    }
    if len(teams) < 2:  # noqa: PLR2004 - one team has no other
        return None
    found: dict[str, set[str]] = {}
    for group_id, user_ids in teams.items():
        for user_id in user_ids:
            found.setdefault(user_id, set()).add(group_id)
    return {user_id: frozenset(of_person) for user_id, of_person in found.items()}


def is_across(giver_id: str, receiver_id: str, teams: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a thanks went from one team to another."""
    given, received = teams.get(giver_id), teams.get(receiver_id)
    return bool(given and received and given.isdisjoint(received))


def tells_of_teams(kudos: Kudos, teams: Mapping[str, frozenset[str]]) -> bool:
    """Return whether those who are named in it are of different teams."""
    return any(is_across(kudos.giver_id, each, teams) for each in kudos.receiver_ids)


def last_week(period: Period, today: date, week_begins: int) -> Period:
    """Return the last week that is over when a period ends, or by now."""
    end = min(period.end_day, today)
    return period_of(PeriodKind.WEEK, end - timedelta(days=7), week_begins)


def find_streaks(
    until: Period, find_givers: Callable[[Period], Collection[str]]
) -> tuple[Streak, ...]:
    """Return who has thanked somebody in each of the weeks up to that one, longest first.

    `find_givers` is asked for the givers of one week after another, as long as anybody is left.
    """
    week, weeks = until, 0
    so_far: dict[str, int] = {}
    going = set(find_givers(week))
    for _ in range(HOLIDAY_WEEKS_MAX):
        if going:
            break
        week = period_before(week)
        going = set(find_givers(week))
    while going and weeks < STREAK_MAX:
        weeks += 1
        so_far |= dict.fromkeys(going, weeks)
        if weeks < STREAK_MAX:
            week = period_before(week)
            going &= set(find_givers(week))
    streaks = [Streak(user_id, n) for user_id, n in so_far.items() if n >= STREAK_MIN]
    return tuple(sorted(streaks, key=lambda streak: (-streak.weeks, streak.user_id)))
