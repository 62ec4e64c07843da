"""What a person can put right in the form after a refusal, and what the form begins with then."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.domain import errors
from bot.domain.give_form import Draft, FormField, FormQuestion, Place
from bot.domain.kudos import Audience, GiveKudos, Source, key_among
from bot.domain.values import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.parsing.commands import ParsedGive

_ELSEWHERE = (errors.ChannelNotAllowedError, errors.NotThereError)
_PLACES = (
    *_ELSEWHERE,
    errors.PlaceMissingError,
    errors.PlaceNotPublicError,
)
# Of several thanks, one of these spoils the others, which are not lost for it.
_OF_SEVERAL = (errors.TooManyTogetherError, errors.UnclearLinesError)
AMOUNT_DIGITS_MAX = 12  # more than that is no amount, and more than a field for numbers takes

# Where it is put right. What is not here keeps its sentence: a form would not help.
FIELD_OF: Mapping[type[errors.KudosError], FormField] = MappingProxyType(
    {
        errors.NoReceiverError: FormField.PEOPLE,
        errors.SelfKudosError: FormField.PEOPLE,
        errors.NotThankableError: FormField.PEOPLE,
        errors.EveryoneMentionError: FormField.PEOPLE,
        errors.UnresolvedNameError: FormField.PEOPLE,
        errors.UnknownMembersError: FormField.PEOPLE,
        errors.UnknownGroupsError: FormField.PEOPLE,
        errors.TooManyReceiversError: FormField.PEOPLE,
        errors.PairCapExceededError: FormField.PEOPLE,
        errors.SlackSilentError: FormField.PEOPLE,
        errors.AllowanceExceededError: FormField.AMOUNT,
        errors.AmbiguousAmountError: FormField.AMOUNT,
        errors.AmountNotWholeError: FormField.AMOUNT,
        errors.AmountOutOfRangeError: FormField.AMOUNT,
        errors.UnknownValueError: FormField.VALUE,
        errors.ValueMissingError: FormField.VALUE,
        errors.ReasonTooLongError: FormField.REASON,
        errors.ReasonTooShortError: FormField.REASON,
        errors.ChannelNotAllowedError: FormField.PLACE,
        errors.NotThereError: FormField.PLACE,
        errors.PlaceMissingError: FormField.PLACE,
        errors.PlaceNotPublicError: FormField.PLACE,
    }
)


def draft_of(request: GiveKudos, place: Place, typed: str) -> Draft:
    """Returns the form's beginning for what was typed; an amount that is unclear is left open."""
    return Draft(
        replace(place, natural_key=request.natural_key, thread_ts=request.thread_ts),
        receiver_ids=request.receiver_ids,
        group_ids=request.group_ids,
        points=_amount(request.amounts),
        hashtags=request.hashtags,
        reason=request.reason,
        is_private=request.audience is Audience.PRIVATE,
        typed=typed,
    )


def draft_of_unclear(understood: ParsedGive, place: Place, typed: str) -> Draft:
    """Returns the form's beginning for what was understood of words that were not clear.

    An amount that is asked about is none of what was understood.
    """
    return Draft(
        place,
        receiver_ids=understood.receiver_ids,
        group_ids=understood.group_ids,
        points=_amount(understood.amounts),
        hashtags=understood.hashtags,
        reason=understood.reason,
        is_private=understood.is_private,
        typed=typed,
    )


def _amount(amounts: tuple[int, ...]) -> int | None:
    amount = amounts[0] if len(amounts) == 1 else None
    return None if amount is None or len(str(abs(amount))) > AMOUNT_DIGITS_MAX else amount


def unwrapped(error: errors.KudosError) -> errors.KudosError:
    """Returns what was refused, also where it was one of several."""
    return error.error if isinstance(error, errors.OneOfSeveralError) else error


def field_of(error: errors.KudosError, *, is_several: bool = False) -> FormField | None:
    """Returns where a person puts right what was refused; None where no form would help."""
    refused = unwrapped(error)
    if not is_several:
        return FIELD_OF.get(type(refused))
    if isinstance(refused, _PLACES):
        return FormField.PLACE
    is_mended = type(refused) in FIELD_OF or isinstance(refused, _OF_SEVERAL)
    return FormField.LINES if is_mended else None


