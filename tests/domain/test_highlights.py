"""What is chosen as the best of a week and of a month, and whom posts leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain import highlights
from bot.domain.kudos import Audience, Kudos, Receipt, Source
from bot.domain.members import ERASED_NAME, Member
from bot.domain.periods import MONDAY, SUNDAY, Period, PeriodKind, period_of
from bot.domain.posts import Quoted, Streak
from bot.domain.preferences import Preferences
from bot.domain.privacy import Publicity
from bot.domain.workspaces import WorkspaceSettings
from tests.rows import each_row

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TELLING = "for staying late with me until the release was out of the door"
SHORT = "for lunch"
SETTINGS = WorkspaceSettings()
PUBLIC = Publicity.PUBLIC


def kudos(number: int, giver: str, *receivers: str, reason: str = TELLING) -> Kudos:
    """The kudos with that number; a higher number was given later."""
    return Kudos(
        kudos_id=f"K{number:03}",
        team_id="T1",
        giver_id=giver,
        receipts=tuple(Receipt(each, 1) for each in receivers),
        reason=reason,
        value=None,
        source=Source.COMMAND,
        audience=Audience.PUBLIC,
        channel_id="C1",
        message_ts=None,
        emoji=None,
        created_at=NOON,
        reversed_at=None,
    )


def person(user_id: str, **facts: Any) -> Member:
    return replace(Member("T1", user_id, user_id), **facts)


def people(*known: Member) -> dict[str, Member]:
    everybody = [*(person(name) for name in ("UADA", "UBO", "UCHI")), *known]
    return {member.user_id: member for member in everybody}


def ids(chosen: tuple[Quoted, ...]) -> list[str]:
    return [quoted.kudos.kudos_id for quoted in chosen]


def test_the_best_reason_is_the_one_that_most_people_joined_in_with() -> None:
    loved = Quoted(kudos(1, "UADA", "UBO", reason=SHORT), joiners_count=2)
    liked = Quoted(kudos(2, "UCHI", "UDEE"), joiners_count=1)
    newest = Quoted(kudos(3, "UEVE", "UFAY"))
    assert ids(highlights.best_reasons([newest, liked, loved], 3)) == ["K001", "K002", "K003"]


def test_a_reason_that_tells_something_goes_before_a_newer_one_that_does_not() -> None:
    telling, short = Quoted(kudos(1, "UADA", "UBO")), Quoted(kudos(2, "UCHI", "UDEE", reason=SHORT))
    assert ids(highlights.best_reasons([short, telling], 2)) == ["K001", "K002"]


def test_of_reasons_as_good_as_each_other_the_newest_is_told() -> None:
    older, newer = Quoted(kudos(1, "UADA", "UBO")), Quoted(kudos(2, "UCHI", "UDEE"))
    assert ids(highlights.best_reasons([older, newer], 1)) == ["K002"]


def test_nobody_is_named_in_two_reasons() -> None:
    candidates = [
        Quoted(kudos(5, "UADA", "UBO")),
        Quoted(kudos(4, "UBO", "UCHI")),  # Bo again, now giving
        Quoted(kudos(3, "UDEE", "UADA", "UEVE")),  # Ada again, among others
        Quoted(kudos(2, "UCHI", "UDEE")),
    ]
    assert ids(highlights.best_reasons(candidates, 3)) == ["K005", "K002"]


def test_thanks_without_words_are_no_reason() -> None:
    reaction = Quoted(kudos(1, "UADA", "UBO", reason=" "), joiners_count=9)
    assert highlights.best_reasons([reaction], 3) == ()


@each_row(
    ("reason", "tells"),
    [
        (TELLING, True),
        (SHORT, False),
        ("x" * 40, True),
        ("x" * 39, False),
        ("謝" * 20, True),  # what twenty Chinese letters say takes more than forty of ours
        ("謝" * 19, False),
        ("thanks <@U0123456789> <@U0123456788> <@U0123456787>", False),  # names are no words
        ("a        " * 10, False),
    ],
)
def test_a_reason_tells_something_in_its_own_words(reason: str, tells: bool) -> None:
    assert highlights.tells_something(reason) is tells


def test_most_joined_needs_one_who_joined_and_prefers_the_newer_of_equals() -> None:
    candidates = [
        Quoted(kudos(1, "UADA", "UBO"), joiners_count=2),
        Quoted(kudos(2, "UADA", "UBO"), joiners_count=2),
        Quoted(kudos(3, "UADA", "UBO"), joiners_count=5),
        Quoted(kudos(4, "UADA", "UBO")),
    ]
    assert ids(highlights.most_joined(candidates, 3)) == ["K003", "K002", "K001"]
    assert ids(highlights.most_joined(candidates, 9)) == ["K003", "K002", "K001"]


def test_only_what_everybody_may_read_is_told_again() -> None:
    public = kudos(1, "UADA", "UBO")
    assert highlights.as_quoted(public, people(), SETTINGS, PUBLIC) == public
    for audience in (Audience.CHANNEL, Audience.PRIVATE):
        hidden = replace(public, audience=audience)
        assert highlights.as_quoted(hidden, people(), SETTINGS, PUBLIC) is None
    for publicity in (Publicity.PRIVATE, Publicity.UNKNOWN):
        assert highlights.as_quoted(public, people(), SETTINGS, publicity) is None
    taken_back = replace(public, reversed_at=NOON)
    assert highlights.as_quoted(taken_back, people(), SETTINGS, PUBLIC) is None


NOT_NAMED = {
    "off boards": {"preferences": Preferences(on_boards=False)},
    "erased": {"display_name": ERASED_NAME},
    "deactivated": {"is_deactivated": True},
    "bot": {"is_bot": True},
    "external": {"is_external": True},
}


@each_row("facts", NOT_NAMED)
def test_who_may_not_be_named_is_left_out_of_what_is_told(facts: dict[str, Any]) -> None:
    left_out = person("UX", **facts)
    assert not highlights.may_be_named(left_out, SETTINGS)
    given = kudos(1, "UX", "UADA")
    assert highlights.as_quoted(given, people(left_out), SETTINGS, PUBLIC) is None
    received = kudos(1, "UADA", "UX")
    assert highlights.as_quoted(received, people(left_out), SETTINGS, PUBLIC) is None
    beside = highlights.as_quoted(kudos(1, "UADA", "UX", "UBO"), people(left_out), SETTINGS, PUBLIC)
    assert beside is not None
    assert beside.receiver_ids == ("UBO",)


def test_guests_and_other_companies_are_named_where_they_take_part() -> None:
    guest, external = person("UG", is_guest=True), person("UE", is_external=True)
    both = WorkspaceSettings(externals_take_part=True)
    none = WorkspaceSettings(guests_take_part=False)
    assert highlights.may_be_named(guest, both)
    assert highlights.may_be_named(external, both)
    assert not highlights.may_be_named(guest, none)
    assert not highlights.may_be_named(external, none)


def test_who_wants_thanks_in_private_is_left_out_but_may_give() -> None:
    shy = person("USHY", preferences=Preferences(thanked_in_private=True))
    received = kudos(1, "UADA", "USHY", "UBO")
    quoted = highlights.as_quoted(received, people(shy), SETTINGS, PUBLIC)
    assert quoted is not None
    assert quoted.receiver_ids == ("UBO",)
    given = kudos(2, "USHY", "UADA")
    assert highlights.as_quoted(given, people(shy), SETTINGS, PUBLIC) == given


@each_row("choice", [{"on_boards": False}, {"thanked_in_private": True}])
def test_words_that_mention_somebody_who_chose_otherwise_are_not_told(
    choice: dict[str, Any],
) -> None:
    shy = person("USHY", preferences=Preferences(**choice))
    beside = kudos(1, "UADA", "UBO", reason=f"{TELLING}, together with <@USHY>")
    assert highlights.as_quoted(beside, people(shy), SETTINGS, PUBLIC) is None
    assert highlights.as_quoted(beside, people(), SETTINGS, PUBLIC) == beside


def test_thanks_go_across_teams_where_two_are_in_no_team_together() -> None:
    groups = {"SDEV": ["UADA", "UBO"], "SOPS": ["UBO", "UCHI"], "SEMPTY": []}
    teams = highlights.teams_of(groups, 10)
    assert teams is not None
    assert highlights.is_across("UADA", "UCHI", teams)
    assert not highlights.is_across("UADA", "UBO", teams)
    assert not highlights.is_across("UBO", "UCHI", teams)
    assert not highlights.is_across("UADA", "UNOBODY", teams)  # nobody knows their team


def test_a_group_of_nearly_everybody_is_no_team() -> None:
    groups = {"SALL": [f"U{n}" for n in range(8)], "SDEV": ["U0", "U1"], "SOPS": ["U2", "U3"]}
    teams = highlights.teams_of(groups, 10)
    assert teams is not None
    assert highlights.is_across("U0", "U2", teams)


@each_row("groups", [{}, {"SDEV": ["U1"]}, {"SDEV": ["U1"], "SALL": ["U1"] * 9}])
def test_with_fewer_than_two_teams_nothing_is_across(groups: dict[str, list[str]]) -> None:
    assert highlights.teams_of(groups, 10) is None


def weeks_of(*lengths: int, until: date = date(2026, 11, 23)) -> dict[str, set[str]]:
    """Return the givers of each week, where each person gave in so many of the last ones."""
    found: dict[str, set[str]] = {}
    for number, length in enumerate(lengths):
        for back in range(length):
            week = period_of(PeriodKind.WEEK, until - timedelta(days=7 * back))
            found.setdefault(week.key, set()).add(f"U{number}")
    return found


def test_a_streak_is_three_weeks_and_more() -> None:
    givers = weeks_of(2, 3, 5, 1)
    until = period_of(PeriodKind.WEEK, date(2026, 11, 23))
    found = highlights.find_streaks(until, lambda week: givers.get(week.key, set()))
    assert found == (Streak("U2", 5), Streak("U1", 3))


def test_no_streak_goes_on_over_a_week_without_thanks_or_is_longer_than_a_year() -> None:
    givers = weeks_of(80, 9)
    givers["2026-W45"].discard("U1")
    until = period_of(PeriodKind.WEEK, date(2026, 11, 23))
    asked: list[str] = []

    def find(week: Period) -> set[str]:
        asked.append(week.key)
        return givers.get(week.key, set())

    assert highlights.find_streaks(until, find) == (Streak("U0", 52), Streak("U1", 3))
    assert len(asked) == 52


def test_weeks_at_the_end_in_which_nobody_thanked_anybody_end_no_streak() -> None:
    givers = weeks_of(5, 4)
    for key in ("2026-W48", "2026-W47"):
        del givers[key]
    until = period_of(PeriodKind.WEEK, date(2026, 11, 23))
    found = highlights.find_streaks(until, lambda week: givers.get(week.key, set()))
    assert found == (Streak("U0", 3),)
    # Two more weeks, and it is no holiday any more.
    later = period_of(PeriodKind.WEEK, date(2026, 12, 7))
    assert highlights.find_streaks(later, lambda week: givers.get(week.key, set())) == ()


def test_streaks_are_counted_up_to_the_last_week_that_is_over() -> None:
    november = period_of(PeriodKind.MONTH, date(2026, 11, 1))
    # Monday, November 30, begins a week that is not over with the month.
    assert highlights.last_week(november, date(2026, 12, 1), MONDAY).key == "2026-W48"
    assert highlights.last_week(november, date(2027, 5, 1), MONDAY).key == "2026-W48"
    october = period_of(PeriodKind.MONTH, date(2026, 10, 1))
    assert highlights.last_week(october, date(2026, 11, 2), MONDAY).key == "2026-W43"
    # In the middle of the month it is the week before today's.
    assert highlights.last_week(november, date(2026, 11, 18), MONDAY).key == "2026-W46"
    assert highlights.last_week(november, date(2026, 12, 1), SUNDAY).key == "2026-11-22"
    assert highlights.last_week(october, date(2026, 11, 2), SUNDAY).key == "2026-10-25"
