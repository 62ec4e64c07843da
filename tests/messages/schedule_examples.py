"""What admins are told of a post that failed, for every reason and both posts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.domain.periods import PeriodKind, period_of
from bot.domain.schedules import PostFailed, ScheduleKind
from bot.messages.posts.failed import scheduled_post_failed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words
    from tests.messages.made_up import Data

REASONS = (
    *("is_archived", "channel_not_found", "not_in_channel", "missing_scope"),
    *("restricted_action_read_only_channel", "shared_channel"),
)


def failed_examples(words: Words, data: Data) -> Iterable[Message]:
    for kind, period in (
        (ScheduleKind.WEEKLY, PeriodKind.WEEK),
        (ScheduleKind.MONTHLY, PeriodKind.MONTH),
    ):
        for error in (*REASONS, data.name):
            told = period_of(period, date(2026, 12, 29))
            yield scheduled_post_failed(words, PostFailed(kind, told, "C0GENERAL", error))
