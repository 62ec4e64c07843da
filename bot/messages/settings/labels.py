"""What the settings are called, what each does, and how their values read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain.settings.settings import FIELDS, Section
from bot.domain.workspaces import AllowanceKind, PairCapMode, ValueMode, ZoneOf
from bot.messages.settings.schedule_labels import (
    SCHEDULE_READING,
    schedule_choices,
    schedule_hints,
    schedule_labels,
)
from bot.messages.text.markup import channel_link, emoji, mention, safe
from bot.messages.text.phrases import hashtag, listed, points
from bot.messages.text.words import catalogues

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.messages.text.words import Words

_PERSON = re.compile(r"[UW][A-Z0-9]+")
_SCHEDULES = (Section.WEEKLY, Section.MONTHLY, Section.DIGEST)
_POINTS = frozenset({"allowance", "roll_over_max", "points_default", "points_max", "pair_cap"})


def section_title(words: Words, section: Section) -> str:
    """Return what the settings of a section are called together."""
    return {
        Section.POINTS: words.text("Points and budgets"),
        Section.REACTIONS: words.text("Reactions"),
        Section.VALUES: words.text("Values and reasons"),
        Section.CHANNELS: words.text("Channels"),
        Section.WEEKLY: words.text("Weekly leaderboard"),
        Section.MONTHLY: words.text("Monthly highlights"),
        Section.DIGEST: words.text("Personal digest"),
        Section.WORDS: words.text("Words and emoji"),
        Section.FAIRNESS: words.text("Fairness and privacy"),
        Section.ADMINS: words.text("Admins"),
    }[section]


def setting_label(words: Words, name: str) -> str:
    """Return what a setting is called in its form."""
    return {
        **schedule_labels(words),
        "allowance": words.text("Allowance"),
        "allowance_kind": words.text("The allowance comes back"),
        "reset_weekday": words.text("Weekday on which it comes back"),
        "reset_hour": words.text("Hour at which it comes back"),
        "zone_of": words.text("Time zone"),
        "roll_over_max": words.text("Kept for the next period"),
        "points_default": words.text("Amount when none is named"),
        "points_max": words.text("Largest amount at once"),
        "thanks_go_on": words.text("Thanks go on when points run out"),
        "undo_minutes": words.text("Minutes for undoing"),
        "pair_cap": words.text("Cap for two people"),
        "pair_cap_thanks": words.text("Most thanks between two people"),
        "pair_cap_mode": words.text("Above the cap"),
        "amounts_hidden": words.text("Hide amounts"),
        "boards_shown": words.text("Leaderboards"),
        "externals_take_part": words.text("People of other companies"),
        "guests_take_part": words.text("Guests"),
        "reason_min_length": words.text("Length of a reason"),
        "value_mode": words.text("A value with each kudos"),
        "values": words.text("Values"),
        "reaction_worth": words.text("Emoji that thank"),
        "currency_emoji": words.text("Emoji for amounts"),
        "points_name_one": words.text("One of them is called"),
        "points_name_many": words.text("Several are called"),
        "locale": words.text("Language of posts"),
        "announcement_channel_id": words.text("Announcement channel"),
        "channel_ids": words.text("Channels for giving"),
        "admin_ids": words.text("Further admins"),
    }[name]


def setting_name(words: Words, name: str) -> str:
    """Return what a setting is called where no form says to what it belongs."""
    label = setting_label(words, name)
    for section in _SCHEDULES:
        if name in FIELDS[section]:
            # Translators: a post and one of its settings, such as "Weekly leaderboard, Channel".
            return words.text(
                "{section}, {setting}", section=section_title(words, section), setting=label
            )
    return label


def setting_hint(words: Words, name: str, time_zone: str) -> str:
    """Return the sentence that says what a setting does; the time zone is the workspace's."""
    return {
        **schedule_hints(words, time_zone),
        "allowance": words.text(
            "What each person may give in a period. It is not what they receive and keep."
        ),
        "allowance_kind": words.text("How long a period is."),
        "reset_weekday": words.text(
            "For an allowance that comes back every week, whatever day other weeks begin on."
        ),
        "reset_hour": words.text("When the day of a period begins."),
        "zone_of": words.text("Whose clock tells when a period begins."),
        "roll_over_max": words.text(
            "How much of an allowance that was not given is added to the next one, at most. "
            "With 0 nothing is kept."
        ),
        "points_default": words.text("What each person gets when the giver names no amount."),
        "points_max": words.text("The most that one kudos may give to each person."),
        "thanks_go_on": words.text(
            "If yes, thanks without an amount still go out when the giver's points do not cover "
            "them. They carry none, and count as thanks by a person."
        ),
        "undo_minutes": words.text(
            "How long givers can take kudos back. With 0 they can't; admins always can."
        ),
        "pair_cap": words.text(
            "The most that one person should give to one other person in a period. "
            "Leave it empty for no cap."
        ),
        "pair_cap_thanks": words.text(
            "How often one person should thank one other person in a period, with points or "
            "without. Leave it empty for no cap."
        ),
        "pair_cap_mode": words.text("Admins are told in both cases."),
        "amounts_hidden": words.text("If yes, only givers and receivers see how much was given."),
        "boards_shown": words.text("If no, there are no leaderboards for anybody."),
        "externals_take_part": words.text(
            "Whether people of other companies, in shared channels, give and receive kudos."
        ),
        "guests_take_part": words.text("Whether guests of this workspace give and receive kudos."),
        "reason_min_length": words.text(
            "How many characters a reason must have. With 0 no reason is needed."
        ),
        "value_mode": words.text("What may stand after # in a kudos."),
        "values": words.text(
            "What your company wants to see more of, such as teamwork. One on each line; blanks "
            "within a line become hyphens."
        ),
        "reaction_worth": words.text(
            "A reaction with one of these thanks the author of the message. "
            "One on each line, with its worth: 🏆 2"
        ),
        "currency_emoji": words.text(
            "Typed beside the names it is an amount: twice means 2. One emoji, or its name: 🌮 or "
            "taco"
        ),
        "points_name_one": words.text("Leave both empty for the usual word. For example: taco"),
        "points_name_many": words.text("For example: tacos"),
        "locale": words.text("The language of what is posted in channels."),
        "announcement_channel_id": words.text(
            "Public kudos are posted here too, wherever they were given, and the weekly "
            "leaderboard "
            "and the monthly highlights come here. Leave it empty for none."
        ),
        "channel_ids": words.text(
            "The channels in which kudos may be given. Leave it empty for all."
        ),
        "admin_ids": words.text(
            "They may do everything that is done here. The workspace's own admins and owners "
            "always may."
        ),
    }[name]


