"""The languages and the data in which every message and every view is looked at."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import bot.messages
from bot.domain.settings.settings import NAME_LIMIT
from bot.domain.workspaces import WorkspaceSettings
from bot.messages.text.words import words_for
from tests.messages.made_up import ALL_DATA, LONG, SHORT
from tests.messages.pseudo import pseudo_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.messages.text.words import Words
    from tests.messages.made_up import Data

Built = TypeVar("Built")

ENGLISH = words_for("en-US")
PSEUDO = pseudo_words()
HIDDEN = WorkspaceSettings(amounts_hidden=True)
TACOS = WorkspaceSettings(points_name_one="taco", points_name_many="tacos", currency_emoji="taco")
LONGEST_NAMED = WorkspaceSettings(
    points_name_one="ქ" * NAME_LIMIT,
    points_name_many="ქ" * NAME_LIMIT,
    currency_emoji=LONG.emoji,
)

CASES = {
    **{f"english-{name}": (ENGLISH, data) for name, data in ALL_DATA.items()},
    "pseudo-short": (PSEUDO, SHORT),
    "pseudo-long": (PSEUDO, LONG),
    "tacos-short": (ENGLISH.named(TACOS), SHORT),
    "hidden-short": (ENGLISH.named(HIDDEN), SHORT),
    "hidden-long": (PSEUDO.named(HIDDEN), LONG),
    "named-long": (PSEUDO.named(LONGEST_NAMED), LONG),
}


def built_once(
    examples: Mapping[str, Callable[[Words, Data], Iterable[Built]]],
) -> Callable[[str, str], tuple[Built, ...]]:
    """Return a way to all examples of a function in a case.

    They are built the first time. Everybody who looks at them gets a copy, so that nobody sees what
    others do to theirs.
    """

    @cache
    def built(name: str, case: str) -> bytes:
        return pickle.dumps(tuple(examples[name](*CASES[case])))

    def copied(name: str, case: str) -> tuple[Built, ...]:
        copies: tuple[Built, ...] = pickle.loads(built(name, case))  # noqa: S301 - our own
        return copies

    return copied


def functions_returning(kind: str) -> set[str]:
    """Return the public functions of all of `bot.messages` that return such a thing."""
    found = set()
    for module_info in pkgutil.walk_packages(bot.messages.__path__, "bot.messages."):
        module = importlib.import_module(module_info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_ours = function.__module__ == module.__name__ and not name.startswith("_")
            if is_ours and inspect.signature(function).return_annotation == kind:
                found.add(name)
    return found
