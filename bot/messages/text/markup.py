"""Slack's markup, and how people's words stay out of it.

Every text of ours is Slack's mrkdwn in which what people typed is escaped. So the only `<...>` in
it are those that this package made, and `blockkit.blocks` can read them back into elements.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional

ELLIPSIS = "…"

_ISOLATE, _END = "\u2068", "\u2069"
_LEFTWARD = frozenset({"R", "AL"})

# Control characters save newline and tab; the overrides and isolates that turn the direction of the
# rest of a line; and halves of surrogate pairs, which cannot be sent as UTF-8.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
)
_LABELLED = re.compile(r"<[^<>|]+\|([^<>]*)>")
_CUT_ENTITY = re.compile(r"&[a-z]{0,3}\Z")


def safe(typed: str) -> str:
    """Return people's words as text in which nothing is a mention, a link or a command to Slack."""
    # `*`, `_`, `~` and backticks cannot be escaped in mrkdwn. They ping nobody, and where such text
    # is shown it is in rich text elements, which take them literally.
    printable = _UNPRINTABLE.sub("", typed)
    return printable.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def runs_leftward(text: str) -> bool:
    """Return whether some letters of a text run from right to left, as in Arabic and Hebrew."""
    return not text.isascii() and any(bidirectional(letter) in _LEFTWARD for letter in text)


def isolated(text: str) -> str:
    """Return finished text whose direction changes nothing about what stands beside it."""
    return f"{_ISOLATE}{text}{_END}"


def plain(text: str) -> str:
    """Return escaped text as Slack's plain text and rich text elements want it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def spoken(text: str) -> str:
    """Return finished text without markup, for where Slack shows none: moments read as in UTC."""
    return plain(_LABELLED.sub(r"\1", text))


def mention(user_id: str) -> str:
    """Return a mention, which tells the person if they can see the message."""
    return f"<@{user_id}>"


def channel_link(channel_id: str) -> str:
    """Return a link to a channel; those who may not see it see no name either."""
    return f"<#{channel_id}>"


def link_to(url: str, label: str) -> str:
    """Return a link to an address of Slack's or ours."""
    return f"<{url}|{label}>"


def emoji(name: str | None) -> str:
    """Return an emoji by its name, and nothing for none."""
    return f":{safe(name)}:" if name else ""


def shortened(text: str, limit: int) -> str:
    """Return finished text in at most that many characters, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    kept = text[: limit - len(ELLIPSIS)]
    opened = kept.rfind("<")
    if opened > kept.rfind(">"):
        kept = kept[:opened]
    kept = _CUT_ENTITY.sub("", kept).rstrip()
    if kept.count(_ISOLATE) > kept.count(_END):
        kept = kept[: kept.rfind(_ISOLATE)].rstrip()
    return kept + ELLIPSIS
