"""What is said when an admin takes a kudos back that somebody else gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blocks import paragraph, quote, rich_text
from bot.messages.ids import KUDOS_REMOVE
from bot.messages.markup import shortened
from bot.messages.message import Message
from bot.messages.phrases import people, person, points, points_each, points_name, reason
from bot.messages.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.kudos import Kudos
    from bot.messages.words import Words

_REASON_LIMIT = 2_000


def kudos_removed(
    words: Words, kudos: Kudos, names: Mapping[str, str], *, actor_id: str, reader_id: str
) -> Message:
    """Return what the giver, or one of the receivers, is told."""
    admin = person(words, names, actor_id)
    if reader_id == kudos.giver_id:
        removed = words.text(
            "{admin} took back your thanks to {receivers}, as an admin of Kudos here.",
            admin=admin,
            receivers=people(words, names, kudos.receiver_ids),
        )
        booked = words.text(
            "{points} returned to the allowance.", points=points(words, kudos.points_total)
        )
    else:
        removed = words.text(
            "{admin} took back the thanks from {giver} to you, as an admin of Kudos here.",
            admin=admin,
            giver=person(words, names, kudos.giver_id),
        )
        booked = words.text(
            "{points} went with them.", points=points(words, kudos.receipts[0].points)
        )
    why = reason(words, kudos, names)
    sentence = f"{removed}\n{shortened(why, _REASON_LIMIT)}" if why else removed
    quoted = [quote(why)] if why else []
    return Message.of(
        f"{sentence}\n{booked}", rich_text(paragraph(removed), *quoted, paragraph(booked))
    )


def removal_view(words: Words, kudos: Kudos, names: Mapping[str, str]) -> View:
    """Return the modal that asks an admin whether they mean it."""
    thanked = words.text(
        "{giver} thanked {receivers} with {points}.",
        giver=person(words, names, kudos.giver_id),
        receivers=people(words, names, kudos.receiver_ids),
        points=points_each(words, kudos),
    )
    why = reason(words, kudos, names)
    quoted = [quote(why)] if why else []
    follows = words.text(
        "If you take this back, it no longer counts, the {points} return to the giver, and the "
        "post says that it was taken back. Everybody concerned is told that you did it. "
        "This cannot be undone.",
        points=points_name(words),
    )
    return View(
        title=words.text("Take kudos back"),
        submit=words.text("Take back"),
        close=words.text("Cancel"),
        callback_id=KUDOS_REMOVE,
        private_metadata=kudos.kudos_id,
        blocks=(rich_text(paragraph(thanked), *quoted, paragraph(follows)),),
    )


def removal_done(words: Words, kudos: Kudos, names: Mapping[str, str]) -> View:
    """Return the modal after a kudos was taken back."""
    done = words.text(
        "You took back the thanks from {giver} to {receivers}. They have been told.",
        giver=person(words, names, kudos.giver_id),
        receivers=people(words, names, kudos.receiver_ids),
    )
    return View(
        title=words.text("Take kudos back"),
        close=words.text("Close"),
        blocks=(rich_text(paragraph(done)),),
    )
