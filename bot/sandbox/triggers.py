"""Short-lived rights of the app: trigger ids and response URLs."""

from dataclasses import dataclass, field
from secrets import token_hex

from bot.sandbox.clock import machine_time
from bot.sandbox.model import Message, SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """The right to open one modal for one person."""

    user_id: str
    issued_at: float
    is_used: bool = False


class Triggers:
    """Trigger ids: good for three seconds and for one modal."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def issue(self, user_id: str) -> str:
        """Return a fresh trigger id for what a person just did."""
        trigger_id = f"{int(machine_time() * 1000)}.{token_hex(4)}.{token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, machine_time())
        return trigger_id

    def redeem(self, trigger_id: str) -> str:
        """Use a trigger id up and return whose it was.

        Raises SlackError invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if machine_time() - trigger.issued_at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger.user_id


@dataclass
class ResponseUrl:
    """The right to answer one command or interaction, wherever it took place."""

    id: str
    user_id: str
    channel_id: str
    issued_at: float
    original: Message | None = None
    uses: int = 0
    posted: list[Message] = field(default_factory=list)


class ResponseUrls:
    """Response URLs: good for half an hour and for five answers."""

    def __init__(self) -> None:
        self._urls: dict[str, ResponseUrl] = {}

    def issue(
        self, *, user_id: str, channel_id: str, original: Message | None = None
    ) -> ResponseUrl:
        """Return a fresh one; `original` is the message that was acted upon."""
        url = ResponseUrl(token_hex(16), user_id, channel_id, machine_time(), original)
        self._urls[url.id] = url
        return url

    def use(self, url_id: str) -> ResponseUrl:
        """Count one use. Raises SlackError no_url, used_url or expired_url."""
        url = self._urls.get(url_id)
        if url is None:
            raise SlackError("no_url")
        if url.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        if machine_time() - url.issued_at > RESPONSE_URL_SECONDS:
            raise SlackError("expired_url")
        url.uses += 1
        return url
