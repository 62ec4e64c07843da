"""What the settings of scheduled posts are called, what each does, and how their values read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.periods import WEEK_BEGINS
from bot.domain.schedules import FIRST_WORKING_DAY, LAST_DAY, wall_time
from bot.domain.settings.schedules import MONTH_DAYS, MONTHLY_LENGTHS, WEEKLY_LENGTHS
from bot.domain.workdays import NO_HOLIDAYS, Weekend, country_of
from bot.domain.workspaces import EmptyPeriod, MonthlyPart, WeeklyPart
from bot.messages.text.markup import channel_link, safe
from bot.messages.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.messages.text.words import Words


def schedule_labels(words: Words) -> dict[str, str]:
    """Return what the settings are called, below the name of the post."""
    channel, zone = words.text("Channel"), words.text("Time zone")
    weekday, time = words.text("Weekday"), words.text("Time")
    length, parts = words.text("Length"), words.text("Parts")
    mentions = words.text("Notify people who are named")
    return {
        "weekly_on": words.text("Post every week"),
        "weekly_channel_id": channel,
        "weekly_weekday": weekday,
        "week_begins": words.text("Weeks begin on"),
        "weekly_time": time,
        "weekly_zone": zone,
        "weekly_length": length,
        "weekly_parts": parts,
        "weekly_empty": words.text("After a week without kudos"),
        "weekly_mentions": mentions,
        "monthly_on": words.text("Post every month"),
        "monthly_channel_id": channel,
        "monthly_day": words.text("Day"),
        "monthly_country": words.text("Country"),
        "monthly_weekend": words.text("Days off"),
        "monthly_time": time,
        "monthly_zone": zone,
        "monthly_length": length,
        "monthly_parts": parts,
        "monthly_empty": words.text("After a month without kudos"),
        "monthly_mentions": mentions,
        "digest_on": words.text("Send every week"),
        "digest_weekday": weekday,
        "digest_time": time,
    }


def schedule_hints(words: Words, time_zone: str) -> dict[str, str]:
    """Return what the settings do; the time zone is the workspace's."""
    by_itself = words.text("If no, nothing is posted by itself.")
    channel = words.text("Leave it empty for the announcement channel.")
    time = words.text("On the clock of the time zone below.")
    zone = words.text(
        "A city's, such as Europe/Berlin. Leave it empty for the workspace's, which is {zone}.",
        zone=safe(time_zone),
    )
    parts = words.text("What it shows, in this order. A part with nothing to show is left out.")
    empty = words.text("What is posted when nobody gave any kudos.")
    mentions = words.text("If no, people are named and nobody gets a notification.")
    return {
        "weekly_on": by_itself,
        "weekly_channel_id": channel,
        "weekly_weekday": words.text("It covers the last week that is over."),
        "week_begins": words.text(
            "For this post, digests, streaks and every leaderboard of a week. An allowance that "
            "comes back every week has a weekday of its own, under {section}.",
            section=words.text("Points and budgets"),
        ),
        "weekly_time": time,
        "weekly_zone": zone,
        "weekly_length": words.text(
            "How many people a board shows, from {least} to {most}.",
            least=words.number(WEEKLY_LENGTHS[0]),
            most=words.number(WEEKLY_LENGTHS[1]),
        ),
        "weekly_parts": parts,
        "weekly_empty": empty,
        "weekly_mentions": mentions,
        "monthly_on": by_itself,
        "monthly_channel_id": channel,
        "monthly_day": words.text(
            "It covers the month before. What is a working day follows from country and days off."
        ),
        "monthly_country": _country_hint(words, country_of(time_zone)),
        "monthly_weekend": words.text("The days of a week that are no working days."),
        "monthly_time": time,
        "monthly_zone": zone,
        "monthly_length": words.text(
            "How many people or kudos each part shows, from {least} to {most}.",
            least=words.number(MONTHLY_LENGTHS[0]),
            most=words.number(MONTHLY_LENGTHS[1]),
        ),
        "monthly_parts": parts,
        "monthly_empty": empty,
        "monthly_mentions": mentions,
        "digest_on": words.text(
            "Each person's own week, in a direct message. Whoever wants none can switch them off."
        ),
        "digest_weekday": words.text("On the first day of a week it covers the week before."),
        "digest_time": words.text("On each person's own clock."),
    }


