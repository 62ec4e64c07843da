from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from bot.messages.text.words import words_for
from tests.rows import each_row

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Undo"
msgstr "Rückgängig"

msgid "{n} point"
msgid_plural "{n} points"
msgstr[0] "{n} Punkt"
msgstr[1] "{n} Punkte"

#, fuzzy
msgid "Your kudos"
msgstr "Vielleicht"
"""


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    for language, po in {"de": GERMAN, "zh_Hant": GERMAN.replace("Rück", "Hant")}.items():
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "kudos.po").write_text(po, encoding="utf-8")
    return tmp_path


@each_row(
    ("locale", "text"),
    [
        ("de", "Rückgängig"),
        ("de-DE", "Rückgängig"),
        ("de-AT", "Rückgängig"),
        ("de_AT", "Rückgängig"),
        ("de-XX", "Rückgängig"),
        ("zh-Hant-TW", "Hantgängig"),
        ("en-US", "Undo"),
        ("fr-FR", "Undo"),
        ("../de", "Undo"),
        ("", "Undo"),
        (None, "Undo"),
    ],
)
def test_somebody_reads_the_nearest_catalogue_there_is(
    catalogues: Path, locale: str | None, text: str
) -> None:
    assert words_for(locale, catalogues).text("Undo") == text


def test_numbers_and_dates_follow_the_region_and_words_the_language(catalogues: Path) -> None:
    assert words_for("de-CH", catalogues).number(1_234) == "1\N{RIGHT SINGLE QUOTATION MARK}234"
    assert words_for("de-DE", catalogues).number(1_234) == "1.234"
    assert str(words_for("en-GB").locale) == "en_GB"
    assert str(words_for("fr-FR").locale) == "en", "English words go with English dates"


def test_the_words_of_a_language_are_read_once(catalogues: Path) -> None:
    assert words_for("de", catalogues) is words_for("de", catalogues)


@each_row(("n", "text"), [(0, "0 Punkte"), (1, "1 Punkt"), (2_000, "2.000 Punkte")])
def test_a_plural_goes_with_its_number(catalogues: Path, n: int, text: str) -> None:
    assert words_for("de", catalogues).plural("{n} point", "{n} points", n) == text


def test_what_is_not_translated_for_sure_stays_english(catalogues: Path) -> None:
    german = words_for("de", catalogues)
    assert german.text("Your kudos") == "Your kudos"
    assert german.plural("{n} week", "{n} weeks", 1) == "1 week"


def test_a_value_is_inserted_as_it_is() -> None:
    english = words_for("en")
    assert english.text("{giver} thanked you", giver="{0} {x}") == "{0} {x} thanked you"


def test_a_moment_is_shown_in_the_readers_zone_and_in_utc_where_that_fails() -> None:
    moment = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
    assert words_for("en").moment(moment) == (
        "<!date^1795392300^{date_long_pretty} at {time}"
        "|November 23, 2026 at 12:05\N{NARROW NO-BREAK SPACE}AM UTC>"
    )
    assert words_for("en").moment_day(moment) == (
        "<!date^1795392300^{date_short_pretty}|Nov 23, 2026>"
    )


def test_days_and_enumerations_are_written_as_the_language_does() -> None:
    english = words_for("en-GB")
    day = date(2026, 11, 23)
    assert english.day(day) == "23 November 2026"
    assert english.month(day) == "November 2026"
    assert english.quarter(day) == "Q4 2026"
    assert english.year(day) == "2026"
    assert english.days(day, date(2026, 11, 29)) == "23\N{EN DASH}29 Nov 2026"
    assert english.join(["A", "B", "C"]) == "A, B and C"
    assert english.join(["A"]) == "A"
    assert words_for("en-US").join(["A", "B", "C"]) == "A, B, and C"
