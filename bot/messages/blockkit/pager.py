"""The buttons below a list that is shown a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit.blocks import Block, actions, button

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def pager(
    words: Words, page: int, *, has_older: bool, newer_id: str, older_id: str, prefix: str = ""
) -> tuple[Block, ...]:
    """Return the buttons that lead to the pages beside this one, where there are any."""
    newer, older = words.text("Newer"), words.text("Older")
    buttons = []
    if page > 0:
        buttons.append(button(newer, action_id=newer_id, value=f"{prefix}{page - 1}", label=newer))
    if has_older:
        buttons.append(button(older, action_id=older_id, value=f"{prefix}{page + 1}", label=older))
    return (actions(*buttons),) if buttons else ()
