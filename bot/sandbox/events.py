"""Events for the app: which it subscribed to, and how Slack wraps them."""

from secrets import token_hex

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
}


class Events:
    """Sends what happens to the app, as far as the manifest asks for it."""

    def __init__(self, workspace: Workspace, manifest: Manifest, courier: Courier) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._courier = courier

    def fire(self, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Send an event if the app subscribed to it and, for a channel's, if its bot is there."""
        name = str(event["type"])
        if name == "message" and channel:
            name = MESSAGE_SUBSCRIPTIONS[channel_type(channel)]
        if name not in self._manifest.events:
            return None
        if EVENT_SCOPES.get(name, "") not in {"", *self._manifest.scopes}:
            return None
        if channel and self._workspace.bot_user_id not in channel.member_ids:
            return None
        return self._courier.send_event(
            self.wrap(event, is_shared=bool(channel and channel.is_shared))
        )

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

    def wrap(self, event: Json, *, event_id: str | None = None, is_shared: bool = False) -> Json:
        """Return the callback around an inner event."""
        team_id = self._workspace.team["id"]
        enterprise_id = (self._workspace.team.get("enterprise") or {}).get("id")
        is_org_wide = bool(self._workspace.app.get("is_org_wide"))
        return {
            "token": self._workspace.app["verification_token"],
            "team_id": team_id,
            **({"enterprise_id": enterprise_id} if enterprise_id else {}),
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
            "is_ext_shared_channel": is_shared,
            "event_context": f"4-{token_hex(12)}",
        }
