"""What people type, line by line: who is thanked, with how much, and what for, or what is asked."""

from __future__ import annotations

import re
from collections import Counter

from bot.domain.parsing.commands import Ask, ParsedGive, Unclear
from bot.domain.parsing.words import parse_command
from tests.domain.typed_notation import CURRENCY, PEOPLE, lines, meaning_of, read
from tests.rows import each_row

TABLE = lines()
ROWS = [(typed, meaning) for rows in TABLE.values() for typed, meaning in rows]
LEAST_OF_A_THEME = 12
LEAST_OF_ALL = 200
LEAST_OF_PROJECTS = 40
_NAMES = re.compile(rf"@=?[\w-]+|\b(?:{'|'.join(PEOPLE)})\b", re.IGNORECASE)


@each_row(("typed", "meaning"), ROWS)
def test_what_is_typed_is_read_as_it_was_meant_or_asked(typed: str, meaning: str) -> None:
    assert meaning_of(typed) == meaning


@each_row("typed", [typed for typed, meaning in ROWS if meaning.startswith("?")])
def test_what_is_proposed_instead_gives_just_that(typed: str) -> None:
    asked = read(typed)
    assert isinstance(asked, Unclear)
    assert asked.understood is not None
    assert asked.question is not None

    proposed = parse_command(asked.suggestion, CURRENCY)
    if asked.question.ask is Ask.THANKS and asked.suggestion == "undo":
        return

    assert isinstance(proposed, ParsedGive), asked.suggestion
    assert proposed.reason in asked.suggestion
    assert asked.suggestion[-1] not in ",;("
    if asked.gives:
        assert proposed.receiver_ids in [give.receiver_ids for give in asked.gives]
        assert len(proposed.amounts) <= 1
        return
    assert proposed.receiver_ids == asked.understood.receiver_ids
    assert proposed.amounts == (asked.question.amounts or asked.understood.amounts)[:1]
    assert proposed.is_private == asked.understood.is_private


def test_the_table_is_large_enough_to_tell_something() -> None:
    assert len(ROWS) >= LEAST_OF_ALL
    assert [name for name, rows in TABLE.items() if len(rows) < LEAST_OF_A_THEME] == []
    assert len(TABLE["projects"]) >= LEAST_OF_PROJECTS


def test_no_two_lines_differ_in_names_or_numbers_alone() -> None:
    shapes = Counter(re.sub(r"\d+", "0", _NAMES.sub("@", typed)).casefold() for typed, _ in ROWS)

    assert [shape for shape, count in shapes.items() if count > 1] == []
