"""What holds for every sentence that operators read, and for the pages in the browser."""

from __future__ import annotations

import re
from functools import cache

from bot.messages.text.words import words_for
from tests.messages.pseudo import bracketed, pseudo_words
from tests.messages.sentence_examples import said, speaking
from tests.messages.test_all_messages import untranslated
from tests.rows import each_row, none_of

ENGLISH = words_for("en-US")
PSEUDO = pseudo_words()
# What stands in no language: commands, addresses, names of settings, options and columns.
MACHINE = re.compile(
    r"https?://[^\s⟦⟧~]+|kudos import \S*|T0123456789|pg_\w+"
    r"|(?<![A-Za-z])(?:FILE|PATH|UTC|giver|receiver|points|reason|at|value)(?![A-Za-z])"
)
every_sentence = each_row("name", speaking().keys())


@cache
def in_english(name: str) -> tuple[str, ...]:
    return tuple(said(ENGLISH, name))


@cache
def in_pseudo(name: str) -> tuple[str, ...]:
    return tuple(said(PSEUDO, name))


@every_sentence
def test_a_sentence_comes_from_the_catalogue(name: str) -> None:
    none_of(
        f"{word} in {sentence!r}"
        for sentence in in_pseudo(name)
        for word in untranslated(MACHINE.sub(" ", sentence))
    )


@every_sentence
def test_nothing_is_left_of_a_place_for_a_value(name: str) -> None:
    sentences = (*in_english(name), *in_pseudo(name))
    none_of(each for each in sentences if re.search(r"\{[a-z_]*\}", each))


@every_sentence
def test_a_sentence_is_calm_and_whole(name: str) -> None:
    for unwanted in ("!", "  ", "None"):
        none_of(
            f"{unwanted!r} in {sentence!r}" for sentence in in_english(name) if unwanted in sentence
        )


def test_a_sentence_that_went_past_the_catalogue_is_seen() -> None:
    assert untranslated(MACHINE.sub(" ", f"{bracketed('It works')} for kudos import x now"))
