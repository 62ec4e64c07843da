"""Modals and Home tabs: Slack's view objects, from finished text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.messages.blockkit.blocks import told_apart
from bot.messages.text.markup import plain, shortened

if TYPE_CHECKING:
    from bot.messages.blockkit.blocks import Block

TITLE_LIMIT = 24  # of a modal's title and of its two buttons


@dataclass(frozen=True)
class View:
    """A modal (with a title) or a Home tab (without)."""

    blocks: tuple[Block, ...]
    title: str = ""
    submit: str = ""
    close: str = ""
    callback_id: str = ""
    private_metadata: str = ""

    def payload(self) -> dict[str, Any]:
        """Return what `views.open`, `views.update` and `views.publish` take."""
        view: dict[str, Any] = {
            "type": "modal" if self.title else "home",
            "blocks": told_apart(self.blocks),
            "private_metadata": self.private_metadata,
        }
        if self.callback_id:
            view["callback_id"] = self.callback_id
        for name in ("title", "submit", "close"):
            text = getattr(self, name)
            if text:
                text = shortened(plain(text), TITLE_LIMIT)
                view[name] = {"type": "plain_text", "text": text}
        return view
