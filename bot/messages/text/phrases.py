"""Parts of sentences that several messages share. All return finished text: see `markup`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.domain.kudos import MENTION
from bot.domain.members import ERASED_NAME
from bot.messages.text.markup import channel_link, emoji, isolated, mention, runs_leftward, safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.kudos import Kudos
    from bot.messages.text.words import Words

NO_NAMES: Mapping[str, str] = MappingProxyType({})
NO_LINKS: Mapping[str, str] = MappingProxyType({})

PEOPLE_SHOWN = 10  # names of 80 characters and a long reason fit one message
ITEMS_SHOWN = 20


def person(words: Words, names: Mapping[str, str], user_id: str) -> str:
    """Return somebody's name, which unlike a mention tells them nothing."""
    return called(words, names.get(user_id))


def called(words: Words, name: str | None) -> str:
    """Return a name as somebody chose it, however little of it can be shown."""
    if name == ERASED_NAME:
        # Translators: stands where the name of somebody would who had their data erased.
        return words.text("a former colleague")
    if name is None:
        return words.text("someone")
    # Translators: stands where a name would, also after "@".
    nameless = words.text("someone")
    return " ".join(safe(name).split()) or nameless


def mentioned(words: Words, names: Mapping[str, str], user_id: str) -> str:
    """Return a mention, which tells the person; of those who had their data erased, no name."""
    if names.get(user_id) == ERASED_NAME:
        return person(words, names, user_id)
    return mention(user_id)


def people(
    words: Words, names: Mapping[str, str], user_ids: Sequence[str], shown: int = PEOPLE_SHOWN
) -> str:
    """Return the names of the first people, and the number of those who are left out."""
    return listed(words, [person(words, names, user_id) for user_id in user_ids], shown)


def listed(words: Words, items: Sequence[str], shown: int = ITEMS_SHOWN) -> str:
    """Return an enumeration of the first items, and the number of those that are left out."""
    if len(items) <= shown:
        return words.join(items)
    # Translators: the end of an enumeration, such as "Ada, Bo and 12 others".
    others = words.plural("{n} other", "{n} others", len(items) - shown)
    return words.join([*items[:shown], others])


def said(words: Words, typed: str, names: Mapping[str, str]) -> str:
    """Return what somebody wrote, with names for mentions, so that nothing in it pings anybody.

    Mentions read `<@U1>`; `domain.parsing` has made plain words of all else of Slack's markup.
    """
    texts_and_ids = MENTION.split(typed)
    named = {user_id: "@" + person(words, names, user_id) for user_id in texts_and_ids[1::2]}
    if named and any(map(runs_leftward, (typed, *named.values()))):
        named = {user_id: isolated(name) for user_id, name in named.items()}
    shown = [
        named[piece] if index % 2 else safe(piece) for index, piece in enumerate(texts_and_ids)
    ]
    return "".join(shown).strip()


def points(words: Words, n: int) -> str:
    """Return an amount, in what the workspace calls its points."""
    if words.points_name is None:
        return words.plural("{n} point", "{n} points", n)
    one, many = words.points_name
    # Translators: an amount, such as "5 tacos"; the workspace has chosen what points are called.
    return words.text("{n} {points}", n=words.number(n), points=one if n == 1 else many)


def points_name(words: Words) -> str:
    """Return what the workspace calls its points, without an amount."""
    # Translators: what is given with kudos, where no amount stands beside it.
    return words.text("points") if words.points_name is None else words.points_name[1]


def points_each(words: Words, kudos: Kudos) -> str:
    """Return what each receiver got; the amount of one give is the same for all."""
    n = kudos.receipts[0].points
    if len(kudos.receipts) == 1:
        return points(words, n)
    if words.points_name is not None:
        # Translators: what each of several people got, such as "5 tacos each".
        return words.text("{points} each", points=points(words, n))
    return words.plural("{n} point each", "{n} points each", n)


def worth(words: Words, kudos: Kudos) -> str:
    """Return what each receiver got as one sees it at a glance: with the workspace's emoji.

    Empty for thanks without points: they are worth as much.
    """
    if not kudos.points_total:
        return ""
    return " ".join(filter(None, [f"+{points_each(words, kudos)}", words.currency_emoji]))


def thanks(words: Words, n: int) -> str:
    """Return a number of kudos."""
    return words.plural("{n} thank-you", "{n} thank-yous", n)


def hashtag(value: str) -> str:
    """Return a value as people type it."""
    return "#" + safe(value.removeprefix("#"))


def reason(words: Words, kudos: Kudos, names: Mapping[str, str]) -> str:
    """Return what somebody was thanked for; a reaction says it with its emoji. May be empty."""
    return said(words, kudos.reason, names) or emoji(kudos.emoji)


def place(words: Words, kudos: Kudos) -> str:
    """Return where a kudos was given, for those who were there."""
    if is_channel(kudos.channel_id):
        return channel_link(kudos.channel_id)
    # Translators: the place in "Posted in {place}." and "I could not post them in {place}."
    return words.text("a direct message")


def is_channel(channel_id: str) -> bool:
    """Return whether people can be invited there: it is no direct message."""
    return channel_id.startswith(("C", "G"))
