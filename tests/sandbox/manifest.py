"""A manifest for an app that may do most things."""

from typing import Any

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Kudos"},
    "features": {
        "bot_user": {"display_name": "Kudos"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/kudos", "description": "Thank somebody", "should_escape": True},
            {"command": "/plain", "description": "Not escaped"},
        ],
        "shortcuts": [
            {"name": "Give", "type": "global", "callback_id": "give", "description": "Give"},
            {"name": "Thank", "type": "message", "callback_id": "thank", "description": "Thank"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "commands",
                "emoji:read",
                "files:read",
                "files:write",
                "im:history",
                "im:write",
                "reactions:read",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "member_joined_channel",
                "message.channels",
                "reaction_added",
                "reaction_removed",
                "team_join",
                "user_change",
            ]
        },
        "socket_mode_enabled": True,
    },
}
