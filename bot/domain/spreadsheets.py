"""Texts in the cells of a spreadsheet, which runs some of them as formulas.

An apostrophe in front makes a text of whatever would run. A text that begins with an apostrophe
and would run without it gets one more, so that taking one away always gives back what was there.
"""

from __future__ import annotations

import re

# What a spreadsheet would run, also behind spaces, control characters and what nobody sees, or in
# another width.
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"'*[{UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def safe_cell(text: str) -> str:
    """Returns a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain_text(cell: str) -> str:
    """Returns the text that `safe_cell` has made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
