"""What holds for every sentence that operators read, and for the pages in the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.messages.words import words_for
from tests.messages.pseudo import bracketed, pseudo_words
from tests.messages.sentence_examples import said, speaking
from tests.messages.test_all_messages import untranslated

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = words_for("en-US")
PSEUDO = pseudo_words()
# What stands in no language: commands, addresses, names of settings, options and columns.
MACHINE = re.compile(
    r"https?://[^\s⟦⟧~]+|kudos import \S*|T0123456789|pg_\w+"
    r"|(?<![A-Za-z])(?:FILE|UTC|giver|receiver|points|reason|at|value)(?![A-Za-z])"
)
every_sentence = pytest.mark.parametrize("name", speaking())


def all_said(name: str) -> Iterator[str]:
    for words in (ENGLISH, PSEUDO):
        yield from said(words, name)


@every_sentence
def test_a_sentence_comes_from_the_catalogue(name: str) -> None:
    for sentence in said(PSEUDO, name):
        assert untranslated(MACHINE.sub(" ", sentence)) == []


@every_sentence
def test_nothing_is_left_of_a_place_for_a_value(name: str) -> None:
    for sentence in all_said(name):
        assert not re.search(r"\{[a-z_]*\}", sentence)


@every_sentence
def test_a_sentence_is_calm_and_whole(name: str) -> None:
    for sentence in said(ENGLISH, name):
        assert "!" not in sentence
        assert "  " not in sentence
        assert "None" not in sentence


def test_a_sentence_that_went_past_the_catalogue_is_seen() -> None:
    assert untranslated(MACHINE.sub(" ", f"{bracketed('It works')} for kudos import x now"))
