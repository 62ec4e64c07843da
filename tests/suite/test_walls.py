"""An import in a forbidden direction fails lint, wherever it is planted."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from tests.rows import none_of

ROOT = Path(__file__).parents[2]
# From the top down; those of one row know nothing of each other.
LAYERS = (
    ("bot.__main__",),
    ("bot.cli",),
    ("bot.demo",),
    ("bot.operations",),
    ("bot.app",),
    ("bot.tenancy",),
    ("bot.ingress", "bot.workers", "handlers"),
    ("bot.observability",),
    ("bot.config",),
    ("bot.environment",),
    ("bot.slack",),
    ("bot.services",),
    ("storage", "bot.messages"),
    ("bot.domain",),
    ("bot.clock",),
)
OTHER_WALLS = (
    ("bot.sandbox", "bot.domain.kudos"),
    ("bot.sandbox", "storage.engine.store"),
    ("bot.app", "bot.sandbox.server"),
    ("bot.workers", "bot.sandbox.server"),
    ("handlers.giving", "storage.kudos"),
    ("bot.operations", "storage.tables.schema"),
    ("bot.workers", "sqlalchemy"),
    ("bot.domain", "pydantic"),
    ("bot.services", "slack_sdk"),
)


def upward() -> list[tuple[str, str]]:
    """Return every pair of rooms of which the first must not import the second."""
    beside = [pair for row in LAYERS for one in row for pair in [(one, each) for each in row]]
    above = [
        (lower, upper)
        for upper_row, lower_row in combinations(LAYERS, 2)
        for upper in upper_row
        for lower in lower_row
    ]
    return [(one, other) for one, other in [*beside, *above] if one != other]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the product in which imports can be planted."""
    for room in ("bot", "handlers", "storage"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.otf"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path) -> str:
    """Return what import-linter says of a tree."""
    command = (Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo")
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.stdout + done.stderr


def plant(tree: Path, room: str, target: str, name: str) -> str:
    """Write an import into a room; return how lint names it."""
    path = tree / room.replace(".", "/")
    if path.is_dir():
        (path / f"{name}.py").write_text(f"import {target}\n", encoding="utf-8")
        return f"{room}.{name} -> {target}"
    with path.with_suffix(".py").open("a", encoding="utf-8") as module:
        module.write(f"import {target}\n")
    return f"{room} -> {target}"


def test_every_import_upwards_and_beside_is_refused(copy: Path) -> None:
    planted = [
        plant(copy, room, target, f"planted_{number}")
        for number, (room, target) in enumerate([*upward(), *OTHER_WALLS])
    ]
    said = lint(copy)
    none_of(f"lint passes over {each}" for each in planted if each not in said)


@pytest.mark.parametrize(
    ("room", "target"),
    [
        ("handlers.boards", "handlers.giving.slash_command"),  # which shows boards
        ("bot.services.giving", "bot.services.posts.digest"),  # which tells of kudos
        ("bot.messages.text", "bot.messages.blockkit.blocks"),
        ("storage.engine", "storage.kudos"),
    ],
)
def test_a_circle_among_areas_is_refused(copy: Path, room: str, target: str) -> None:
    plant(copy, room, target, "planted")
    assert f"No cycles are allowed in {room.rpartition('.')[0]}." in lint(copy)


def test_a_module_outside_every_layer_is_refused(copy: Path) -> None:
    (copy / "bot" / "planted.py").write_text("", encoding="utf-8")
    assert "bot.planted" in lint(copy)


def test_nothing_lies_loose_in_bot() -> None:
    loose = {path.name for path in (ROOT / "bot").glob("*.py")}
    assert loose == {"__init__.py", "__main__.py", "app.py", "clock.py", "config.py"}


def test_the_picture_of_the_packages_is_as_the_code_is() -> None:
    page = runpy.run_path(str(ROOT / "tools" / "draw_packages.py"))["page"]
    assert (ROOT / "docs" / "packages.md").read_text(encoding="utf-8") == page()
