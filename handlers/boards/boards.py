"""Leaderboards on request: `/kudos leaderboard`, the button below a post, and paging.

Nothing is remembered between two presses: what is pressed says which board it leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.boards import ViewLeaderboard, decode_board
from bot.messages.blockkit import ids
from bot.messages.boards.boards import leaderboard
from bot.messages.text.words import words_for
from bot.services.boards.boards import view_leaderboard
from handlers.interaction.latest import LatestActs
from handlers.interaction.replies import Interaction
from handlers.interaction.rights import anybody
from handlers.payloads.origins import person_of

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.domain.boards import BoardState, ShowLeaderboard
    from bot.messages.blockkit.message import Message
    from handlers.interaction.context import HandlerContext, Payload


async def board_message(asked: Interaction, board: ShowLeaderboard | BoardState) -> Message:
    """Return a board for the person who asked. Raises what `view_leaderboard` raises."""
    reader = await asked.reader()
    request = ViewLeaderboard(asked.team_id, asked.user_id, board)
    found = await asked.edge.read(view_leaderboard, request)
    words = words_for(reader.locale).named(await asked.settings())
    return leaderboard(words, found)


async def handle_board_opened(edge: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show a board to the one who pressed the button below a post, and to nobody else."""
    await ack()
    asked = _asked(edge, payload)
    message = await asked.message_or_error(_pressed(asked, payload))
    edge.start(asked.tell(message, replace_original=False))


async def handle_board_turned(edge: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Replace a board by another page or another board; a refusal leaves it as it is."""
    await ack()
    asked = _asked(edge, payload)
    board: list[Message] = []

    async def turned() -> Message:
        board.append(await _pressed(asked, payload))
        return board[0]

    # Of several things pressed in a short time, the answer to the last one stays.
    where, stamp = _message_of(payload), payload["actions"][0].get("action_ts") or ""
    with edge.state(LatestActs).answering(where, stamp) as is_last:
        message = await asked.message_or_error(turned())
        if is_last() or not board:
            edge.start(asked.tell(message, replace_original=bool(board)))


ACTIONS = {
    ids.BOARDS_OPEN: anybody(handle_board_opened),
    ids.BOARDS_PERIOD: anybody(handle_board_turned),
    ids.BOARDS_SIDE: anybody(handle_board_turned),
    ids.BOARDS_VALUE: anybody(handle_board_turned),
    ids.BOARDS_PREVIOUS: anybody(handle_board_turned),
    ids.BOARDS_NEXT: anybody(handle_board_turned),
}


def _asked(edge: HandlerContext, payload: Payload) -> Interaction:
    team_id, user_id = person_of(payload)
    return Interaction(edge, team_id, user_id, payload.get("response_url") or "")


async def _pressed(asked: Interaction, payload: Payload) -> Message:
    action = payload["actions"][0]
    chosen = action.get("selected_option") or action
    return await board_message(asked, decode_board(chosen.get("value")))


def _message_of(payload: Payload) -> str:
    container = payload.get("container") or {}
    return f"board:{container.get('channel_id')}:{container.get('message_ts')}"
