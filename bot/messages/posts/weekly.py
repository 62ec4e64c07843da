"""What the weekly leaderboard says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import Side
from bot.messages.blockkit.message import Message
from bot.messages.boards.controls import board_name, period_name
from bot.messages.posts.parts import (
    Naming,
    Part,
    board_part,
    buttons_part,
    how_it_counts,
    in_all,
    put_together,
    sentences,
    stories_part,
    values_part,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.posts import Coverage, WeeklyPost
    from bot.messages.text.words import Words


def weekly_leaderboard(words: Words, post: WeeklyPost) -> Message:
    """Return the post of a week: its board, or without one the stories of the week."""
    text, blocks = put_together(_title(words, post), _parts(words, post))
    return Message.of(text, *blocks)


def _title(words: Words, post: WeeklyPost) -> str:
    days = period_name(words, post.period)
    if not post.has_board:
        if post.is_so_far:
            return words.text("Thanks of the week so far · {days}", days=days)
        return words.text("Thanks of the week · {days}", days=days)
    if post.is_so_far:
        return words.text("Weekly leaderboard so far · {days}", days=days)
    return words.text("Weekly leaderboard · {days}", days=days)


def _parts(words: Words, post: WeeklyPost) -> Iterator[Part]:
    if post.totals.kudos_count == 0:
        yield sentences(_nothing(words, post))
        yield buttons_part(words, post.period, has_board=False)
        return
    yield sentences(in_all(words, post.totals))
    if post.board:
        yield board_part(
            words,
            board_name(words, Side.RECEIVERS),
            Side.RECEIVERS,
            post.board,
            total=post.board_total,
            mentions=post.mentions,
        )
        yield how_it_counts(words)
    if post.givers:
        yield board_part(
            words,
            board_name(words, Side.GIVERS),
            Side.GIVERS,
            post.givers,
            total=post.givers_total,
            mentions=post.mentions,
        )
        yield sentences(words.text("Thank you to everybody who noticed what others do."))
    if post.values:
        yield values_part(words, post.values)
    if post.reasons:
        naming = Naming(words, post.names, post.mentions)
        heading = words.text("In your words")
        yield stories_part(words, heading, post.reasons, naming, post.links)
    if post.coverage is not None and post.coverage.people_count:
        yield sentences(_coverage(words, post.coverage, is_so_far=post.is_so_far))
    yield buttons_part(words, post.period, has_board=post.has_board)


def _nothing(words: Words, post: WeeklyPost) -> str:
    if post.is_so_far:
        return words.text(
            "Nobody has given kudos this week yet. Did somebody help you? "
            "Type /kudos, their @name and what they did."
        )
    return words.text(
        "Nobody gave kudos this week. Did somebody help you? "
        "Type /kudos, their @name and what they did."
    )


def _coverage(words: Words, coverage: Coverage, *, is_so_far: bool) -> str:
    thanked = words.number(coverage.thanked_count)
    if is_so_far:
        return words.plural(
            "{thanked} of {n} person has been thanked this week so far.",
            "{thanked} of {n} people have been thanked this week so far.",
            coverage.people_count,
            thanked=thanked,
        )
    return words.plural(
        "{thanked} of {n} person was thanked this week.",
        "{thanked} of {n} people were thanked this week.",
        coverage.people_count,
        thanked=thanked,
    )
