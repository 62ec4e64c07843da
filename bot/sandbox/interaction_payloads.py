"""The payloads of commands and interactions, field by field as Slack sends them."""

from bot.sandbox.inputs import Values
from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.payloads import channel_name_for_apps, message_object
from bot.sandbox.triggers import ResponseUrl, Triggers
from bot.sandbox.workspace import Workspace


class InteractionPayloads:
    """Makes payloads; each carries a fresh trigger id where Slack's has one."""

    def __init__(self, workspace: Workspace, triggers: Triggers) -> None:
        self._workspace = workspace
        self._triggers = triggers

    def address_of(self, url: ResponseUrl) -> str:
        """Return the full response URL."""
        return f"{self._workspace.app['base_url']}/response/{url.id}"

    def command(
        self, user: User, channel: Channel, command: str, text: str, url: ResponseUrl
    ) -> Json:
        """Return the form of a slash command: every value is a string."""
        return {
            "token": self._workspace.app["verification_token"],
            "team_id": self._workspace.team["id"],
            "team_domain": self._workspace.team["domain"],
            "channel_id": channel.id,
            "channel_name": channel_name_for_apps(channel),
            "user_id": user.id,
            "user_name": user.handle,
            "command": command,
            "text": text,
            "api_app_id": self._workspace.app["id"],
            "is_enterprise_install": str(self._is_org_wide).lower(),
            **self._enterprise_fields(),
            "response_url": self.address_of(url),
            "trigger_id": self._triggers.issue(user.id),
        }

    def action(self, block: Json, source: Json, element: Json) -> Json:
        """Return one entry of `actions`: the element with what was done to it."""
        action = {
            "action_id": source["action_id"],
            "block_id": block["block_id"],
            "type": source["type"],
            "action_ts": self._workspace.stamps.next(),
        }
        for name in ("text", "value", "style", "placeholder"):
            if name in source:
                action[name] = source[name]
        return {**action, **element, "type": source["type"]}

    def block_actions(
        self,
        user: User,
        on: Message | View,
        action: Json,
        values: Values,
        url: ResponseUrl | None,
    ) -> Json:
        """Return the payload of an action. A message that one person sees is not in it."""
        payload = {
            "type": "block_actions",
            **self._who(user),
            **self._where(on),
            "trigger_id": self._triggers.issue(user.id),
            **self._installed(),
            "actions": [action],
        }
        if isinstance(on, Message):
            payload["state"] = {"values": values}
        if url:
            payload["response_url"] = self.address_of(url)
        return payload

    def suggestion(
        self, user: User, on: Message | View, block_id: str, action_id: str, value: str
    ) -> Json:
        """Return the question for options of an external select."""
        return {
            "type": "block_suggestion",
            **self._who(user),
            **self._where(on),
            **self._installed(),
            "block_id": block_id,
            "action_id": action_id,
            "value": value,
        }

    def shortcut(
        self, user: User, callback_id: str, on: Message | None, url: ResponseUrl | None
    ) -> Json:
        """Return the payload of a global shortcut, or of one on a message."""
        payload = {
            "type": "shortcut" if on is None else "message_action",
            **self._who(user),
            "action_ts": self._workspace.stamps.next(),
            **self._installed(),
            "callback_id": callback_id,
            "trigger_id": self._triggers.issue(user.id),
        }
        if on is not None and url is not None:
            payload |= {
                "response_url": self.address_of(url),
                "message_ts": on.ts,
                "channel": self._channel(on.channel_id),
                "message": message_object(on, self._workspace),
            }
        return payload

    def submission(self, user: User, view: View, response_urls: list[Json]) -> Json:
        """Return the payload of a sent form."""
        return {
            "type": "view_submission",
            **self._who(user),
            **self._where_they_are(user),
            "trigger_id": self._triggers.issue(user.id),
            "view": view.raw,
            "response_urls": response_urls,
            **self._installed(),
        }

    def closed(self, user: User, view: View, *, is_cleared: bool) -> Json:
        """Return the notice of a closed modal, which never says what was put in."""
        return {
            "type": "view_closed",
            **self._who(user),
            **self._where_they_are(user),
            "view": {**view.raw, "state": {"values": {}}},
            "is_cleared": is_cleared,
            **self._installed(),
        }

    @property
    def _is_org_wide(self) -> bool:
        return bool(self._workspace.app.get("is_org_wide"))

    def _installed(self) -> Json:
        """Return for which organization the app is installed, if it is for one."""
        return {
            "enterprise": self._workspace.team.get("enterprise"),
            "is_enterprise_install": self._is_org_wide,
        }

    def _enterprise_fields(self) -> Json:
        enterprise = self._workspace.team.get("enterprise")
        if not enterprise:
            return {}
        return {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]}

    def _who(self, user: User) -> Json:
        return {
            "user": {
                "id": user.id,
                "username": user.handle,
                "name": user.handle,
                "team_id": user.team_id,
            },
            "team": None
            if self._is_org_wide
            else {"id": self._workspace.team["id"], "domain": self._workspace.team["domain"]},
            "api_app_id": self._workspace.app["id"],
            "token": self._workspace.app["verification_token"],
        }

    def _where_they_are(self, user: User) -> Json:
        """Return the team of a form: that of whoever sends it, while the view names the app's."""
        if self._is_org_wide or not user.is_stranger:
            return {}
        return {"team": {"id": user.team_id, "domain": ""}}

    def _where(self, on: Message | View) -> Json:
        if isinstance(on, View):
            return {"container": {"type": "view", "view_id": on.id}, "view": on.raw}
        container: Json = {
            "type": "message",
            "message_ts": on.ts,
            "channel_id": on.channel_id,
            "is_ephemeral": on.is_ephemeral,
        }
        if on.thread_ts:
            container["thread_ts"] = on.thread_ts
        where: Json = {"container": container, "channel": self._channel(on.channel_id)}
        if not on.is_ephemeral:
            where["message"] = message_object(on, self._workspace)
        return where

    def _channel(self, channel_id: str) -> Json:
        channel = self._workspace.channels[channel_id]
        return {"id": channel.id, "name": channel_name_for_apps(channel)}
