"""Tables in tests: what `each_row` makes of a test that fails for some of its rows."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from tests.rows import each_row, none_of

if TYPE_CHECKING:
    from pathlib import Path


def test_every_row_that_fails_is_told_and_the_others_are_looked_at() -> None:
    seen = []

    @each_row(("number", "square"), [(1, 1), (2, 5), (3, 9), (4, 15)])
    def is_square(number: int, square: int) -> None:
        seen.append(number)
        assert number**2 == square, f"{number**2} it is"

    with pytest.raises(AssertionError) as told:
        is_square()
    assert seen == [1, 2, 3, 4]
    first, *rows = str(told.value).splitlines()
    assert first == "2 of 4 rows failed:"
    assert [row.partition(": AssertionError: ")[0] for row in rows if row.startswith("row ")] == [
        "row 1, number=2, square=5",
        "row 3, number=4, square=15",
    ]


async def test_a_row_fails_by_what_it_raises_and_by_what_it_does_not_raise() -> None:
    @each_row("number", {"raises": 0, "divides": 1, "is well": -1})
    async def cannot_divide(number: int) -> None:
        with pytest.raises(ZeroDivisionError):
            assert 1 // max(number, 0) == 1
        assert number != 0

    with pytest.raises(AssertionError) as told:
        await cannot_divide()
    assert "2 of 3 rows failed:" in str(told.value)
    assert "raises: AssertionError: " in str(told.value)
    assert "divides: Failed: DID NOT RAISE ZeroDivisionError" in str(told.value)


@each_row("name", ["one", "two"])
def test_rows_share_what_a_fixture_gives(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert len(list(tmp_path.iterdir())) == ["one", "two"].index(name) + 1


def test_a_case_asks_for_the_fixtures_of_its_test_alone() -> None:
    asked = inspect.signature(test_rows_share_what_a_fixture_gives).parameters
    assert list(asked) == ["tmp_path"]


def test_a_table_without_rows_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        each_row("name", [])


def test_everything_that_was_found_is_told() -> None:
    none_of([])
    with pytest.raises(AssertionError) as told:
        none_of(["one", "two", "one"])
    assert str(told.value) == "one\ntwo"
