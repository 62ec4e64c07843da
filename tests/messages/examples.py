"""Every message with the shortest, the longest and the most hostile data that it can be given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.domain import errors
from bot.domain.allowance import BoostLeft
from bot.domain.boards import History, Leaderboard, MySummary, Side, rank
from bot.domain.budgets import REASON_LIMIT, Adjustment, PairCapReached
from bot.domain.kudos import Audience, KudosUndone, Source
from bot.domain.naming import Meant
from bot.domain.parsing.commands import Ask, Question
from bot.domain.parsing.reason import SUGGESTION_MAX_LENGTH
from bot.domain.parsing.suggestion import COLLEAGUE
from bot.domain.periods import PeriodKind, period_before, period_of
from bot.domain.schedules import POSTED_KINDS
from bot.domain.workspaces import (
    REASON_MAX_LENGTH,
    RECEIVERS_MAX,
    TOGETHER_MAX,
    CapOf,
    ValueMode,
    WorkspaceSettings,
)
from bot.messages.boards import boards
from bot.messages.giving import kudos, mending, removal, usage
from bot.messages.home import admin
from bot.messages.installations import pages as installing
from bot.messages.people import personal_data
from bot.messages.posts import digest
from bot.messages.refusals import notices
from bot.messages.refusals.questions import question_in_form
from bot.messages.refusals.refusals import refusal
from bot.messages.settings import notices as budgets
from bot.services.boards.boards import BOARD_LENGTH
from tests.messages import (
    digest_examples,
    post_examples,
    schedule_examples,
    several_examples,
)
from tests.messages.free_examples import free_examples, told_why
from tests.messages.made_up import GIVER, LINK, NOW, RENEWS, Data, taken_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.give_form import FormQuestion
    from bot.messages.blockkit.message import Message
    from bot.messages.text.words import Words


def all_errors(data: Data) -> list[errors.KudosError]:
    """Return an error of every class, and of each form that it takes."""
    values = data.values
    return [
        errors.NoReceiverError(),
        errors.SelfKudosError(),
        *[
            errors.NotThankableError(data.people_ids, why)
            for why in ("bot", "deactivated", "external", "guest")
        ],
        errors.GiverNotAllowedError(GIVER, "external"),
        errors.GiverNotAllowedError(GIVER, "guest"),
        errors.ChannelNotAllowedError("C0GENERAL", ("C0THANKS",) * data.crowd),
        errors.EveryoneMentionError(),
        errors.UnresolvedNameError((data.name,) * data.crowd),
        errors.UnclearLinesError(Question(Ask.PRIVATE, data.reason)),
        *[errors.UnclearLinesError(Question(ask)) for ask in (Ask.RECEIVERS, Ask.AMOUNT)],
        errors.UnknownMembersError(data.people_ids),
        errors.UnknownGroupsError(("S1",) * data.crowd),
        errors.ReasonTooShortError(length=0, minimum=data.points),
        errors.ReasonTooShortError(length=1, minimum=data.points),
        errors.ReasonTooLongError(length=3_000, maximum=REASON_MAX_LENGTH),
        errors.UnknownValueError(data.value or "ბ", values),
        errors.UnknownValueError(data.value or "ბ", ()),
        errors.ValueMissingError(values),
        errors.ValueMissingError(()),
        errors.AmountOutOfRangeError(points_each=0, maximum=data.points),
        errors.AmountOutOfRangeError(points_each=10**15, maximum=data.points),
        errors.AmbiguousAmountError(tuple(range(1, data.crowd + 2))),
        errors.TooManyReceiversError(count=51, maximum=RECEIVERS_MAX),
        errors.TooManyTogetherError(count=51, maximum=TOGETHER_MAX),
        *several_examples.refusals_of_one(
            data,
            [
                errors.ReasonTooShortError(length=0, minimum=data.points),
                errors.NotThankableError(data.people_ids, "bot"),
            ],
        ),
        errors.AllowanceExceededError(data.points + 1, data.points, RENEWS),
        errors.AllowanceExceededError(data.points, 0, RENEWS),
        errors.AllowanceExceededError(data.points + 1, data.points, RENEWS, data.points),
        errors.PairCapExceededError(
            "T1", GIVER, data.receiver_ids, data.points, "2026-11-23", RENEWS
        ),
        errors.PairCapExceededError(
            "T1",
            GIVER,
            data.receiver_ids,
            data.points,
            "2026-11-23",
            RENEWS,
            cap_of=CapOf.THANKS,
        ),
        errors.NoBoostError(),
        errors.BalanceTooLowError(data.points + 1, data.points),
        errors.PlaceMissingError(),
        errors.PlaceNotPublicError("C0GENERAL"),
        errors.AmountNotWholeError(),
        errors.KudosGoneError(),
        errors.OwnKudosError(),
        errors.AlreadyJoinedError(),
        errors.NothingToUndoError(),
        errors.UndoTooLateError(data.points),
        errors.AlreadyUndoneError(),
        errors.NotYoursToUndoError(),
        errors.NoKudosHereError(),
        errors.NotOfThisCompanyError(),
        errors.BoardsHiddenError(),
        errors.AmountsHiddenError(),
        errors.StaleBoardError(),
        *[
            errors.AlreadyPostedError("C0THANKS", link, kind)
            for link in (None, LINK)
            for kind in POSTED_KINDS
        ],
        *[errors.NoChannelError(kind) for kind in POSTED_KINDS],
        errors.NotAdminError(),
        errors.SlackSilentError(),
        errors.JustGivenError(),
        errors.LineGoneError(),
        errors.AlreadyGivenError(),
        errors.NobodyRunsError(),
        errors.NotThereError(),
        errors.NotGiverNorAdminError(),
        errors.SettingsError({}),
        errors.StaleFormError(),
    ]


def _posted(words: Words, data: Data) -> Iterable[Message]:
    yield kudos.kudos_posted(words, data.kudos(), data.names)
    yield kudos.kudos_posted(words, data.kudos(source=Source.REACTION), data.names)
    yield kudos.kudos_posted(words, taken_back(data.kudos()), data.names)
    for given in (data.kudos(), taken_back(data.kudos())):
        yield kudos.kudos_posted(words, given, data.names, joiner_ids=data.people_ids, about=LINK)


def _received(words: Words, data: Data) -> Iterable[Message]:
    for audience in Audience:
        for link in (LINK, None):
            for is_first in (True, False):
                for given in (data.kudos(audience), taken_back(data.kudos(audience))):
                    yield kudos.kudos_received(
                        words, given, data.names, link=link, is_first=is_first
                    )
    joined = replace(data.kudos(source=Source.JOINED), reason="", joins_id="01JDGKQ2V6M7")
    yield kudos.kudos_received(
        words, joined, data.names, link=LINK, is_first=True, joins=data.kudos()
    )


def _given(words: Words, data: Data) -> Iterable[Message]:
    for audience in Audience:
        yield kudos.kudos_given(words, data.given(audience), data.names)
    given = data.given()
    yield kudos.kudos_given(words, replace(given, undo_until=NOW), data.names)
    yield kudos.kudos_given(words, replace(given, boost_left=data.points), data.names)
    yield kudos.kudos_given(words, replace(given, kudos=taken_back(given.kudos)), data.names)
    joined = replace(given.kudos, source=Source.JOINED, joins_id="01JDGKQ2V6M7")
    yield kudos.kudos_given(words, replace(given, kudos=joined), data.names)
    in_dm = data.kudos(Audience.CHANNEL, channel_id="D0ADA")
    yield kudos.kudos_given(words, replace(given, kudos=in_dm), data.names)


def _reaction_thanks(words: Words, data: Data) -> Iterable[Message]:
    one = data.kudos(source=Source.REACTION)
    yield kudos.reaction_thanks(words, [], data.names)
    yield kudos.reaction_thanks(words, [one], data.names)
    several = [
        replace(one, giver_id=giver_id, receipts=one.receipts[:1]) for giver_id in data.people_ids
    ]
    yield kudos.reaction_thanks(words, [*several, *several], data.names)


def _post_failed(words: Words, data: Data) -> Iterable[Message]:
    for channel_id in ("C0GENERAL", "D0ADA"):
        yield kudos.post_failed(words, data.kudos(channel_id=channel_id), data.names)


def _pair_cap_reached(words: Words, data: Data) -> Iterable[Message]:
    for was_refused in (True, False):
        for cap_of in CapOf:
            reached = PairCapReached(
                "T1",
                GIVER,
                data.receiver_ids[:1],
                data.points,
                was_refused=was_refused,
                cap_of=cap_of,
            )
            yield budgets.pair_cap_reached(words, reached, data.names)


def _balance_adjusted(words: Words, data: Data) -> Iterable[Message]:
    for points in (data.points, -data.points):
        reason = data.reason[:REASON_LIMIT]
        adjustment = Adjustment("A1", data.receiver_ids[0], GIVER, points, reason, NOW)
        yield budgets.balance_adjusted(words, adjustment, data.names)


def form_questions(words: Words, data: Data) -> Iterable[FormQuestion]:
    """Yield what is asked about thanks that are not clear."""
    people = tuple((user_id, data.name) for user_id in data.people_ids)
    for found in ((), people[:1], people, (*people[:1], *people)):
        meant = (Meant(data.name, found), Meant(data.name, people[:1]))
        asked = question_in_form(words, Question(Ask.NAME, names=(data.name,)), meant)
        assert asked is not None
        yield asked
    for ask in set(Ask) - {Ask.NAME, Ask.WHO}:
        for amounts in ((), (data.points,)):
            for text in ("", data.reason):
                asked = question_in_form(words, Question(ask, text, amounts=amounts))
                assert asked is not None
                yield asked


def _usage(words: Words, data: Data) -> Iterable[Message]:
    line = f"<@{data.receiver_ids[0]}> +1 {data.reason}"[:SUGGESTION_MAX_LENGTH]
    yield usage.usage(words, "", f"/kudos {COLLEAGUE}")
    yield usage.usage(words, "/kudos", f"/kudos {COLLEAGUE}")
    yield usage.usage(words, f"/kudos {data.reason * 5}", f"/kudos {line}")
    for line_id in ("", "0" * 32):
        typed = f"/kudos {data.reason}"
        yield usage.usage(words, typed, f"/kudos {line}", data.names, line_id=line_id)
    for asked in form_questions(words, data):
        given = f"/kudos {data.reason}", f"/kudos {line}", data.names
        yield usage.usage(words, *given, line_id="0" * 32, asks=asked.sentence)


def _help(words: Words, data: Data) -> Iterable[Message]:
    for mode in ValueMode:
        yield usage.help_message(words, WorkspaceSettings(value_mode=mode, values=data.values))
    yield usage.help_message(
        words,
        WorkspaceSettings(
            allowance=data.points,
            points_default=data.points,
            reason_min_length=0,
            reaction_worth={f"{data.emoji}{n}": data.points for n in range(data.crowd)},
        ),
    )
    yield usage.help_message(words, WorkspaceSettings(reaction_worth={}, reason_min_length=1))


def _my_summary(words: Words, data: Data) -> Iterable[Message]:
    full = MySummary(
        allowance_left=data.points,
        allowance=data.points,
        renews_at=RENEWS,
        balance=data.points,
        received_count=data.points,
        given_count=data.points,
        thanked_by_count=data.points,
        rank=data.points,
        streak_weeks=data.points,
        last_received=(data.kudos(),) * min(data.count, 10),
        names=data.names,
    )
    yield boards.my_summary(words, full, links={full.last_received[0].kudos_id: LINK})
    boosts = tuple(BoostLeft(f"B{n}", data.points, RENEWS) for n in range(data.crowd))
    yield boards.my_summary(words, replace(full, boosts=boosts))
    yield boards.my_summary(
        words,
        replace(
            full,
            received_count=0,
            given_count=0,
            rank=None,
            streak_weeks=0,
            last_received=(),
        ),
    )


def _leaderboard(words: Words, data: Data) -> Iterable[Message]:
    rows = [(user_id, data.name, data.points, data.points) for user_id in data.receiver_ids]
    shown = rank(rows, first_rank=data.points)[:BOARD_LENGTH]
    today = date(2026, 11, 25)
    longest = "გ" * 3_000  # a hashtag that nobody has checked
    for side in Side:
        if side is Side.POINTS and words.amounts_hidden:
            continue
        for kind in PeriodKind:
            period = period_of(kind, today)
            for value in (None, data.value, longest):
                full = Leaderboard(
                    *(period, side, value, shown, data.count, shown[0], today),
                    page=1,
                    pages=100,
                    values=data.values,
                )
                yield boards.leaderboard(words, full)
                for then in (period, period_before(period), period_of(kind, date(2019, 2, 28))):
                    empty = Leaderboard(then, side, value, (), 0, None, today)
                    yield boards.leaderboard(words, empty)


def _history(words: Words, data: Data) -> Iterable[Message]:
    for is_own in (True, False):
        yield boards.history(words, History(GIVER, data.name, is_own, (), data.names))
        shown = (data.kudos(), taken_back(data.kudos()), data.kudos(source=Source.REACTION)) * min(
            data.count, 4
        )
        yield boards.history(
            words,
            History(GIVER, data.name, is_own, shown, data.names),
            links={shown[0].kudos_id: LINK},
        )


def _removed(words: Words, data: Data) -> Iterable[Message]:
    for given in (data.kudos(), data.kudos(source=Source.REACTION)):
        for reader_id in (GIVER, data.receiver_ids[0]):
            yield removal.kudos_removed(
                words, given, data.names, actor_id=data.receiver_ids[-1], reader_id=reader_id
            )


_PAID: dict[str, Callable[[Words, Data], Iterable[Message]]] = {
    "admin_welcome": lambda words, _data: [admin.admin_welcome(words)],
    "kudos_posted": _posted,
    "kudos_received": _received,
    "kudos_given": _given,
    "nobody_named": lambda words, data: [
        usage.nobody_named(words, f"/kudos {data.reason}"[:SUGGESTION_MAX_LENGTH], board)
        for board in ("", "week:2026-W47")
    ],
    "rewards_off": lambda words, _data: [usage.rewards_off(words)],
    "settings_link": lambda words, _data: [
        usage.settings_link(words, "T1", app_id) for app_id in ("", "A0KUDOS")
    ],
    "repeated_note": several_examples.repeated_examples,
    "refused_note": lambda words, data: [
        mending.refused_note(words, refusal(words, error, data.names), "0" * 32)
        for error in all_errors(data)
    ],
    "of_workflow": lambda words, data: [
        mending.of_workflow(words, mending.refused_note(words, sentence, "0" * 32))
        for sentence in (refusal(words, error, data.names) for error in all_errors(data))
    ],
    "several_given": several_examples.given_examples,
    "several_refused": lambda words, data: several_examples.refused_examples(
        words, data, all_errors(data)
    ),
    "reaction_given": lambda words, data: [
        kudos.reaction_given(words, data.given(source=Source.REACTION), data.names)
    ],
    "reaction_thanks": _reaction_thanks,
    "private_now": lambda words, _data: [kudos.private_now(words)],
    "kudos_undone": lambda words, data: [
        kudos.kudos_undone(words, KudosUndone(taken_back(data.kudos()), data.points), data.names)
    ],
    "kudos_removed": _removed,
    "post_failed": _post_failed,
    "reaction_refused": lambda words, data: [
        kudos.reaction_refused(words, error, data.names) for error in all_errors(data)
    ],
    "pair_cap_reached": _pair_cap_reached,
    "balance_adjusted": _balance_adjusted,
    "usage": _usage,
    "help_message": _help,
    "my_summary": _my_summary,
    "leaderboard": _leaderboard,
    "history": _history,
    "weekly_leaderboard": lambda words, data: post_examples.weekly_examples(words, data, LINK),
    "monthly_highlights": lambda words, data: post_examples.monthly_examples(words, data, LINK),
    "digest": lambda words, data: digest_examples.digest_examples(words, data, LINK),
    "digest_stopped": lambda words, _data: [digest.digest_stopped(words)],
    "digest_started": lambda words, _data: [
        digest.digest_started(words, direct_messages=each) for each in (True, False)
    ],
    "scheduled_post_failed": schedule_examples.failed_examples,
    "export_follows": lambda words, _data: [personal_data.export_follows(words)],
    "still_saving": lambda words, _data: [notices.still_saving(words)],
    "not_saved": lambda words, _data: [notices.not_saved(words)],
    "perhaps_saved": lambda words, _data: [notices.perhaps_saved(words)],
    "not_installed": lambda words, _data: [
        installing.not_installed(words, install_url) for install_url in ("", LINK)
    ],
    "not_ready": lambda words, _data: [installing.not_ready(words)],
    "something_broke": lambda words, _data: [notices.something_broke(words, "4711")],
}


def _with_free(name: str) -> Callable[[Words, Data], Iterable[Message]]:
    """Returns what makes the examples of a message, those of thanks without points included."""

    def made(words: Words, data: Data) -> Iterable[Message]:
        yield from _PAID[name](words, data)
        for of, message in [*free_examples(words, data), *told_why(words, data)]:
            if of == name:
                yield message

    return made


EXAMPLES = {name: _with_free(name) for name in _PAID}
