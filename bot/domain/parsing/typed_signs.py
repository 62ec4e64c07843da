"""Digits and signs that are typed as emoji: `5️⃣`, and `:five:` as Slack sends it."""
# ruff: noqa: RUF001 - people type signs of every kind

from __future__ import annotations

import re
from unicodedata import numeric

PLUS_SIGNS = frozenset({"+", "➕", ":heavy_plus_sign:"})
_DIGITS = "zero one two three four five six seven eight nine keycap_ten"
_SIGNS = {
    **{f":{name}:": str(number) for number, name in enumerate(_DIGITS.split())},
    "🔟": "10",
    ":heavy_plus_sign:": "+",
    "➕": "+",
    ":heavy_minus_sign:": "-",
    "➖": "-",
}
_NAMES = "|".join(name for name in _SIGNS if name[0] == ":")
KEYCAP = rf"(?:\d\ufe0f?\u20e3|[①-⑳❶-❿🔟]|:(?:{_DIGITS.replace(' ', '|')}):)"
"""Matches one digit, or ten, as emoji."""
_SIGN = re.compile(rf"(?P<digit>\d)\ufe0f?\u20e3|(?P<circled>[①-⑳❶-❿])|[🔟➕➖]\ufe0f?|{_NAMES}")
_KEYCAP = re.compile(KEYCAP)


def without_sign_emoji(word: str) -> str | None:
    """Returns a word with plain digits and signs; None if none of them is an emoji."""
    if word.isascii() and ":" not in word:
        return None
    plain = _SIGN.sub(_plain, word)
    return plain if plain != word else None


def has_keycap(word: str) -> bool:
    """Returns whether a digit in it is an emoji."""
    return _KEYCAP.search(word) is not None


def _plain(match: re.Match[str]) -> str:
    if match["circled"]:
        return f"{numeric(match[0]):.0f}"
    return match["digit"] or _SIGNS[match[0].rstrip("\ufe0f")]
