"""The words after `/kudos`."""

from __future__ import annotations

from bot.domain.boards import ShowLeaderboard, Side
from bot.domain.parsing.commands import (
    Command,
    ShowHelp,
    ShowHistory,
    ShowMe,
    ShowRewards,
    ShowSettings,
    Unclear,
    UndoLast,
)
from bot.domain.parsing.reason import SUGGESTION_MAX_LENGTH
from bot.domain.parsing.words import parse_command
from bot.domain.periods import PeriodKind
from tests.domain.parsed import ADA, BO
from tests.rows import each_row


@each_row(
    ("typed", "command"),
    [
        ("help", ShowHelp()),
        ("  HELP\n", ShowHelp()),
        ("help!", ShowHelp()),
        ("?", ShowHelp()),
        ("settings", ShowSettings()),
        ("config", ShowSettings()),
        ("Admin", ShowSettings()),
        ("rewards", ShowRewards()),
        ("store", ShowRewards()),
        ("redeem", ShowRewards()),
        ("balance", ShowMe()),
        ("left?", ShowMe()),
        ("points", ShowMe()),
        ("top", ShowLeaderboard()),
        ("stats", ShowLeaderboard()),
        ("board year", ShowLeaderboard(PeriodKind.YEAR)),
        ("top last month #care", ShowLeaderboard(PeriodKind.MONTH, value="care", is_last=True)),
        ("me", ShowMe()),
        ("Me", ShowMe()),
        ("undo", UndoLast()),
        ("\tundo ", UndoLast()),
        ("history", ShowHistory()),
        (f"history {ADA}", ShowHistory("UADA")),
        ("History <@W1|ada>", ShowHistory("W1")),
        ("leaderboard", ShowLeaderboard()),
        ("leaderboard month", ShowLeaderboard(PeriodKind.MONTH)),
        ("Leaderboard YEAR", ShowLeaderboard(PeriodKind.YEAR)),
        ("leaderboard givers", ShowLeaderboard(side=Side.GIVERS)),
        ("leaderboard #Teamwork", ShowLeaderboard(value="teamwork")),
        (
            "leaderboard #team-work receivers\nquarter",
            ShowLeaderboard(PeriodKind.QUARTER, Side.RECEIVERS, "team-work"),
        ),
        ("leaderboard all givers", ShowLeaderboard(PeriodKind.ALL, Side.GIVERS)),
        ("leaderboard month points", ShowLeaderboard(PeriodKind.MONTH, Side.POINTS)),
        ("leaderboard this month", ShowLeaderboard(PeriodKind.MONTH)),
        ("leaderboard last", ShowLeaderboard(is_last=True)),
        ("leaderboard last week", ShowLeaderboard(is_last=True)),
        (
            "leaderboard #q3 points Last quarter",
            ShowLeaderboard(PeriodKind.QUARTER, Side.POINTS, "q3", is_last=True),
        ),
        # Slack makes a channel of a value's hashtag where there is a channel of that name.
        ("leaderboard <#C1|teamwork>", ShowLeaderboard(value="teamwork")),
    ],
)
def test_a_word_is_a_command(typed: str, command: Command) -> None:
    assert parse_command(typed) == command


@each_row(
    ("typed", "suggestion", "problem"),
    [
        ("me please", "me", "please"),
        ("help me please", "help", "me"),
        ("undo the last one", "undo", "the"),
        ("settings now", "settings", "now"),
        ("halp", "help", "halp"),
        ("leaderbord month", "leaderboard month", "leaderbord"),
        ("leaderboard wek", "leaderboard week", "wek"),
        ("leaderboard monthly giver", "leaderboard month givers", "monthly"),
        ("leaderboard that month", "leaderboard month", "that"),
        ("leaderboard last all", "leaderboard all", "last"),
        ("leaderboard last this week", "leaderboard last week", "this"),
        ("leaderboard point", "leaderboard points", "point"),
        ("leaderboard week month", "leaderboard week", "month"),
        ("leaderboard #123", "leaderboard", "#123"),
        ("leaderboard <#C1|>", "leaderboard", "#private-channel"),
        ("leaderboard " + "week " * 3000, "leaderboard week", "week"),
        ("history of <@UADA|ada>", f"history {ADA}", "of"),
        (f"history {ADA} {BO}", f"history {ADA}", BO),
        ("history @ada", "history", "@ada"),
        ("history please", "history", "please"),
        (f"histroy {ADA}", f"history {ADA}", "histroy"),
        ("private", "private @colleague for …", None),
        ("privat", "private @colleague for …", "privat"),
        ("private great work", "private @colleague great work", None),
    ],
)
def test_almost_a_command_is_answered_with_the_closest_line(
    typed: str, suggestion: str, problem: str | None
) -> None:
    assert parse_command(typed) == Unclear(suggestion, problem)


@each_row(
    "typed",
    [
        f"undo {ADA}",
        f"undo {ADA} +5 for the release",
        f"leaderboard {ADA}",
        f"privat {ADA} for the talk",
        f"privately {ADA} for the talk",
    ],
)
def test_a_command_that_names_somebody_by_mistake_thanks_nobody(typed: str) -> None:
    assert isinstance(parse_command(typed), Unclear)


def test_a_misspelt_private_is_never_heard_as_public() -> None:
    assert parse_command(f"privat {ADA} +2 for the talk") == Unclear(
        f"private {ADA} +2 for the talk", "privat"
    )


@each_row("typed", ["", " ", "\n\t\n", "\u200b\u2060", "\0"])
def test_nothing_that_could_be_read_is_answered_with_a_template(typed: str) -> None:
    assert parse_command(typed) == Unclear("@colleague for …")


@each_row(
    ("typed", "suggestion"),
    [
        ("great release everybody", "@colleague great release everybody"),
        ("+5 for the\nrelease", "@colleague +5 for the release"),
        ("ada@example.com for the docs", "@colleague ada@example.com for the docs"),
        ("<mailto:ada@example.com|ada@example.com> hi to", "@colleague ada@example.com hi to"),
        ("help with the release was great", "@colleague help with the release was great"),
        ("me and my team were great", "@colleague me and my team were great"),
        ("@ nobody here", "@colleague @ nobody here"),
        ("we meet @5pm", "@colleague we meet @5pm"),
        ("thanks for @types/node", "@colleague thanks for @types/node"),
    ],
)
def test_thanks_to_nobody_are_answered_with_a_line_to_fill_in(typed: str, suggestion: str) -> None:
    assert parse_command(typed) == Unclear(suggestion)


@each_row(
    ("typed", "unknown"),
    [
        ("…", "…"),
        ("🎉", "🎉"),
        ("&lt;", "<"),
        ("great work", "great work"),
        ("+5", "+5"),
        ("#care", "#care"),
        ("谢谢", "谢谢"),
        ("meet @5pm", "meet @5pm"),
        ("<mailto:ada@example.com|ada@example.com> hi", "ada@example.com hi"),
    ],
)
def test_a_word_or_two_without_anybody_named_get_help(typed: str, unknown: str) -> None:
    assert parse_command(typed) == ShowHelp(unknown)


@each_row("typed", ["word " * 2000, "谢" * 10_000, "private " + "word " * 2000])
def test_a_suggestion_is_never_long(typed: str) -> None:
    command = parse_command(typed)

    assert isinstance(command, Unclear)
    assert len(command.suggestion) <= SUGGESTION_MAX_LENGTH
    assert command.suggestion.endswith("…")
