"""The app as its manifest describes it."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Json


@dataclass(frozen=True)
class Command:
    """A slash command; `command` begins with the slash."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A global shortcut or a message shortcut."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that change what Slack does."""

    name: str
    bot_name: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    events: frozenset[str]
    scopes: frozenset[str]
    has_home: bool
    has_messages_tab: bool
    can_be_written_to: bool

    @classmethod
    def read(cls, source: Json) -> "Manifest":
        """Read a parsed manifest; what is missing has the default that Slack gives it."""
        features = source.get("features") or {}
        home = features.get("app_home") or {}
        settings = source.get("settings") or {}
        name = str((source.get("display_information") or {}).get("name", "App"))
        scopes = ((source.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        optional = ((source.get("oauth_config") or {}).get("scopes") or {}).get("bot_optional")
        return cls(
            name=name,
            bot_name=str((features.get("bot_user") or {}).get("display_name", name)),
            commands=tuple(_command(item) for item in features.get("slash_commands") or []),
            shortcuts=tuple(_shortcut(item) for item in features.get("shortcuts") or []),
            events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or []),
            scopes=frozenset([*scopes, *(optional or [])]),
            has_home=bool(home.get("home_tab_enabled", False)),
            has_messages_tab=bool(home.get("messages_tab_enabled", True)),
            can_be_written_to=not home.get("messages_tab_read_only_enabled", False),
        )

    def find_command(self, line: str) -> Command | None:
        """Return the command that a typed line calls, if it calls one of the app's."""
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        return next((command for command in self.commands if command.command == word), None)

    def find_shortcut(self, callback_id: str, type_: str) -> Shortcut | None:
        """Return the shortcut with this callback id and type ("message" or "global")."""
        return next(
            (one for one in self.shortcuts if (one.callback_id, one.type) == (callback_id, type_)),
            None,
        )


def _command(item: dict[str, Any]) -> Command:
    return Command(
        command=item["command"],
        description=item.get("description", ""),
        usage_hint=item.get("usage_hint", ""),
        should_escape=bool(item.get("should_escape", False)),
    )


def _shortcut(item: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=item["name"],
        type=item["type"],
        callback_id=item["callback_id"],
        description=item.get("description", ""),
    )
