"""The template from which translations start: every text in `bot/messages`, without a translation.

After a change to the texts:

    python -m bot.messages.text.catalogue        writes locales/kudos.pot

For a new language, or to bring one up to date with the template:

    pybabel init -D kudos -i bot/messages/locales/kudos.pot -d bot/messages/locales -l de
    pybabel update -D kudos -i bot/messages/locales/kudos.pot -d bot/messages/locales

The `.po` files are read as they are when Kudos runs; nothing is compiled. Before Python 3.12, Babel
does not see a call within an f-string, so the texts stand outside of them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.messages.text.words import DOMAIN, LOCALES

TEMPLATE = LOCALES / f"{DOMAIN}.pot"

# Babel's own header has dates in it, and the file would change each time that it is written.
_HEADER = """\
# Every text that Kudos says. Written by `python -m bot.messages.text.catalogue`.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_METHODS = {"text": None, "plural": (1, 2)}  # of `Words`, and where they take their texts


def catalogue_template() -> str:
    """Return the template; it is the same on every machine until a text changes."""
    package = Path(__file__).parents[1]
    catalog = Catalog()
    for filename, line, message_id, comments, context in extract_from_dir(
        package, keywords=_METHODS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        catalog.add(
            message_id,
            locations=[(f"bot/messages/{Path(filename).as_posix()}", line)],
            auto_comments=comments,
            context=context,
        )
    written = BytesIO()
    write_po(written, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return _HEADER + written.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.write_text(catalogue_template(), encoding="utf-8")
