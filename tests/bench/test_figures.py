"""What the benchmark says of what it measured."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from tests.bench.figures import alone, compared, percentile, table, write_json

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ratio_is_the_median_of_what_was_measured_side_by_side() -> None:
    # The machine was three times as slow in the last round, for both alike.
    figure = compared("giving", "CPU", "ms", [2.0, 2.2, 6.0], [1.0, 1.0, 3.0], bar=2.0)
    assert (figure.value, figure.floor, figure.ratio) == (2.2, 1.0, 2.0)
    assert (figure.ratio_low, figure.ratio_high) == (2.0, 2.2)
    assert figure.is_reached


def test_a_bar_is_for_the_ratio_and_without_a_floor_for_the_value() -> None:
    assert compared("calls", "CPU", "ms", [4.0], [2.0], bar=1.9).is_reached is False
    assert alone("pace", "p99", "ms", [149.0, 150.0, 151.0], bar=150.0).is_reached is True
    assert alone("pace", "p50", "ms", [3.0]).is_reached is None


def test_a_percentile_is_one_of_the_samples() -> None:
    assert percentile(range(1, 1001), 99) == 991
    assert percentile([7.0], 99) == 7.0


def test_details_are_written_but_not_shown(tmp_path: Path) -> None:
    figures = [
        compared("boards", "the worst", "us", [3.0], [1.0], bar=3.0),
        compared("boards", "one of many", "us", [2.0], [1.0], is_detail=True),
    ]
    console = Console(width=120, record=True, file=StringIO())
    console.print(table("boards", figures))
    shown = console.export_text()
    assert "the worst" in shown
    assert "reached" in shown
    assert "one of many" not in shown
    path = tmp_path / "build" / "bench.json"
    write_json(path, {"commit": "1"}, figures)
    written = json.loads(path.read_text())
    assert written["commit"] == "1"
    assert [each["is_reached"] for each in written["figures"]] == [True, None]
