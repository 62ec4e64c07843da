"""The app as its manifest describes it."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.manifest_checks import manifest_faults
from bot.sandbox.model import Json

USER_CONTEXT = "slack#/types/user_context"


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
class Step:
    """A step that the app brings to Workflow Builder; parameters have name, type, is_required."""

    callback_id: str
    title: str
    description: str
    inputs: tuple[Json, ...]
    outputs: tuple[Json, ...]

    @property
    def required_inputs(self) -> frozenset[str]:
        """The names of the inputs that a workflow must fill in."""
        return frozenset(one["name"] for one in self.inputs if one["is_required"])

    @property
    def of_who_runs_it(self) -> frozenset[str]:
        """The names of the inputs that Slack fills in with who runs the workflow."""
        return frozenset(one["name"] for one in self.inputs if one["type"] == USER_CONTEXT)

    @property
    def required_outputs(self) -> frozenset[str]:
        """The names of the outputs without which the step has not succeeded."""
        return frozenset(one["name"] for one in self.outputs if one["is_required"])


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
    steps: tuple[Step, ...]

    @classmethod
    def read(cls, source: Json) -> "Manifest":
        """Read a parsed manifest; what is missing has the default that Slack gives it.

        Raises ValueError for one that Slack would not take.
        """
        if faults := manifest_faults(source):
            raise ValueError(f"Slack takes no such manifest: {'; '.join(faults)}.")
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
            steps=tuple(_step(*item) for item in (source.get("functions") or {}).items()),
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

    def find_step(self, callback_id: str) -> Step | None:
        """Return the workflow step with this callback id."""
        return next((step for step in self.steps if step.callback_id == callback_id), None)


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


def _step(callback_id: str, item: dict[str, Any]) -> Step:
    return Step(
        callback_id=callback_id,
        title=item.get("title", callback_id),
        description=item.get("description", ""),
        inputs=_parameters(item.get("input_parameters") or {}),
        outputs=_parameters(item.get("output_parameters") or {}),
    )


def _parameters(source: dict[str, Any]) -> tuple[Json, ...]:
    """Return a step's parameters; a manifest has them flat, or below `properties`."""
    flat = source.get("properties", source)
    required = source.get("required", [name for name in flat if flat[name].get("is_required")])
    return tuple(
        {
            "type": item["type"],
            "name": name,
            "description": item.get("description", ""),
            "title": item.get("title", name),
            "is_required": name in required,
        }
        for name, item in flat.items()
    )
