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


async def board_message(interaction: Interaction, board: ShowLeaderboard | BoardState) -> Message:
    """Return a board for the person who asked. Raises what `view_leaderboard` raises."""
    reader = await interaction.reader()
    request = ViewLeaderboard(interaction.team_id, interaction.user_id, board)
    found = await interaction.context.read(view_leaderboard, request)
    words = words_for(reader.locale).named(await interaction.settings())
    return leaderboard(words, found)


async def handle_board_opened(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Show a board to the one who pressed the button below a post, and to nobody else."""
    await ack()
    interaction = _asked(context, payload)
    message = await interaction.message_or_error(_pressed(interaction, payload))
    context.start(interaction.tell(message, replace_original=False))


async def handle_board_turned(context: HandlerContext, payload: Payload, ack: AsyncAck) -> None:
    """Replace a board by another page or another board; a refusal leaves it as it is."""
    await ack()
    interaction = _asked(context, payload)
    board: list[Message] = []

    async def turned() -> Message:
        board.append(await _pressed(interaction, payload))
        return board[0]

    # Of several things pressed in a short time, the answer to the last one stays.
    where, stamp = _message_of(payload), payload["actions"][0].get("action_ts") or ""
    with context.state(LatestActs).answering(where, stamp) as is_last:
        message = await interaction.message_or_error(turned())
        if is_last() or not board:
            context.start(interaction.tell(message, replace_original=bool(board)))


ACTIONS = {
    ids.BOARDS_OPEN: anybody(handle_board_opened),
    ids.BOARDS_PERIOD: anybody(handle_board_turned),
    ids.BOARDS_SIDE: anybody(handle_board_turned),
    ids.BOARDS_VALUE: anybody(handle_board_turned),
    ids.BOARDS_PREVIOUS: anybody(handle_board_turned),
    ids.BOARDS_NEXT: anybody(handle_board_turned),
}


def _asked(context: HandlerContext, payload: Payload) -> Interaction:
    team_id, user_id = person_of(payload)
    return Interaction(context, team_id, user_id, payload.get("response_url") or "")


async def _pressed(interaction: Interaction, payload: Payload) -> Message:
    action = payload["actions"][0]
    chosen = action.get("selected_option") or action
    return await board_message(interaction, decode_board(chosen.get("value")))


def _message_of(payload: Payload) -> str:
    container = payload.get("container") or {}
    return f"board:{container.get('channel_id')}:{container.get('message_ts')}"
