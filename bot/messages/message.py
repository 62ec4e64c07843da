"""What is sent to Slack: text and blocks that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.messages.blocks import paragraph, rich_text
from bot.messages.markup import shortened

# Slack splits what is longer into several messages.
TEXT_LIMIT = 4_000


@dataclass(frozen=True)
class Message:
    """A message: screen readers and notifications take the text, everybody else sees the blocks."""

    text: str
    blocks: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, text: str, *blocks: dict[str, Any]) -> Message:
        """Return a message with as much of the text as one message holds."""
        return cls(shortened(text, TEXT_LIMIT), blocks)

    @classmethod
    def of_lines(cls, *lines: str) -> Message:
        """Return a message of paragraphs and nothing else."""
        return cls.of("\n".join(lines), rich_text(*[paragraph(line) for line in lines]))

    def payload(self) -> dict[str, Any]:
        """Return the arguments that Slack's methods for posting and updating take."""
        return {"text": self.text, "blocks": list(self.blocks)}
