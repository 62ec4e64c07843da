"""What the weekly and the monthly post are made of: each part in words and in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.boards import BoardState, Side
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import (
    Block,
    actions,
    bullets,
    button,
    context,
    header,
    lines,
    paragraph,
    quote,
    rich_text,
)
from bot.messages.boards.boards import standing_line
from bot.messages.text.markup import ELLIPSIS, link_to, mention, shortened
from bot.messages.text.phrases import (
    called,
    hashtag,
    listed,
    mentioned,
    person,
    points_name,
    reason,
    thanks,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.boards import Standing
    from bot.domain.kudos import Kudos
    from bot.domain.periods import Period
    from bot.domain.posts import Quoted, Totals, ValueCount
    from bot.messages.text.words import Words

REASON_LIMIT = 280  # characters of what is told again; the message has all of it
STORIES_SHOWN = 3
LINES_SHOWN = 25  # of a board
ITEMS_SHOWN = 10  # of everything else
_RECEIVERS_SHOWN = 3
_NAME_LIMIT = 50  # a post of nothing but the longest names would be more than Slack takes
_VALUE_LIMIT = 80
_WORD_LIMIT = 30  # longer ones, and languages without spaces, are cut anywhere


@dataclass(frozen=True)
class Part:
    """A part of a post: what screen readers say of it, a line each, and its blocks."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Naming:
    """How people are called in a post: by name, or so that they are told of it."""

    words: Words
    names: Mapping[str, str]
    mentions: bool

    def of(self, user_id: str) -> str:
        """Return what somebody is called."""
        if self.mentions:
            return mentioned(self.words, self.names, user_id)
        return shortened(person(self.words, self.names, user_id), _NAME_LIMIT)

    def people(self, user_ids: Sequence[str], total: int) -> str:
        """Return an enumeration of people, and how many more there are."""
        named = [self.of(user_id) for user_id in user_ids[:ITEMS_SHOWN]]
        left_out = total - len(named)
        if left_out > 0:
            named.append(self.words.plural("{n} other", "{n} others", left_out))
        return self.words.join(named)


def sentences(*texts: str) -> Part:
    """Return a part of sentences, a line each."""
    return Part(texts, (rich_text(*[paragraph(text) for text in texts]),))


def headed(heading: str, told: Sequence[str], *, is_list: bool = False) -> Part:
    """Return a part of lines below a heading."""
    below = bullets(told) if is_list else lines(told)
    return Part((heading, *told), (rich_text(paragraph(heading, bold=True), below),))


def in_all(words: Words, totals: Totals) -> str:
    """Return what a period comes to."""
    return words.plural(
        "{thanks} from {n} person.",
        "{thanks} from {n} people.",
        totals.givers_count,
        thanks=thanks(words, totals.kudos_count),
    )


def board_part(
    words: Words,
    heading: str,
    side: Side,
    standings: Sequence[Standing],
    *,
    total: int,
    mentions: bool,
) -> Part:
    """Return the top of a board, and how many more are on it."""
    shown = [
        standing_line(
            words,
            side,
            standing,
            is_hidden=words.amounts_hidden,
            name=(
                mention(standing.user_id)
                if mentions
                else shortened(called(words, standing.name), _NAME_LIMIT)
            ),
        )
        for standing in standings[:LINES_SHOWN]
    ]
    return headed(heading, [*shown, *more_people(words, total - len(shown))])


def more_people(words: Words, n: int) -> list[str]:
    """Return the line for those who are left out; none for nobody."""
    if n <= 0:
        return []
    # Translators: the last line of a list of people.
    return [words.plural("and {n} more person", "and {n} more people", n)]


def how_it_counts(words: Words) -> Part:
    """Return in small print by what the board of the most thanked ranks."""
    if words.amounts_hidden:
        told = words.text("It ranks by how many different people thanked somebody.")
    else:
        told = words.text(
            "It ranks by how many different people thanked somebody, then by {points}.",
            points=points_name(words),
        )
    return Part((told,), (context(told),))


def values_part(words: Words, counts: Sequence[ValueCount]) -> Part:
    """Return for which values most thanks were given."""
    heading = words.text("Thanked for")
    told = [
        # Translators: a value and how often somebody was thanked for it: "#care: 12 thank-yous".
        words.text(
            "{value}: {thanks}",
            value=shortened(hashtag(each.value), _VALUE_LIMIT),
            thanks=thanks(words, each.kudos_count),
        )
        for each in counts[:ITEMS_SHOWN]
    ]
    return headed(heading, told, is_list=True)


def stories_part(
    words: Words,
    heading: str,
    stories: Sequence[Quoted],
    naming: Naming,
    links: Mapping[str, str],
) -> Part:
    """Return kudos that are told again, with what was said and where."""
    told, parts = [heading], [paragraph(heading, bold=True)]
    for story in stories[:STORIES_SHOWN]:
        kudos = story.kudos
        thanked = words.text(
            "{giver} thanked {receivers}",
            giver=naming.of(kudos.giver_id),
            receivers=listed(
                words, [naming.of(user_id) for user_id in kudos.receiver_ids], _RECEIVERS_SHOWN
            ),
        )
        told.append(thanked)
        parts.append(paragraph(thanked))
        why = _told_again(words, kudos, naming.names)
        if why:
            told.append(why)
            parts.append(quote(why))
        facts = _facts(words, story, links.get(kudos.kudos_id))
        if facts:
            told.append(facts)
            parts.append(paragraph(facts))
    return Part(tuple(told), (rich_text(*parts),))


def _facts(words: Words, story: Quoted, link: str | None) -> str:
    facts = []
    if story.joiners_count:
        facts.append(
            words.plural("{n} person joined in", "{n} people joined in", story.joiners_count)
        )
    if link is not None:
        facts.append(link_to(link, words.text("See the message")))
    return " · ".join(facts)


def _told_again(words: Words, kudos: Kudos, names: Mapping[str, str]) -> str:
    """Return what was said, in one paragraph and not too long, cut between words if it can be."""
    told = " ".join(reason(words, kudos, names).split())
    cut = shortened(told, REASON_LIMIT)
    if cut == told:
        return told
    kept, _, rest = cut.removesuffix(ELLIPSIS).rpartition(" ")
    return f"{kept} {ELLIPSIS}" if kept and len(rest) <= _WORD_LIMIT else cut


def buttons_part(words: Words, period: Period, *, has_board: bool) -> Part:
    """Return the buttons below a post: to give, and to see all of the board."""
    give = button(
        words.text("Give kudos"),
        action_id=ids.KUDOS_GIVE,
        value="post",
        label=words.text("Give kudos: thank somebody"),
    )
    if not has_board:
        return Part((), (actions(give),))
    board = button(
        words.text("See the full board"),
        action_id=ids.BOARDS_OPEN,
        value=BoardState(period.kind, period.key).encode(),
        label=words.text("See the full leaderboard, only for you"),
    )
    return Part((), (actions(give, board),))


def put_together(title: str, parts: Iterable[Part]) -> tuple[str, list[Block]]:
    """Return the text and the blocks of a post."""
    told, blocks = [title], [header(title)]
    for part in parts:
        told += part.lines
        blocks += part.blocks
    return "\n".join(told), blocks
