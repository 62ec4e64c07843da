"""Events for the app: which it subscribed to, and how Slack wraps them."""

from secrets import token_hex
from typing import Protocol

from bot.sandbox.delivery import Courier
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Channel, Delivery, Json, User
from bot.sandbox.payloads import channel_type, user_object
from bot.sandbox.scopes import EVENT_SCOPES
from bot.sandbox.workspace import Workspace

MESSAGE_SUBSCRIPTIONS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


class Shared(Protocol):
    """A channel of two companies that both have the app."""

    @property
    def bot_user_ids(self) -> set[str]:
        """The user ids of the app in both."""

    def fire(self, event: Json) -> Delivery | None:
        """Send an event for the installation that Slack names."""


class Events:
    """Sends what happens to the app, as far as the manifest asks for it."""

    def __init__(self, workspace: Workspace, manifest: Manifest, courier: Courier) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._courier = courier
        self.shared: dict[str, Shared] = {}  # channels of two companies that have the app

    def bot_user_ids(self, channel: Channel) -> set[str]:
        """Return the user ids of the app in a channel: one for each company that has it."""
        shared = self.shared.get(channel.id)
        return shared.bot_user_ids if shared else {self._workspace.bot_user_id}

    def fire(self, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Send an event if the app subscribed to it and, for a channel's, if its bot is there."""
        shared = self.shared.get(channel.id) if channel else None
        return shared.fire(event) if shared else self.fire_for(channel, event)

    def fire_for(self, channel: Channel | None, event: Json) -> Delivery | None:
        """Send an event for this workspace's installation."""
        name = str(event["type"])
        if name == "message" and channel:
            name = MESSAGE_SUBSCRIPTIONS[channel_type(channel)]
        if name not in self._manifest.events:
            return None
        if EVENT_SCOPES.get(name, "") not in {"", *self._manifest.scopes}:
            return None
        if channel and self._workspace.bot_user_id not in channel.member_ids:
            return None
        return self._courier.send_event(self.wrap(event))

    def open_home(self, user: User) -> Delivery | None:
        """Tell the app that somebody opened its Home tab."""
        view = self._workspace.home_of(user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self._workspace.dm_between(user.id, self._workspace.bot_user_id).id,
            "tab": "home",
            "event_ts": self._workspace.stamps.next(),
        }
        if view:
            event["view"] = view.raw
        return self.fire(event)

    def user_changed(self, type_: str, user: User) -> Delivery | None:
        """Tell the app of a new person (team_join) or a changed one (user_change)."""
        stamp = self._workspace.stamps.next()
        shown = user_object(user, self._workspace, with_locale=True)
        return self.fire(
            {"type": type_, "user": shown, "cache_ts": int(float(stamp)), "event_ts": stamp}
        )

    def fire_for_app(self, event: Json) -> Delivery | None:
        """Send what concerns the whole installation of the app, and not this workspace alone."""
        event = event | {"event_ts": self._workspace.stamps.next()}
        if event["type"] not in self._manifest.events:
            return None
        body = self.wrap(event)
        if self._workspace.app.get("is_org_wide"):
            body["team_id"] = None
        return self._courier.send_event(body)

    def wrap(self, event: Json, *, event_id: str | None = None) -> Json:
        """Return the callback around an inner event.

        `team_id` is that of the company whose channel it is; `authorizations` and
        `context_team_id` say for which installation it is sent.
        """
        team_id = self._workspace.team["id"]
        enterprise_id = (self._workspace.team.get("enterprise") or {}).get("id")
        is_org_wide = bool(self._workspace.app.get("is_org_wide"))
        channel = self._channel_of(event)
        host_team_id = (channel.host_team_id if channel else "") or team_id
        is_ours = host_team_id == team_id
        return {
            "token": self._workspace.app["verification_token"],
            "team_id": host_team_id,
            **({"enterprise_id": enterprise_id} if enterprise_id and is_ours else {}),
            "context_team_id": team_id,
            "context_enterprise_id": enterprise_id,
            "api_app_id": self._workspace.app["id"],
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{token_hex(5).upper()}",
            "event_time": int(self._workspace.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": enterprise_id,
                    "team_id": None if is_org_wide else team_id,
                    "user_id": self._workspace.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": is_org_wide,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.is_shared),
            "event_context": f"4-{token_hex(12)}",
        }

    def _channel_of(self, event: Json) -> Channel | None:
        item = event.get("item") or {}
        where = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
        return self._workspace.channels.get(where) if isinstance(where, str) else None
