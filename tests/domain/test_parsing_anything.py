"""Whatever is typed there is an answer, and what was meant is what is read."""
# ruff: noqa: RUF001 - people type signs of every kind

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.parsing.addressed import parse_mention
from bot.domain.parsing.commands import (
    GiveSeveral,
    ParsedGive,
    Unclear,
)
from bot.domain.parsing.reason import SUGGESTION_MAX_LENGTH
from bot.domain.parsing.words import parse_command
from tests.domain.parsed import ADA, TACO, give
from tests.rows import each_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAGMENTS = [
    *(
        "<@U1>",
        "<@U1|",
        "<@U1",
        "<!here>",
        "<!subteam^S1>",
        "<#C1|x>",
        "<https://x|",
        "<",
        ">",
        "|",
    ),
    *("&lt;", "&gt;", "&amp;", "&lt;!x", "@", "@ada", "@a,", "#", "#a", "+", "+5", "5", "1.5", "-"),
    *(
        ":taco:",
        ":taco::",
        ":",
        "::skin-tone-2:",
        "🌮",
        "points",
        "each",
        "and",
        ",",
        "(",
        ")",
        "!",
    ),
    *(
        "'s",
        "for",
        "to",
        "thanks",
        "give",
        "help",
        "me",
        "history",
        "leaderboard",
        "private",
        "undo",
    ),
    *(
        " ",
        "\n",
        "\0",
        "\ud800",
        "\u200f",
        "\u202e",
        "\u0301",
        "\u200d",
        "ﷺ",
        "İ",
        "ß",
        "٥",
        "word",
    ),
    *("`", "```", "\n> ", "&gt;", "cc", "++", "--", "+++", "x3", "3x", "with", "five", "some"),
    *("1. <@U1>\n", "(", "for <@U1>, ", ": "),
    *("🎉🌮", ":tada::taco:", "*+5*", "in total", "between", "plus 5", "another", "each\n+5"),
    *("5 points,", "deserves", "five to <@U1>", ", split"),
    *("🏆", "top", "ada", "<@U2>", "for the demo", "\n<@U1> for"),
]
anything = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(" ".join),
)
LIVE_MARKUP = ("<!", "<#", "<http", "<mailto")


@given(anything)
def test_whatever_is_typed_there_is_an_answer(text: str) -> None:
    command = parse_command(text, TACO)

    if isinstance(command, GiveSeveral):
        assert len(command.gives) > 1
    if isinstance(command, Unclear):
        assert (command.understood is None) == (command.question is None)
        assert 0 < len(command.suggestion) <= SUGGESTION_MAX_LENGTH
        assert "\n" not in command.suggestion
    if isinstance(command, ParsedGive):
        assert (
            command.receiver_ids
            or command.group_ids
            or command.names_everyone
            or command.unresolved_names
        )
        assert command.reason == command.reason.strip()
        assert not any(markup in command.reason for markup in LIVE_MARKUP)
        command.reason.encode()
        assert "\0" not in command.reason
        assert len(set(command.amounts)) == len(command.amounts)


@example("1.5 2.5")
@example("0.0&lt;")
@given(anything.filter(lambda text: "<" not in text))  # a channel reads like a hashtag in it
def test_a_suggestion_to_thank_somebody_would_have_worked(text: str) -> None:
    command = parse_command(text, TACO)

    if isinstance(command, Unclear) and "@colleague" in command.suggestion:
        filled_in = command.suggestion.replace("@colleague", ADA, 1)
        read = parse_command(filled_in, TACO)
        # An amount or the like may have to be asked as well.
        again = read.understood if isinstance(read, Unclear) else read
        assert isinstance(again, ParsedGive)
        assert again.receiver_ids == ("UADA",)


def _command(text: str) -> object:
    return parse_command(text, TACO)


