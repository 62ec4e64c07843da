"""Somebody's own week, as a direct message that they can stop with one click."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.digest import COLLEAGUE
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import (
    actions,
    bullets,
    button,
    context,
    header,
    paragraph,
    rich_text,
)
from bot.messages.blockkit.message import Message
from bot.messages.boards.boards import kudos_lines
from bot.messages.boards.controls import period_name
from bot.messages.text.markup import shortened
from bot.messages.text.phrases import person, points, points_name, thanks

if TYPE_CHECKING:
    from bot.domain.posts import Digest
    from bot.messages.blockkit.blocks import Block
    from bot.messages.text.words import Words

_NAME_SHOWN = 40  # characters of a name on a button


def digest(words: Words, week: Digest) -> Message:
    """Return what somebody received and gave, what is left to give, and one colleague to thank."""
    title = " · ".join([words.text("Your week in kudos"), period_name(words, week.period)])
    facts = _facts(words, week)
    lines, blocks = [title, *facts], [header(title), rich_text(bullets(facts))]
    if week.last_received:
        last = words.text("Last thanks you received:")
        told = kudos_lines(words, week.last_received, week.names, week.links)
        lines += [last, *told]
        blocks.append(rich_text(paragraph(last, bold=True), bullets(told)))
    if week.colleague_id is not None:
        nudge = words.text(
            "You work with {name} and have not thanked them lately. Did they help you with "
            "something?",
            name=person(words, week.names, week.colleague_id),
        )
        lines.append(nudge)
        blocks.append(rich_text(paragraph(nudge)))
    small_print = words.text("Only you see this. I send it at most once a week.")
    message = Message.of(
        "\n".join([*lines, small_print]),
        *blocks,
        actions(_give(words, week), _stop(words)),
        context(small_print),
    )
    return replace(message, kept={COLLEAGUE: week.colleague_id})


def digest_stopped(words: Words) -> Message:
    """Return what stands in the place of a digest once somebody wants no more of them."""
    done = words.text("Done. I will not send you your week any more.")
    again = words.text(
        "If you miss it: press the button below, or choose it again in my Home tab under "
        "Preferences."
    )
    start = button(
        words.text("Start again"),
        action_id=ids.DIGEST_START,
        value="digest",
        label=words.text("Start again: send me my week by direct message"),
    )
    return Message.of_lines(done, again, buttons=[start])


def digest_started(words: Words, *, direct_messages: bool) -> Message:
    """Return what is said to somebody who wants their week again."""
    done = words.text("Welcome back. Your week comes here by direct message from now on.")
    if not direct_messages:
        done = words.text(
            "Welcome back. For your week to come, I also need to be allowed to write to you: tick "
            "the direct messages in my Home tab under Preferences."
        )
    return Message.of_lines(done, buttons=[_stop(words)])


def _facts(words: Words, week: Digest) -> list[str]:
    facts = []
    if week.received_count:
        facts.append(
            words.plural(
                "{thanks} received, from {n} person.",
                "{thanks} received, from {n} people.",
                week.thanked_by_count,
                thanks=thanks(words, week.received_count),
            )
        )
    if week.given_count:
        facts.append(words.text("{thanks} given.", thanks=thanks(words, week.given_count)))
    if not facts and week.is_over:
        facts.append(words.text("A quiet week: no thanks received or given."))
    elif not facts:
        facts.append(words.text("A quiet week so far: no thanks received or given."))
    if week.allowance_left is None:
        return facts
    when = words.moment(week.renews_at)
    if week.allowance_left:
        left = points(words, week.allowance_left)
        facts.append(
            words.text("You have {points} left to give until {when}.", points=left, when=when)
        )
    else:
        name = points_name(words)
        facts.append(
            words.text("You have no {points} left to give until {when}.", points=name, when=when)
        )
    return facts


def _give(words: Words, week: Digest) -> Block:
    if week.colleague_id is None:
        return button(
            words.text("Give kudos"),
            action_id=ids.DIGEST_GIVE,
            value="anybody",
            label=words.text("Give kudos to one or more colleagues"),
        )
    name = shortened(person(words, week.names, week.colleague_id), _NAME_SHOWN)
    return button(
        words.text("Thank {name}", name=name),
        action_id=ids.DIGEST_GIVE,
        value=week.colleague_id,
        label=words.text("Thank {name}: opens the form for giving kudos", name=name),
    )


def _stop(words: Words) -> Block:
    return button(
        words.text("Stop these messages"),
        action_id=ids.DIGEST_STOP,
        value="digest",
        label=words.text("Stop these messages: don't send me my week"),
    )
