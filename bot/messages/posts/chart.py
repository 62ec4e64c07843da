"""The picture of the month: an SVG, and a text that says the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bot.messages.blockkit.fonts import fitted, pieces, width
from bot.messages.text.markup import plain
from bot.messages.text.phrases import called, hashtag, thanks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.posts import MonthChart
    from bot.messages.text.words import Words

# Slack shows a picture at about a third of this, so that no letter may be smaller than these.
WIDTH = 1200
LEAST_HEIGHT = 675
_PADDING = 52
_TITLE, _TOTAL, _LETTERS, _AXIS = 50, 34, 28, 25  # sizes of letters

_TOP = 172  # of the days, below title and heading
_LEAST_DAYS = 200
_BELOW_DAYS = 40  # the numbers of the days
_ABOVE_LISTS = 44
_HEADING = 48
_ROW = 43
_BETWEEN = 64
_ROWS_SHOWN = 5
_NAME_SHARE = 0.55  # of a list's width, at most
_GAP = 14
_LEAST_BAR = 4  # what is not nothing can be seen
_WIDEST_DAY, _LONGEST_BAR, _SHORTEST_LIST = 48, 560, 40
_TICKS = 4
_DAYS_APART = 5

# A card with a ground of its own reads the same in Slack's light and dark. All letters have a
# contrast of 4.5 and more against it, all bars of 3.
_GROUND, _EDGE, _GRID = "#f7faf8", "#cfdad5", "#dde6e2"
_INK, _MUTED = "#1b2b26", "#4e5f58"
_DAY, _BUSIEST, _PEOPLE, _VALUES = "#5c9c89", "#1f5b4a", "#4c8c79", "#a8742a"


def month_chart(words: Words, chart: MonthChart) -> str:
    """Return an SVG of the month's days, and of people and values if there are any."""
    lists = [
        (heading, colour, bars[:_ROWS_SHOWN])
        for heading, colour, bars in (
            (_people_heading(words), _PEOPLE, _people(words, chart)),
            (_values_heading(words), _VALUES, _values(chart)),
        )
        if bars
    ]
    rows = max((len(bars) for _, _, bars in lists), default=0)
    lists_height = _ABOVE_LISTS + _HEADING + rows * _ROW if lists else 0
    around = _TOP + _BELOW_DAYS + lists_height + _PADDING
    days_height = max(_LEAST_DAYS, LEAST_HEIGHT - around)
    height = around + days_height
    card = f'width="{WIDTH - 2}" height="{height - 2}" rx="28" fill="{_GROUND}" stroke="{_EDGE}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">',
            f'<rect x="1" y="1" {card} stroke-width="2"/>',
            *_head(words, chart),
            *_days(words, chart, _TOP + days_height, days_height),
            *_lists(words, lists, _TOP + days_height + _BELOW_DAYS + _ABOVE_LISTS),
            "</svg>",
        ]
    )


def chart_told(words: Words, chart: MonthChart) -> str:
    """Return in words what the picture shows, for those who cannot see it: plain text."""
    days = chart.kudos_by_day
    told = [
        words.text(
            "A chart of {month}: {thanks}.",
            month=words.month(chart.period.first_day),
            thanks=thanks(words, sum(days)),
        )
    ]
    most = max(days, default=0)
    if most:
        day = words.day(chart.period.first_day + timedelta(days=days.index(most)))
        if days.count(most) == 1:
            form = words.text("The busiest day was {day}, with {n}.", day=day, n=words.number(most))
        else:
            form = words.text(
                "The most on one day were {n}, first on {day}.", day=day, n=words.number(most)
            )
        told.append(form)
    for heading, bars in (
        (_people_heading(words), _people(words, chart)),
        (_values_heading(words), _values(chart)),
    ):
        if bars:
            counted = [f"{label} ({words.number(n)})" for label, n in bars[:_ROWS_SHOWN]]
            # Translators: a part of the chart and what it shows, such as "Values: #teamwork (3)."
            told.append(
                words.text("{heading}: {items}.", heading=heading, items=words.join(counted))
            )
    return " ".join(told)


def _people_heading(words: Words) -> str:
    # Translators: above names with numbers: how many different people have thanked each.
    return words.text("Thanked by the most colleagues")


def _values_heading(words: Words) -> str:
    # Translators: above the company's values with numbers: how many kudos were given for each.
    return words.text("Thanked for")


def _people(words: Words, chart: MonthChart) -> list[tuple[str, int]]:
    return [(plain(called(words, bar.label)), bar.count) for bar in chart.people]


def _values(chart: MonthChart) -> list[tuple[str, int]]:
    return [(plain(hashtag(bar.label)), bar.count) for bar in chart.values]


def _head(words: Words, chart: MonthChart) -> Iterator[str]:
    room = WIDTH - 2 * _PADDING
    total = fitted(thanks(words, sum(chart.kudos_by_day)), _TOTAL, room / 2)
    left = room - width(total, _TOTAL) - _GAP
    month = fitted(words.month(chart.period.first_day), _TITLE, left, is_bold=True)
    yield _text(words, _PADDING, 98, month, _TITLE, weight="bold")
    yield _text(words, WIDTH - _PADDING, 98, total, _TOTAL, anchor="end", colour=_MUTED)


