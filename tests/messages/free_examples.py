"""Everything that tells of thanks which carry no points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.boards import History, Leaderboard, MySummary, Side, rank
from bot.domain.kudos import Audience, Kudos, KudosUndone, Source
from bot.domain.periods import PeriodKind, period_of
from bot.domain.workspaces import WorkspaceSettings
from bot.messages.boards import boards
from bot.messages.giving import kudos, removal, usage
from tests.messages.made_up import GIVER, LINK, NOW, RENEWS, Data, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words


def free(given: Kudos) -> Kudos:
    """Returns the same thanks without points."""
    return replace(given, receipts=tuple(replace(part, points=0) for part in given.receipts))


def free_examples(words: Words, data: Data) -> Iterable[tuple[str, Message]]:
    """Returns messages about thanks without points, each with the function that it is of."""
    thanks, reacted = free(data.kudos()), free(data.kudos(source=Source.REACTION))
    posted = kudos.kudos_posted(words, thanks, data.names, joiner_ids=data.people_ids)
    yield "kudos_posted", posted
    yield "reaction_thanks", kudos.reaction_thanks(words, [reacted], data.names)
    for one in (thanks, taken_back(thanks), free(data.kudos(Audience.PRIVATE))):
        told = kudos.kudos_received(words, one, data.names, link=LINK, is_first=False)
        yield "kudos_received", told
    given = replace(data.given(), kudos=thanks, allowance_left=0, has_allowance=False)
    yield "kudos_given", kudos.kudos_given(words, given, data.names)
    by_emoji = kudos.reaction_given(words, replace(given, kudos=reacted), data.names)
    yield "reaction_given", by_emoji
    undone = KudosUndone(taken_back(thanks), 0)
    yield "kudos_undone", kudos.kudos_undone(words, undone, data.names)
    for reader_id in (GIVER, data.receiver_ids[0]):
        removed = removal.kudos_removed(
            words, thanks, data.names, actor_id=data.receiver_ids[-1], reader_id=reader_id
        )
        yield "kudos_removed", removed
    yield from _looked_back_on(words, data, (thanks, taken_back(thanks), reacted))
    settings = WorkspaceSettings(allowance=0, reaction_worth={})
    yield "help_message", usage.help_message(words, settings)


def _looked_back_on(
    words: Words, data: Data, shown: tuple[Kudos, ...]
) -> Iterable[tuple[str, Message]]:
    history = History(GIVER, data.name, is_own=True, kudos=shown, names=data.names)
    yield "history", boards.history(words, history)
    summary = MySummary(
        allowance_left=0,
        allowance=0,
        renews_at=RENEWS,
        balance=0,
        received_count=1,
        given_count=1,
        thanked_by_count=1,
        rank=1,
        streak_weeks=1,
        last_received=shown,
        names=data.names,
    )
    yield "my_summary", boards.my_summary(words, summary)
    rows = [(user_id, data.name, 1, 0) for user_id in data.receiver_ids[:10]]
    standings = rank(rows, first_rank=1)
    week = period_of(PeriodKind.WEEK, NOW.date())
    for side in (Side.RECEIVERS, Side.GIVERS):
        board = Leaderboard(week, side, None, standings, data.count, standings[0], NOW.date())
        yield "leaderboard", boards.leaderboard(words, board)


def told_why(words: Words, data: Data) -> Iterable[tuple[str, Message]]:
    """Returns what their giver is told who has points to give at other times."""
    for left in (0, data.points):
        for source in (Source.COMMAND, Source.REACTION):
            given = data.given(source=source)
            given = replace(given, kudos=free(given.kudos), allowance_left=left)
            yield "kudos_given", kudos.kudos_given(words, given, data.names)
            yield "reaction_given", kudos.reaction_given(words, given, data.names)
    extra = replace(data.given(), kudos=free(data.kudos()), boost_left=data.points)
    yield "kudos_given", kudos.kudos_given(words, extra, data.names)
