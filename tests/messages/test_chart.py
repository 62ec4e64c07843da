"""The picture of the month: nothing clipped, nothing overlapping, no letter without its form."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from operator import add
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bot.domain.periods import PeriodKind, period_of
from bot.domain.posts import ChartBar, MonthChart
from bot.messages.blockkit.fonts import FONT_FILES, FONTS, drawable, fitted, pieces, width
from bot.messages.posts.chart import LEAST_HEIGHT, WIDTH, chart_told, month_chart
from bot.messages.text.words import words_for
from bot.slack.pictures import PictureError, draw
from tests.rows import each_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = words_for("en-US")
MARGIN = 50  # of the card, in which nothing may stand
SCRIPTS = {
    "Latin": "Maximiliane Charlotte Ødegård-Žižek Đặng Thị Hồng",
    "Cyrillic": "Наталія Кравченко-Їжакевич",
    "Greek": "Ελευθερία Παπαδοπούλου",
    "Arabic": "محمد عبد الرحمن بن عبد العزيز (HR)",
    "Hebrew": "יוסף בן־דוד",
    "Chinese": "欧阳明华 團隊精神",
    "Japanese": "佐々木さくら チームワーク 髙橋",
    "Korean": "김민준 박서연",
    "Devanagari": "प्रिया शर्मा कर्तव्य",
    "Bengali": "নির্মলেন্দু চৌধুরী",
    "Tamil": "நவீன் குமார்",
    "Telugu": "శ్రీనివాస్ నాగార్జున",
    "Thai": "สมชาย ใจดี",
    "Georgian": "გიორგი ბერიძე",
    "Armenian": "Արամ Խաչատրյան",
    "Ethiopic": "አበበ ቢቂላ",
    "mixed": "علي 123 Wang 小明 प्रिया",
}
HOSTILE = [
    "🎉🎉🎉",
    ":tada: :tada:",
    "<script>&amp;\"'</script>",
    "\u202emoc.live\u202c \x00\x07\ud800",
    "Z" + "\u0335\u0321\u031b\u0308\u0301" * 20 + "algo",
    "W" * 200,
    "",
]


def month(days: tuple[int, ...], people: list[str], values: list[str], top: int = 9) -> MonthChart:
    return MonthChart(
        period_of(PeriodKind.MONTH, date(2026, 10, 1)),
        days,
        tuple(ChartBar(name, max(1, top - n)) for n, name in enumerate(people)),
        tuple(ChartBar(name, max(1, top - n)) for n, name in enumerate(values)),
    )


WORKDAYS = tuple(0 if day % 7 in {5, 6} else day * 7 % 23 for day in range(31))
NAMES = list(SCRIPTS.values())
CHARTS = {
    "an ordinary month": month(WORKDAYS, ["Ada", "Bo", "Chidi"], ["teamwork", "craft"]),
    "one day": month((7,), ["Ada"], []),
    "no day": month((), [], []),
    **{f"{n} days": month(WORKDAYS[:n], NAMES[:5], NAMES[5:10]) for n in (28, 29, 30, 31)},
    "other scripts": month(WORKDAYS, NAMES[10:15], NAMES[12:]),
    "nothing": month((0,) * 31, [], []),
    "one kudos": month((0,) * 30 + (1,), ["Bo"], []),
    "one large day": month((1,) * 13 + (10_000,) + (1,) * 17, NAMES[:5], ["craft"]),
    "every day the same": month((5,) * 31, ["Ada"], ["craft"]),
    "huge on the first": month((10**12, *(0,) * 30), NAMES[:3], NAMES[:3], top=10**12),
    "huge on the last": month((*(0,) * 30, 10**9), HOSTILE[:5], HOSTILE[3:], top=10**9),
    "hostile": month(WORKDAYS, HOSTILE[2:], HOSTILE),
    "boards off": month(WORKDAYS, [], []),
    "values only": month(WORKDAYS, [], NAMES[:8]),
    "people only": month(WORKDAYS, NAMES[:8], []),
}
every_chart = each_row("chart", CHARTS)


@cache
def svg_of(chart: MonthChart) -> str:
    return month_chart(WORDS, chart)


@dataclass(frozen=True)
class Label:
    """A text in the picture, and the room that it takes at most."""

    text: str
    font: str
    left: float
    right: float
    top: float
    bottom: float


@cache
def labels(svg: str) -> tuple[Label, ...]:
    return tuple(_labels(svg))


def _labels(svg: str) -> Iterator[Label]:
    root = ET.fromstring(svg)  # noqa: S314 - made by ourselves a line before
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        text, size = element.text or "", float(element.attrib["font-size"])
        is_bold = element.attrib["font-weight"] == "bold"
        wide = width(text, size, is_bold=is_bold)
        before = {"start": 0, "middle": 0.5, "end": 1}[element.attrib["text-anchor"]]
        left, y = float(element.attrib["x"]) - before * wide, float(element.attrib["y"])
        font = element.attrib["font-family"]
        yield Label(text, font, left, left + wide, y - size * 0.74, y + size * 0.22)


def height(svg: str) -> float:
    return float(ET.fromstring(svg).attrib["height"])  # noqa: S314


@every_chart
def test_every_label_is_within_the_card(chart: MonthChart) -> None:
    svg = svg_of(chart)
    assert LEAST_HEIGHT <= height(svg) <= 800
    for label in labels(svg):
        assert label.left >= MARGIN
        assert label.right <= WIDTH - MARGIN
        assert label.top >= MARGIN
        assert label.bottom <= height(svg) - MARGIN / 2


@every_chart
def test_no_label_stands_on_another(chart: MonthChart) -> None:
    for one, other in combinations(labels(svg_of(chart)), 2):
        # A text in several fonts is measured piece by piece, each with a little to spare.
        left, right = sorted((one, other), key=lambda label: label.left)
        is_beside = left.left + (left.right - left.left) / 1.03 <= right.left + 0.1
        is_above = one.bottom <= other.top or other.bottom <= one.top
        assert is_beside or is_above, (one, other)


@every_chart
def test_no_bar_leaves_the_card_or_is_lost(chart: MonthChart) -> None:
    svg = svg_of(chart)
    _card, *bars = ET.fromstring(svg).iter(  # noqa: S314
        "{http://www.w3.org/2000/svg}rect"
    )
    for bar in bars:
        x, y, wide, tall = (float(bar.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= MARGIN
        assert x + wide <= WIDTH - MARGIN
        assert y + tall <= height(svg) - MARGIN
        assert min(wide, tall) > 0


@every_chart
def test_every_letter_has_a_form_in_its_font(chart: MonthChart) -> None:
    known = {family_of(path): characters_of(path) for path in FONT_FILES}
    for label in labels(svg_of(chart)):
        assert set(map(ord, label.text)) <= known[label.font], label


def test_what_can_be_measured_can_be_drawn() -> None:
    known: dict[str, set[int]] = {}
    for path in FONT_FILES:
        known.setdefault(family_of(path), set()).update(characters_of(path))
    for name in SCRIPTS.values():
        assert drawable(name) == name
        assert "".join(piece.text for piece in pieces(name, 28, "en")).replace(" ", "") == "".join(
            piece.text for piece in sorted(pieces(name, 28, "en"), key=lambda one: one.offset)
        ).replace(" ", "")
        for piece in pieces(name, 28, "en"):
            assert set(map(ord, piece.text)) <= known[piece.font]


@each_row("name", [*SCRIPTS.values(), *HOSTILE])
def test_a_name_is_cut_to_the_room_that_there_is(name: str) -> None:
    for room in (30, 60, 120, 280, 560):
        shown = fitted(name, 28, room)
        assert width(shown, 28) <= room
        assert shown


def test_a_name_that_cannot_be_drawn_leaves_a_sign() -> None:
    assert [fitted(name, 28, 280) for name in ("🎉🎉🎉", "", "\u202e")] == ["…"] * 3
    assert fitted("Ada 🎉", 28, 280) == "Ada"
    assert fitted(":tada: Ada", 28, 280) == "Ada"


def test_a_name_is_never_cut_within_a_letter() -> None:
    name = "कर्तव्य" * 9
    for room in range(60, 280, 7):
        shown = fitted(name, 28, room).removesuffix("…")
        assert name.startswith(shown)
        assert not shown.endswith("\u094d")
        assert not "\u093e" <= name[len(shown)] <= "\u094d"


def test_japanese_is_written_as_in_japan() -> None:
    assert [piece.font for piece in pieces("佐藤さくら", 28, "en")] == ["Noto Sans CJK JP"]
    assert [piece.font for piece in pieces("佐藤", 28, "ja")] == ["Noto Sans CJK JP"]
    assert [piece.font for piece in pieces("王小明", 28, "en")] == ["Noto Sans CJK SC"]


def test_what_is_read_from_the_right_begins_there() -> None:
    shown = pieces("علي 123", 28, "en")
    assert [piece.text for piece in shown] == ["123", "علي"]
    assert shown[0].offset == 0


@every_chart
async def test_the_picture_is_drawn_and_nothing_reaches_its_edge(chart: MonthChart) -> None:
    svg = svg_of(chart)
    size = f'width="{WIDTH}" height="{height(svg):.0f}"'
    quarter = f'width="300" height="{height(svg) / 4:.0f}" viewBox="0 0 1200 {height(svg):.0f}"'
    assert size in svg
    wide, tall, rows = pixels(await draw(svg.replace(size, quarter)))
    ground = rows[15][8 * 4 : 9 * 4]
    for y in range(15, tall - 15):
        assert rows[y][3 * 4 : 12 * 4] == ground * 9
        assert rows[y][(wide - 12) * 4 : (wide - 3) * 4] == ground * 9
    for y in (*range(3, 10), *range(tall - 8, tall - 3)):
        assert rows[y][15 * 4 : (wide - 15) * 4] == ground * (wide - 30)
    assert len({bytes(row[60 * 4 : 120 * 4]) for row in rows}) > 10


async def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureError):
        await draw("<svg")


def test_the_text_says_what_the_picture_shows() -> None:
    told = chart_told(WORDS, CHARTS["an ordinary month"])
    total, busiest = sum(WORKDAYS), max(WORKDAYS)
    assert f"October 2026: {total} thank-yous." in told
    assert f"October {WORKDAYS.index(busiest) + 1}, 2026" in told
    assert f" {busiest}" in told
    assert "Thanked by the most colleagues: Ada (9), Bo (8), and Chidi (7)." in told
    assert "Thanked for: #teamwork (9) and #craft (8)." in told


@each_row(
    ("days", "sentence"),
    [
        ((1, 0, 3), "The busiest day was October 3, 2026, with 3."),
        ((3, 0, 3), "The most on one day were 3, first on October 1, 2026."),
        ((5,) * 31, "The most on one day were 5, first on October 1, 2026."),
        ((0,) * 31, "A chart of October 2026: 0 thank-yous."),
        ((), "A chart of October 2026: 0 thank-yous."),
    ],
)
def test_the_text_tells_the_busiest_day(days: tuple[int, ...], sentence: str) -> None:
    assert chart_told(WORDS, month(days, [], [])).endswith(sentence)


@every_chart
def test_text_and_picture_name_the_same_numbers(chart: MonthChart) -> None:
    told = chart_told(WORDS, chart)
    for bars in (chart.people, chart.values):
        for bar in bars[:5]:
            assert f"({WORDS.number(bar.count)})" in told
    shown = {label.text for label in labels(svg_of(chart))}
    for bar in (*chart.people[:5], *chart.values[:5]):
        assert WORDS.number(bar.count) in shown


def test_nothing_that_draws_is_loaded_before_there_is_something_to_draw() -> None:
    program = "import sys, bot.app; print([name for name in sys.modules if 'resvg' in name])"
    done = subprocess.run(  # noqa: S603 - this very Python, and a program of ours
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_fonts_are_small_and_have_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 6 * 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def tables_of(font: bytes) -> dict[bytes, bytes]:
    """Return the tables of an OpenType font, by their tags."""
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(count))
    return {tag: font[start : start + length] for tag, _sum, start, length in records}


@cache
def family_of(path: Path) -> str:
    names = tables_of(path.read_bytes())[b"name"]
    count, strings = struct.unpack_from(">HH", names, 2)
    for n in range(count):
        platform, _, _, name_id, length, start = struct.unpack_from(">6H", names, 6 + 12 * n)
        if (platform, name_id) == (3, 1):
            return names[strings + start : strings + start + length].decode("utf-16-be")
    raise LookupError(path)


@cache
def characters_of(path: Path) -> frozenset[int]:
    """Return every character that a font has a form for."""
    cmap = tables_of(path.read_bytes())[b"cmap"]
    (count,) = struct.unpack_from(">H", cmap, 2)
    found = set[int]()
    for n in range(count):
        (start,) = struct.unpack_from(">L", cmap, 4 + 8 * n + 4)
        (form,) = struct.unpack_from(">H", cmap, start)
        if form == 4:
            segments = struct.unpack_from(">H", cmap, start + 6)[0] // 2
            ends = struct.unpack_from(f">{segments}H", cmap, start + 14)
            starts = struct.unpack_from(f">{segments}H", cmap, start + 16 + 2 * segments)
            for first, last in zip(starts, ends, strict=True):
                found |= set(range(first, last + 1))
        elif form == 12:
            (groups,) = struct.unpack_from(">L", cmap, start + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", cmap, start + 16 + 12 * group)
                found |= set(range(first, last + 1))
    return frozenset(found)


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Return width, height and the rows of a PNG of red, green, blue and opacity."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data = 8, b""
    while place < len(png):
        length, kind = struct.unpack_from(">L4s", png, place)
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    wide, tall, depth, colours = struct.unpack_from(">LLBB", png, 16)
    assert (depth, colours) == (8, 6)
    raw, rows, above = zlib.decompress(data), [], bytes(wide * 4)
    for y in range(tall):
        line = bytearray(raw[y * (wide * 4 + 1) + 1 : (y + 1) * (wide * 4 + 1)])
        undo(raw[y * (wide * 4 + 1)], line, above)
        above = bytes(line)
        rows.append(above)
    return wide, tall, rows


def undo(filter_type: int, line: bytearray, above: bytes) -> None:
    """Undo one of PNG's five filters in a line."""
    if filter_type == 0:
        return
    if filter_type == 2:
        line[:] = bytes(map((255).__and__, map(add, line, above)))
        return
    for x in range(len(line)):
        left = line[x - 4] if x >= 4 else 0
        up, corner = above[x], above[x - 4] if x >= 4 else 0
        if filter_type == 1:
            guess = left
        elif filter_type == 3:
            guess = (left + up) // 2
        else:
            sums = ((abs(up - corner), 0, left), (abs(left - corner), 1, up))
            guess = min(*sums, (abs(left + up - 2 * corner), 2, corner))[2]
        line[x] = (line[x] + guess) & 255
