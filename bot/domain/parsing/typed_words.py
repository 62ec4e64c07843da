"""Words around thanks, in the languages that Kudos speaks: what leads to whom, and to what for.

Only what decides who is meant and how much stands here; all else that people write is a reason.
"""
# ruff: noqa: RUF001 - people type words of every script

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.scripts import unspaced_letters

if TYPE_CHECKING:
    from bot.domain.parsing.tokens import Token


def each_of(words: str) -> frozenset[str]:
    """Returns the words of a line."""
    return frozenset(words.split())


OPENERS = each_of(
    "thanks thank thx kudos give send pass award reward to for props shoutout shout-out til aan"
)
"""What may stand before the receivers without being a word of the reason."""

OPENERS_AGAIN = OPENERS - each_of("give send pass award reward for til") | {"you"}
"""What may stand once more before one of several receivers: `to @ada and to @bo`."""

_FOR = each_of(
    "for because to as since voor omdat met за потому на с fordi siden med til koska että على لأن "
    "في"
)
_FOR_PEOPLE = each_of("for because voor omdat за fordi koska على")
_THANKS = each_of(
    "thanks thank thx ty thank-you thankyou kudos props cheers congrats congratulations shoutout "
    "shout-out kiitos kiitokset takk bedankt dank спасибо благодарю شكرا شكراً شكرًا merci danke "
    "gracias"
)
_PRAISE = each_of(
    "great good nice awesome amazing lovely fantastic brilliant excellent superb wonderful bravo "
    "done hyvää hienoa upeaa loistava bra flott fint goed mooi knap отлично молодец супер отличная "
    "أحسنت رائع"
)
_THANKS_UNSPACED = ("谢谢", "謝謝", "感谢", "感謝", "多谢", "ありがとう", "お疲れ", "ขอบคุณ")
_UNSPACED_THANKS_MAX = 3  # with `you`
_AFTER_THANKS = each_of(
    "you to goes go so much very a lot big many also til aan deg dere je jullie u teille sinulle "
    "вам тебе большое لك لـ ل myös også ook также أيضا"
)
_JOINING = each_of(
    "and or as well also plus then with together alongside to both too another more finally "
    "lastly next besides and/or the our my your dear ja sekä tai myös lisäksi og eller samt "
    "også med til en of ook met aan и или а также ещё с و أو أيضا مع et ou y o und oder auch"
)
_GIVING = each_of(
    "points amount deserve deserves deserved earn earns earned get gets getting give gives giving "
    "gave send sends sending award awards awarding pass passing receives ansaitsee saa annan "
    "lähetän fortjener får gir sender verdient verdien krijgt geef stuur заслуживает заслужил "
    "заслужила заслужили получает даю отправляю дарю يستحق تستحق أعطي أرسل "
    "have take grab accept enjoy receive keep here's here ota ottakaa saat saatte tässä ha ta "
    "få her værsågod держи держите лови ловите возьми возьмите вот тебе вам neem pak hier heb خذ "
    "خذي خذوا لك إليك تفضل تفضلي"
)
_MEASURING = each_of(
    "by of from than at about over under below above into in on the these those out на до из из-за "
    "på av fra van tot op uit"
)
_PART_OF = each_of("of out из av van")
_COPIED = each_of("cc bcc fyi kopi копия tiedoksi نسخة")
_COPIED_MAX_LENGTH = max(map(len, _COPIED)) + 3  # with marks around it
_MARKS = "()[]:,.;!?/…'\"’*_~`"

NOT_NAMES = each_of(
    "great good nice awesome amazing thanks thank thx work job team everyone everybody all you "
    "well done huge big the my our so very much a an this that it we i he she they just what "
    "who how why when where please help kudos point points today yesterday always again too "
    "also is was for to and or if no not yes ok hey hi hello wow super really such many more "
    "most some any us me them him her your their his its be been will would can could should "
    "bravo congrats kiitos hyvä takk bra bedankt goed mooi спасибо отлично شكرا"
)
"""Words that are not looked up as names of colleagues."""


def gives_points(item: Token) -> bool:
    """Returns whether what is given, or deserved, follows it."""
    return word_of(item) in _GIVING


def measures(item: Token) -> bool:
    """Returns whether a number after it, or before it, easily counts something else."""
    return word_of(item) in _MEASURING


def counts_part(item: Token) -> bool:
    """Returns whether what is before it is part of what comes next: `2 points of contact`."""
    return word_of(item) in _PART_OF


def word_of(item: Token) -> str:
    """Returns an item's word without its case and the marks around it."""
    return item.text.strip(_MARKS).casefold()


def leads_to_reason(item: Token) -> bool:
    """Returns whether what for comes next, so that nothing before it counts things."""
    word = word_of(item)
    return word in _FOR or gives_thanks(item)


def leads_from_names(item: Token) -> bool:
    """Returns whether names may stand before it that were typed without `@`."""
    return word_of(item) in _FOR_PEOPLE or gives_thanks(item)


def gives_thanks(item: Token) -> bool:
    """Returns whether it is a word of thanks."""
    word = word_of(item)
    return word in _THANKS or word.startswith(_THANKS_UNSPACED)


def praises(item: Token) -> bool:
    """Returns whether it is a word of praise."""
    return word_of(item) in _PRAISE


def begins_reason(text: str) -> bool:
    """Returns whether words begin with thanks or the like, so that `for` does not lead to them."""
    words = text.split(maxsplit=1)
    return bool(words) and words[0].strip(_MARKS).casefold() in _THANKS | _FOR


def is_thanks_alone(item: Token) -> bool:
    """Returns whether it is a word of thanks and no more, in a script without blanks."""
    return word_of(item) in _THANKS_UNSPACED


def is_sentence_of_thanks(item: Token) -> bool:
    """Returns whether it says more than thanks, in a script without blanks: `谢谢你帮助`."""
    is_alone = is_thanks_alone(item) or unspaced_letters(item.text) <= _UNSPACED_THANKS_MAX
    return gives_thanks(item) and not is_alone


def follows_thanks(item: Token) -> bool:
    """Returns whether it may stand between a word of thanks and who is thanked."""
    return word_of(item) in _AFTER_THANKS


def joins(item: Token) -> bool:
    """Returns whether it says no more than that somebody else comes next."""
    word = word_of(item)
    return word in _JOINING or says_nothing(item.text)


def says_nothing(word: str) -> bool:
    """Returns whether a word is an emoji, or marks alone."""
    is_emoji = len(word) > 2 and word[0] == word[-1] == ":"  # noqa: PLR2004 - `:` name `:`
    return is_emoji or not any(map(str.isalnum, word))


def copies(item: Token) -> bool:
    """Returns whether it is a word like `cc`: who follows is told, not thanked."""
    return len(item.text) <= _COPIED_MAX_LENGTH and word_of(item) in _COPIED
