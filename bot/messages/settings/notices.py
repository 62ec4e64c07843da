"""What is told of budgets: to admins of a pair that stands out, to a person of a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.workspaces import CapOf
from bot.messages.blockkit.blocks import context, paragraph, quote, rich_text
from bot.messages.blockkit.message import Message
from bot.messages.text.markup import safe, shortened
from bot.messages.text.phrases import person, points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.budgets import Adjustment, PairCapReached
    from bot.messages.text.words import Words

_REASON_LIMIT = 2_400  # escaped, a reason can be five times as long as it was typed


def pair_cap_reached(words: Words, reached: PairCapReached, names: Mapping[str, str]) -> Message:
    """Return what an admin is told, once for each pair and period; it says no amounts."""
    what = _much(words, reached, names)
    why = words.text(
        "Nobody else is told, and it may mean nothing: people who work closely together have "
        "good reasons. The cap is one of your settings, in my Home tab under Fairness and privacy."
    )
    return Message.of(f"{what}\n{why}", rich_text(paragraph(what)), context(why))


def _much(words: Words, reached: PairCapReached, names: Mapping[str, str]) -> str:
    parties = {
        "giver": person(words, names, reached.giver_id),
        "receiver": person(words, names, reached.receiver_ids[0]),
    }
    if reached.cap_of is CapOf.THANKS and reached.was_refused:
        return words.plural(
            "{giver} wanted to thank {receiver} more than {n} time in one period, and was refused.",
            "{giver} wanted to thank {receiver} more than {n} times in one period, "
            "and was refused.",
            reached.cap,
            **parties,
        )
    if reached.cap_of is CapOf.THANKS:
        return words.plural(
            "{giver} has thanked {receiver} more than {n} time in one period. It counts.",
            "{giver} has thanked {receiver} more than {n} times in one period. It counts.",
            reached.cap,
            **parties,
        )
    cap = points(words, reached.cap)
    if reached.was_refused:
        return words.text(
            "{giver} wanted to give {receiver} more than {cap} in one period, and was refused.",
            cap=cap,
            **parties,
        )
    return words.text(
        "{giver} has given {receiver} more than {cap} in one period. It counts.",
        cap=cap,
        **parties,
    )


def balance_adjusted(words: Words, adjustment: Adjustment, names: Mapping[str, str]) -> Message:
    """Return what somebody is told whose balance an admin corrected."""
    values = {
        "admin": person(words, names, adjustment.actor_id),
        "points": points(words, abs(adjustment.points)),
    }
    if adjustment.points > 0:
        what = words.text("{admin}, an admin of Kudos here, gave your balance {points}.", **values)
    else:
        what = words.text(
            "{admin}, an admin of Kudos here, took {points} off your balance.", **values
        )
    reason = safe(adjustment.reason).strip()
    return Message.of(
        f"{what}\n{shortened(reason, _REASON_LIMIT)}", rich_text(paragraph(what), quote(reason))
    )