def choices(words: Words, name: str) -> Mapping[str, str]:
    """Return what can be chosen for a setting, by its value; nothing where one types."""
    yes_or_no = {"yes": words.text("Yes"), "no": words.text("No")}
    offered: dict[str, dict[str, str]] = {
        **schedule_choices(words),
        "allowance_kind": {
            AllowanceKind.DAY: words.text("every day"),
            AllowanceKind.WEEK: words.text("every week"),
            AllowanceKind.MONTH: words.text("every month"),
        },
        "reset_weekday": {str(day): words.weekday(day) for day in range(7)},
        "reset_hour": {str(hour): words.hour(hour) for hour in range(24)},
        "zone_of": {
            ZoneOf.WORKSPACE: words.text("the workspace's"),
            ZoneOf.PERSON: words.text("each person's own"),
        },
        "pair_cap_mode": {
            PairCapMode.MONITOR: words.text("it counts"),
            PairCapMode.BLOCK: words.text("it is refused"),
        },
        "value_mode": {
            ValueMode.FREE: words.text("any hashtag, or none"),
            ValueMode.OPTIONAL: words.text("one of the values, or none"),
            ValueMode.REQUIRED: words.text("one of the values, always"),
        },
        "thanks_go_on": yes_or_no,
        "amounts_hidden": yes_or_no,
        "boards_shown": yes_or_no,
        "externals_take_part": yes_or_no,
        "guests_take_part": yes_or_no,
        "locale": {each: words.language(each) for each in ("en-US", *sorted(catalogues()))},
    }
    return offered.get(name, {})


def chosen(value: object) -> str:
    """Return the value of a choice as `choices` has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def setting_value(words: Words, name: str, value: Any) -> str:
    """Return how a value reads; it is as the settings or as the activity list keep it."""
    options = choices(words, name)
    if options:
        return options.get(chosen(value)) or safe(chosen(value))
    if name in _READING:
        return _READING[name](words, value)
    if not isinstance(value, int):
        return words.text("none")
    return points(words, value) if name in _POINTS else words.number(value)


def who(words: Words, user_id: str | None) -> str:
    """Return somebody in a view, where a mention tells them nothing."""
    if user_id is not None and _PERSON.fullmatch(user_id):
        return mention(user_id)
    return words.text("a former colleague")


def subject(words: Words, subject_id: str, groups: Mapping[str, str]) -> str:
    """Return a person or a user group in a view; `groups` has the names of those by id."""
    if _PERSON.fullmatch(subject_id):
        return mention(subject_id)
    if subject_id in groups:
        return safe(groups[subject_id])
    return words.text("a user group") if subject_id.startswith("S") else who(words, None)


def _list(words: Words, items: Sequence[str]) -> str:
    return listed(words, items) if items else words.text("none")


_READING: Mapping[str, Callable[[Words, Any], str]] = {
    **SCHEDULE_READING,
    "reaction_worth": lambda words, value: _list(
        words, [f"{emoji(name)} {points(words, worth)}" for name, worth in value.items()]
    ),
    "values": lambda words, value: _list(words, [hashtag(each) for each in value]),
    "channel_ids": lambda words, value: (
        listed(words, [channel_link(each) for each in value]) if value else words.text("all")
    ),
    "admin_ids": lambda words, value: _list(words, [who(words, each) for each in value]),
    "announcement_channel_id": lambda words, value: _list(
        words, [channel_link(value)] if value else []
    ),
    "currency_emoji": lambda _words, value: emoji(value),
    "points_name_one": lambda words, value: safe(value) or words.text("as usual"),
    "points_name_many": lambda words, value: safe(value) or words.text("as usual"),
}
