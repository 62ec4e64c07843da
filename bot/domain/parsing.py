"""What a person typed after `/kudos`, read without asking anybody.

The first word tells what is wanted; what begins with none of the words is thanks, and is read by
`bot.domain.parsing_give`.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum

from bot.domain.boards import ShowLeaderboard, Side
from bot.domain.commands import (
    Command,
    ParsedGive,
    ShowHelp,
    ShowHistory,
    ShowMe,
    Unclear,
    UndoLast,
)
from bot.domain.parsing_give import COLLEAGUE, parse_give, shortened
from bot.domain.periods import PeriodKind
from bot.domain.typed import PRIVATE_CHANNEL, Item, Kind, read_items, render


class Word(StrEnum):
    """What may be the first word after `/kudos`."""

    HELP = "help"
    ME = "me"
    LEADERBOARD = "leaderboard"
    HISTORY = "history"
    UNDO = "undo"
    PRIVATE = "private"
    SETTINGS = "settings"


class Which(StrEnum):
    """Which period of a kind a board is of."""

    THIS = "this"
    LAST = "last"


NOTHING = ParsedGive(receiver_ids=(), group_ids=(), reason="", hashtags=(), amounts=())
_ALONE: dict[Word, Command] = {
    Word.HELP: ShowHelp(),
    Word.SETTINGS: ShowHelp(),
    Word.ME: ShowMe(),
    Word.UNDO: UndoLast(),
}
_PROSE_WORDS_MIN = 5  # `help with the release was great` is a sentence, `help me please` is not
_BOARD_WORDS_MAX = 10


def parse_command(text: str, currency_emoji: frozenset[str] = frozenset()) -> Command:
    """Return what the words after `/kudos` ask for; whatever was typed, it never raises.

    `currency_emoji` are names of the emoji that stand for one point each. An `Unclear` suggests a
    line without `/kudos`, at most 150 characters long.
    """
    items = read_items(text, currency_emoji)
    if not any(character.isalnum() for item in items for character in item.text):
        return Unclear(f"{COLLEAGUE} for …", understood=NOTHING)
    first = items[0].text.rstrip(":,.!?").casefold() if items[0].kind is Kind.WORD else ""
    if first == Word.PRIVATE:
        return parse_give(items[1:], Word.PRIVATE)
    if first == Word.HISTORY:
        return _history(items[1:])
    if any(item.is_who for item in items):
        return _misdirected(first, items) or parse_give(items)
    return _word_command(first, items) or parse_give(items)


def _word_command(first: str, items: list[Item]) -> Command | None:
    """Return the command that is meant by words without a mention; None if they are prose."""
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


def _closest(first: str, *, cutoff: float) -> Word | None:
    if len(first) > 2 * max(map(len, Word)):
        return None
    close = get_close_matches(first, list(Word), n=1, cutoff=cutoff)
    return Word(close[0]) if close else None


def _misdirected(first: str, items: list[Item]) -> Unclear | None:
    """Catch a word that was meant as one, before the thanks: `undo @ada`, `privat @ada for …`.

    Whoever means to take something back, or to thank in private, must not be heard as thanking in
    public. `help @ada` and `me @ada` may be the beginning of a sentence.
    """
    if len(items) < 2 or not items[1].is_who:  # noqa: PLR2004 - the word, and somebody
        return None
    word = _closest(first, cutoff=0.8)
    if word is None or word in {Word.HELP, Word.ME}:
        return None
    problem = items[0 if first != word else 1].text
    if word is Word.PRIVATE:
        return Unclear(shortened(f"{word} {render(items[1:])}"), problem)
    if word is Word.HISTORY and items[1].kind is Kind.USER:
        return Unclear(f"{word} {items[1].text}", problem)
    return Unclear(str(word), problem)


def _history(asked: list[Item]) -> Command:
    people = [item for item in asked if item.kind is Kind.USER]
    if not asked:
        return ShowHistory()
    if len(asked) == len(people) == 1:
        return ShowHistory(people[0].value)
    problem = next(item for item in asked if item is not (people[0] if people else None))
    suggestion = f"history {people[0].text}" if people else "history"
    return Unclear(suggestion, problem=shortened(problem.text))


def _leaderboard(items: list[Item], *, is_exact: bool) -> Command:
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
        value=asked[Item].removeprefix("#") if Item in asked else None,
        is_last=asked.get(Which) == Which.LAST,
    )


def _board_option(word: str, item: Item) -> tuple[type, str, bool] | None:
    """Return which option a word is or is closest to, and whether it is exactly that.

    `#teamwork` may arrive as a channel, where the workspace has one of that name.
    """
    if item.kind is Kind.TAG:
        return Item, f"#{item.tags[0]}", True
    if item.text.startswith("#") and item.text != PRIVATE_CHANNEL and len(item.tags) == 0:
        label = item.text[1:].casefold()
        return (Item, f"#{label}", True) if any(map(str.isalpha, label)) else None
    close = get_close_matches(word[:30], [*PeriodKind, *Side, *Which], n=1, cutoff=0.6)
    return (type(close[0]), str(close[0]), word == close[0]) if close else None
