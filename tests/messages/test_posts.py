"""What people read in the weekly and the monthly post."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.domain.boards import Side, decode_board, rank
from bot.domain.kudos import Audience, Kudos, Receipt, Source
from bot.domain.periods import PeriodKind, period_of
from bot.domain.posts import (
    ChartBar,
    Coverage,
    MonthChart,
    MonthlyPost,
    Quoted,
    Streak,
    Totals,
    ValueCount,
    WeeklyPost,
)
from bot.domain.workspaces import WorkspaceSettings
from bot.messages.blockkit import ids
from bot.messages.posts.monthly import monthly_highlights
from bot.messages.posts.weekly import weekly_leaderboard
from bot.messages.text.words import words_for
from tests.messages.made_up import HOSTILE, LINK, LONG
from tests.messages.post_examples import monthly, weekly
from tests.messages.slack_limits import faults
from tests.rows import each_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messages.blockkit.message import Message

ENGLISH = words_for("en-US")
HIDDEN = ENGLISH.named(WorkspaceSettings(amounts_hidden=True))
DAY = date(2026, 11, 18)
WEEK, MONTH = period_of(PeriodKind.WEEK, DAY), period_of(PeriodKind.MONTH, DAY)
NAMES = {"UADA": "Ada", "UBO": "Bo", "UCHI": "Chidi", "UDEE": "Dee & Co"}
THANKS = Kudos(
    kudos_id="K1",
    team_id="T1",
    giver_id="UBO",
    receipts=(Receipt("UADA", 5), Receipt("UCHI", 5)),
    reason="for staying late with me\nuntil the release was out, with <@UDEE>",
    value="care",
    source=Source.COMMAND,
    audience=Audience.PUBLIC,
    channel_id="C1",
    message_ts="1.2",
    emoji=None,
    created_at=datetime(2026, 11, 18, tzinfo=UTC),
    reversed_at=None,
)
ROWS = [("UADA", "Ada", 5, 9), ("UBO", "Bo", 5, 9), ("UCHI", "Chidi", 1, 1)]
GIVERS = [("UDEE", "Dee & Co", 4, 12), ("UADA", "Ada", 1, 1)]
WEEKLY = WeeklyPost(
    period=WEEK,
    totals=Totals(12, 7, 5),
    board=rank(ROWS),
    board_total=15,
    givers=rank(GIVERS),
    givers_total=2,
    values=(ValueCount("care", 8), ValueCount("craft", 1)),
    reasons=(Quoted(THANKS, joiners_count=3),),
    coverage=Coverage(41, 50),
    names=NAMES,
    links={"K1": LINK},
)
MONTHLY = MonthlyPost(
    period=MONTH,
    totals=Totals(112, 41, 50),
    before=Totals(80, 42, 40),
    chart=MonthChart(MONTH, tuple(range(30)), (ChartBar("Ada", 5),), (ChartBar("care", 8),)),
    joined=(Quoted(THANKS, joiners_count=1),),
    first_time=("UADA", "UCHI"),
    first_time_total=14,
    across=(Quoted(THANKS),),
    across_total=31,
    streaks=(Streak("UADA", 52), Streak("UBO", 3)),
    streaks_total=3,
    values=(ValueCount("care", 8),),
    coverage=Coverage(41, 50),
    givers=rank(GIVERS),
    givers_total=41,
    names=NAMES,
    links={},
)


def lines(message: Message) -> list[str]:
    return message.text.replace("\N{THIN SPACE}\N{EN DASH}\N{THIN SPACE}", " - ").splitlines()


def leaves(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part:
        if isinstance(inner, dict | list):
            yield from leaves(inner)


def buttons(message: Message) -> dict[str, str]:
    return {
        part["action_id"]: part["value"]
        for part in leaves(list(message.blocks))
        if part.get("type") == "button"
    }


def test_a_week_reads_from_the_board_to_the_coverage() -> None:
    assert lines(weekly_leaderboard(ENGLISH, WEEKLY)) == [
        "Weekly leaderboard · Nov 16 - 22, 2026",
        "12 thank-yous from 7 people.",
        "Most thanked",
        "1. Ada: thanked by 5 people, 9 points",
        "1. Bo: thanked by 5 people, 9 points",
        "3. Chidi: thanked by 1 person, 1 point",
        "and 12 more people",
        "It ranks by how many different people thanked somebody, then by points.",
        "Thanked the most people",
        "1. Dee &amp; Co: thanked 4 people, 12 points",
        "2. Ada: thanked 1 person, 1 point",
        "Thank you to everybody who noticed what others do.",
        "Thanked for",
        "#care: 8 thank-yous",
        "#craft: 1 thank-you",
        "In your words",
        "Bo thanked Ada and Chidi",
        "for staying late with me until the release was out, with @Dee &amp; Co",
        f"3 people joined in · <{LINK}|See the message>",
        "41 of 50 people were thanked this week.",
    ]


def test_a_week_that_is_not_over_says_so() -> None:
    told = lines(weekly_leaderboard(ENGLISH, replace(WEEKLY, is_so_far=True)))
    assert told[0] == "Weekly leaderboard so far · Nov 16 - 22, 2026"
    assert told[-1] == "41 of 50 people have been thanked this week so far."


def test_where_amounts_are_hidden_no_points_are_told() -> None:
    told = weekly_leaderboard(HIDDEN, WEEKLY).text
    assert "3. Chidi: thanked by 1 person\n" in told
    assert "It ranks by how many different people thanked somebody.\n" in told
    assert "point" not in told


def test_where_boards_are_hidden_the_week_tells_stories() -> None:
    stories = replace(WEEKLY, board=(), givers=(), has_board=False)
    message = weekly_leaderboard(ENGLISH, stories)
    assert lines(message)[0] == "Thanks of the week · Nov 16 - 22, 2026"
    assert "leaderboard" not in message.text.casefold()
    assert "Bo thanked Ada and Chidi" in message.text
    assert buttons(message).keys() == {ids.KUDOS_GIVE}


@each_row("is_so_far", [True, False])
def test_an_empty_period_says_how_to_give(is_so_far: bool) -> None:
    nothing = Totals(0, 0, 0)
    for message in (
        weekly_leaderboard(ENGLISH, WeeklyPost(WEEK, nothing, is_so_far=is_so_far)),
        monthly_highlights(ENGLISH, MonthlyPost(MONTH, nothing, is_so_far=is_so_far)),
    ):
        assert "Nobody" in message.text
        assert "yet" in message.text if is_so_far else "yet" not in message.text
        assert "Type /kudos, their @name and what they did." in message.text
        assert buttons(message).keys() == {ids.KUDOS_GIVE}


def test_the_button_opens_the_board_of_the_same_period() -> None:
    for message, period in (
        (weekly_leaderboard(ENGLISH, WEEKLY), WEEK),
        (monthly_highlights(ENGLISH, MONTHLY), MONTH),
    ):
        state = decode_board(buttons(message)[ids.BOARDS_OPEN])
        assert (state.period, state.key, state.side) == (period.kind, period.key, Side.RECEIVERS)
        assert (state.value, state.page) == (None, 0)


def test_a_month_reads_as_its_highlights() -> None:
    assert lines(monthly_highlights(ENGLISH, MONTHLY)) == [
        "Highlights of the month · November 2026",
        (
            "112 thank-yous from 41 people. That is 32 more than in October 2026. "
            "1 person fewer thanked others."
        ),
        "Most people joined in",
        "Bo thanked Ada and Chidi",
        "for staying late with me until the release was out, with @Dee &amp; Co",
        "1 person joined in",
        "Thanked for the first time: Ada, Chidi, and 12 others.",
        "Across teams",
        "Bo thanked Ada and Chidi",
        "for staying late with me until the release was out, with @Dee &amp; Co",
        "31 thank-yous went from one team to another.",
        "Thanking others week after week",
        "Ada: every week for a year",
        "Bo: 3 weeks in a row",
        "and 1 more person",
        "Thanked for",
        "#care: 8 thank-yous",
        "41 of 50 people were thanked this month.",
        "Thank you for thanking others: Dee &amp; Co, Ada, and 39 others.",
    ]


def test_a_month_that_is_not_over_is_neither_more_nor_less() -> None:
    told = monthly_highlights(ENGLISH, replace(MONTHLY, is_so_far=True)).text
    assert "In all of October 2026: 80 thank-yous." in told
    assert "more than" not in told


@each_row("before", [None, Totals(0, 0, 0)])
def test_a_month_is_compared_with_nothing_where_there_was_nothing(before: Totals | None) -> None:
    told = lines(monthly_highlights(ENGLISH, replace(MONTHLY, before=before)))
    assert told[1] == "112 thank-yous from 41 people."


def test_without_boards_givers_are_thanked_by_their_number() -> None:
    message = monthly_highlights(ENGLISH, replace(MONTHLY, givers=(), has_board=False))
    assert lines(message)[-1] == "Thank you to the 41 people who thanked others."
    assert buttons(message).keys() == {ids.KUDOS_GIVE}


def test_the_picture_stands_below_the_first_sentence_once_slack_has_it() -> None:
    message = monthly_highlights(ENGLISH, MONTHLY)
    assert message.picture is not None
    assert message.picture.svg.startswith("<svg")
    assert "November 2026" in message.picture.alt_text
    assert [block["type"] for block in message.payload()["blocks"]].count("image") == 0
    with_file = monthly_highlights(ENGLISH, replace(MONTHLY, file_id="F1"))
    kinds = [block["type"] for block in with_file.payload()["blocks"]]
    assert kinds[:3] == ["header", "rich_text", "image"]
    assert monthly_highlights(ENGLISH, replace(MONTHLY, chart=None)).picture is None


def pinged(message: Message) -> set[str]:
    return {part["user_id"] for part in leaves(list(message.blocks)) if part.get("type") == "user"}


def test_names_ping_nobody_unless_admins_want_it() -> None:
    for message in (weekly_leaderboard(ENGLISH, WEEKLY), monthly_highlights(ENGLISH, MONTHLY)):
        assert pinged(message) == set()
        assert "<@" not in message.text


def test_where_admins_want_it_names_are_mentions_but_quoted_words_ping_nobody() -> None:
    week = weekly_leaderboard(ENGLISH, replace(WEEKLY, givers=(), mentions=True))
    assert pinged(week) == {"UADA", "UBO", "UCHI"}
    assert "1. <@UADA>: thanked by 5 people, 9 points" in week.text
    month = monthly_highlights(ENGLISH, replace(MONTHLY, givers=(), mentions=True))
    assert pinged(month) == {"UADA", "UBO", "UCHI"}  # and not Dee, who is in quoted words alone
    assert "Thanked for the first time: <@UADA>, <@UCHI>, and 12 others." in month.text


@each_row("data", [LONG, HOSTILE])
def test_posts_that_mention_people_keep_to_slacks_limits(data: Any) -> None:
    for message in (
        weekly_leaderboard(ENGLISH, replace(weekly(data, LINK), mentions=True)),
        monthly_highlights(ENGLISH, replace(monthly(data, LINK), mentions=True)),
    ):
        assert faults(message.payload()) == []


def test_the_longest_post_is_not_too_long_for_slack() -> None:
    """Slack takes about 13,000 characters in the blocks of one message."""
    for message in (
        weekly_leaderboard(ENGLISH, weekly(LONG, LINK)),
        monthly_highlights(ENGLISH, monthly(LONG, LINK)),
    ):
        shown = [
            part["text"]
            for part in leaves(list(message.blocks))
            if isinstance(part.get("text"), str)
        ]
        assert sum(map(len, shown)) < 12_000


def told_again(reason: str) -> str:
    story = Quoted(replace(THANKS, reason=reason))
    return lines(weekly_leaderboard(ENGLISH, replace(WEEKLY, board=(), reasons=(story,))))[-3]


def test_long_reasons_are_cut_between_words() -> None:
    cut = told_again("understanding " * 100)
    assert cut.endswith("understanding …")
    assert len(cut) <= 282
    without_spaces = told_again("謝" * 1_000)
    assert without_spaces.endswith("謝…")


def test_thanks_by_reaction_are_told_by_their_emoji() -> None:
    story = Quoted(replace(THANKS, reason="", source=Source.REACTION, emoji="trophy"))
    told = lines(monthly_highlights(ENGLISH, replace(MONTHLY, joined=(story,))))
    assert told[4] == ":trophy:"
