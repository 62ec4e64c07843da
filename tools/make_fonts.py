#!/usr/bin/env python3
"""Cut the fonts of `bot/messages/fonts` out of Debian's packages of Noto Sans.

A server has no fonts of its own, and what is drawn must look the same on all of them. Run again to
draw more characters than before:

    apt-get download fonts-noto-core fonts-noto-cjk
    for package in fonts-noto-*.deb; do dpkg -x "$package" unpacked; done
    pip install fonttools && python tools/make_fonts.py unpacked/usr/share/fonts

It writes a font for each script, and a table of how wide each character is that they can draw.
Noto's licence, the SIL Open Font License 1.1, stands beside them; it reserves no name.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FONTS = Path(__file__).parents[1] / "bot" / "messages" / "fonts"
# Drawn whole: these scripts are small, and shaped by rules that name glyphs beyond the characters.
FONTS_OF_SCRIPTS = (
    *("NotoSansArabic", "NotoSansArmenian", "NotoSansBengali", "NotoSansDevanagari"),
    *("NotoSansEthiopic", "NotoSansGeorgian", "NotoSansGujarati", "NotoSansGurmukhi"),
    *("NotoSansHebrew", "NotoSansKannada", "NotoSansKhmer", "NotoSansLao", "NotoSansMalayalam"),
    *("NotoSansMyanmar", "NotoSansSinhala", "NotoSansTamil", "NotoSansTelugu", "NotoSansThaana"),
    "NotoSansThai",
)
JAPANESE, CHINESE = 0, 2  # which font of the collection
# Latin with all its marks, Greek, Cyrillic, and what stands between words in any script.
LATIN = (
    *(range(0x20, 0x7F), range(0xA0, 0x530), range(0x1AB0, 0x1AFF), range(0x1C80, 0x1C90)),
    *(range(0x1D00, 0x2000), range(0x2000, 0x2070), range(0x2070, 0x20D0), range(0x2100, 0x2150)),
    *(range(0x2190, 0x2194), range(0x2212, 0x2213), range(0xA640, 0xA6A0), range(0xA720, 0xA800)),
)
BETWEEN = {0x20, 0x200C, 0x200D, 0x25CC}  # what every script's own rules count on
KANA_AND_MARKS = (range(0x3000, 0x3100), range(0x31F0, 0x3200), range(0xFF01, 0xFFEF))


def of_charset(codec: str, leads: Iterable[int], trails: Iterable[int]) -> Iterator[int]:
    """Yield the characters of a national charset in which two bytes stand for one."""
    trails = list(trails)
    for lead in leads:
        for trail in trails:
            text = bytes((lead, trail)).decode(codec, "ignore")
            if len(text) == 1:
                yield ord(text)


def chinese() -> set[int]:
    """Return simplified characters, the commoner traditional ones, and the usual Hangul."""
    return {
        *of_charset("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF)),
        *of_charset("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
        *of_charset("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)),
        *(code for span in KANA_AND_MARKS for code in span),
    }


def japanese() -> set[int]:
    """Return JIS level 1 and 2, and what IBM added for names; written otherwise than in China."""
    return {
        *of_charset("cp932", range(0xFA, 0xFD), range(0x40, 0xFD)),
        *of_charset("euc_jp", range(0xB0, 0xF5), range(0xA1, 0xFF)),
        *(code for span in KANA_AND_MARKS for code in span),
    }


def family_of(font: TTFont) -> str:
    """Return the name by which a picture asks for the font."""
    return str(font["name"].getBestFamilyName())


def cut(font: TTFont, name: str, codes: Iterable[int], *, is_shaped: bool = True) -> dict[int, int]:
    """Write a font of those characters; return how wide each is, in thousandths of its size."""
    options = subset.Options(hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    if not is_shaped:
        options.layout_features = []
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    subset.save_font(font, str(FONTS / name), options)
    em = font["head"].unitsPerEm
    joined = joined_forms(font)
    return {
        code: max(
            round(font["hmtx"][form][0] * 1000 / em) for form in {glyph, *joined.get(glyph, ())}
        )
        for code, glyph in font.getBestCmap().items()
    }


def joined_forms(font: TTFont) -> dict[str, set[str]]:
    """Return the glyphs that a letter may have where it is joined to those beside it."""
    forms: dict[str, set[str]] = {}
    if "GSUB" not in font:
        return forms
    rules = font["GSUB"].table
    numbers = {
        number
        for record in rules.FeatureList.FeatureRecord
        if record.FeatureTag in {"init", "medi", "fina"}
        for number in record.Feature.LookupListIndex
    }
    for number in numbers:
        for part in rules.LookupList.Lookup[number].SubTable:
            for glyph, form in getattr(part, "mapping", {}).items():
                forms.setdefault(glyph, set()).add(form)
    return forms


def table(family: str, widths: dict[int, int]) -> Iterator[str]:
    """Yield the font's name, then for each width what it is, and the characters so wide."""
    by_width: dict[int, list[list[int]]] = {}
    for code in sorted(widths):
        spans = by_width.setdefault(widths[code], [])
        if spans and spans[-1][-1] == code - 1:
            spans[-1][1:] = [code]
        else:
            spans.append([code])
    yield family
    for width, spans in sorted(by_width.items()):
        yield " ".join([str(width), *("-".join(f"{code:x}" for code in span) for span in spans)])


def main() -> None:
    """Read the fonts of the folder that is named on the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="with the packages' fonts, at any depth")
    folder: Path = arguments.parse_args().folder
    found = {path.name: path for path in folder.rglob("Noto*")}
    for old in FONTS.glob("*.[ot]tf"):
        old.unlink()
    latin = {code for span in LATIN for code in span}
    lines: list[str] = []
    # The bold one is for headings. It is measured as the other, and a little added.
    cut(TTFont(found["NotoSans-Bold.ttf"]), "NotoSans-Bold.ttf", range(0x20, 0x530))
    font = TTFont(found["NotoSans-Regular.ttf"])
    lines += table(family_of(font), cut(font, "NotoSans-Regular.ttf", latin))
    for name in FONTS_OF_SCRIPTS:
        font = TTFont(found[f"{name}-Regular.ttf"])
        codes = set(font.getBestCmap()) - latin | BETWEEN
        lines += table(family_of(font), cut(font, f"{name}-Regular.ttf", codes))
    for name, number, codes in (
        ("NotoSansCJKsc-Regular.otf", CHINESE, chinese()),
        ("NotoSansCJKjp-Regular.otf", JAPANESE, japanese()),
    ):
        font = TTFont(found["NotoSansCJK-Regular.ttc"], fontNumber=number)
        lines += table(family_of(font), cut(font, name, codes, is_shaped=False))
    (FONTS / "widths.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
