"""The ids of everything in our messages and views that somebody can act on: `feature:verb`."""

from __future__ import annotations

KUDOS_UNDO = "kudos:undo"  # its value is the id of the kudos

ALL_IDS = frozenset({KUDOS_UNDO})
