"""The part of the Home tab that only admins see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.admin import may_administer
from bot.messages.home.admin import admin_blocks
from bot.services.posts.schedules import view_schedules
from bot.services.settings.admin import view_checklist

if TYPE_CHECKING:
    from bot.domain.home import Home
    from bot.messages.blockkit.blocks import Block
    from bot.messages.text.words import Words
    from handlers.interaction.context import HandlerContext


async def blocks_for(
    context: HandlerContext, team_id: str, home: Home, words: Words
) -> tuple[Block, ...]:
    """Return what stands below a person's own part: nothing for those who are no admins."""
    if not may_administer(home.viewer, home.settings):
        return ()
    checklist = await context.store.read(view_checklist, team_id)
    schedules = await context.store.read(view_schedules, team_id)
    is_in_channel = await context.slack.is_in_some_channel(team_id)
    checklist = replace(checklist, is_in_channel=is_in_channel)
    return admin_blocks(words, home.settings, checklist, schedules)
