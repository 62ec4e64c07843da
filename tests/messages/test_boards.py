from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.domain.boards import History, Leaderboard, MySummary, Side, rank
from bot.domain.periods import PeriodKind, period_of
from bot.messages.boards.boards import history, leaderboard, my_summary
from bot.messages.text.words import words_for
from tests.messages.made_up import LINK, RENEWS, taken_back
from tests.messages.test_kudos import NAMES, THANKS, TROPHY
from tests.rows import each_row

if TYPE_CHECKING:
    from bot.domain.kudos import Kudos

ENGLISH = words_for("en-US")
TODAY = date(2026, 11, 25)
WEEK = period_of(PeriodKind.WEEK, TODAY)
ROWS = [("UADA", "Ada", 5, 9), ("UBO", "Bo", 5, 9), ("UCHI", "Chidi", 1, 1)]


def board(kind: PeriodKind = PeriodKind.WEEK, side: Side = Side.RECEIVERS) -> Leaderboard:
    period = period_of(kind, TODAY)
    return Leaderboard(period, side, None, rank(ROWS), people_total=3, own=None, today=TODAY)


def test_a_board_counts_people_first_and_shares_ranks() -> None:
    lines = leaderboard(ENGLISH, board()).text.splitlines()
    assert lines[1:4] == [
        "1. Ada: thanked by 5 people, 9 points",
        "1. Bo: thanked by 5 people, 9 points",
        "3. Chidi: thanked by 1 person, 1 point",
    ]
    givers = leaderboard(ENGLISH, board(side=Side.GIVERS)).text
    assert "3. Chidi: thanked 1 person, 1 point" in givers


@each_row(
    ("kind", "title"),
    [
        (
            PeriodKind.WEEK,
            "this week (Nov 23\N{THIN SPACE}\N{EN DASH}\N{THIN SPACE}29, 2026)",
        ),
        (PeriodKind.MONTH, "November 2026"),
        (PeriodKind.QUARTER, "Q4 2026"),
        (PeriodKind.YEAR, "2026"),
        (PeriodKind.ALL, "all time"),
    ],
)
def test_a_board_says_of_which_period_it_is(kind: PeriodKind, title: str) -> None:
    shown = leaderboard(ENGLISH, board(kind))
    assert shown.blocks[0]["text"]["text"] == f"Most thanked · {title}"
    assert shown.text.startswith(f"Most thanked · {title}\n")


def test_a_board_shows_the_viewers_own_place_and_the_value() -> None:
    (own,) = rank([("UDEE", "Dee", 1, 1)], first_rank=40)
    shown = leaderboard(
        ENGLISH, Leaderboard(WEEK, Side.RECEIVERS, "teamwork", rank(ROWS), 1_200, own, TODAY)
    )
    assert "Your place: 40. Dee: thanked by 1 person, 1 point" in shown.text
    assert " · #teamwork\n" in shown.text
    assert "1,200 people are on this board." in shown.text


def test_an_empty_board_says_how_to_begin() -> None:
    shown = leaderboard(ENGLISH, Leaderboard(WEEK, Side.RECEIVERS, None, (), 0, None, TODAY))
    assert "No kudos here yet." in shown.text


def summary(*last_received: Kudos, received_count: int = 0, rank: int | None = None) -> MySummary:
    return MySummary(
        allowance_left=1,
        allowance=25,
        renews_at=RENEWS,
        balance=40,
        received_count=received_count,
        given_count=received_count,
        thanked_by_count=1,
        rank=rank,
        streak_weeks=received_count,
        last_received=last_received,
        names=NAMES,
    )


def test_a_summary_tells_what_is_left_and_what_came() -> None:
    shown = my_summary(
        ENGLISH, summary(THANKS, received_count=1, rank=2), links={THANKS.kudos_id: LINK}
    )
    assert shown.text.splitlines() == [
        "Your kudos",
        f"You have 1 point left to give, of 25, until {ENGLISH.moment(RENEWS)}.",
        "Your balance: 40 points.",
        "1 thank-you received this week, from 1 person.",
        "1 thank-you given this week.",
        "Your place on this week's leaderboard: 2.",
        "Last thanks you received:",
        (
            f"{ENGLISH.moment_day(THANKS.created_at)} · Bo thanked Ada · +5 points · #teamwork · "
            f"untangling the release with @Chidi · <{LINK}|See the message>"
        ),
    ]


def test_a_summary_without_a_place_says_nothing_of_the_board() -> None:
    shown = my_summary(ENGLISH, summary())
    assert "leaderboard" not in shown.text
    assert "No thanks received this week yet." in shown.text


def test_a_history_lists_kudos_with_names_and_says_which_were_taken_back() -> None:
    shown = history(ENGLISH, History("UADA", "Ada", False, (TROPHY, taken_back(THANKS)), NAMES))
    title, first, second = shown.text.splitlines()
    assert title == "Last kudos of Ada"
    assert first.endswith("Bo thanked Ada · +1 point · :trophy:")
    assert second.endswith("untangling the release with @Chidi · taken back")


def test_an_empty_history_says_so() -> None:
    own = history(ENGLISH, History("UADA", "Ada", True, (), NAMES))
    assert own.text.endswith("You have neither given nor received kudos yet.")
    others = history(ENGLISH, History("UADA", "Ada", False, (), NAMES))
    assert others.text.endswith("There are no kudos of Ada that you can see.")
