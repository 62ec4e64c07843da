"""What is said of several thanks in one message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import JustGivenError, OneOfSeveralError
from bot.domain.members import Reader
from bot.domain.workspaces import TOGETHER_MAX
from bot.messages.giving import mending, several
from bot.messages.refusals.refusals import refusal
from tests.messages.free_examples import free
from tests.messages.made_up import Data, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.errors import KudosError
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words


def given_examples(words: Words, data: Data) -> Iterable[Message]:
    """Returns confirmations: of thanks as they were given, without points, and taken back."""
    one = replace(data.given(), reader=Reader(names=data.names))
    others = [replace(one, kudos=replace(one.kudos, kudos_id=f"{n:032}")) for n in range(3)]
    mixed = [
        one,
        replace(others[0], kudos=free(others[0].kudos)),
        replace(others[1], kudos=taken_back(others[1].kudos)),
    ]
    yield several.several_given(words, mixed)
    yield several.several_given(
        words, [replace(each, undo_until=one.kudos.created_at) for each in mixed]
    )
    yield several.several_given(words, [replace(one, kudos=taken_back(one.kudos))] * 2)
    most = [
        replace(one, kudos=replace(one.kudos, kudos_id=f"{n:032}")) for n in range(TOGETHER_MAX)
    ]
    yield several.several_given(words, most)


def refused_examples(words: Words, data: Data, refusals: Sequence[KudosError]) -> Iterable[Message]:
    """Returns the answers to all refusals, with what was typed."""
    typed = f"/kudos {data.reason}\n{data.reason}"
    for error in refusals:
        sentence = refusal(words, error, data.names)
        for line_id in ("", "0" * 32):
            yield several.several_refused(words, sentence, typed, data.names, line_id)


def repeated_examples(words: Words, data: Data) -> Iterable[Message]:
    """Returns what is asked of those who gave all of it just now, or a part."""
    for user_ids in ((), data.people_ids):
        question = mending.given_just_now(words, JustGivenError(user_ids), data.names)
        yield mending.repeated_note(words, question, "0" * 32, may_correct=bool(user_ids))


def refusals_of_one(data: Data, refusals: Sequence[KudosError]) -> list[KudosError]:
    """Returns refusals of one of several thanks."""
    return [
        OneOfSeveralError(place, receiver_ids, error)
        for place, error in enumerate(refusals, start=1)
        for receiver_ids in (data.receiver_ids, ())
    ]
