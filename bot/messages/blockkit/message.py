"""What is sent to Slack: text and blocks that say the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.messages.blockkit.blocks import actions, paragraph, rich_text, told_apart
from bot.messages.text.markup import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.kudos import Kudos
    from bot.messages.blockkit.blocks import Block

# Slack splits what is longer into several messages.
TEXT_LIMIT = 4_000
ALT_TEXT_LIMIT = 2_000


@dataclass(frozen=True)
class Picture:
    """A picture that is drawn when the message is sent, and what it says in words."""

    svg: str
    alt_text: str
    title: str
    at: int  # the picture stands before this block
    file_id: str | None = None  # of the file in Slack, once it has been uploaded

    def block(self) -> dict[str, Any]:
        """Return the block that shows the file."""
        return {
            "type": "image",
            "slack_file": {"id": self.file_id},
            "alt_text": shortened(self.alt_text, ALT_TEXT_LIMIT),
        }


class Quote(NamedTuple):
    """The post of a kudos that a message tells again, or links to."""

    kudos_id: str
    channel_id: str
    message_ts: str


@dataclass(frozen=True)
class Message:
    """A message: screen readers and notifications take the text, everybody else sees the blocks."""

    text: str
    blocks: tuple[dict[str, Any], ...]
    picture: Picture | None = None
    # What is kept with a message of a week or a month, for updates to know.
    kept: dict[str, Any] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()  # posts that have to be there still when it is sent

    @classmethod
    def of(cls, text: str, *blocks: dict[str, Any]) -> Message:
        """Return a message with as much of the text as one message holds."""
        return cls(shortened(text, TEXT_LIMIT), blocks)

    @classmethod
    def of_lines(cls, *lines: str, buttons: Sequence[Block] = ()) -> Message:
        """Return a message of paragraphs, with a row of buttons below them if there are any."""
        below = [actions(*buttons)] if buttons else []
        return cls.of("\n".join(lines), rich_text(*[paragraph(line) for line in lines]), *below)

    def payload(self) -> dict[str, Any]:
        """Return the arguments that Slack's methods for posting and updating take."""
        blocks = told_apart(self.blocks)
        if self.picture is not None and self.picture.file_id is not None:
            blocks.insert(self.picture.at, self.picture.block())
        return {"text": self.text, "blocks": blocks}

    def quoting(self, quoted: Iterable[Kudos]) -> Message:
        """Return the message with the posts of these kudos, which it tells again."""
        return replace(self, quotes=quotes_of(quoted))

    @property
    def shows_picture(self) -> bool:
        """Whether there is a picture to be seen, and not only to be made."""
        return self.picture is not None and self.picture.file_id is not None

    def with_file(self, file_id: str | None) -> Message:
        """Return the message with that file of Slack's as its picture; None for no picture."""
        if self.picture is None:
            return self
        return replace(self, picture=replace(self.picture, file_id=file_id))

    def without_picture(self) -> Message:
        """Return the message with its words alone."""
        return replace(self, picture=None)


def quotes_of(quoted: Iterable[Kudos]) -> tuple[Quote, ...]:
    """Return where these kudos stand, each once, as far as they have a post."""
    found = {
        kudos.kudos_id: Quote(kudos.kudos_id, kudos.channel_id, kudos.message_ts)
        for kudos in quoted
        if kudos.message_ts is not None
    }
    return tuple(found.values())
