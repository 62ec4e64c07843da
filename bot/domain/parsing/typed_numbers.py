"""Words for numbers and for points, in the languages that Kudos speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.parsing.tokens import TokenKind
from bot.domain.parsing.typed_words import each_of, word_of

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Token

POINTS = {
    "en": "point points pt pts kudos",
    "fi": "piste pistettä pisteen",
    "nb": "poeng poenget",
    "ru": "балл балла баллов баллами очко очка очков очками",
    "nl": "punt punten puntje puntjes",
    "ar": "نقطة نقطه نقاط",
    "": "ポイント คะแนน แต้ม",  # beside digits alone
}
_NUMBERS = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "fi": "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen yksitoista "
    "kaksitoista",
    "nb": "en/ett/én to tre fire fem seks sju/syv åtte ni ti elleve tolv",
    "ru": "один/одно/одна/одну два/две три четыре пять шесть семь восемь девять десять "
    "одиннадцать двенадцать",
    "nl": "een/één twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "ar": "واحد/واحدة اثنان/اثنين/اثنتان ثلاث/ثلاثة أربع/أربعة/اربع/اربعة خمس/خمسة ست/ستة سبع/سبعة "
    "ثماني/ثمانية/ثمان تسع/تسعة عشر/عشرة",
}
ARABIC_PAIRS = {
    ("أحد", "عشر"): 11,
    ("إحدى", "عشرة"): 11,
    ("اثنا", "عشر"): 12,
    ("اثني", "عشر"): 12,
    ("اثنتا", "عشرة"): 12,
    ("اثنتي", "عشرة"): 12,
}
WHOLE = {("نقطة", "واحدة"): 1, ("نقطتان",): 2, ("نقطتين",): 2}
# Between a word for points and a number of another language these would be other words.
OTHER_WORDS = each_of("to fire en ti")
SIGNS = {
    **dict.fromkeys(each_of("plus pluss плюс زائد"), 1),
    **dict.fromkeys(each_of("minus miinus минус ناقص"), -1),
}
BEYOND = each_of(
    "another last my remaining extra bonus final all toiset viimeiset siste mine nye ещё еще мои "
    "последние nog laatste mijn آخر"
)
VAGUE = BEYOND | each_of(
    "a an another some any few several many more most all every both half double triple dozen "
    "couple lots max maximum remaining rest my your our these those of the extra bonus plus too "
    "well-deserved well-earned hundred thousand million zero no "
    "kaikki muutama noen alle mine несколько все alle "
    "een paar بعض كل"
)
VAGUE_WORDS_MAX = 4
NEVER_VAGUE = frozenset({"kudos", "thanks", "thank", "props", "cheers"})

LANGUAGE_OF_POINTS = {
    word: language for language, words in POINTS.items() for word in words.split()
}


def _numbers() -> dict[str, dict[str, int]]:
    """Returns number words: what they are in each language."""
    found: dict[str, dict[str, int]] = {}
    for language, words in _NUMBERS.items():
        for number, forms in enumerate(words.split(), start=1):
            for form in forms.split("/"):
                found.setdefault(form, {})[language] = number
    return found


NUMBER_OF = _numbers()
_LARGE = {
    13: "thirteen kolmetoista tretten тринадцать dertien",
    14: "fourteen neljätoista fjorten четырнадцать veertien",
    15: "fifteen viisitoista femten пятнадцать vijftien",
    16: "sixteen kuusitoista seksten шестнадцать zestien",
    17: "seventeen seitsemäntoista sytten семнадцать zeventien",
    18: "eighteen kahdeksantoista atten восемнадцать achttien",
    19: "nineteen yhdeksäntoista nitten девятнадцать negentien",
    20: "twenty kaksikymmentä tjue двадцать twintig عشرون",
    30: "thirty kolmekymmentä tretti тридцать dertig ثلاثون",
    40: "forty neljäkymmentä førti сорок veertig",
    50: "fifty viisikymmentä femti пятьдесят vijftig خمسون",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety",
}
LARGE_NUMBER_OF = {word: number for number, words in _LARGE.items() for word in words.split()}
LARGE_NUMBER_OF |= {
    f"{words.split()[0]}-{unit}": tens + number
    for tens, words in _LARGE.items()
    if tens % 10 == 0
    for number, unit in enumerate(_NUMBERS["en"].split()[:9], start=1)
}
"""Those above twelve: beside a word for points they are proposed, but not sure."""
NUMBER_WORDS = frozenset(NUMBER_OF) | frozenset(LARGE_NUMBER_OF)


def number_of(item: Token) -> int:
    """Returns what a word for a number is; 0 if it is none, or easily another word."""
    word = word_of(item) if item.kind is TokenKind.WORD and not item.is_quote else ""
    if word in LARGE_NUMBER_OF:
        return LARGE_NUMBER_OF[word]
    return 0 if word in OTHER_WORDS else max(NUMBER_OF.get(word, {}).values(), default=0)