def _mention(text: str) -> object:
    return parse_mention(text, {"U2"}, TACO)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keeps the collector from looking through what other tests have left."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@each_row(
    ("line", "read"),
    [("{}", _command), ("<@U1> for {} <@U2>", _command), ("{} <@U2>", _mention)],
)
def test_ten_thousand_characters_of_anything_are_read_at_once(
    line: str, read: Callable[[str], object]
) -> None:
    for fragment in FRAGMENTS:
        for repeated in (fragment, f"{fragment} ")[: 1 if read is _mention else 2]:
            text = line.format((repeated * 10_000)[:10_000])
            with uncollected():
                began = time.process_time()
                read(text)
                seconds = time.process_time() - began
            assert seconds < 1, repeated


# There and back

ids = st.from_regex(r"[UW][A-Z0-9]{1,10}", fullmatch=True)
receivers = st.lists(ids, min_size=1, max_size=5, unique=True)
numbers = st.integers(1, 50)
# Words that are nothing but words; a test above each has those that are not.
WORDS = [
    "untangling",
    "die",
    "Straße",
    "релиз",
    "発表",
    "👏",
    "it's",
    "bug-free",
    "10:30",
    "a&amp;b",
]
reasons = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8)
tags = st.lists(st.sampled_from(["teamwork", "über-mut", "团队", "q3"]), max_size=3, unique=True)
AMOUNT_FORMS = {
    "plus": "+{}",
    "bare": "{}",
    "points": "{} points",
    "plus points": "+{} pts",
}


@st.composite
def gives(draw: st.DrawFn) -> tuple[str, ParsedGive]:
    """Return a line that people would type, and what it means."""
    who = draw(receivers)
    number = draw(st.none() | numbers)
    words = draw(reasons)
    values = draw(tags)
    is_private = draw(st.booleans())
    label = draw(st.sampled_from(["", "|ada"]))
    joined = draw(st.sampled_from([" ", ", ", " and ", " &amp; ", ""])).join(
        f"<@{user_id}{label}>" for user_id in who
    )
    amount = "" if number is None else draw(amount_texts(number))
    is_bare = amount == str(number)
    tagged = " ".join(f"#{value}" for value in values)
    # A number alone before a word may count something else, and is asked.
    leads = ["for ", "because ", "because of ", *([] if is_bare else [""])]
    why = draw(st.sampled_from(leads)) + draw(st.sampled_from([" ", "\n", "  "])).join(words)
    order = draw(
        st.sampled_from(
            [
                (joined, amount, why, tagged),
                (joined, amount, tagged, why),
                (amount, joined, why, tagged),
                (tagged, amount, joined, why),
                ("thanks", joined, amount, why, tagged),
                ("give", amount, "to", joined, why, tagged),
                (why, joined, amount, tagged),
                (amount, why, joined, tagged),
                (tagged, why, joined, amount),
            ]
        )
    )
    line = draw(st.sampled_from([" ", "  ", "\n"])).join(part for part in order if part)
    reason = why.removeprefix("for ").removeprefix("because ").removeprefix("of ")
    return f"private {line}" if is_private else line, give(
        *who,
        reason=reason.replace("&amp;", "&"),
        amounts=() if number is None else (number,),
        hashtags=tuple(value.casefold() for value in values),
        is_private=is_private,
    )


@st.composite
def amount_texts(draw: st.DrawFn, number: int) -> str:
    emoji = draw(st.sampled_from([":taco:", ":taco: ", ":taco::skin-tone-2:", "🌮"])) * number
    return draw(
        st.sampled_from([*(f.format(number) for f in AMOUNT_FORMS.values()), emoji])
    ).strip()


@example(("<@U1>", give("U1")))
@given(gives())
def test_what_was_meant_is_what_is_read(line_and_meaning: tuple[str, ParsedGive]) -> None:
    line, meaning = line_and_meaning

    assert parse_command(line, TACO) == meaning


@given(gives())
def test_direction_marks_and_blanks_around_a_line_change_nothing(
    line_and_meaning: tuple[str, ParsedGive],
) -> None:
    line, meaning = line_and_meaning

    read = parse_command(f"\u200f \n{line}\u200e\n ", TACO)

    assert read == meaning
