"""What is said when a kudos is given and when it is taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.kudos import Audience, KudosUndone
from bot.messages.blockkit.blocks import (
    Block,
    actions,
    button,
    context,
    paragraph,
    quote,
    rich_text,
)
from bot.messages.blockkit.ids import KUDOS_JOIN, KUDOS_UNDO
from bot.messages.blockkit.message import Message
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import emoji, link_to, shortened
from bot.messages.text.phrases import (
    ITEMS_SHOWN,
    hashtag,
    is_channel,
    listed,
    mentioned,
    people,
    person,
    place,
    points,
    points_each,
    points_name,
    reason,
    worth,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.errors import KudosError
    from bot.domain.kudos import Kudos, KudosGiven
    from bot.messages.text.words import Words

# Escaped, a reason can be five times as long as it was typed. Beside this much of it, fifty
# mentions still fit the text of one message; the blocks have all of it.
_REASON_LIMIT = 2_400

JOINERS_SHOWN = 2


def kudos_posted(
    words: Words,
    kudos: Kudos,
    names: Mapping[str, str],
    *,
    joiner_ids: Sequence[str] = (),
    about: str | None = None,
) -> Message:
    """Return the thanks as the channel sees them; taken back, they mention nobody.

    `joiner_ids` are those who joined in; `about` is the address of a message that it is for.
    """
    joined = [_joined_in(words, names, joiner_ids)] if joiner_ids else []
    if kudos.reversed_at is not None:
        taken_back = words.text(
            "The thanks from {giver} to {receivers} were taken back.",
            giver=person(words, names, kudos.giver_id),
            receivers=people(words, names, kudos.receiver_ids),
        )
        return Message.of_lines(taken_back, *joined)
    receivers = [mentioned(words, names, user_id) for user_id in kudos.receiver_ids]
    giver = mentioned(words, names, kudos.giver_id)
    thanked = words.text(
        "{giver} thanked {receivers}", giver=giver, receivers=words.join(receivers)
    )
    more = [link_to(about, words.text("The message this is for"))] if about else []
    why = reason(words, kudos, names)
    message = _announcement(
        kudos,
        why,
        thanked=thanked,
        more=[*more, *joined],
        amount="" if words.amounts_hidden else worth(words, kudos),
    )
    # Translators: on a button below somebody's thanks, to add one's own to the same people.
    text, label = words.text("Add mine"), words.text("Add mine: thank the same people too")
    join = button(text, action_id=KUDOS_JOIN, value=kudos.kudos_id, label=label)
    return replace(message, blocks=(*message.blocks, actions(join)))


def private_now(words: Words) -> Message:
    """Return what takes the place of thanks whose receivers want them in private by now."""
    return Message.of_lines(words.text("These thanks are private now."))


def _joined_in(words: Words, names: Mapping[str, str], joiner_ids: Sequence[str]) -> str:
    return words.plural(
        "{people} joined in.",
        "{people} joined in.",
        len(joiner_ids),
        people=people(words, names, joiner_ids, JOINERS_SHOWN),
    )


def kudos_received(
    words: Words,
    kudos: Kudos,
    names: Mapping[str, str],
    *,
    link: str | None,
    is_first: bool,
    joins: Kudos | None = None,
) -> Message:
    """Return what a receiver is told; the first time, that includes how to give.

    `link` is the address of the message in which the kudos was posted, as far as there is one;
    `joins` is the kudos that this one joins in with.
    """
    giver = person(words, names, kudos.giver_id)
    if kudos.reversed_at is not None:
        return Message.of_lines(_taken_back_from(words, kudos, giver))
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
    why = reason(words, kudos, names)
    if joins is not None:
        first = person(words, names, joins.giver_id)
        thanked = words.text("{giver} joined in when {first} thanked you", giver=giver, first=first)
        why = reason(words, joins, names)
    amount = worth(words, kudos)
    return _announcement(kudos, why, thanked=thanked, more=more, amount=amount)


def _taken_back_from(words: Words, kudos: Kudos, giver: str) -> str:
    if not kudos.points_total:
        return words.text("The thanks from {giver} to you were taken back.", giver=giver)
    return words.text(
        "The thanks from {giver} to you were taken back, and {points} with them.",
        giver=giver,
        points=points(words, kudos.receipts[0].points),
    )


def _announcement(
    kudos: Kudos, why: str, *, thanked: str, more: Sequence[str], amount: str
) -> Message:
    facts = [amount] if amount else []
    if kudos.value:
        facts.append(hashtag(kudos.value))
    lines = [" · ".join(facts), *more] if facts else list(more)
    parts = [paragraph(thanked)]
    sentence = thanked
    if why:
        parts.append(quote(why))
        sentence = f"{thanked}: {shortened(why, _REASON_LIMIT)}"
    parts += [paragraph(line) for line in lines]
    return Message.of("\n".join([sentence, *lines]), rich_text(*parts))


def kudos_given(words: Words, given: KudosGiven, names: Mapping[str, str]) -> Message:
    """Return the confirmation that only the giver sees, with the button that takes it back."""
    kudos = given.kudos
    if kudos.reversed_at is not None:  # Slack delivered the request again after it was undone
        return kudos_undone(words, KudosUndone(kudos, given.allowance_left), names)
    done = thanked(words, kudos, people(words, names, kudos.receiver_ids))
    facts = [*left_to_give(words, given), _where(words, kudos)]
    if kudos.joins_id is not None:
        facts = left_to_give(words, given)  # the post is there already
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
                    label=_undo_label(words, kudos),
                )
            )
        )
    small_print = " ".join(facts)
    return Message.of(
        f"{done} {small_print}", rich_text(paragraph(done)), context(small_print), *blocks
    )


def _undo_label(words: Words, kudos: Kudos) -> str:
    if not kudos.points_total:
        return words.text("Undo: take these thanks back")
    return words.text("Undo: take these thanks and their {points} back", points=points_name(words))


def thanked(words: Words, kudos: Kudos, receivers: str) -> str:
    """Returns the sentence that confirms thanks to their giver."""
    each = points_each(words, kudos)
    if not kudos.points_total:
        return words.text("You thanked {receivers}.", receivers=receivers)
    if len(kudos.receipts) == 1:
        return words.text("You thanked {receiver} with {points}.", receiver=receivers, points=each)
    return words.text(
        "You thanked {receivers} with {points_each}, {points_total} in all.",
        receivers=receivers,
        points_each=each,
        points_total=points(words, kudos.points_total),
    )


def reaction_given(words: Words, given: KudosGiven, names: Mapping[str, str]) -> Message:
    """Return what only the giver sees after a reaction."""
    kudos = given.kudos
    receivers = people(words, names, kudos.receiver_ids)
    if kudos.points_total:
        each = points_each(words, kudos)
        done = words.text(
            "Your reaction thanked {receivers} with {points}.", receivers=receivers, points=each
        )
    else:
        done = words.text("Your reaction thanked {receivers}.", receivers=receivers)
    take_back = words.text("Remove your reaction to take it back.")
    small_print = " ".join([*left_to_give(words, given), take_back])
    return Message.of(f"{done} {small_print}", rich_text(paragraph(done)), context(small_print))


def left_to_give(words: Words, given: KudosGiven) -> list[str]:
    """Returns what is left to give, and why thanks carry none; nothing where there never is any."""
    if not given.has_allowance:
        return []
    left, when = points(words, given.allowance_left), words.moment(given.renews_at)
    if not given.kudos.points_total and not given.allowance_left:
        return [
            words.text(
                "Your {points} are used up until {when}, so these thanks carry none. "
                "Your words count all the same.",
                points=points_name(words),
                when=when,
            )
        ]
    if given.boost_left:
        told = words.text(
            "You have {points} left to give, of which {extra} are extra. "
            "Your allowance comes back {when}.",
            points=left,
            extra=words.number(given.boost_left),
            when=when,
        )
    else:
        told = words.text("You have {points} left to give until {when}.", points=left, when=when)
    if given.kudos.points_total:
        return [told]
    return [
        told,
        words.text("That was too few, so these thanks carry none. Your words count all the same."),
    ]


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
        each = kudos.receipts[0].points
        amount = "" if words.amounts_hidden or not each else f"+{words.number(each)}"
        gift = f"{emoji(kudos.emoji)} {amount}"
        gifts.setdefault(kudos.giver_id, []).append(gift.strip())
    givers = [
        f"{person(words, names, giver_id)} ({' '.join(given)})"
        if any(given)
        else person(words, names, giver_id)
        for giver_id, given in gifts.items()
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
    done = words.text(
        "You took back your thanks to {receivers}.",
        receivers=people(words, names, undone.kudos.receiver_ids),
    )
    if not undone.kudos.points_total:
        return Message.of_lines(done)
    return Message.of_lines(
        done,
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
