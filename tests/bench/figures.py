"""What comes out of measuring: medians, ratios to a floor, bars, and how all that is shown."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One thing that was measured, several times; the floor in turns with it."""

    line: str  # the family it belongs to, as it is called on the command line
    what: str
    unit: str
    value: float  # the median
    samples: tuple[float, ...]
    floor: float | None = None  # the median
    floor_samples: tuple[float, ...] = ()
    ratio: float | None = None  # the median of each sample over the floor beside it
    ratio_low: float | None = None
    ratio_high: float | None = None
    bar: float | None = None  # the ratio may be at most this; without a floor, the value
    aim: float | None = None
    is_detail: bool = False  # in the JSON only

    @property
    def is_reached(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.bar

    def as_json(self) -> dict[str, Any]:
        """Return everything, for a program to read."""
        return asdict(self) | {"is_reached": self.is_reached}


def compared(
    line: str,
    what: str,
    unit: str,
    samples: Sequence[float],
    floor_samples: Sequence[float],
    *,
    bar: float | None = None,
    aim: float | None = None,
    is_detail: bool = False,
) -> Figure:
    """Return a figure and its ratio to a floor that was measured beside it, sample by sample.

    The ratio is the median of the ratios: what slows the machine for a while slows both alike.
    """
    ratios = [one / floor for one, floor in zip(samples, floor_samples, strict=True)]
    return Figure(
        line,
        what,
        unit,
        statistics.median(samples),
        tuple(samples),
        statistics.median(floor_samples),
        tuple(floor_samples),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        bar,
        aim,
        is_detail,
    )


def alone(
    line: str,
    what: str,
    unit: str,
    samples: Sequence[float],
    *,
    bar: float | None = None,
) -> Figure:
    """Return a figure that has no floor."""
    return Figure(line, what, unit, statistics.median(samples), tuple(samples), bar=bar)


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the sample below which so many percent of them lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def table(title: str, figures: Sequence[Figure]) -> Table:
    """Return a table of figures: the floor, Kudos, the ratio with its range, the bar."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("")
    for heading in ("floor", "Kudos", "", "ratio", "of rounds", "at most", ""):
        shown.add_column(heading, justify="right", no_wrap=True)
    for figure in figures:
        if figure.is_detail:
            continue
        spread = ""
        if figure.ratio_low is not None and figure.ratio_high is not None:
            spread = f"{figure.ratio_low:.2f}..{figure.ratio_high:.2f}"
        shown.add_row(
            figure.what,
            "" if figure.floor is None else _number(figure.floor),
            _number(figure.value),
            figure.unit,
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            spread,
            _bar(figure),
            {True: "[green]reached[/]", False: "[red]missed[/]", None: ""}[figure.is_reached],
        )
    return shown


def _bar(figure: Figure) -> str:
    if figure.bar is None:
        return ""
    unit = "x" if figure.ratio is not None else f" {figure.unit}"
    return f"{figure.bar:g}{unit}" + (f", aim {figure.aim:g}x" if figure.aim is not None else "")


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def write_json(path: Path, about: dict[str, Any], figures: Sequence[Figure]) -> None:
    """Write everything that was measured, and on what."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = about | {"figures": [figure.as_json() for figure in figures]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
