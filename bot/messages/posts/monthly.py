"""What the monthly highlights say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.highlights import STREAK_MAX
from bot.domain.periods import period_before
from bot.messages.blockkit.message import Message, Picture
from bot.messages.boards.controls import period_name
from bot.messages.posts.chart import chart_told, month_chart
from bot.messages.posts.parts import (
    ITEMS_SHOWN,
    Naming,
    Part,
    buttons_part,
    headed,
    in_all,
    more_people,
    put_together,
    sentences,
    stories_part,
    values_part,
)
from bot.messages.text.phrases import thanks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.posts import Coverage, MonthlyPost, Streak
    from bot.messages.text.words import Words

_BEFORE_PICTURE = 2  # blocks: the title, and what the month comes to


def monthly_highlights(words: Words, post: MonthlyPost) -> Message:
    """Return the post of a month, with the chart that is drawn when it is sent."""
    month = period_name(words, post.period)
    if post.is_so_far:
        title = words.text("Highlights of the month so far · {month}", month=month)
    else:
        title = words.text("Highlights of the month · {month}", month=month)
    text, blocks = put_together(title, _parts(words, post))
    message = Message.of(text, *blocks)
    if post.chart is None or post.totals.kudos_count == 0:
        return message
    picture = Picture(
        svg=month_chart(words, post.chart),
        alt_text=chart_told(words, post.chart),
        title=words.text("Kudos in {month}", month=month),
        at=_BEFORE_PICTURE,
        file_id=post.file_id,
    )
    return replace(message, picture=picture)


def _parts(words: Words, post: MonthlyPost) -> Iterator[Part]:
    if post.totals.kudos_count == 0:
        yield sentences(_nothing(words, post))
        yield buttons_part(words, post.period, has_board=False)
        return
    naming = Naming(words, post.names, post.mentions)
    yield sentences(" ".join([in_all(words, post.totals), *_compared(words, post)]))
    if post.joined:
        heading = words.text("Most people joined in")
        yield stories_part(words, heading, post.joined, naming, post.links)
    if post.first_time:
        yield sentences(
            words.text(
                "Thanked for the first time: {people}.",
                people=naming.people(post.first_time, post.first_time_total),
            )
        )
    yield from _across(words, post, naming)
    if post.streaks:
        lines = [_streak(words, streak, naming) for streak in post.streaks[:ITEMS_SHOWN]]
        lines += more_people(words, post.streaks_total - len(lines))
        yield headed(words.text("Thanking others week after week"), lines)
    if post.values:
        yield values_part(words, post.values)
    if post.coverage is not None and post.coverage.people_count:
        yield sentences(_coverage(words, post.coverage, is_so_far=post.is_so_far))
    if post.givers_total:
        yield sentences(_thank_you(words, post, naming))
    yield buttons_part(words, post.period, has_board=post.has_board)


def _nothing(words: Words, post: MonthlyPost) -> str:
    if post.is_so_far:
        return words.text(
            "Nobody has given kudos this month yet. Did somebody help you? "
            "Type /kudos, their @name and what they did."
        )
    return words.text(
        "Nobody gave kudos this month. Did somebody help you? "
        "Type /kudos, their @name and what they did."
    )


def _compared(words: Words, post: MonthlyPost) -> Iterator[str]:
    """Yield how the month differs from the one before; nothing after a month without any kudos."""
    before = post.before
    if before is None or before.kudos_count == 0:
        return
    month = period_name(words, period_before(post.period))
    if post.is_so_far:  # it is not over: nothing is more or less yet
        yield words.text(
            "In all of {month}: {thanks}.", month=month, thanks=thanks(words, before.kudos_count)
        )
        return
    more = post.totals.kudos_count - before.kudos_count
    if more > 0:
        yield words.plural(
            "That is {n} more than in {month}.",
            "That is {n} more than in {month}.",
            more,
            month=month,
        )
    elif more < 0:
        yield words.plural(
            "That is {n} fewer than in {month}.",
            "That is {n} fewer than in {month}.",
            -more,
            month=month,
        )
    else:
        yield words.text("That is as many as in {month}.", month=month)
    people = post.totals.givers_count - before.givers_count
    if people > 0:
        yield words.plural(
            "{n} more person thanked others.", "{n} more people thanked others.", people
        )
    elif people < 0:
        yield words.plural(
            "{n} person fewer thanked others.", "{n} people fewer thanked others.", -people
        )


def _across(words: Words, post: MonthlyPost, naming: Naming) -> Iterator[Part]:
    if not post.across_total:
        return
    heading = words.text("Across teams")
    count = words.plural(
        "{n} thank-you went from one team to another.",
        "{n} thank-yous went from one team to another.",
        post.across_total,
    )
    if not post.across:
        yield headed(heading, [count])
        return
    stories = stories_part(words, heading, post.across, naming, post.links)
    told = sentences(count)
    yield Part(stories.lines + told.lines, stories.blocks + told.blocks)


def _streak(words: Words, streak: Streak, naming: Naming) -> str:
    name = naming.of(streak.user_id)
    if streak.weeks >= STREAK_MAX:
        return words.text("{name}: every week for a year", name=name)
    return words.plural(
        "{name}: {n} week in a row", "{name}: {n} weeks in a row", streak.weeks, name=name
    )


def _coverage(words: Words, coverage: Coverage, *, is_so_far: bool) -> str:
    thanked = words.number(coverage.thanked_count)
    if is_so_far:
        return words.plural(
            "{thanked} of {n} person has been thanked this month so far.",
            "{thanked} of {n} people have been thanked this month so far.",
            coverage.people_count,
            thanked=thanked,
        )
    return words.plural(
        "{thanked} of {n} person was thanked this month.",
        "{thanked} of {n} people were thanked this month.",
        coverage.people_count,
        thanked=thanked,
    )


def _thank_you(words: Words, post: MonthlyPost, naming: Naming) -> str:
    if not post.givers:
        return words.plural(
            "Thank you to the {n} person who thanked others.",
            "Thank you to the {n} people who thanked others.",
            post.givers_total,
        )
    givers = [standing.user_id for standing in post.givers]
    return words.text(
        "Thank you for thanking others: {people}.",
        people=naming.people(givers, post.givers_total),
    )
