"""Names of emoji: skin tones and aliases are the same emoji.

The table is cut from iamcal/emoji-data, Slack's own source of names, by
`tools/make_emoji_table.py`; its licence lies beside it. It is read once, when first needed.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLE = re.compile("[\ufe0e\ufe0f]")
_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_ALIAS_STEPS_MAX = 5  # of a workspace's own aliases, which may point at each other in a circle
_NONE: Mapping[str, str] = MappingProxyType({})


def fold(name: str, custom_aliases: Mapping[str, str] = _NONE) -> str:
    """Return the one name under which an emoji counts.

    Slack writes `+1::skin-tone-2` in reactions and `:+1::skin-tone-2:` in text; both are `+1`, and
    so is `thumbsup`. `custom_aliases` are those of the workspace, alias to target without colons.
    """
    name = _bare(name)
    for _ in range(_ALIAS_STEPS_MAX):
        if name not in custom_aliases:
            break
        name = _bare(custom_aliases[name])
    return _canonical_names().get(name, name)


def is_known(name: str) -> bool:
    """Return whether every Slack workspace has this emoji; one's own emoji are not in the table."""
    return _bare(name) in _canonical_names()


def unicode_of(name: str) -> str | None:
    """Return the sign itself, or None for an emoji that only a workspace has."""
    entry = _table().get(fold(name))
    return entry[0] if entry else None


def name_of(sign: str) -> str | None:
    """Return the one name of an emoji that is written as a character, in any tone; or None."""
    return _names_of_signs().get(_plain_sign(sign))


def _bare(name: str) -> str:
    return name.strip(": ").partition("::")[0].lower().strip(": ")


@cache
def _table() -> dict[str, list[str]]:
    """Return canonical name -> [sign, alias, …]."""
    source = resources.files("bot.domain").joinpath("data", "emoji.json")
    table: dict[str, list[str]] = json.loads(source.read_text(encoding="utf-8"))
    return table


@cache
def _names_of_signs() -> dict[str, str]:
    """Return the canonical names by sign; a tone that stands by itself is an emoji too."""
    return {_plain_sign(sign): name for name, (sign, *_) in _table().items()}


def _plain_sign(sign: str) -> str:
    """Return a sign without tones and without what only says whether it is drawn in colour."""
    bare = _STYLE.sub("", sign.strip())
    return _TONE.sub("", bare) or bare


@cache
def _canonical_names() -> dict[str, str]:
    return {
        name: canonical for canonical, entry in _table().items() for name in (canonical, *entry[1:])
    }
