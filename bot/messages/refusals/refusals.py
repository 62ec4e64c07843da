"""Why something was refused: what was wrong, and what would work."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from bot.domain import errors
from bot.domain.values import nearest
from bot.domain.workspaces import CapOf
from bot.messages.refusals import admin
from bot.messages.refusals.plain import ALWAYS_THE_SAME
from bot.messages.refusals.questions import question_in_lines
from bot.messages.text.markup import channel_link, safe, shortened
from bot.messages.text.phrases import NO_NAMES, hashtag, listed, people, points, points_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.messages.text.words import Words

_LIMIT = 3_000  # fits a section, a form's error and an answer to a command


def refusal(words: Words, error: errors.KudosError, names: Mapping[str, str] = NO_NAMES) -> str:
    """Return the words for a refusal, as finished text for the one who asked."""
    return shortened(_sentence(error, words, names), _LIMIT)


@singledispatch
def _sentence(error: errors.KudosError, words: Words, _names: Mapping[str, str]) -> str:
    """Return the words for a kind of error; one without words of its own gets these."""
    same = ALWAYS_THE_SAME.get(type(error))
    if same is not None:
        return same(words)
    return words.text("That is not possible here. Type /kudos help to see what is.")


@_sentence.register(errors.NotThankableError)
def _not_thankable(error: errors.NotThankableError, words: Words, names: Mapping[str, str]) -> str:
    n = len(error.user_ids)
    who = people(words, names, error.user_ids)
    if error.reason == "bot":
        return words.plural(
            "{who} is an app and can't receive kudos. Thank a person instead.",
            "{who} are apps and can't receive kudos. Thank people instead.",
            n,
            who=who,
        )
    if error.reason == "deactivated":
        return words.plural(
            "{who} is no longer active here and can't receive kudos.",
            "{who} are no longer active here and can't receive kudos.",
            n,
            who=who,
        )
    if error.reason == "guest":
        return words.plural(
            "{who} is a guest, and guests don't take part in kudos here.",
            "{who} are guests, and guests don't take part in kudos here.",
            n,
            who=who,
        )
    return words.plural(
        "{who} belongs to another company and can't receive kudos here.",
        "{who} belong to another company and can't receive kudos here.",
        n,
        who=who,
    )


@_sentence.register(errors.GiverNotAllowedError)
def _giver_not_allowed(
    error: errors.GiverNotAllowedError, words: Words, _names: Mapping[str, str]
) -> str:
    if error.reason == "guest":
        return words.text("Guests don't take part in kudos here. You can thank them in a message.")
    return words.text(
        "Only people of this workspace can give kudos here. You can thank them in a message."
    )


@_sentence.register(errors.ChannelNotAllowedError)
def _channel_not_allowed(
    error: errors.ChannelNotAllowedError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.text(
        "Kudos can't be given here. Give them in {channels}, or in private.",
        channels=listed(words, [channel_link(channel_id) for channel_id in error.allowed_ids]),
    )


@_sentence.register(errors.UnresolvedNameError)
def _unresolved(error: errors.UnresolvedNameError, words: Words, _names: Mapping[str, str]) -> str:
    typed = listed(words, ["@" + safe(name.removeprefix("@")) for name in error.names])
    return words.text(
        "I can't tell who is meant by {typed}. "
        "Type @ and pick the person from the list that Slack shows.",
        typed=typed,
    )


@_sentence.register(errors.UnclearLinesError)
def _unclear_lines(error: errors.UnclearLinesError, words: Words, _names: Mapping[str, str]) -> str:
    return question_in_lines(words, error.question).sentence


@_sentence.register(errors.UnknownMembersError)
def _unknown_members(
    error: errors.UnknownMembersError, words: Words, names: Mapping[str, str]
) -> str:
    return words.text(
        "I can't find {who} in this workspace. "
        "Type @ and pick the person from the list that Slack shows.",
        who=people(words, names, error.user_ids),
    )


@_sentence.register(errors.UnknownGroupsError)
def _unknown_groups(
    error: errors.UnknownGroupsError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.plural(
        "I can't see who is in that group. Name the people instead, or try again in a minute.",
        "I can't see who is in those groups. Name the people instead, or try again in a minute.",
        len(error.group_ids),
    )


@_sentence.register(errors.ReasonTooShortError)
def _reason_too_short(
    error: errors.ReasonTooShortError, words: Words, _names: Mapping[str, str]
) -> str:
    if error.length == 0:
        return words.plural(
            "The reason is missing. Say what it is for, in {n} character or more.",
            "The reason is missing. Say what it is for, in {n} characters or more.",
            error.minimum,
        )
    return words.plural(
        "The reason is too short. Say what it is for, in {n} character or more.",
        "The reason is too short. Say what it is for, in {n} characters or more.",
        error.minimum,
    )


@_sentence.register(errors.ReasonTooLongError)
def _reason_too_long(
    error: errors.ReasonTooLongError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.plural(
        "The reason is {length} characters long, and there is room for {n}. Please shorten it.",
        "The reason is {length} characters long, and there is room for {n}. Please shorten it.",
        error.maximum,
        length=words.number(error.length),
    )


@_sentence.register(errors.UnknownValueError)
def _unknown_value(error: errors.UnknownValueError, words: Words, _names: Mapping[str, str]) -> str:
    value = hashtag(error.value)
    if not error.known:
        return words.text("{value} is not a value here. Leave it out and try again.", value=value)
    near = nearest(error.value, error.known)
    if near is not None:
        return words.text(
            "{value} is not one of the values here. Did you mean {near}? Choose from {known}.",
            value=value,
            near=hashtag(near),
            known=_values(words, error.known),
        )
    return words.text(
        "{value} is not one of the values here. Choose from {known}.",
        value=value,
        known=_values(words, error.known),
    )


@_sentence.register(errors.ValueMissingError)
def _value_missing(error: errors.ValueMissingError, words: Words, _names: Mapping[str, str]) -> str:
    if not error.known:
        return words.text("A value is missing. Add one as a hashtag.")
    return words.text("A value is missing. Choose from {known}.", known=_values(words, error.known))


@_sentence.register(errors.AmountOutOfRangeError)
def _amount_out_of_range(
    error: errors.AmountOutOfRangeError, words: Words, _names: Mapping[str, str]
) -> str:
    if error.points_each < 1:
        return words.text(
            "The amount for each person starts at {least}. Name one from {least} to {most}.",
            least=words.number(1),
            most=words.number(error.maximum),
        )
    return words.text(
        "{points} for each person is too much at once. Give {most} at most.",
        points=points(words, error.points_each),
        most=points(words, error.maximum),
    )


@_sentence.register(errors.AmbiguousAmountError)
def _ambiguous_amount(
    error: errors.AmbiguousAmountError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.text(
        "There are several amounts: {amounts}. Name one; it goes to each person.",
        amounts=listed(words, [f"+{words.number(amount)}" for amount in error.amounts]),
    )


@_sentence.register(errors.TooManyReceiversError)
def _too_many_receivers(
    error: errors.TooManyReceiversError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.plural(
        "That would thank {count} people, and one kudos can thank {n}. "
        "Thank them in smaller groups.",
        "That would thank {count} people, and one kudos can thank {n}. "
        "Thank them in smaller groups.",
        error.maximum,
        count=words.number(error.count),
    )


@_sentence.register(errors.TooManyTogetherError)
def _too_many_together(
    error: errors.TooManyTogetherError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.plural(
        "You thanked {count} times in one message, and there is room for {n}. Send fewer at once.",
        "You thanked {count} times in one message, and there is room for {n}. Send fewer at once.",
        error.maximum,
        count=words.number(error.count),
    )


@_sentence.register(errors.OneOfSeveralError)
def _one_of_several(error: errors.OneOfSeveralError, words: Words, names: Mapping[str, str]) -> str:
    sentence = _sentence(error.error, words, names)
    if not error.receiver_ids:
        return words.text(
            "Thanks number {n}: {sentence}", n=words.number(error.place), sentence=sentence
        )
    # Translators: before the sentence that says why one of several thanks was refused.
    return words.text(
        "Your thanks to {who}: {sentence}",
        who=people(words, names, error.receiver_ids),
        sentence=sentence,
    )


@_sentence.register(errors.AllowanceExceededError)
def _allowance_exceeded(
    error: errors.AllowanceExceededError, words: Words, _names: Mapping[str, str]
) -> str:
    renews = words.moment(error.renews_at)
    if error.allowance_left == 0:
        return words.text(
            "You have no {points} left to give. Your allowance comes back {when}.",
            points=points_name(words),
            when=renews,
        )
    if error.boost_left:
        return words.text(
            "That takes {total}, and you have {left} left, of which {extra} are extra. "
            "Give fewer {points_name}; your full allowance comes back {when}.",
            total=points(words, error.points_total),
            left=points(words, error.allowance_left),
            extra=words.number(error.boost_left),
            points_name=points_name(words),
            when=renews,
        )
    return words.text(
        "That takes {total}, and you have {left} left. "
        "Give fewer {points_name}; your full allowance comes back {when}.",
        total=points(words, error.points_total),
        left=points(words, error.allowance_left),
        points_name=points_name(words),
        when=renews,
    )


@_sentence.register(errors.PairCapExceededError)
def _pair_cap_exceeded(
    error: errors.PairCapExceededError, words: Words, names: Mapping[str, str]
) -> str:
    if error.cap_of is CapOf.THANKS:
        return words.plural(
            "You would thank {who} more than {n} time before {when}, and that is the most for one "
            "person here. Thank other people too.",
            "You would thank {who} more than {n} times before {when}, and that is the most for one "
            "person here. Thank other people too.",
            error.cap,
            who=people(words, names, error.user_ids),
            when=words.moment(error.renews_at),
        )
    return words.text(
        "You would give {who} more than {cap} before {when}, and that is the most for one person "
        "here. Give fewer {points_name}, or thank other people too.",
        who=people(words, names, error.user_ids),
        cap=points(words, error.cap),
        points_name=points_name(words),
        when=words.moment(error.renews_at),
    )


@_sentence.register(errors.UndoTooLateError)
def _undo_too_late(error: errors.UndoTooLateError, words: Words, _names: Mapping[str, str]) -> str:
    return words.plural(
        "It is too late to undo this. Kudos can be taken back for {n} minute, then they stay.",
        "It is too late to undo this. Kudos can be taken back for {n} minutes, then they stay.",
        error.minutes,
    )


@_sentence.register(errors.AmountsHiddenError)
def _amounts_hidden(
    _error: errors.AmountsHiddenError, words: Words, _names: Mapping[str, str]
) -> str:
    return words.text(
        "Amounts are not shown to others here, so there is no leaderboard of {points}. "
        "/kudos leaderboard shows who was thanked by the most people.",
        points=points_name(words),
    )


def _values(words: Words, values: Sequence[str]) -> str:
    return listed(words, [hashtag(value) for value in values])


# What is said where nothing about it depends on what was asked.


_sentence.register(errors.BalanceTooLowError, admin.balance_too_low)
_sentence.register(errors.AlreadyPostedError, admin.already_posted)
_sentence.register(errors.NoChannelError, admin.no_channel)
