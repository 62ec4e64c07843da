"""A language made from the template: what comes from the catalogue stands in ⟦brackets⟧."""

from __future__ import annotations

import gettext
import math
import re
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.messages.text.catalogue import TEMPLATE
from bot.messages.text.words import Words

# Babel writes Chinese dates, numbers and enumerations without a Latin letter, so that each Latin
# letter outside the brackets is one that went past the catalogue.
LOCALE = Locale("zh")
STRETCH = 1.5
_STRETCHED = str.maketrans(
    {vowel: long * 2 for vowel, long in zip("aeiouAEIOU", "áéíóúÁÉÍÓÚ", strict=True)}
)


def pseudo_words() -> Words:
    """Return the words of the language that has a translation for everything in the template."""
    catalog = Catalog(locale=LOCALE, fuzzy=False)
    with TEMPLATE.open("rb") as template:
        for message in read_po(template):
            if isinstance(message.id, str):
                if message.id:
                    catalog.add(message.id, bracketed(message.id))
            else:
                catalog.add(message.id, (bracketed(message.id[-1]),))
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Words(LOCALE, gettext.GNUTranslations(compiled))


def bracketed(message: str) -> str:
    """Return the message with its words in brackets and its placeholders between them.

    The words are half as long again, which is what German or Finnish takes at most.
    """
    pieces = re.split(r"(\{[a-z_]+\})", message)
    return "".join(
        piece if piece.startswith("{") or not piece else _stretched(piece) for piece in pieces
    )


def _stretched(piece: str) -> str:
    longer = piece.translate(_STRETCHED)
    missing = math.ceil(len(piece) * STRETCH) - len(longer) - len("⟦⟧")
    return f"⟦{longer}{'~' * missing}⟧"
