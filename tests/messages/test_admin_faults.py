"""What stands at a field that cannot be taken."""

from __future__ import annotations

from bot.domain.settings.fields import Fault, FaultKind
from bot.messages.settings.faults import fault
from bot.messages.text.words import words_for
from tests.messages.pseudo import pseudo_words
from tests.messages.test_all_messages import untranslated
from tests.rows import each_row

ENGLISH = words_for("en-US")
PSEUDO = pseudo_words()
LONGEST = "ა" * 3_000

every_kind = each_row("kind", FaultKind)


@every_kind
def test_every_fault_has_a_sentence_that_fits_its_field(kind: FaultKind) -> None:
    for words in (ENGLISH, PSEUDO):
        sentence = fault(words, Fault(kind, -100_000, 100_000, LONGEST))
        assert 10 < len(sentence) <= 2_000


@every_kind
def test_no_fault_bypasses_the_catalogue(kind: FaultKind) -> None:
    assert untranslated(fault(PSEUDO, Fault(kind, 1, 2, LONGEST))) == []


def test_what_was_typed_stands_in_it_as_it_was_typed() -> None:
    told = fault(ENGLISH, Fault(FaultKind.NO_EMOJI, found="<!here> & co"))
    assert told.startswith("<!here> & co is not an emoji.")
