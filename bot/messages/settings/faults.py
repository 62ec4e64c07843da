"""Why a field of a form cannot be taken, in a sentence that stands at the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.settings.fields import FaultKind
from bot.messages.text.markup import plain, safe, shortened
from bot.messages.text.phrases import listed, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.settings.fields import Fault
    from bot.messages.text.words import Words

_FOUND_LIMIT = 100
_LIMIT = 2_000


def fault(words: Words, found: Fault) -> str:
    """Return the sentence as plain text: Slack shows it below the field as it is."""
    return shortened(plain(_sentence(words, found)), _LIMIT)


def _sentence(words: Words, found: Fault) -> str:
    typed = shortened(safe(found.found), _FOUND_LIMIT)
    least, most = words.number(found.least), words.number(found.most)
    return {
        FaultKind.MISSING: words.text("Something is missing here."),
        FaultKind.NO_NUMBER: words.text(
            "This is not a whole number. Type one from {least} to {most}.", least=least, most=most
        ),
        FaultKind.OUT_OF_RANGE: words.text(
            "Type a number from {least} to {most}.", least=least, most=most
        ),
        FaultKind.TOO_LONG: words.plural(
            "That is too long. There is room for {n} character.",
            "That is too long. There is room for {n} characters.",
            found.most,
        ),
        FaultKind.TOO_MANY: words.text("That is too many. There is room for {most}.", most=most),
        FaultKind.NO_CHOICE: words.text("This can't be chosen. Choose one that is offered."),
        FaultKind.NO_EMOJI: words.text(
            "{typed} is not an emoji. Type one, or its name: 🌮 or taco", typed=typed
        ),
        FaultKind.UNCLEAR_LINE: words.text(
            "I don't understand this line: {typed}. Type an emoji and a whole number, like 🌮 2",
            typed=typed,
        ),
        FaultKind.SAID_TWICE: words.text(
            "This emoji is there twice: {typed}. Keep one line.", typed=typed
        ),
        FaultKind.NO_VALUE: words.text(
            "{typed} can't be typed after #. Use letters, digits, - and _ only.", typed=typed
        ),
        FaultKind.VALUES_NEEDED: words.text(
            "There are no values to choose from yet. List some below, or let people type any "
            "hashtag."
        ),
        FaultKind.ABOVE_MOST: words.text(
            "The amount when none is named can't be more than the largest amount, {most}.",
            most=points(words, found.most),
        ),
        FaultKind.WORTH_ABOVE_MOST: words.text(
            ":{typed}: is worth {worth}, and the largest amount at once is {most}.",
            typed=typed,
            worth=points(words, found.least),
            most=points(words, found.most),
        ),
        FaultKind.ONE_NAME_MISSING: words.text("Name both, for one and for several, or none."),
        FaultKind.NOT_THERE: words.text(
            "Kudos can't post there. Type /invite @Kudos in that channel, then choose it again."
        ),
        FaultKind.SHARED: words.text(
            "This channel is shared with another company, and leaderboards stay inside."
        ),
        FaultKind.SHARED_FALLBACK: words.text(
            "This channel is shared with another company, and leaderboards stay inside. First "
            "choose another channel for the weekly leaderboard and the monthly highlights, or "
            "switch them off."
        ),
        FaultKind.NO_PART: words.text("Tick at least one part, or choose not to post it."),
        FaultKind.NO_ZONE: _no_zone(words, typed, found.close),
        FaultKind.NO_COUNTRY: _no_country(words, typed, found.close),
        FaultKind.SEVERAL_ZONES: words.text(
            "{typed} may mean several time zones. Type one of them: {zones}",
            typed=typed,
            zones=_zones(words, found.close),
        ),
        FaultKind.NOT_BOTH: words.text("Choose a group or a person: one of the two."),
        FaultKind.PAST: words.text("This day is over. Choose today or a later one."),
    }[found.kind]


def _no_zone(words: Words, typed: str, close: Sequence[str]) -> str:
    if not close:
        return words.text(
            "I don't know the time zone {typed}. Type a city's, such as Europe/Berlin.",
            typed=typed,
        )
    return words.text(
        "I don't know the time zone {typed}. Did you mean one of these? {zones}",
        typed=typed,
        zones=_zones(words, close),
    )


def _no_country(words: Words, typed: str, close: Sequence[str]) -> str:
    if not close:
        return words.text(
            "I know no holidays of {typed}. Type a country, such as Germany or DE, or a part of "
            "one, such as DE-BY.",
            typed=typed,
        )
    return words.text(
        "I know no holidays of {typed}. Did you mean one of these? {countries}",
        typed=typed,
        countries=listed(words, [safe(each) for each in close]),
    )


def _zones(words: Words, close: Sequence[str]) -> str:
    return listed(words, [safe(zone) for zone in close])
