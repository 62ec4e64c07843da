"""Tables in tests: every row is looked at, and all that fail are told at once."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Test = Callable[..., Any]

LABEL_LIMIT = 200  # characters; a cell can be as long as what it is to provoke


def each_row(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Make one case of a test that is called with each row; the rows share its fixtures.

    A row has one value for each name, or the value itself where there is one name. The rows of a
    mapping are called by their keys, others by their values.
    """
    columns = (names,) if isinstance(names, str) else names
    table = dict(_rows(columns, rows))
    assert table, "a table without rows asks nothing"

    def one_case(test: Test) -> Test:
        @wraps(test)
        def looked_at(**fixtures: Any) -> None:
            failures = Failures()
            for label, row in table.items():
                with failures.of(label):
                    test(**row, **fixtures)
            failures.are_told(len(table))

        @wraps(test)
        async def looked_at_in_turn(**fixtures: Any) -> None:
            failures = Failures()
            for label, row in table.items():
                with failures.of(label):
                    await test(**row, **fixtures)
            failures.are_told(len(table))

        case: Any = looked_at_in_turn if inspect.iscoroutinefunction(test) else looked_at
        asked = inspect.signature(test)
        fixtures = [each for name, each in asked.parameters.items() if name not in columns]
        case.__signature__ = asked.replace(parameters=fixtures)
        return case  # type: ignore[no-any-return]

    return one_case


def none_of(found: Iterable[str]) -> None:
    """Fail with everything that was found, each once, and not with the first of it alone."""
    told = list(dict.fromkeys(found))
    assert not told, "\n".join(told)


class Failures:
    """What failed, row by row."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.first: BaseException | None = None

    @contextmanager
    def of(self, label: str) -> Iterator[None]:
        """Keep what fails in here, so that the next row is looked at too."""
        try:
            yield
        except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - told at the end
            self.first = self.first or failure
            self.told.append(f"{label}: {type(failure).__name__}: {failure}")

    def are_told(self, rows_count: int) -> None:
        """Fail if any row has failed, with each of them and the way to the first."""
        __tracebackhide__ = True
        if self.told:
            told = "\n".join(self.told)
            raise AssertionError(
                f"{len(self.told)} of {rows_count} rows failed:\n{told}"
            ) from self.first


def _rows(columns: tuple[str, ...], rows: Iterable[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    named = rows.items() if isinstance(rows, Mapping) else ((None, row) for row in rows)
    for number, (name, row) in enumerate(named):
        cells = (row,) if len(columns) == 1 else row
        values = dict(zip(columns, cells, strict=True))
        shown = ", ".join(f"{column}={value!r}" for column, value in values.items())
        yield name or f"row {number}, {shown[:LABEL_LIMIT]}", values