def _days(words: Words, chart: MonthChart, bottom: float, height: float) -> Iterator[str]:
    """Yield the bars of the days, on an axis with a few numbers."""
    days = chart.kudos_by_day or (0,)
    step = _step(max(days))
    ticks = range(0, max(*days, 1) + step, step)
    most = ticks[-1]
    numbers = [words.number(tick) for tick in ticks]
    left = _PADDING + max(width(number, _AXIS) for number in numbers) + _GAP
    for tick, number in zip(ticks, numbers, strict=True):
        y = bottom - tick / most * height
        yield _rect(left, y - 1, WIDTH - _PADDING - left, 2, _GRID if tick else _EDGE, radius=0)
        yield _text(words, left - _GAP, y + 9, number, _AXIS, anchor="end", colour=_MUTED)
    slot = (WIDTH - _PADDING - left) / len(days)
    bar = min(_WIDEST_DAY, slot * 0.68)
    busiest = days.index(max(days)) if days.count(max(days)) == 1 else None
    for index, count in enumerate(days):
        middle = left + (index + 0.5) * slot
        if count:
            tall = max(_LEAST_BAR, count / most * height)
            colour = _BUSIEST if index == busiest else _DAY
            yield _rect(middle - bar / 2, bottom - tall, bar, tall, colour)
    for index in _labelled(words, chart, slot):
        day = chart.period.first_day + timedelta(days=index)
        middle = left + (index + 0.5) * slot
        number = words.number(day.day)
        yield _text(words, middle, bottom + 34, number, _AXIS, anchor="middle", colour=_MUTED)
    if busiest is not None:
        label = words.number(days[busiest])
        half = width(label, _LETTERS, is_bold=True) / 2
        middle = left + (busiest + 0.5) * slot
        middle = min(max(middle, left + half), WIDTH - _PADDING - half)
        y = bottom - max(_LEAST_BAR, days[busiest] / most * height) - 10
        yield _text(words, middle, y, label, _LETTERS, anchor="middle", weight="bold")


def _labelled(words: Words, chart: MonthChart, slot: float) -> list[int]:
    """Return which days have their number below them: as many as have room."""
    count = len(chart.kudos_by_day)
    needed = 2 * width(words.number(30), _AXIS)
    if slot >= needed:
        return list(range(count))
    return [index for index in range(count) if index == 0 or (index + 1) % _DAYS_APART == 0]


def _step(most: int) -> int:
    """Return the round number between two lines of the axis, of which there are a few."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if most <= digit * power * _TICKS:
                return digit * power
        power *= 10


def _lists(
    words: Words, lists: Sequence[tuple[str, str, list[tuple[str, int]]]], top: float
) -> Iterator[str]:
    """Yield the lists beside each other: what each line is, a bar, and its number."""
    for number, (heading, colour, bars) in enumerate(lists):
        room = (WIDTH - 2 * _PADDING - _BETWEEN * (len(lists) - 1)) / len(lists)
        left = _PADDING + number * (room + _BETWEEN)
        shown = fitted(heading, _LETTERS, room, is_bold=True)
        yield _text(words, left, top + 28, shown, _LETTERS, weight="bold")
        counts = [words.number(count) for _, count in bars]
        counts_room = max(width(count, _LETTERS) for count in counts)
        names_room = min(room * _NAME_SHARE, room - counts_room - 2 * _GAP - _SHORTEST_LIST)
        names = [fitted(label, _LETTERS, names_room) for label, _ in bars]
        bars_left = left + max(width(name, _LETTERS) for name in names) + _GAP
        longest = min(_LONGEST_BAR, left + room - counts_room - _GAP - bars_left)
        most = max(count for _, count in bars) or 1
        for row, (name, count, (_, n)) in enumerate(zip(names, counts, bars, strict=True)):
            y = top + _HEADING + row * _ROW
            long = max(_LEAST_BAR, n / most * longest)
            yield _text(words, left, y + 32, name, _LETTERS)
            yield _rect(bars_left, y + 10, long, 26, colour)
            yield _text(words, bars_left + long + _GAP, y + 32, count, _LETTERS, colour=_MUTED)


def _rect(x: float, y: float, wide: float, tall: float, colour: str, radius: float = 4) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    return f'<rect {place} rx="{min(radius, wide / 2, tall / 2):.1f}" fill="{colour}"/>'


def _text(
    words: Words,
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = _INK,
) -> str:
    look = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    shown = pieces(text, size, words.locale.language)
    if len(shown) > 1:  # each has a place of its own, which is counted from the left
        x -= {"start": 0, "middle": 0.5, "end": 1}[anchor] * width(text, size)
        anchor = "start"
    return "\n".join(
        f'<text x="{x + piece.offset:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'font-family="{piece.font}" {look}>{escape(piece.text)}</text>'
        for piece in shown
    )
