"""Draws the packages of Kudos and who imports whom: `python -m tools.draw_packages`.

An import that another way of imports implies is left out, so that the picture can be read.
"""

from __future__ import annotations

from pathlib import Path

import grimp

PAGE = Path(__file__).parents[1] / "docs" / "packages.md"
ROOMS = ("bot", "handlers", "storage")
_INTRODUCTION = """\
# The packages

Who imports whom, drawn from the code by `python -m tools.draw_packages`. Imports go down only; what
follows from two arrows has none of its own. The contracts in `pyproject.toml` hold it, and
`tests/suite/test_walls.py` sees lint refuse an import in every other direction.

"""


def page() -> str:
    """Return the page, the same on every machine until an import changes."""
    uses = {room: set(targets) for room, targets in _imports().items()}
    lines = ["flowchart TD"]
    lines += [f'    {_id(room)}["{room}"]' for room in sorted(uses)]
    lines += [
        f"    {_id(room)} --> {_id(target)}"
        for room in sorted(uses)
        for target in sorted(_needed(room, uses))
    ]
    return _INTRODUCTION + "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _imports() -> dict[str, set[str]]:
    graph = grimp.build_graph(*ROOMS)
    uses: dict[str, set[str]] = {}
    for module in graph.modules:
        room = _room(module)
        if room is None:
            continue
        found = {_room(each) for each in graph.find_modules_directly_imported_by(module)}
        uses.setdefault(room, set()).update(each for each in found if each not in {None, room})
    return uses


def _room(module: str) -> str | None:
    """Return the package that is drawn for a module; None for those that only hold others."""
    parts = module.split(".")
    if parts[0] != "bot":
        return parts[0]
    return ".".join(parts[:2]) if len(parts) > 1 else None


def _needed(room: str, uses: dict[str, set[str]]) -> set[str]:
    """Return whom a package imports, without those that one of the others leads to."""
    implied: set[str] = set()
    for target in uses[room]:
        implied |= _reached(target, uses)
    return uses[room] - implied


def _reached(room: str, uses: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = [room]
    while left:
        for each in uses[left.pop()] - found:
            found.add(each)
            left.append(each)
    return found


def _id(room: str) -> str:
    return room.replace(".", "_")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
