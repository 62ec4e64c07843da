"""The languages and the data in which every message and every view is looked at."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import bot.messages
from bot.domain.settings import NAME_LIMIT
from bot.domain.workspaces import WorkspaceSettings
from bot.messages.words import words_for
from tests.messages.made_up import ALL_DATA, LONG, SHORT
from tests.messages.pseudo import pseudo_words

ENGLISH = words_for("en-US")
PSEUDO = pseudo_words()
HIDDEN = WorkspaceSettings(amounts_hidden=True)
TACOS = WorkspaceSettings(points_name_one="taco", points_name_many="tacos", currency_emoji="taco")
LONGEST_NAMED = WorkspaceSettings(
    points_name_one="ქ" * NAME_LIMIT,
    points_name_many="ქ" * NAME_LIMIT,
    currency_emoji=LONG.emoji,
)

_CASES = {
    **{f"english-{name}": (ENGLISH, data) for name, data in ALL_DATA.items()},
    "pseudo-short": (PSEUDO, SHORT),
    "pseudo-long": (PSEUDO, LONG),
    "tacos-short": (ENGLISH.named(TACOS), SHORT),
    "hidden-short": (ENGLISH.named(HIDDEN), SHORT),
    "hidden-long": (PSEUDO.named(HIDDEN), LONG),
    "named-long": (PSEUDO.named(LONGEST_NAMED), LONG),
}
every_case = pytest.mark.parametrize(("words", "data"), _CASES.values(), ids=_CASES)


def functions_returning(kind: str) -> set[str]:
    """Return the public functions of all of `bot.messages` that return such a thing."""
    found = set()
    for module_info in pkgutil.iter_modules(bot.messages.__path__, "bot.messages."):
        module = importlib.import_module(module_info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_ours = function.__module__ == module.__name__ and not name.startswith("_")
            if is_ours and inspect.signature(function).return_annotation == kind:
                found.add(name)
    return found
