"""One channel of two companies that both have the app, as with Slack Connect.

Each company is a sandbox of its own. What happens in the channel happens in both; of an event Slack
names one installation, or delivers it for each.
"""

import dataclasses
from typing import Literal

from bot.sandbox.changes import Change
from bot.sandbox.hub import Hub
from bot.sandbox.model import Channel, Delivery, Json, SlackError
from bot.sandbox.server import Sandbox

Named = Literal["host", "guest", "both"]


class SharedChannel:
    """A channel of the host in which the guest's people and its app are too."""

    def __init__(self, host: Sandbox, guest: Sandbox, name: str, named: Named = "host") -> None:
        self.named: Named = named  # for which installation events are sent
        self._host: Hub = host._hub  # noqa: SLF001 - of the same house
        self._guest: Hub = guest._hub  # noqa: SLF001 - of the same house
        self._tells = False
        channel = self._host.workspace.find_channel(name)
        theirs = self._guest.workspace.find_channel(name)
        if channel is None or theirs is None or channel.id != theirs.id:
            raise SlackError("channel_not_found", channel=name)
        self.id = channel.id
        self._bring_together(channel, theirs)
        for hub in (self._host, self._guest):
            hub.events.shared[self.id] = self

    @property
    def bot_user_ids(self) -> set[str]:
        """The user ids of the app in both companies."""
        return {hub.workspace.bot_user_id for hub in (self._host, self._guest)}

    def fire(self, event: Json) -> Delivery | None:
        """Send an event for the installation that Slack names, or for both."""
        hubs = {
            "host": [self._host],
            "guest": [self._guest],
            "both": [self._host, self._guest],
        }[self.named]
        sent = [hub.events.fire_for(hub.workspace.channels[self.id], event) for hub in hubs]
        return sent[-1]

    def _bring_together(self, channel: Channel, theirs: Channel) -> None:
        host, guest = self._host.workspace, self._guest.workspace
        channel.member_ids += [one for one in theirs.member_ids if one not in channel.member_ids]
        theirs.member_ids = channel.member_ids
        channel.is_shared = theirs.is_shared = True
        theirs.host_team_id = host.team["id"]
        for one, other in ((host, guest), (guest, host)):
            for user_id in channel.member_ids:
                if user_id not in one.users:
                    one.save_user(dataclasses.replace(other.users[user_id], is_stranger=True))
        # The very same messages: what is changed on one side has changed on the other.
        guest.stamps = host.stamps
        guest.messages[self.id] = host.messages[self.id]
        host.save_channel(channel)
        guest.save_channel(theirs)
        host.changes.subscribe(lambda change: self._tell(self._guest, change))
        guest.changes.subscribe(lambda change: self._tell(self._host, change))

    def _tell(self, hub: Hub, change: Change) -> None:
        """Have the other side look at what changed in the channel."""
        if change.channel_id != self.id or self._tells:
            return
        self._tells = True
        hub.workspace.changes.tell(
            change.kind, channel_id=change.channel_id, ts=change.ts, user_id=change.user_id
        )
        self._tells = False
