"""What a person typed after `/kudos`, read without asking anybody.

The first word tells what is wanted, in one of several words for it. A word or two that mean nothing
and name nobody get help. All else is thanks, and is read by `bot.domain.parsing.lines`.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.boards import ShowLeaderboard, Side
from bot.domain.parsing.commands import (
    Ask,
    Command,
    GiveSeveral,
    ParsedGive,
    Question,
    ShowHelp,
    ShowHistory,
    ShowMe,
    ShowRewards,
    ShowSettings,
    Unclear,
    UndoLast,
)
from bot.domain.parsing.lines import parse_thanks
from bot.domain.parsing.private import PRIVATE
from bot.domain.parsing.reason import shortened
from bot.domain.parsing.suggestion import COLLEAGUE, checked, line_of
from bot.domain.parsing.tokenizer import PRIVATE_CHANNEL, read_items, render
from bot.domain.parsing.tokens import NO_CURRENCY, Currency, Token, TokenKind
from bot.domain.parsing.typed_words import each_of, is_thanks_alone, word_of
from bot.domain.periods import PeriodKind
from bot.domain.scripts import unspaced_letters

if TYPE_CHECKING:
    from collections.abc import Collection


class Word(StrEnum):
    """What may be the first word after `/kudos`."""

    HELP = "help"
    ME = "me"
    LEADERBOARD = "leaderboard"
    HISTORY = "history"
    UNDO = "undo"
    PRIVATE = PRIVATE
    SETTINGS = "settings"
    REWARDS = "rewards"


class Which(StrEnum):
    """Which period of a kind a board is of."""

    THIS = "this"
    LAST = "last"


_QUESTION_MARKS = frozenset({"?", "??", "???"})
NOTHING = ParsedGive(receiver_ids=(), group_ids=(), reason="", hashtags=(), amounts=())
_ALONE: dict[Word, Command] = {
    Word.HELP: ShowHelp(),
    Word.SETTINGS: ShowSettings(),
    Word.REWARDS: ShowRewards(),
    Word.ME: ShowMe(),
    Word.UNDO: UndoLast(),
}
_SYNONYMS = {
    "top": Word.LEADERBOARD,
    "board": Word.LEADERBOARD,
    "stats": Word.LEADERBOARD,
    "balance": Word.ME,
    "left": Word.ME,
    "points": Word.ME,
    "admin": Word.SETTINGS,
    "config": Word.SETTINGS,
    "store": Word.REWARDS,
    "redeem": Word.REWARDS,
}
_PLEASE = each_of("please pls")
_TAKES_BACK = each_of(
    "revoke retract withdraw rescind cancel remove delete revert unsend unthank kumoa peru poista "
    "angre отмени отменить удали verwijder annuleer إلغاء احذف"
)
_TAKE_BACK = (["take", "back"], ["trekk", "tilbake"], ["ongedaan", "maken"], ["maak", "ongedaan"])
_HELP_WORDS_MAX = 2  # so few name nobody and say nothing: they are no thanks
_UNSPACED_LETTERS_OF_WORD = 2  # in scripts that put no blanks between words
_FEW_WORDS = 4  # `leaderboard for the @devs` says too little for thanks
_PROSE_WORDS_MIN = 5  # `help with the release was great` is a sentence, `help me please` is not
_BOARD_WORDS_MAX = 10


def parse_command(
    text: str, currency: Currency = NO_CURRENCY, no_names: Collection[str] = ()
) -> Command:
    """Return what the words after `/kudos` ask for; whatever was typed, it never raises.

    An `Unclear` suggests a line without `/kudos`, at most 150 characters long. `no_names` are
    words that may be names without a mention, and are known to be nobody's.
    """
    items = read_items(text, currency)
    if not items:
        return Unclear(f"{COLLEAGUE} for …", understood=NOTHING, question=Question(Ask.WHO))
    said = _without_leading_quotes(items)
    if not said:
        quoted = replace(NOTHING, reason=render(items))
        return Unclear(f"{COLLEAGUE} for …", understood=quoted, question=Question(Ask.WHO))
    command = checked(_command(said, no_names), lambda line: _command(read_items(line, currency)))
    match command:
        case GiveSeveral() | Unclear(gives=(_, *_)):
            return replace(command, lines=text.strip())
    return command


def _without_leading_quotes(items: list[Token]) -> list[Token]:
    if not items[0].is_quote:
        return items
    first = next((index for index, item in enumerate(items) if not item.is_quote), len(items))
    # Code that a line begins with is a word of it.
    begins = [index for index, item in enumerate(items[: first + 1]) if item.begins_line]
    return items[begins[-1] :] if begins else items if first < len(items) else []


def _command(items: list[Token], no_names: Collection[str] = ()) -> Command:
    first = items[0].text.rstrip(":,.!?").casefold() if items[0].kind is TokenKind.WORD else ""
    if first == Word.PRIVATE:
        return parse_thanks(items[1:], Word.PRIVATE, no_names)
    if first == Word.HISTORY:
        return _history(items[1:])
    if any(item.is_who for item in items):
        return _misdirected(first, items) or parse_thanks(items, no_names=no_names)
    command = _word_command(first, items)
    if command is None and _words_count(items) <= _HELP_WORDS_MAX:
        typed = shortened(render(items))
        return ShowHelp("" if typed in _QUESTION_MARKS else typed)
    return command or parse_thanks(items)


def _words_count(items: list[Token]) -> int:
    """Returns how many words there are, where blanks or letters tell."""
    return sum(
        1 if is_thanks_alone(item) else 1 + unspaced_letters(item.text) // _UNSPACED_LETTERS_OF_WORD
        for item in items
    )


def _word_command(first: str, items: list[Token]) -> Command | None:
    """Return the command that is meant by words without a mention; None if they are prose."""
    if first in _SYNONYMS:
        return _synonym(_SYNONYMS[first], items)
    word = _closest(first, cutoff=0.7)
    if word is None:
        return None
    is_exact = first == word
    if word is Word.LEADERBOARD and (is_exact or len(items) < _PROSE_WORDS_MIN):
        return _leaderboard(items, is_exact=is_exact)
    if is_exact and len(items) == 1:
        return _ALONE[word]
    if len(items) >= (_PROSE_WORDS_MIN if is_exact or word is Word.HISTORY else 2):
        return None
    suggestion = f"{word} {COLLEAGUE} for …" if word is Word.PRIVATE else str(word)
    return Unclear(suggestion, problem=shortened(items[1 if is_exact else 0].text))


def _synonym(word: Word, items: list[Token]) -> Command | None:
    """Returns what another word for a command means; with more words it is easily prose."""
    if len(items) == 1 and word in _ALONE:
        return _ALONE[word]
    if word is Word.LEADERBOARD:
        board = _leaderboard(items, is_exact=True)
        if isinstance(board, ShowLeaderboard):
            return board
        return board if len(items) <= _HELP_WORDS_MAX else None
    if len(items) > _HELP_WORDS_MAX:
        return None
    return Unclear(str(word), problem=shortened(items[1].text))


def _closest(first: str, *, cutoff: float) -> Word | None:
    if len(first) > 2 * max(map(len, Word)):
        return None
    close = get_close_matches(first, list(Word), n=1, cutoff=cutoff)
    return Word(close[0]) if close else None


def _misdirected(first: str, items: list[Token]) -> Unclear | None:
    """Catch a word that was meant as one, before the thanks: `undo @ada`, `settings @ada`.

    Whoever means to take something back must not be heard as thanking, whatever stands between.
    `help @ada` and `me @ada` may be the beginning of a sentence; `top @ada` may be either.
    """
    if (undoing := _taking_back(items)) is not None:
        return undoing
    is_next = len(items) > 1 and items[1].is_who
    if not is_next and len(items) > _FEW_WORDS:
        return None
    if first in _SYNONYMS:
        return _perhaps_thanks(items) if is_next else None
    word = _closest(first, cutoff=0.8)
    if word is None or word in {Word.HELP, Word.ME, Word.REWARDS, Word.PRIVATE}:
        return None
    problem = items[0 if first != word else 1].text
    person = next((item for item in items if item.kind is TokenKind.USER), None)
    if word is Word.HISTORY and person:
        return Unclear(f"{word} {person.text}", problem)
    return Unclear(str(word), problem) if is_next else _perhaps_thanks(items)


def _taking_back(items: list[Token]) -> Unclear | None:
    """Catches `undo my thanks to @ada`, and asks about words that easily mean the same."""
    said = items[1:] if word_of(items[0]) in _PLEASE else items
    words = [word_of(item) for item in said[:2]]
    if not words or said[0].kind is not TokenKind.WORD:
        return None
    if _closest(words[0], cutoff=0.8) is Word.UNDO:
        return Unclear(str(Word.UNDO), shortened(render(said[1:])) or None)
    if words[0] not in _TAKES_BACK and words not in _TAKE_BACK:
        return None
    give = parse_thanks(items)
    if not isinstance(give, ParsedGive):
        return None  # it is asked anyway
    return Unclear(str(Word.UNDO), said[0].text, give, Question(Ask.THANKS, said[0].text))


def _perhaps_thanks(items: list[Token]) -> Unclear | None:
    give = parse_thanks(items)
    if not isinstance(give, ParsedGive):
        return None  # it is asked anyway
    return Unclear(
        shortened(line_of(give)), items[0].text, give, Question(Ask.THANKS, items[0].text)
    )


def _history(asked: list[Token]) -> Command:
    people = [item for item in asked if item.kind is TokenKind.USER]
    if not asked:
        return ShowHistory()
    if len(asked) == len(people) == 1:
        return ShowHistory(people[0].value)
    problem = next(item for item in asked if item is not (people[0] if people else None))
    suggestion = f"history {people[0].text}" if people else "history"
    return Unclear(suggestion, problem=shortened(problem.text))


def _leaderboard(items: list[Token], *, is_exact: bool) -> Command:
    asked: dict[type, str] = {}
    problem = None if is_exact else items[0].text
    if len(items) > _BOARD_WORDS_MAX:
        problem = problem or items[_BOARD_WORDS_MAX].text
    for item in items[1:_BOARD_WORDS_MAX]:
        option = _board_option(item.text.casefold(), item)
        is_understood = option is not None and option[0] not in asked
        if option is not None:
            asked.setdefault(*option[:2])
        if problem is None and not (is_understood and option and option[2]):
            problem = item.text
    if asked.get(PeriodKind) == PeriodKind.ALL and Which in asked:
        problem = problem or asked[Which]
        del asked[Which]
    if problem is not None:
        suggestion = f"{Word.LEADERBOARD} {' '.join(asked.values())}"
        return Unclear(shortened(suggestion), problem=shortened(problem))
    return ShowLeaderboard(
        period=PeriodKind(asked.get(PeriodKind, PeriodKind.WEEK)),
        side=Side(asked.get(Side, Side.RECEIVERS)),
        value=asked[Token].removeprefix("#") if Token in asked else None,
        is_last=asked.get(Which) == Which.LAST,
    )


def _board_option(word: str, item: Token) -> tuple[type, str, bool] | None:
    """Return which option a word is or is closest to, and whether it is exactly that.

    `#teamwork` may arrive as a channel, where the workspace has one of that name.
    """
    if item.kind is TokenKind.TAG:
        return Token, f"#{item.tags[0]}", True
    if item.text.startswith("#") and item.text != PRIVATE_CHANNEL and len(item.tags) == 0:
        label = item.text[1:].casefold()
        return (Token, f"#{label}", True) if any(map(str.isalpha, label)) else None
    close = get_close_matches(word[:30], [*PeriodKind, *Side, *Which], n=1, cutoff=0.6)
    return (type(close[0]), str(close[0]), word == close[0]) if close else None
