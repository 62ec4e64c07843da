from __future__ import annotations

import string
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.messages.text.catalogue import TEMPLATE, catalogue_template
from bot.messages.text.words import DOMAIN, LOCALES, catalogues


def ids(catalog: Catalog) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in catalog if message.id}


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def misplaced(catalog: Catalog) -> list[str]:
    """Return the texts whose translation leaves out a value or asks for one that there is not."""
    return [
        translation
        for message in catalog
        for translation in forms(message.string)
        if translation and not fits(forms(message.id)[-1], translation)
    ]


def fits(text: str, translation: str) -> bool:
    # A form for one number alone may spell that number out.
    return placeholders(text) - {"n"} <= placeholders(translation) <= placeholders(text)


def test_the_template_is_up_to_date() -> None:
    """If this fails: `python -m bot.messages.text.catalogue`, and commit what it writes."""
    fresh = read_po(BytesIO(catalogue_template().encode()))
    with TEMPLATE.open("rb") as template:
        assert ids(read_po(template)) == ids(fresh)


def test_the_template_is_the_same_on_every_machine() -> None:
    written = TEMPLATE.read_text(encoding="utf-8")
    assert "Date" not in written
    assert "#: bot/messages/giving/kudos.py" in written
    assert str(LOCALES) not in written


def test_each_form_of_a_plural_names_the_same_values() -> None:
    with TEMPLATE.open("rb") as template:
        for one, *many in ids(read_po(template)):
            for form in many:
                assert placeholders(one) == placeholders(form)


def test_every_catalogue_names_the_values_that_its_texts_are_given() -> None:
    for language in catalogues():
        path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        with path.open("rb") as source:
            assert misplaced(read_po(source, locale=language)) == []


def test_the_check_of_catalogues_sees_a_wrong_value() -> None:
    catalog = Catalog(locale="de")
    catalog.add("{giver} thanked you", "{geber} hat dir gedankt")
    catalog.add("Posted in {place}.", "Gepostet.")
    catalog.add(("{n} point", "{n} points"), ("Ein Punkt", "{n} Punkte"))
    assert misplaced(catalog) == ["{geber} hat dir gedankt", "Gepostet."]
