"""The language in which somebody is spoken to: texts, plurals, numbers, dates and lists."""

from __future__ import annotations

import gettext
from datetime import UTC, time
from decimal import localcontext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_day_names,
)
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.domain.workspaces import WorkspaceSettings
from bot.domain.zones import zone_named
from bot.messages.text.markup import emoji, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

LOCALES = Path(__file__).parents[1] / "locales"
DOMAIN = "kudos"
_USUAL_EMOJI = WorkspaceSettings().currency_emoji


class Words:
    """One language.

    Values are inserted as they are: whoever hands in what people typed has made it safe before.
    """

    def __init__(
        self,
        locale: Locale,
        translations: gettext.NullTranslations,
        points_name: tuple[str, str] | None = None,
        currency_emoji: str = "",
        *,
        amounts_hidden: bool = False,
    ) -> None:
        self.locale = locale
        self.amounts_hidden = amounts_hidden  # from all but those who gave or received them
        self.points_name = points_name  # one and many, if the workspace calls its points otherwise
        self.currency_emoji = currency_emoji  # beside amounts in posts, if the workspace chose one
        self._translations = translations

    def named(self, settings: WorkspaceSettings) -> Words:
        """Return the same language, in which amounts read as the workspace has chosen."""
        one, many = settings.points_name_one, settings.points_name_many
        name = (safe(one), safe(many)) if one and many else None
        chosen = settings.currency_emoji
        shown = "" if chosen == _USUAL_EMOJI else emoji(chosen)
        return Words(
            self.locale,
            self._translations,
            name,
            shown,
            amounts_hidden=settings.amounts_hidden,
        )

    def text(self, message: str, /, **values: object) -> str:
        """Return the message in this language, with the values in the places of their names."""
        return self._translations.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form that goes with the number; `{n}` in it is the number, as written here."""
        form = self._translations.ngettext(one, many, n)
        return form.format(n=self.number(n), **values)

    def weekday(self, weekday: int) -> str:
        """Return the name of a day of the week; 0 is Monday."""
        return str(get_day_names("wide", "stand-alone", locale=self.locale)[weekday])

    def hour(self, hour: int) -> str:
        """Return a full hour as a clock on the wall shows it, such as `9:00 AM`."""
        return self.wall_time(hour, 0)

    def wall_time(self, hour: int, minute: int) -> str:
        """Return a time as a clock on the wall shows it, such as `9:05 AM`."""
        return format_time(time(hour, minute), "short", locale=self.locale)

    def language(self, locale: str) -> str:
        """Return what a language is called in this one; nothing for an unknown one."""
        try:
            return Locale.parse(locale.replace("-", "_")).get_display_name(self.locale) or ""
        except (UnknownLocaleError, ValueError):
            return ""

    def country(self, code: str) -> str:
        """Return what a country is called, with the code where that names a part of it."""
        name = self.locale.territories.get(code.partition("-")[0])
        if not name:
            return code
        return f"{name} ({code})" if "-" in code else str(name)

    def number(self, number: int) -> str:
        """Return a whole number as it is written in this language."""
        return _number(number, self.locale)

    def moment(self, moment: datetime) -> str:
        """Return Slack's markup for a moment, which each reader sees in their own zone."""
        # Translators: a point in time, such as "tomorrow at 9:00"; Slack fills in both.
        form = self.text("{day} at {time}", day="{date_long_pretty}", time="{time}")
        # Translators: the same, for those whose Slack cannot show it in their own zone.
        day, clock = _day_and_time(
            moment.astimezone(UTC).replace(second=0, microsecond=0), self.locale
        )
        fallback = self.text("{day} at {time} UTC", day=day, time=clock)
        return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"

    def moment_in(self, moment: datetime, zone: str) -> str:
        """Return a moment as a clock in a zone shows it, for where Slack does not fill it in."""
        there = moment.astimezone(zone_named(zone))
        # Translators: such as "Monday, November 23, 2026 at 9:00 AM (Europe/Berlin)".
        return self.text(
            "{weekday}, {day} at {time} ({zone})",
            weekday=self.weekday(there.weekday()),
            day=self.day(there.date()),
            time=self.wall_time(there.hour, there.minute),
            zone=zone,
        )

    def moment_day(self, moment: datetime) -> str:
        """Return Slack's markup for the day of a moment, which is that of each reader's zone."""
        fallback = format_date(moment.astimezone(UTC), "medium", locale=self.locale)
        return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}|{fallback}>"

    def day(self, day: date) -> str:
        """Return a calendar day, such as `November 23, 2026`."""
        return format_date(day, "long", locale=self.locale)

    def days(self, first: date, last: date) -> str:
        """Return a span of days, the last one included, such as `Nov 23 - 29, 2026`."""
        return format_interval(first, last, "yMMMd", locale=self.locale)

    def month(self, day: date) -> str:
        """Return the month of a day, such as `November 2026`."""
        return format_skeleton("yMMMM", day, locale=self.locale)

    def quarter(self, day: date) -> str:
        """Return the quarter of a day, such as `Q4 2026`."""
        return format_skeleton("yQQQ", day, locale=self.locale)

    def year(self, day: date) -> str:
        """Return the year of a day."""
        return format_skeleton("y", day, locale=self.locale)

    def join(self, items: Sequence[str]) -> str:
        """Return the items as an enumeration, such as `A, B, and C`."""
        return format_list(items, locale=self.locale)


# Nearly every message tells numbers and moments, and mostly the same ones.
@lru_cache(maxsize=4096)
def _number(number: int, locale: Locale) -> str:
    # People type numbers of a hundred digits; the usual precision ends at 28.
    with localcontext(prec=len(str(number)) + 10):
        return format_decimal(number, locale=locale)


@lru_cache(maxsize=1024)
def _day_and_time(minute: datetime, locale: Locale) -> tuple[str, str]:
    return (
        format_date(minute, "long", locale=locale),
        format_time(minute, "short", tzinfo=UTC, locale=locale),
    )


# Slack names about forty locales; the bound only keeps nonsense from filling the memory.
@lru_cache(maxsize=256)
def words_for(locale: str | None, folder: Path = LOCALES) -> Words:
    """Return the words for a locale of Slack's, such as `en-US`, from the nearest catalogue.

    Dates and numbers follow the person's own region where it is known (`de-AT`), words the
    catalogue of its language (`de`). Where there is no catalogue, both are English.
    """
    for candidate in _nearest_first(locale or ""):
        translations = _translations(candidate, folder)
        if translations is not None:
            return Words(_known_locale(locale or "", candidate), translations)
    return Words(Locale("en"), gettext.NullTranslations())


def _nearest_first(locale: str) -> Iterator[str]:
    """Yield `zh_Hant_TW`, `zh_Hant` and `zh` for `zh-Hant-TW`."""
    parts = locale.replace("-", "_").split("_")
    for end in range(len(parts), 0, -1):
        yield "_".join(parts[:end])


def _known_locale(locale: str, catalogue: str) -> Locale:
    """Return the nearest locale whose formats Babel knows: Slack has some that it does not."""
    for candidate in _nearest_first(locale):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(catalogue)


@lru_cache(maxsize=256)
def _translations(catalogue: str, folder: Path) -> gettext.NullTranslations | None:
    if catalogue == "en":
        return gettext.NullTranslations()  # English is what stands in the code
    if catalogue not in catalogues(folder):  # asked first, since a locale comes from outside
        return None
    with (folder / catalogue / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        catalog = read_po(source, locale=catalogue, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogues(folder: Path = LOCALES) -> frozenset[str]:
    """Return the languages that have a catalogue: all but English, the language of the code."""
    return frozenset(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
