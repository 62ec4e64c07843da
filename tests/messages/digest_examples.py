"""Every form of the personal digest, with as much as can be in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.domain.kudos import Source
from bot.domain.periods import PeriodKind, period_of
from bot.domain.posts import Digest
from bot.messages.posts.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words
    from tests.messages.made_up import Data


def digest_examples(words: Words, data: Data, link: str) -> Iterable[Message]:
    week = Digest(
        period=period_of(PeriodKind.WEEK, date(2026, 11, 25)),
        is_over=False,
        received_count=data.count,
        thanked_by_count=data.count,
        given_count=data.count,
        allowance_left=data.points,
        renews_at=datetime(2026, 11, 30, tzinfo=UTC),
        last_received=(data.kudos(), data.kudos(source=Source.REACTION), data.kudos()),
        colleague_id=data.receiver_ids[-1],
        names=data.names,
        links={data.kudos().kudos_id: link},
    )
    yield digest(words, week)
    for is_over in (True, False):
        nothing = replace(week, received_count=0, given_count=0, last_received=())
        yield digest(words, replace(nothing, is_over=is_over, allowance_left=0))
    yield digest(words, replace(week, colleague_id=None, links={}))
    yield digest(words, replace(week, allowance_left=None))
