"""What stands below a leaderboard: choices of period, board and value, and the pages.

Each carries the whole state of the board that it leads to, so nothing is remembered in between.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.boards import BoardState, Side, offered_periods
from bot.domain.periods import PeriodKind, period_before, period_of
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import actions, button
from bot.messages.blockkit.inputs import OPTIONS_MAX, choice, option
from bot.messages.text.phrases import hashtag, points_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.domain.boards import Leaderboard
    from bot.domain.periods import Period
    from bot.messages.blockkit.blocks import Block
    from bot.messages.text.words import Words

OPTION_VALUE_LIMIT = 150
BUTTON_VALUE_LIMIT = 2_000
_OPTIONS_ROOM = 6_000  # characters of one choice, of about 13,000 that a message's blocks may have


def board_controls(words: Words, board: Leaderboard) -> list[Block]:
    """Return what leads from a board to others; each choice shows where one is."""
    here = BoardState(board.period.kind, board.period.key, board.side, board.value)
    sides = [side for side in Side if side is not Side.POINTS or not words.amounts_hidden]
    periods = {
        replace(here, period=period.kind, key=period.key): _period_choice(
            words, period, board.today, board.week_begins
        )
        for period in offered_periods(board.today, board.period, board.week_begins)
    }
    values = {replace(here, value=None): words.text("All values")} | {
        replace(here, value=value): hashtag(value) for value in board.values
    }
    selects = [
        *_select(ids.BOARDS_PERIOD, periods, here),
        *_select(
            ids.BOARDS_SIDE,
            {replace(here, side=side): board_name(words, side) for side in sides},
            here,
        ),
        *_select(ids.BOARDS_VALUE, values, here),
    ]
    pages = _page_buttons(words, board, here)
    return [actions(*elements) for elements in (selects, pages) if elements]


def _select(action_id: str, options: Mapping[BoardState, str], here: BoardState) -> list[Block]:
    """Return a choice, and none where there is nothing to choose.

    A hashtag that somebody typed may be longer than Slack lets an option carry, and all that were
    used in a year may be more than it takes in one message.
    """
    initial = here.encode()
    fitting: dict[str, str] = {}
    room = _OPTIONS_ROOM
    for state, text in options.items():
        encoded = state.encode()
        room -= len(json.dumps(option(encoded, text), ensure_ascii=False))
        if len(encoded) <= OPTION_VALUE_LIMIT and (room > 0 or encoded == initial):
            fitting[encoded] = text
    if not fitting or fitting.keys() == {initial}:
        return []
    return [choice(action_id, dict([*fitting.items()][:OPTIONS_MAX]), initial=initial)]


def _page_buttons(words: Words, board: Leaderboard, here: BoardState) -> list[Block]:
    wanted = []
    if board.page > 0:
        label = words.text("The places before these")
        wanted.append((ids.BOARDS_PREVIOUS, words.text("Previous"), label, board.page - 1))
    if board.page < board.pages - 1:
        label = words.text("The places after these")
        wanted.append((ids.BOARDS_NEXT, words.text("Next"), label, board.page + 1))
    return [
        button(text, action_id=action_id, value=value, label=label)
        for action_id, text, label, page in wanted
        if len(value := replace(here, page=page).encode()) <= BUTTON_VALUE_LIMIT
    ]


def board_name(words: Words, side: Side) -> str:
    """Return what a board is called, which says what it counts."""
    match side:
        case Side.RECEIVERS:
            return words.text("Most thanked")
        case Side.POINTS:
            # Translators: the leaderboard by points; the workspace may call them "tacos".
            return words.text("Most {points}", points=points_name(words))
        case Side.GIVERS:
            return words.text("Thanked the most people")


def period_name(words: Words, period: Period) -> str:
    """Return a period by its days, or by the name of its month, quarter or year."""
    match period.kind:
        case PeriodKind.WEEK:
            return words.days(period.first_day, period.end_day - timedelta(days=1))
        case PeriodKind.MONTH:
            return words.month(period.first_day)
        case PeriodKind.QUARTER:
            return words.quarter(period.first_day)
        case PeriodKind.YEAR:
            return words.year(period.first_day)
        case PeriodKind.ALL:
            return words.text("all time")


def _period_choice(words: Words, period: Period, today: date, week_begins: int) -> str:
    name = shown = period_name(words, period)
    under_way = period_of(period.kind, today, week_begins)
    is_last = period == period_before(under_way)
    match period.kind:
        case PeriodKind.ALL:
            shown = words.text("All time")
        case PeriodKind.WEEK if period == under_way:
            shown = words.text("This week ({days})", days=name)
        case PeriodKind.WEEK if is_last:
            shown = words.text("Last week ({days})", days=name)
        case PeriodKind.MONTH if period == under_way:
            shown = words.text("This month ({month})", month=name)
        case PeriodKind.MONTH if is_last:
            shown = words.text("Last month ({month})", month=name)
        case PeriodKind.QUARTER if period == under_way:
            shown = words.text("This quarter ({quarter})", quarter=name)
        case PeriodKind.YEAR if period == under_way:
            shown = words.text("This year ({year})", year=name)
    return shown
