"""What is said when an admin takes a kudos back that somebody else gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages.blockkit.blocks import paragraph, quote, rich_text
from bot.messages.blockkit.ids import KUDOS_REMOVE
from bot.messages.blockkit.message import Message
from bot.messages.blockkit.view import View
from bot.messages.text.markup import shortened
from bot.messages.text.phrases import people, person, points, points_each, points_name, reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.kudos import Kudos, KudosRemoved
    from bot.messages.text.words import Words

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
        booked = [
            words.text(
                "{points} returned to the allowance.", points=points(words, kudos.points_total)
            )
        ]
    else:
        removed = words.text(
            "{admin} took back the thanks from {giver} to you, as an admin of Kudos here.",
            admin=admin,
            giver=person(words, names, kudos.giver_id),
        )
        booked = [
            words.text("{points} went with them.", points=points(words, kudos.receipts[0].points))
        ]
    if not kudos.points_total:
        booked = []
    why = reason(words, kudos, names)
    sentence = f"{removed}\n{shortened(why, _REASON_LIMIT)}" if why else removed
    quoted = [quote(why)] if why else []
    return Message.of(
        "\n".join([sentence, *booked]),
        rich_text(paragraph(removed), *quoted, *[paragraph(line) for line in booked]),
    )


def removal_view(words: Words, removal: KudosRemoved) -> View:
    """Return the modal that asks an admin whether they mean it."""
    kudos, names = removal.kudos, removal.reader.names
    seen = removal.seen
    why = "" if seen is None else reason(words, seen, names)
    thanked = _thanks_of(words, kudos, seen, names)
    quoted = [quote(why)] if why else []
    if kudos.points_total:
        follows = words.text(
            "If you take this back, it no longer counts, the {points} return to the giver, and the "
            "post says that it was taken back. Everybody concerned is told that you did it. "
            "This cannot be undone.",
            points=points_name(words),
        )
    else:
        follows = words.text(
            "If you take this back, it no longer counts, and the post says that it was taken back. "
            "Everybody concerned is told that you did it. This cannot be undone."
        )
    return View(
        title=words.text("Take kudos back"),
        submit=words.text("Take back"),
        close=words.text("Cancel"),
        callback_id=KUDOS_REMOVE,
        private_metadata=kudos.kudos_id,
        blocks=(rich_text(paragraph(thanked), *quoted, paragraph(follows)),),
    )


def _thanks_of(words: Words, kudos: Kudos, seen: Kudos | None, names: Mapping[str, str]) -> str:
    """Returns what a kudos is, as far as the admin may read it."""
    if seen is None:
        day = words.moment_day(kudos.created_at)
        if not kudos.points_total:
            return words.text("Thanks given in private on {day}.", day=day)
        return words.text(
            "Thanks worth {points} in all, given in private on {day}.",
            points=points(words, kudos.points_total),
            day=day,
        )
    giver = person(words, names, seen.giver_id)
    receivers = people(words, names, seen.receiver_ids)
    if not seen.points_total:
        return words.text("{giver} thanked {receivers}.", giver=giver, receivers=receivers)
    return words.text(
        "{giver} thanked {receivers} with {points}.",
        giver=giver,
        receivers=receivers,
        points=points_each(words, seen),
    )


def removal_done(words: Words, removal: KudosRemoved) -> View:
    """Return the modal after a kudos was taken back."""
    seen, names = removal.seen, removal.reader.names
    if seen is None:
        done = words.text("You took these thanks back. Everybody concerned has been told.")
    else:
        done = words.text(
            "You took back the thanks from {giver} to {receivers}. They have been told.",
            giver=person(words, names, seen.giver_id),
            receivers=people(words, names, seen.receiver_ids),
        )
    return View(
        title=words.text("Take kudos back"),
        close=words.text("Close"),
        blocks=(rich_text(paragraph(done)),),
    )