def schedule_choices(words: Words) -> dict[str, dict[str, str]]:
    """Return what can be chosen, by setting and value."""
    yes_or_no = {"yes": words.text("Yes"), "no": words.text("No")}
    weekdays = {str(day): words.weekday(day) for day in range(7)}
    empty: dict[str, str] = {
        EmptyPeriod.TEXT: words.text("a short friendly text"),
        EmptyPeriod.NOTHING: words.text("nothing"),
    }
    return {
        "weekly_on": yes_or_no,
        "weekly_weekday": weekdays,
        "week_begins": {str(day): words.weekday(day) for day in WEEK_BEGINS},
        "weekly_empty": empty,
        "weekly_mentions": yes_or_no,
        "monthly_on": yes_or_no,
        "monthly_day": {day: month_day(words, day) for day in MONTH_DAYS},
        "monthly_weekend": {each: _weekend(words, each) for each in Weekend},
        "monthly_empty": empty,
        "monthly_mentions": yes_or_no,
        "digest_on": yes_or_no,
        "digest_weekday": weekdays,
    }


def _country_hint(words: Words, usual: str) -> str:
    what = words.text(
        "Its public holidays are no working days. Type a name or a code, such as Germany or DE, or "
        "DE-BY for a part of it. Type none for no holidays."
    )
    if not usual:
        return what
    return " ".join(
        [
            what,
            words.text(
                "Leave it empty for {country}, after the workspace's time zone.",
                country=words.country(usual),
            ),
        ]
    )


def _weekend(words: Words, weekend: Weekend) -> str:
    if weekend.days is None:
        return words.text("as usual in the country")
    return words.join([words.weekday(day) for day in sorted(weekend.days)]) or words.text("none")


def month_day(words: Words, day: str) -> str:
    """Return on which day of a month a post comes."""
    named = {
        FIRST_WORKING_DAY: words.text("the first working day"),
        LAST_DAY: words.text("the last day"),
    }
    # Translators: a day of every month, such as "day 15".
    return named.get(day) or words.text("day {day}", day=safe(day))


def parts_offered(words: Words, name: str) -> Mapping[str, str]:
    """Return the parts that a post can have, by value; nothing for any other setting."""
    values = words.text("The values people were thanked for")
    coverage = words.text("How many of all people were thanked")
    offered: dict[str, dict[str, str]] = {
        "weekly_parts": {
            WeeklyPart.BOARD: words.text("Who was thanked by the most people"),
            WeeklyPart.GIVERS: words.text("Who thanked the most people"),
            WeeklyPart.VALUES: values,
            WeeklyPart.REASONS: words.text("One or two of the best reasons"),
            WeeklyPart.COVERAGE: coverage,
        },
        "monthly_parts": {
            MonthlyPart.COMPARED: words.text("How it compares with the month before"),
            MonthlyPart.PICTURE: words.text("A picture of the month"),
            MonthlyPart.JOINED: words.text("The kudos that the most people joined in with"),
            MonthlyPart.FIRST_TIME: words.text("Who was thanked for the first time"),
            MonthlyPart.ACROSS: words.text("Thanks from one team to another"),
            MonthlyPart.STREAKS: words.text("Who thanks week after week"),
            MonthlyPart.VALUES: values,
            MonthlyPart.COVERAGE: coverage,
            MonthlyPart.GIVERS: words.text("A thank-you to those who gave"),
        },
    }
    return offered.get(name, {})


def _channel(words: Words, value: Any) -> str:
    return channel_link(value) if value else words.text("the announcement channel")


def _time(words: Words, value: Any) -> str:
    return words.wall_time(*wall_time(value))


def _zone(words: Words, value: Any) -> str:
    return safe(value) if value else words.text("the workspace's")


def _country(words: Words, value: Any) -> str:
    if not value:
        return words.text("after the time zone")
    return words.text("no holidays") if value == NO_HOLIDAYS else words.country(str(value))


def _parts(words: Words, offered: Mapping[str, str], value: Any) -> str:
    items = [offered.get(each) or safe(str(each)) for each in value]
    return listed(words, items) if items else words.text("none")


SCHEDULE_READING: Mapping[str, Callable[[Words, Any], str]] = {
    "weekly_channel_id": _channel,
    "weekly_time": _time,
    "weekly_zone": _zone,
    "weekly_parts": lambda words, value: _parts(words, parts_offered(words, "weekly_parts"), value),
    "monthly_channel_id": _channel,
    "monthly_country": _country,
    "monthly_time": _time,
    "monthly_zone": _zone,
    "monthly_parts": lambda words, value: _parts(
        words, parts_offered(words, "monthly_parts"), value
    ),
    "digest_time": _time,
}
