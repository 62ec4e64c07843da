"""Every modal and Home tab with the shortest, the longest and the most hostile data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import NotThankableError
from bot.domain.give_form import Draft, Form, FormField, FormQuestion, Place, Total
from bot.domain.home import HomeList, Shown
from bot.domain.kudos import Audience, KudosRemoved, Source
from bot.domain.members import Reader
from bot.domain.parsing.commands import Ask, Question
from bot.domain.preferences import Preferences
from bot.domain.workspaces import ValueMode, Workspace, WorkspaceSettings
from bot.messages.giving import give, removal, several_form
from bot.messages.giving.kudos import kudos_given
from bot.messages.home import home
from bot.messages.people import personal_data, preferences
from bot.messages.refusals import notices
from bot.messages.refusals.questions import question_in_lines
from bot.messages.refusals.refusals import refusal
from bot.messages.text.markup import safe
from bot.sandbox.inputs import initial_values
from tests.messages.admin_examples import ADMIN_VIEW_EXAMPLES
from tests.messages.examples import all_errors, form_questions
from tests.messages.free_examples import free
from tests.messages.home_examples import full_home
from tests.messages.made_up import RENEWS, Data, taken_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.domain.kudos import Kudos
    from bot.messages.blockkit.view import View
    from bot.messages.text.words import Words


def _home(words: Words, data: Data) -> Iterable[View]:
    full = full_home(data)
    for which in HomeList:
        for page in (0, 1, 1_000):
            for kudos in (full.kudos, ()):
                shown = Shown(which, page)
                yield home.home_view(words, replace(full, shown=shown, kudos=kudos))
    empty = replace(full, received_count=0, given_count=0, rank=None, streak_weeks=0)
    yield home.home_view(words, empty)
    yield home.home_view(words, replace(full, takes_part=False))


def _help(words: Words, data: Data) -> Iterable[View]:
    for mode in ValueMode:
        yield home.help_view(words, WorkspaceSettings(value_mode=mode, values=data.values))


def _preferences(words: Words, _data: Data) -> Iterable[View]:
    for chosen in (
        Preferences(),
        Preferences(
            on_boards=False,
            thanked_in_private=True,
            direct_messages=False,
            weekly_nudge=False,
            locale="en",
        ),
        Preferences(on_boards=False, direct_messages=False, weekly_nudge=False, locale="xx"),
    ):
        yield preferences.preferences_view(words, chosen)


def _removed(data: Data, kudos: Kudos, seen: Kudos | None) -> KudosRemoved:
    return KudosRemoved(kudos, seen, Reader(names=data.names))


def _removal(words: Words, data: Data) -> Iterable[View]:
    for given in (data.kudos(), data.kudos(source=Source.REACTION), free(data.kudos())):
        for seen in (given, None):
            yield removal.removal_view(words, _removed(data, given, seen))


def _forms(words: Words, data: Data) -> Iterable[View]:
    settings = WorkspaceSettings(values=data.values)
    here = Place("C0GENERAL", about_ts="1764079500.000100")
    places = (
        here,
        replace(here, audience=Audience.CHANNEL),
        Place("D0ADA", Audience.CHANNEL),
        Place(),
    )
    typed = Draft(
        receiver_ids=data.receiver_ids,
        points=data.points,
        hashtags=(data.value,) if data.value else (),
        reason=data.reason,
        is_private=True,
        typed=f"/kudos <@{data.receiver_ids[0]}> {data.reason}",
    )
    sentence = refusal(words, NotThankableError(data.receiver_ids, "bot"), data.names)
    asks = [FormQuestion(field, sentence) for field in FormField] + list(
        form_questions(words, data)
    )[:6]
    too_long = replace(
        typed, reason=data.reason * 8, typed=typed.typed + data.reason * 5, points=None
    )
    for mode in ValueMode:
        for announced in (None, "C0GENERAL"):
            chosen = replace(settings, value_mode=mode, announcement_channel_id=announced)
            workspace = Workspace("T1", "Acme", "https://acme.slack.com/", "UKUDOS", "UTC", chosen)
            for place in places:
                form = Form(workspace, data.points, RENEWS, Reader(names=data.names))
                yield give.give_view(words, form, Draft(place), "x" * 3_000)
                yield give.give_view(words, form, replace(typed, place=place))
    for ask in asks:
        yield give.give_view(words, form, replace(too_long, question=ask))


def _several(words: Words, data: Data) -> Iterable[View]:
    settings = WorkspaceSettings(values=data.values)
    workspace = Workspace("T1", "Acme", "https://acme.slack.com/", "UKUDOS", "UTC", settings)
    form = Form(workspace, data.points, RENEWS, Reader(names=data.names))
    # As Slack sends it, and no longer than a message can be.
    lines = "\n".join(f"<@{each}> {safe(data.reason)}" for each in data.receiver_ids)[:12_000]
    asked = [question_in_lines(words, Question(ask, data.name)) for ask in set(Ask) - {Ask.NAME}]
    sentence = refusal(words, NotThankableError(data.receiver_ids, "bot"), data.names)
    for question in [*asked, FormQuestion(FormField.PLACE, sentence), None]:
        for place in (Place("C0GENERAL"), Place("D0ADA", Audience.CHANNEL), Place()):
            draft = Draft(place, lines=lines, question=question)
            yield several_form.several_view(words, form, draft, "x" * 3_000)


def _forms_again(words: Words, data: Data) -> Iterable[View]:
    for view in _forms(words, data):
        for left in (0, data.points, data.points * data.count):
            total = Total(data.count, data.points, left, RENEWS)
            yield give.with_total(words, view.payload(), total)


def _refilled(words: Words, data: Data) -> Iterable[View]:
    for view in (*_forms(words, data), *_several(words, data)):
        shown = view.payload()
        state = {"values": initial_values(shown["blocks"])}
        sentence = refusal(words, NotThankableError(data.receiver_ids, "bot"), data.names)
        yield give.refilled(shown | {"state": state}, sentence)


VIEW_EXAMPLES: dict[str, Callable[[Words, Data], Iterable[View]]] = {
    **ADMIN_VIEW_EXAMPLES,
    "home_view": _home,
    "give_view": _forms,
    "several_view": _several,
    "with_total": _forms_again,
    "refilled": _refilled,
    "done_view": lambda words, data: [
        give.done_view(words, kudos_given(words, data.given(), data.names))
    ],
    "removal_view": _removal,
    "removal_done": lambda words, data: [
        removal.removal_done(words, _removed(data, taken_back(data.kudos()), seen))
        for seen in (taken_back(data.kudos()), None)
    ],
    "outsider_view": lambda words, _data: [home.outsider_view(words)],
    "unavailable_view": lambda words, _data: [home.unavailable_view(words)],
    "help_view": _help,
    "preferences_view": _preferences,
    "erase_view": lambda words, _data: [personal_data.erase_view(words)],
    "loading_view": lambda words, _data: [notices.loading_view(words)],
    "notice_view": lambda words, data: [
        notices.notice_view(words, text)
        for text in (
            notices.not_saved(words).text,
            personal_data.person_erased(words),
            personal_data.export_sent(words),
            personal_data.export_not_sent(words),
            *(refusal(words, error, data.names) for error in all_errors(data)),
        )
    ],
}