def mendable(draft: Draft, error: errors.KudosError) -> Draft | None:
    """Returns the draft without what was refused; None where the form could not mend it.

    Several thanks stay as they were typed, but for a value that is proposed.
    """
    if field_of(error, is_several=bool(draft.lines)) is None:
        return None
    if isinstance(unwrapped(error), _ELSEWHERE):
        # They choose another, and it is not posted here.
        draft = replace(draft, place=Place(natural_key=draft.place.natural_key))
    if draft.lines:
        return _with_known_value(draft, unwrapped(error))
    match error:
        case errors.NotThankableError() | errors.UnknownMembersError():
            left = tuple(each for each in draft.receiver_ids if each not in error.user_ids)
            draft = replace(draft, receiver_ids=left)
        case errors.SelfKudosError():
            draft = replace(draft, receiver_ids=(), group_ids=())
        case errors.UnknownGroupsError():
            left = tuple(each for each in draft.group_ids if each not in error.group_ids)
            draft = replace(draft, group_ids=left)
        case errors.TooManyReceiversError() | errors.SlackSilentError():
            draft = replace(draft, group_ids=())
    return draft


def _with_known_value(draft: Draft, error: errors.KudosError) -> Draft:
    """Returns several thanks with the value that was meant in the place of a mistyped one."""
    if not isinstance(error, errors.UnknownValueError):
        return draft
    near = nearest(error.value, error.known)
    if near is None:
        return draft
    typed = rf"#{re.escape(error.value)}(?![\w-])"
    return replace(draft, lines=re.sub(typed, f"#{near}", draft.lines, flags=re.IGNORECASE))


def key_given(draft: Draft) -> str | None:
    """Returns the key of what becomes of a draft, or of the first of several."""
    key = draft.place.natural_key
    return key_among(key, 1) if key and draft.lines else key


def again(draft: Draft, team_id: str, user_id: str) -> GiveKudos:
    """Returns the request to give what somebody gave just now, which they mean once more."""
    place = draft.place
    return GiveKudos(
        team_id=team_id,
        natural_key=place.natural_key or "",
        giver_id=user_id,
        receiver_ids=draft.receiver_ids,
        source=Source.MODAL,
        audience=Audience.PRIVATE if draft.is_private else place.audience,
        channel_id=place.channel_id,
        reason=draft.reason,
        group_ids=draft.group_ids,
        hashtags=draft.hashtags,
        amounts=() if draft.points is None else (draft.points,),
        thread_ts=place.thread_ts,
        about_ts=place.about_ts,
        response_url=place.response_url,
    )


def request_of(parsed: ParsedGive, place: Place, team_id: str, user_id: str) -> GiveKudos:
    """Returns the request for thanks that stand among the lines of a form."""
    return GiveKudos(
        team_id=team_id,
        natural_key=place.natural_key or "",
        giver_id=user_id,
        receiver_ids=parsed.receiver_ids,
        source=Source.MODAL,
        audience=Audience.PRIVATE if parsed.is_private else place.audience,
        channel_id=place.channel_id,
        reason=parsed.reason,
        group_ids=parsed.group_ids,
        hashtags=parsed.hashtags,
        amounts=parsed.amounts,
        thread_ts=place.thread_ts,
        response_url=place.response_url,
        names_everyone=parsed.names_everyone,
        unresolved_names=parsed.unresolved_names,
    )


def packed(draft: Draft) -> dict[str, Any]:
    """Returns a draft as it is kept: without the address of Slack's by which it came."""
    return asdict(replace(draft, place=replace(draft.place, response_url=None)))


def unpacked(kept: dict[str, Any]) -> Draft:
    """Returns a draft that was kept."""
    place, question = kept["place"], kept["question"]
    return Draft(
        **kept
        | {
            "place": Place(
                **place
                | {
                    "audience": Audience(place["audience"]),
                    "mentioned_ids": tuple(place["mentioned_ids"]),
                }
            ),
            "question": question
            and FormQuestion(FormField(question["field"]), question["sentence"]),
            "receiver_ids": tuple(kept["receiver_ids"]),
            "group_ids": tuple(kept["group_ids"]),
            "hashtags": tuple(kept["hashtags"]),
        }
    )
