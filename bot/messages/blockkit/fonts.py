"""What the bundled fonts can draw, and how wide it becomes; see `tools/make_fonts.py`."""

from __future__ import annotations

import re
import unicodedata
from collections import ChainMap
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from bot.messages.text.markup import ELLIPSIS

FONTS = Path(__file__).parents[1] / "fonts"

FONT_FILES = tuple(sorted(path for path in FONTS.iterdir() if path.suffix in {".otf", ".ttf"}))
"""Every bundled font."""

LATIN = "Noto Sans"
_CHINESE = "Noto Sans CJK SC"
_JAPANESE = "Noto Sans CJK JP"

# Kerning and the joined forms of letters differ a little from what each letter takes alone.
_SPARE = 1.03
_BOLDER = 1.08
_MARKS_IN_A_ROW = 3  # of a letter; people have put dozens above one to reach into other lines
_JOINERS = "\u200c\u200d"  # decide how the letters beside them are joined
_STRONG = {"L", "R", "AL"}  # directions, where a letter has one of its own
_FIRST_JOINED = "\u0590"  # from here on there are scripts whose letters join
_VIRAMA = 9  # the class of signs that bind the next letter to the one before

_EMOJI_CODE = re.compile(r":[a-z0-9_+'-]+:")
_HAN = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")


def drawable(text: str) -> str:
    """Return as much of a text as can be drawn: without emoji, controls, and rare characters.

    May be empty.
    """
    typed = unicodedata.normalize("NFC", _EMOJI_CODE.sub(" ", text))
    kept: list[str] = []
    marks = 0
    is_beside_kept = False  # a mark stays only with the letter that it belongs to
    for character in " ".join(typed.split()):
        is_mark = unicodedata.category(character) in {"Mn", "Me"}
        marks = marks + 1 if is_mark else 0
        is_known = character in _JOINERS or ord(character) in _widths()
        if not is_known or _is_control(character) or marks > _MARKS_IN_A_ROW:
            is_beside_kept = is_beside_kept and is_mark
        elif is_beside_kept or not (is_mark or character in _JOINERS):
            kept.append(character)
            is_beside_kept = character != " "
    return " ".join(_without_idle_joiners("".join(kept)).split())


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a drawable text is at most, in the unit of its size."""
    return _advance(text, size) * _SPARE * (_BOLDER if is_bold else 1)


def fitted(text: str, size: float, most: float, *, is_bold: bool = False) -> str:
    """Return what can be drawn of a text within that width, with an ellipsis where it was cut."""
    shown = drawable(text)
    if not shown:
        return ELLIPSIS
    if width(shown, size, is_bold=is_bold) <= most:
        return shown
    end = len(shown)
    while end and width(shown[:end] + ELLIPSIS, size, is_bold=is_bold) > most:
        end = _whole(shown, end - 1)
    return shown[:end].rstrip() + ELLIPSIS


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is set in one font, and how far from the text's left end it begins."""

    font: str
    text: str
    offset: float


def pieces(text: str, size: float, language: str) -> list[Piece]:
    """Return a drawable text in pieces, from left to right; each font has all of its piece.

    What draws the text cannot set several scripts in one go without losing letters.
    """
    set_in = _set_in_fonts(text, language)
    first_strong = next(
        (one for one in map(unicodedata.bidirectional, text) if one in _STRONG), "L"
    )
    is_to_the_left = first_strong != "L"
    found: list[Piece] = []
    offset = 0.0
    for font, run in reversed(set_in) if is_to_the_left else set_in:
        before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
        if is_to_the_left:
            before, after = after, before
        offset += _advance(before, size)
        if run.strip():
            found.append(Piece(font, run.strip(), offset))
        offset += _advance(run.strip() + after, size)
    return found


def _set_in_fonts(text: str, language: str) -> list[tuple[str, str]]:
    """Return the runs of a text with their fonts, as they are read.

    The same character is written otherwise in Japan than in China: kana or the reader's language
    tell where a text is from.
    """
    order = [name for name in _fonts() if name not in {_CHINESE, _JAPANESE}]
    is_japanese = _KANA.search(text) or (language == "ja" and _HAN.search(text))
    order += [_JAPANESE, _CHINESE] if is_japanese else [_CHINESE, _JAPANESE]
    found: list[tuple[str, str]] = []
    for character in text:
        # Whatever the font before has stays with it: letters are joined within one font only.
        names = [found[-1][0], *order] if found else order
        name = next((one for one in names if ord(character) in _fonts()[one]), LATIN)
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + character)
        else:
            found.append((name, character))
    return found


@lru_cache(maxsize=1)
def _fonts() -> dict[str, dict[int, int]]:
    """Return how wide the characters of each font are, in thousandths of its size."""
    fonts: dict[str, dict[int, int]] = {}
    for line in (FONTS / "widths.txt").read_text(encoding="ascii").splitlines():
        if not line[0].isdigit():
            widths = fonts[line] = {}
            continue
        thousandths, *spans = line.split()
        for span in spans:
            first, _, last = span.partition("-")
            codes = range(int(first, 16), int(last or first, 16) + 1)
            widths |= dict.fromkeys(codes, int(thousandths))
    return fonts


@lru_cache(maxsize=1)
def _widths() -> dict[int, int]:
    return dict(ChainMap(*_fonts().values()))  # one table to look into, not one of each font


def _advance(text: str, size: float) -> float:
    return sum(_widths().get(ord(character), 0) for character in text) * size / 1000


def _is_control(character: str) -> bool:
    """Return whether a character is none of its own: it turns or hides those around it."""
    return unicodedata.category(character) in {"Cc", "Cf"} and character not in _JOINERS


def _without_idle_joiners(text: str) -> str:
    """Return the text with joiners only where a letter stands after them that may join."""
    return "".join(
        character
        for character, after in pairwise(text + " ")
        if character not in _JOINERS or (after >= _FIRST_JOINED and after not in _JOINERS)
    )


def _whole(text: str, end: int) -> int:
    """Return where to cut so that no letter loses its marks or its other half."""
    while end and (
        unicodedata.category(text[end]).startswith("M")
        or text[end - 1] in _JOINERS
        or unicodedata.combining(text[end - 1]) == _VIRAMA
    ):
        end -= 1
    return end
