"""Every view that admins see, with the shortest, the longest and the most hostile data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.admin import Activity, ActivityPage, Budgets, Checklist, LedgerLine, PersonLedger
from bot.domain.allowance import Allowance, Boost
from bot.domain.budgets import REASON_LIMIT, Override
from bot.domain.kudos import Audience, Source
from bot.domain.periods import PeriodKind, period_of
from bot.domain.schedules import (
    POSTED_KINDS,
    LastResult,
    OccurrenceState,
    PostedNow,
    Schedule,
    ScheduleKind,
    ScheduleStatus,
)
from bot.domain.settings.emoji import REACTIONS_LIMIT
from bot.domain.settings.schedules import MONTH_DAYS
from bot.domain.settings.settings import (
    ADMINS_LIMIT,
    CHANNELS_LIMIT,
    NAME_LIMIT,
    Section,
)
from bot.domain.values import VALUE_LIMIT, VALUES_LIMIT
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, Workspace, WorkspaceSettings
from bot.messages.home import admin as admin_home
from bot.messages.home import home
from bot.messages.people import admin as admin_people
from bot.messages.posts import preview
from bot.messages.posts.monthly import monthly_highlights
from bot.messages.posts.weekly import weekly_leaderboard
from bot.messages.refusals import notices
from bot.messages.settings import activity, budgets
from bot.messages.settings import settings as admin_settings
from bot.services.settings.admin import ACTIVITY_PAGE, LEDGER_PAGE
from storage.workspaces import settings_as_stored
from tests.messages import post_examples
from tests.messages.home_examples import full_home
from tests.messages.made_up import LINK, NOW, RENEWS, Data, taken_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.messages.blockkit.view import View
    from bot.messages.text.words import Words

LONGEST_ZONE = "America/Argentina/ComodRivadavia"
GROUP = "S0GROUP"
ADMIN = "U0ADMIN"


def full_settings(data: Data) -> WorkspaceSettings:
    """Return settings in which everything is chosen, as much of it as there may be."""
    name = data.name[:NAME_LIMIT]
    return WorkspaceSettings(
        allowance=data.points,
        roll_over_max=data.points,
        pair_cap=data.points,
        amounts_hidden=True,
        values=tuple((data.value or "ა")[:VALUE_LIMIT] for _ in range(VALUES_LIMIT)),
        reaction_worth={f"{data.emoji}{n}": data.points for n in range(REACTIONS_LIMIT)},
        currency_emoji=data.emoji,
        points_name_one=name,
        points_name_many=name,
        announcement_channel_id="C0GENERAL",
        channel_ids=("C0GENERAL",) * CHANNELS_LIMIT,
        weekly_channel_id="C0GENERAL",
        weekly_weekday=2,
        weekly_time="23:59",
        weekly_zone=LONGEST_ZONE,
        weekly_length=25,
        weekly_parts=(),
        weekly_empty=EmptyPeriod.NOTHING,
        weekly_mentions=True,
        monthly_on=False,
        monthly_channel_id="C0GENERAL",
        monthly_day="28",
        monthly_time="00:00",
        monthly_zone=LONGEST_ZONE,
        monthly_length=10,
        monthly_parts=(MonthlyPart.GIVERS,),
        monthly_empty=EmptyPeriod.NOTHING,
        monthly_mentions=True,
        digest_on=False,
        digest_weekday=6,
        digest_time="12:01",
        admin_ids=(ADMIN,) * ADMINS_LIMIT,
    )


def _home(words: Words, data: Data) -> Iterable[View]:
    """Yield whole Home tabs: what an admin sees stands below what everybody sees."""
    full, nothing = full_settings(data), WorkspaceSettings()
    for settings, is_done, schedules in (
        *((nothing, is_done, []) for is_done in (True, False, None)),
        *((full, False, schedules) for schedules in _schedules(data)),
    ):
        done = bool(is_done)
        checklist = Checklist(done, is_done, done, done)
        named = words.named(settings)
        blocks = admin_home.admin_blocks(named, settings, checklist, schedules)
        yield home.home_view(named, full_home(data), blocks)


def _schedules(data: Data) -> Iterable[list[ScheduleStatus]]:
    """Yield the posts as they may stand: switched off, without a channel, set, and failed."""
    yield []
    yield [ScheduleStatus(kind, None, None, None) for kind in ScheduleKind]
    for state, error, month_day in (
        *((OccurrenceState.WISHED, None, day) for day in (MONTH_DAYS[0], "28", MONTH_DAYS[-1])),
        *((state, None, "1") for state in OccurrenceState),
        *((OccurrenceState.WISHED, error, "1") for error in (data.reason, "is_archived")),
    ):
        last = LastResult("2026-W47", NOW, state, "C0GENERAL", error, None)
        yield [
            ScheduleStatus(
                kind,
                Schedule(kind, "C0GENERAL", 23, 59, LONGEST_ZONE, month_day=month_day),
                RENEWS,
                last,
            )
            for kind in POSTED_KINDS
        ]


def _workspace(settings: WorkspaceSettings) -> Workspace:
    return Workspace("T1", "Acme", "https://acme.slack.com/", "UKUDOS", LONGEST_ZONE, settings)


def _settings(words: Words, data: Data) -> Iterable[View]:
    for settings in (WorkspaceSettings(), full_settings(data)):
        for section in Section:
            workspace = _workspace(settings)
            yield admin_settings.settings_view(words.named(settings), section, workspace)


def _budgets(words: Words, data: Data) -> Iterable[View]:
    groups = {f"{GROUP}{n}": data.name for n in range(data.crowd)}
    overrides = tuple(
        Override(subject_id, data.points) for subject_id in (*groups, "S9", *data.people_ids, "x")
    )
    boost = Boost("b", data.receiver_ids[0], data.points, RENEWS, data.reason[:REASON_LIMIT], NOW)
    yield budgets.budgets_view(words, Budgets((), ()), {})
    boosts = ((boost, data.points),) * data.crowd
    yield budgets.budgets_view(words, Budgets(overrides, boosts, data.names), groups)


def _overrides(words: Words, data: Data) -> Iterable[View]:
    for count in (0, 1, 100, 101, 950):
        groups = {f"{GROUP}{n}": data.name for n in range(count)}
        yield budgets.override_view(words, groups)


def _person(words: Words, data: Data) -> Iterable[View]:
    allowance = Allowance(data.points, data.points, 0, 0, RENEWS, NOW, "2026-11-23")
    given = [
        kudos
        for audience in Audience
        for source in (Source.COMMAND, Source.REACTION)
        for kudos in (data.kudos(audience, source), taken_back(data.kudos(audience, source)))
    ]
    lines = [
        LedgerLine(NOW, account, data.points, is_reversal, "K1", seen, not is_reversal, "", None)
        for account in ("giving", "receiving")
        for is_reversal in (True, False)
        for kudos in given
        for seen in (kudos, None)
    ]
    adjusted = LedgerLine(
        NOW, "receiving", -data.points, False, None, None, False, data.reason[:REASON_LIMIT], ADMIN
    )
    lines.append(adjusted)
    for at in range(0, len(lines), LEDGER_PAGE):
        page = tuple(lines[at : at + LEDGER_PAGE])
        yield admin_people.person_view(
            words, PersonLedger(ADMIN, data.points, allowance, page, page=at, has_older=True)
        )
    nothing = PersonLedger(ADMIN, 0, allowance, (), page=0, has_older=False)
    yield admin_people.person_view(words, nothing)


def _activity(words: Words, data: Data) -> Iterable[View]:
    values = settings_as_stored(full_settings(data))
    kept = data.reason[:REASON_LIMIT]
    boost = {"points": data.points, "ends_on": "2026-11-27", "reason": kept}
    lines = [
        *[Activity("a", ADMIN, name, None, values[name], values[name], NOW) for name in values],
        Activity("a", ADMIN, "announcement_channel_id", None, None, "C0GENERAL", NOW),
        Activity("a", ADMIN, "pair_cap", None, data.points, None, NOW),
        Activity("a", ADMIN, "override", f"{GROUP}0", None, data.points, NOW),
        Activity("a", ADMIN, "override", "S9", data.points, None, NOW),
        Activity("a", ADMIN, "boost_given", data.receiver_ids[0], None, boost, NOW),
        Activity("a", ADMIN, "boost_ended", data.receiver_ids[0], boost, None, NOW),
        Activity("a", "", "balance_adjusted", "erased", -data.points, data.points, NOW),
        Activity("a", ADMIN, "kudos_removed", ADMIN, {"points": data.points}, None, NOW),
        *[
            Activity("a", actor_id, what, kind, None, {"period": period}, NOW)
            for actor_id, what in ((ADMIN, "post_now"), ("", "post_missed"))
            for kind, period in (
                (ScheduleKind.WEEKLY, "2026-W47"),
                (ScheduleKind.MONTHLY, "2026-11"),
            )
        ],
        Activity("a", ADMIN, "post_now", None, None, None, NOW),
    ]
    for at in range(0, len(lines), ACTIVITY_PAGE):
        page = ActivityPage(tuple(lines[at : at + ACTIVITY_PAGE]), page=at, has_older=True)
        yield activity.activity_view(words, page, {f"{GROUP}0": data.name})
    yield activity.activity_view(words, ActivityPage((), page=0, has_older=False), {})


def _previews(words: Words, data: Data) -> Iterable[View]:
    week = post_examples.weekly(data, LINK)
    month = post_examples.monthly(data, LINK)
    for is_so_far in (False, True):
        so_far = replace(week, is_so_far=is_so_far)
        yield preview.preview_view(words, so_far, weekly_leaderboard(words, so_far))
        for file_id in (None, "F0MONTH"):
            told = replace(month, is_so_far=is_so_far, file_id=file_id)
            yield preview.preview_view(words, told, monthly_highlights(words, told))


ADMIN_VIEW_EXAMPLES: dict[str, Callable[[Words, Data], Iterable[View]]] = {
    "admin_blocks": _home,
    "settings_view": _settings,
    "budgets_view": _budgets,
    "override_view": _overrides,
    "boost_view": lambda words, _data: [budgets.boost_view(words)],
    "find_view": lambda words, _data: [admin_people.find_view(words)],
    "person_view": _person,
    "adjust_view": lambda words, _data: [admin_people.adjust_view(words, ADMIN)],
    "activity_view": _activity,
    "preview_view": _previews,
    "on_its_way": lambda words, _data: [
        preview.on_its_way(words, PostedNow(kind, "C0GENERAL", week))
        for kind in POSTED_KINDS
        for week in [period_of(PeriodKind.WEEK, NOW.date())]
    ],
    "cannot_post": lambda words, _data: [
        preview.cannot_post(words, "C0GENERAL", is_shared=is_shared) for is_shared in (True, False)
    ],
    "saved": lambda words, _data: [notices.saved(words)],
}
