"""What is said when a kudos is given and when it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kudos import Audience, KudosUndone
from bot.messages.blocks import Block, actions, button, context, paragraph, quote, rich_text
from bot.messages.ids import KUDOS_UNDO
from bot.messages.markup import emoji, link_to, mention, shortened
from bot.messages.message import Message
from bot.messages.phrases import (
    ITEMS_SHOWN,
    hashtag,
    is_channel,
    listed,
    people,
    person,
    place,
    points,
    points_each,
    reason,
)
from bot.messages.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.errors import KudosError
    from bot.domain.kudos import Kudos, KudosGiven
    from bot.messages.words import Words

# Escaped, a reason can be five times as long as it was typed. Beside this much of it, fifty
# mentions still fit the text of one message; the blocks have all of it.
_REASON_LIMIT = 2_400


def kudos_posted(words: Words, kudos: Kudos, names: Mapping[str, str]) -> Message:
    """Return the thanks as the channel sees them; taken back, they mention nobody."""
    if kudos.reversed_at is not None:
        return Message.of_lines(
            words.text(
                "The thanks from {giver} to {receivers} were taken back.",
                giver=person(words, names, kudos.giver_id),
                receivers=people(words, names, kudos.receiver_ids),
            )
        )
    receivers = words.join([mention(user_id) for user_id in kudos.receiver_ids])
    thanked = words.text(
        "{giver} thanked {receivers}", giver=mention(kudos.giver_id), receivers=receivers
    )
    return _announcement(words, kudos, names, thanked=thanked)


def kudos_received(
    words: Words, kudos: Kudos, names: Mapping[str, str], *, link: str | None, is_first: bool
) -> Message:
    """Return what a receiver is told; the first time, that includes how to give.

    `link` is the address of the message in which the kudos was posted, as far as there is one.
    """
    giver = person(words, names, kudos.giver_id)
    if kudos.reversed_at is not None:
        return Message.of_lines(
            words.text(
                "The thanks from {giver} to you were taken back, and {points} with them.",
                giver=giver,
                points=points(words, kudos.receipts[0].points),
            )
        )
    more = []
    if link is not None:
        more.append(link_to(link, words.text("See the message")))
    if kudos.audience is Audience.PRIVATE:
        more.append(words.text("Only {giver} and those who were thanked see this.", giver=giver))
    if is_first:
        more.append(
            words.text(
                "You can thank people too: type /kudos, their @name and what they did for you. "
                "Type /kudos help to see everything else."
            )
        )
    thanked = words.text("{giver} thanked you", giver=giver)
    return _announcement(words, kudos, names, thanked=thanked, more=more)


def _announcement(
    words: Words,
    kudos: Kudos,
    names: Mapping[str, str],
    *,
    thanked: str,
    more: Sequence[str] = (),
) -> Message:
    why = reason(words, kudos, names)
    amount = f"+{points_each(words, kudos)}"
    worth = f"{amount} · {hashtag(kudos.value)}" if kudos.value else amount
    parts = [paragraph(thanked)]
    sentence = thanked
    if why:
        parts.append(quote(why))
        sentence = f"{thanked}: {shortened(why, _REASON_LIMIT)}"
    parts += [paragraph(line) for line in (worth, *more)]
    return Message.of("\n".join([sentence, worth, *more]), rich_text(*parts))


def kudos_given(words: Words, given: KudosGiven, names: Mapping[str, str]) -> Message:
    """Return the confirmation that only the giver sees, with the button that takes it back."""
    kudos = given.kudos
    if kudos.reversed_at is not None:  # Slack delivered the request again after it was undone
        return kudos_undone(words, KudosUndone(kudos, given.allowance_left), names)
    receivers = people(words, names, kudos.receiver_ids)
    each = points_each(words, kudos)
    if len(kudos.receipts) == 1:
        done = words.text("You thanked {receiver} with {points}.", receiver=receivers, points=each)
    else:
        done = words.text(
            "You thanked {receivers} with {points_each}, {points_total} in all.",
            receivers=receivers,
            points_each=each,
            points_total=points(words, kudos.points_total),
        )
    facts = [_left(words, given), _where(words, kudos)]
    blocks: list[Block] = []
    if given.undo_until > kudos.created_at:  # a workspace may leave no time for it
        facts.append(
            words.text("You can undo this until {when}.", when=words.moment(given.undo_until))
        )
        blocks.append(
            actions(
                button(
                    words.text("Undo"),
                    action_id=KUDOS_UNDO,
                    value=kudos.kudos_id,
                    label=words.text("Undo: take these thanks and their points back"),
                )
            )
        )
    small_print = " ".join(facts)
    return Message.of(
        f"{done} {small_print}", rich_text(paragraph(done)), context(small_print), *blocks
    )


def reaction_given(words: Words, given: KudosGiven, names: Mapping[str, str]) -> Message:
    """Return what only the giver sees after a reaction."""
    kudos = given.kudos
    done = words.text(
        "Your reaction thanked {receivers} with {points}.",
        receivers=people(words, names, kudos.receiver_ids),
        points=points_each(words, kudos),
    )
    take_back = words.text("Remove your reaction to take it back.")
    small_print = f"{_left(words, given)} {take_back}"
    return Message.of(f"{done} {small_print}", rich_text(paragraph(done)), context(small_print))


def _left(words: Words, given: KudosGiven) -> str:
    return words.text(
        "You have {points} left to give until {when}.",
        points=points(words, given.allowance_left),
        when=words.moment(given.renews_at),
    )


def _where(words: Words, kudos: Kudos) -> str:
    if kudos.audience is Audience.PRIVATE:
        return words.text("Only you and those whom you thanked see it.")
    where = place(words, kudos)
    if kudos.audience is Audience.CHANNEL:
        return words.text("Posted in {place}, where only its members see it.", place=where)
    return words.text("Posted in {place}.", place=where)


def reaction_thanks(words: Words, kudos_list: Sequence[Kudos], names: Mapping[str, str]) -> Message:
    """Return the one reply below a message that says who thanked its author with a reaction."""
    if not kudos_list:
        return Message.of_lines(words.text("The thanks for this message were taken back."))
    gifts: dict[str, list[str]] = {}  # somebody can react with several emoji
    for kudos in kudos_list:
        gift = f"{emoji(kudos.emoji)} +{words.number(kudos.receipts[0].points)}"
        gifts.setdefault(kudos.giver_id, []).append(gift.strip())
    givers = [
        f"{person(words, names, giver_id)} ({' '.join(given)})" for giver_id, given in gifts.items()
    ]
    receiver_ids = kudos_list[0].receiver_ids
    return Message.of_lines(
        words.plural(
            "{receivers} was thanked by {givers}.",
            "{receivers} were thanked by {givers}.",
            len(receiver_ids),
            receivers=people(words, names, receiver_ids),
            givers=listed(words, givers, ITEMS_SHOWN),
        )
    )


def kudos_undone(words: Words, undone: KudosUndone, names: Mapping[str, str]) -> Message:
    """Return what the giver sees after taking a kudos back."""
    return Message.of_lines(
        words.text(
            "You took back your thanks to {receivers}.",
            receivers=people(words, names, undone.kudos.receiver_ids),
        ),
        words.text(
            "{points} returned to you, and you have {left} left to give.",
            points=points(words, undone.kudos.points_total),
            left=points(words, undone.allowance_left),
        ),
    )


def post_failed(words: Words, kudos: Kudos, names: Mapping[str, str]) -> Message:
    """Return what the giver is told when the thanks could not be posted where they were given."""
    failed = words.text(
        "Your thanks to {receivers} are saved and count, but I could not post them in {place}.",
        receivers=people(words, names, kudos.receiver_ids),
        place=place(words, kudos),
    )
    if is_channel(kudos.channel_id):
        advice = words.text(
            "Next time it works if you add me to the channel first: type /invite @Kudos there."
        )
    else:
        advice = words.text("You can tell them there yourself.")
    return Message.of_lines(failed, advice)


def reaction_refused(words: Words, error: KudosError, names: Mapping[str, str]) -> Message:
    """Return what somebody is told in private, at most once an hour, of a reaction that failed."""
    return Message.of_lines(
        words.text("Your reaction gave no kudos."),
        refusal(words, error, names),
        words.text("I mention this at most once an hour."),
    )
