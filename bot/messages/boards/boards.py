"""What is said when people look back: leaderboards, one's own summary, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import Side
from bot.domain.periods import PeriodKind, period_before, period_of
from bot.messages.blockkit.blocks import (
    HEADER_LIMIT,
    bullets,
    context,
    header,
    paragraph,
    rich_text,
)
from bot.messages.blockkit.message import Message
from bot.messages.boards.controls import board_controls, board_name, period_name
from bot.messages.text.markup import link_to, shortened
from bot.messages.text.phrases import (
    NO_LINKS,
    called,
    hashtag,
    people,
    person,
    points,
    points_each,
    points_name,
    reason,
    thanks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.domain.boards import History, Leaderboard, MySummary, Standing
    from bot.domain.home import Home
    from bot.domain.kudos import Kudos
    from bot.domain.periods import Period
    from bot.messages.text.words import Words

_REASON_LIMIT = 200  # a line in a list; the post has the whole reason
_RECEIVERS_SHOWN = 3
_BOOSTS_SHOWN = 5  # first ending first


def my_summary(words: Words, summary: MySummary, *, links: Mapping[str, str] = NO_LINKS) -> Message:
    """Return what `/kudos me` tells; `links` are the addresses of posts, by the id of the kudos."""
    title = words.text("Your kudos")
    facts = own_facts(words, summary)
    if not summary.last_received:
        return Message.of("\n".join([title, *facts]), header(title), rich_text(bullets(facts)))
    last = words.text("Last thanks you received:")
    lines = kudos_lines(words, summary.last_received, summary.names, links)
    return Message.of(
        "\n".join([title, *facts, last, *lines]),
        header(title),
        rich_text(bullets(facts)),
        rich_text(paragraph(last, bold=True), bullets(lines)),
    )


def own_facts(words: Words, summary: MySummary | Home) -> list[str]:
    """Return how somebody stands, a sentence each: `/kudos me` and the Home tab say the same."""
    facts = [
        *_allowance(words, summary),
        *[
            words.text(
                "You also have {points} extra until {when}. They are spent last.",
                points=points(words, boost.points),
                when=words.moment(boost.ends_at),
            )
            for boost in summary.boosts[:_BOOSTS_SHOWN]
        ],
        *_balance(words, summary),
        _received(words, summary),
        _given(words, summary),
    ]
    if summary.rank is not None:
        rank = words.number(summary.rank)
        facts.append(words.text("Your place on this week's leaderboard: {rank}.", rank=rank))
    if summary.streak_weeks > 1:  # one week is no row yet
        facts.append(
            words.plural(
                "You have thanked somebody {n} week in a row.",
                "You have thanked somebody {n} weeks in a row.",
                summary.streak_weeks,
            )
        )
    return facts


def _allowance(words: Words, summary: MySummary | Home) -> list[str]:
    """Returns what is left to give; nothing for somebody who never has points to give."""
    if not summary.allowance and not summary.allowance_left:
        return []
    return [
        words.text(
            "You have {points} left to give, of {allowance}, until {when}.",
            points=points(words, summary.allowance_left),
            allowance=words.number(summary.allowance),
            when=words.moment(summary.renews_at),
        )
    ]


def _balance(words: Words, summary: MySummary | Home) -> list[str]:
    """Returns the balance; nothing where there are no points, and never were."""
    if not summary.balance and not summary.allowance and not summary.boosts:
        return []
    return [words.text("Your balance: {points}.", points=points(words, summary.balance))]


def _received(words: Words, summary: MySummary | Home) -> str:
    if summary.received_count == 0:
        return words.text("No thanks received this week yet.")
    return words.plural(
        "{thanks} received this week, from {n} person.",
        "{thanks} received this week, from {n} people.",
        summary.thanked_by_count,
        thanks=thanks(words, summary.received_count),
    )


def _given(words: Words, summary: MySummary | Home) -> str:
    if summary.given_count == 0:
        return words.text("No thanks given this week yet.")
    return words.text("{thanks} given this week.", thanks=thanks(words, summary.given_count))


def leaderboard(words: Words, board: Leaderboard) -> Message:
    """Return a board with names instead of mentions, so that nobody is pinged by it."""
    title = " · ".join(
        [
            board_name(words, board.side),
            _period(words, board.period, board.today, board.week_begins),
            *([hashtag(board.value)] if board.value else []),
        ]
    )
    title = shortened(title, HEADER_LIMIT)  # somebody may have typed a hashtag without end
    controls = board_controls(words, board)
    if not board.standings:
        empty = _nothing_yet(words, board)
        return Message.of(
            f"{title}\n{empty}", header(title), rich_text(paragraph(empty)), *controls
        )
    is_hidden = words.amounts_hidden
    lines = [
        standing_line(words, board.side, standing, is_hidden=is_hidden)
        for standing in board.standings
    ]
    if board.own is not None:
        own = standing_line(words, board.side, board.own)  # one's own amount is nobody's secret
        lines.append(words.text("Your place: {standing}", standing=own))
    small_print = _small_print(words, board)
    return Message.of(
        "\n".join([title, *lines, small_print]),
        header(title),
        rich_text(*[paragraph(line) for line in lines]),
        context(small_print),
        *controls,
    )


def _nothing_yet(words: Words, board: Leaderboard) -> str:
    if board.period.end_day <= board.today:
        return words.text("Nobody is on this board. Choose another period, board or value below.")
    return words.text(
        "No kudos here yet. Be the first: type /kudos, a colleague's @name and what they did."
    )


def _small_print(words: Words, board: Leaderboard) -> str:
    sentences = [
        words.plural(
            "{n} person is on this board.", "{n} people are on this board.", board.people_total
        )
    ]
    if board.pages > 1:
        sentences.append(
            words.text(
                "Page {page} of {pages}.",
                page=words.number(board.page + 1),
                pages=words.number(board.pages),
            )
        )
    if not words.amounts_hidden:
        sentences.append(_order(words, board.side))
    return " ".join(sentences)


def _order(words: Words, side: Side) -> str:
    match side:
        case Side.RECEIVERS:
            return words.text(
                "It ranks by how many different people thanked somebody, then by {points}.",
                points=points_name(words),
            )
        case Side.POINTS:
            return words.text(
                "It ranks by {points}, then by how many different people they came from.",
                points=points_name(words),
            )
        case Side.GIVERS:
            return words.text(
                "It ranks by how many different people somebody thanked, then by {points}.",
                points=points_name(words),
            )


def standing_line(
    words: Words,
    side: Side,
    standing: Standing,
    *,
    is_hidden: bool = False,
    name: str | None = None,
) -> str:
    """Return somebody's place on a board in a line; with `is_hidden` nothing tells amounts.

    `name` is what they are called there, where it is not by their name.
    """
    name = name or called(words, standing.name)
    if is_hidden or not standing.points:
        return _standing_without_points(words, side, standing, name)
    values = {
        "rank": words.number(standing.rank),
        "name": name,
        "points": points(words, standing.points),
    }
    match side:
        case Side.RECEIVERS:
            return words.plural(
                "{rank}. {name}: thanked by {n} person, {points}",
                "{rank}. {name}: thanked by {n} people, {points}",
                standing.people_count,
                **values,
            )
        case Side.POINTS:
            return words.plural(
                "{rank}. {name}: {points}, from {n} person",
                "{rank}. {name}: {points}, from {n} people",
                standing.people_count,
                **values,
            )
        case Side.GIVERS:
            return words.plural(
                "{rank}. {name}: thanked {n} person, {points}",
                "{rank}. {name}: thanked {n} people, {points}",
                standing.people_count,
                **values,
            )


def _standing_without_points(words: Words, side: Side, standing: Standing, name: str) -> str:
    values = {"rank": words.number(standing.rank), "name": name}
    if side is Side.GIVERS:
        return words.plural(
            "{rank}. {name}: thanked {n} person",
            "{rank}. {name}: thanked {n} people",
            standing.people_count,
            **values,
        )
    return words.plural(
        "{rank}. {name}: thanked by {n} person",
        "{rank}. {name}: thanked by {n} people",
        standing.people_count,
        **values,
    )


def _period(words: Words, period: Period, today: date, week_begins: int) -> str:
    if period.kind is not PeriodKind.WEEK:
        return period_name(words, period)
    under_way = period_of(PeriodKind.WEEK, today, week_begins)
    if period == under_way:
        return words.text("this week ({days})", days=period_name(words, period))
    if period == period_before(under_way):
        return words.text("last week ({days})", days=period_name(words, period))
    return period_name(words, period)


def history(words: Words, history: History, *, links: Mapping[str, str] = NO_LINKS) -> Message:
    """Return the last kudos of a person; `links` are the addresses of posts, by id of the kudos."""
    name = called(words, history.name)
    if history.is_own:
        title = words.text("Your last kudos")
    else:
        title = words.text("Last kudos of {name}", name=name)
    if not history.kudos:
        if history.is_own:
            empty = words.text("You have neither given nor received kudos yet.")
        else:
            empty = words.text("There are no kudos of {name} that you can see.", name=name)
        return Message.of(f"{title}\n{empty}", header(title), rich_text(paragraph(empty)))
    is_hidden = words.amounts_hidden and not history.is_own
    lines = kudos_lines(words, history.kudos, history.names, links, is_hidden=is_hidden)
    return Message.of("\n".join([title, *lines]), header(title), rich_text(bullets(lines)))


def kudos_lines(
    words: Words,
    kudos_list: Sequence[Kudos],
    names: Mapping[str, str],
    links: Mapping[str, str],
    *,
    is_hidden: bool = False,
) -> list[str]:
    """Return a line for each kudos: when, who, how much, for what, and where it is told.

    With `is_hidden` nothing tells how much.
    """
    return [
        _kudos_line(words, kudos, names, links.get(kudos.kudos_id), is_hidden=is_hidden)
        for kudos in kudos_list
    ]


def _kudos_line(
    words: Words,
    kudos: Kudos,
    names: Mapping[str, str],
    link: str | None,
    *,
    is_hidden: bool,
) -> str:
    thanked = words.text(
        "{giver} thanked {receivers}",
        giver=person(words, names, kudos.giver_id),
        receivers=people(words, names, kudos.receiver_ids, shown=_RECEIVERS_SHOWN),
    )
    what = [words.moment_day(kudos.created_at), thanked]
    if not is_hidden and kudos.points_total:
        what.append(f"+{points_each(words, kudos)}")
    if kudos.value:
        what.append(hashtag(kudos.value))
    why = shortened(reason(words, kudos, names), _REASON_LIMIT)
    if why:
        what.append(why)
    if kudos.reversed_at is not None:
        what.append(words.text("taken back"))
    if link is not None:
        what.append(link_to(link, words.text("See the message")))
    return " · ".join(what)
