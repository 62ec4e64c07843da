"""What Slack refuses in an app manifest, and what it lets pass: misspelt events and scopes.

See docs.slack.dev/reference/app-manifest, /reference/events and /reference/scopes.
"""

import re
from collections.abc import Iterator

from bot.sandbox.model import Json

LIMITS = (  # where, and how many characters at most
    (("display_information", "name"), 35),
    (("display_information", "description"), 140),
    (("display_information", "long_description"), 4000),
    (("features", "bot_user", "display_name"), 80),
)
MOST_COMMANDS = 50
MOST_SHORTCUTS = 10
MOST_EVENTS = 100
MOST_SCOPES = 255
MOST_STEPS = 50
COMMAND = re.compile(r"/\S{1,31}")

_EVENTS = """
    app_deleted app_home_opened app_installed app_mention app_requested app_uninstalled
    app_uninstalled_team assistant_thread_context_changed assistant_thread_started call_rejected
    channel_archive channel_created channel_deleted channel_history_changed channel_id_changed
    channel_left channel_rename channel_shared channel_unarchive channel_unshared dnd_updated
    dnd_updated_user email_domain_changed emoji_changed entity_details_requested file_change
    file_created file_deleted file_public file_shared file_unshared function_executed
    grid_migration_finished grid_migration_started group_archive group_close group_deleted
    group_history_changed group_left group_open group_rename group_unarchive im_close im_created
    im_history_changed im_open invite_requested link_shared member_joined_channel
    member_left_channel message.app_home message.channels message.groups message.im message.mpim
    message_metadata_deleted message_metadata_posted message_metadata_updated pin_added
    pin_removed reaction_added reaction_removed shared_channel_invite_accepted
    shared_channel_invite_approved shared_channel_invite_declined shared_channel_invite_received
    shared_channel_invite_requested star_added star_removed subteam_created
    subteam_members_changed subteam_self_added subteam_self_removed subteam_updated
    team_access_granted team_access_revoked team_domain_change team_join team_rename
    tokens_revoked user_change user_huddle_changed user_profile_changed user_status_changed
"""
EVENTS = frozenset(_EVENTS.split())
_BOT_SCOPES = """
    app_mentions:read assistant:write bookmarks:read bookmarks:write calls:read calls:write
    canvases:read canvases:write channels:history channels:join channels:manage channels:read
    channels:write.invites channels:write.topic chat:write chat:write.customize chat:write.public
    commands conversations.connect:manage conversations.connect:read conversations.connect:write
    dnd:read emoji:read files:read files:write groups:history groups:read groups:write
    groups:write.invites groups:write.topic im:history im:read im:write im:write.topic
    incoming-webhook links.embed:write links:read links:write lists:read lists:write
    metadata.message:read mpim:history mpim:read mpim:write mpim:write.topic pins:read pins:write
    reactions:read reactions:write reminders:read reminders:write remote_files:read
    remote_files:share remote_files:write team.billing:read team.preferences:read team:read
    tokens.basic triggers:read triggers:write usergroups:read usergroups:write users.profile:read
    users:read users:read.email users:write workflow.steps:execute
"""
BOT_SCOPES = frozenset(_BOT_SCOPES.split())


def manifest_faults(source: Json) -> list[str]:
    """Returns what is wrong with a manifest, a line each; nothing if it is fine."""
    return [*_length_faults(source), *_name_faults(source), *_feature_faults(source)]


def _length_faults(source: Json) -> Iterator[str]:
    for path, most in LIMITS:
        value: object = source
        for name in path:
            value = (value.get(name) if isinstance(value, dict) else None) or ""
        if len(str(value)) > most:
            yield f"{'.'.join(path)} has more than {most} characters"


def _name_faults(source: Json) -> Iterator[str]:
    settings, oauth = source.get("settings") or {}, source.get("oauth_config") or {}
    events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
    wanted = oauth.get("scopes") or {}
    scopes = [*(wanted.get("bot") or []), *(wanted.get("bot_optional") or [])]
    for kind, named, known, most in (
        ("event", events, EVENTS, MOST_EVENTS),
        ("scope", scopes, BOT_SCOPES, MOST_SCOPES),
    ):
        yield from (f"there is no {kind} {name!r}" for name in sorted(set(named) - known))
        if len(named) != len(set(named)):
            yield f"there is a {kind} that is asked for twice"
        if len(named) > most:
            yield f"there are more than {most} {kind}s"


def _feature_faults(source: Json) -> Iterator[str]:
    features = source.get("features") or {}
    commands, shortcuts = features.get("slash_commands") or [], features.get("shortcuts") or []
    steps = source.get("functions") or {}
    for count, most in (
        (len(commands), MOST_COMMANDS),
        (len(shortcuts), MOST_SHORTCUTS),
        (len(steps), MOST_STEPS),
    ):
        if count > most:
            yield f"there are {count} commands, shortcuts or steps, and {most} at most"
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command"))):
            yield f"{command.get('command')!r} is no command"
        yield from _too_long(command, {"description": 2000, "usage_hint": 1000})
    for shortcut in shortcuts:
        if shortcut.get("type") not in {"message", "global"}:
            yield f"{shortcut.get('type')!r} is no kind of shortcut"
        yield from _too_long(shortcut, {"name": 24, "callback_id": 255, "description": 150})
    is_flat = (source.get("_metadata") or {}).get("major_version", 1) == 1
    for callback_id, step in steps.items():
        for name in ("input_parameters", "output_parameters"):
            parameters = step.get(name)
            if parameters and is_flat == ("properties" in parameters):
                yield f"functions.{callback_id}.{name} is not of the manifest's major version"


def _too_long(item: Json, limits: dict[str, int]) -> Iterator[str]:
    for name, most in limits.items():
        if len(str(item.get(name) or "")) > most:
            yield f"{name} has more than {most} characters"
