"""Scripts that are written without blanks between words, in which few letters say much."""

from __future__ import annotations

import re

# Thai, Lao, Myanmar, Khmer, Hiragana and Katakana with their extensions, and Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd]"
)
LETTERS_OF_ONE = 3  # that other scripts need for what one of these says


def unspaced_letters(text: str) -> int:
    """Returns how many characters are of such a script."""
    return len(_UNSPACED.findall(text))


def length_of_words(text: str) -> int:
    """Returns a text's length in characters, of which each of such a script counts three."""
    return len(text) + (LETTERS_OF_ONE - 1) * unspaced_letters(text)
