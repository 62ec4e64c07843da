"""The app manifest: what Slack is told about the app, in the forms in which it is installed."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import yaml

HISTORY_SCOPES = ("channels:history", "groups:history", "im:history", "im:write")
# Only an app that is installed by OAuth hears of these.
LIFE_CYCLE_EVENTS = (
    "app_uninstalled",
    "tokens_revoked",
    "team_access_granted",
    "team_access_revoked",
)


def manifest_text() -> str:
    """Return the manifest: of the package, or in a checkout the one at the top."""
    packaged = resources.files("bot") / "manifest.yml"
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[2] / "manifest.yml").read_text("utf-8")


def read_manifest() -> dict[str, Any]:
    """Return the manifest, read."""
    parsed: dict[str, Any] = yaml.safe_load(manifest_text())
    return parsed


def bot_scopes() -> tuple[str, ...]:
    """Return what the app asks to be allowed."""
    return tuple(read_manifest()["oauth_config"]["scopes"]["bot"])


def with_history(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest that also asks to read the history of channels that the app is in."""
    oauth = manifest["oauth_config"]
    scopes = oauth["scopes"] | {"bot": [*oauth["scopes"]["bot"], *HISTORY_SCOPES]}
    return manifest | {"oauth_config": oauth | {"scopes": scopes}}


def over_http(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """Return a manifest by which Slack sends requests to this address, and opens no socket."""
    address = f"{url.rstrip('/')}/slack/events"
    features, settings = manifest["features"], manifest["settings"]
    commands = [command | {"url": address} for command in features["slash_commands"]]
    addressed = {
        "event_subscriptions": {"request_url": address} | settings["event_subscriptions"],
        "interactivity": settings["interactivity"] | {"request_url": address},
        "socket_mode_enabled": False,
    }
    return manifest | {
        "features": features | {"slash_commands": commands},
        "settings": settings | addressed,
    }


def distributed(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """Return a manifest of an app that many workspaces and organizations install, by OAuth."""
    whole = over_http(manifest, url)
    settings = whole["settings"]
    subscribed = settings["event_subscriptions"]
    events = [*subscribed["bot_events"], *LIFE_CYCLE_EVENTS]
    redirect = f"{url.rstrip('/')}/slack/oauth_redirect"
    return whole | {
        "oauth_config": {"redirect_urls": [redirect]} | whole["oauth_config"],
        "settings": settings
        | {
            "event_subscriptions": subscribed | {"bot_events": events},
            "org_deploy_enabled": True,
        },
    }
