"""What Slack would tell of channels, for tests that ask the services themselves."""

from __future__ import annotations

from bot.domain.privacy import Publicity


class _Open(dict[str, Publicity]):
    """Says of every channel that everybody may read it."""

    def __contains__(self, channel_id: object) -> bool:
        return True

    def get(self, channel_id: str, default: object = None) -> Publicity:
        del channel_id, default
        return Publicity.PUBLIC


ALL_OPEN = _Open()
