"""Turns what a person types into what Slack stores and sends.

People type `@bo`, `#general`, `@support` and plain links. Slack's composer replaces them by
marked-up references and turns `&`, `<` and `>` into entities.
"""

import re
from typing import Literal

from bot.sandbox.workspace import Workspace

EscapeStyle = Literal["bare", "label"]

_REFERENCE = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?<![\w@.])@(?P<handle>[A-Za-z0-9][\w.-]*)"
    r"|(?<![\w#])#(?P<channel>[a-z0-9][\w-]*)"
)
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def compose_message(text: str, workspace: Workspace) -> str:
    """Return the text of a message as Slack stores it."""
    return _compose(text, workspace, "bare", for_command=False)


def compose_command(text: str, workspace: Workspace, escape_style: EscapeStyle) -> str:
    """Return the text of a slash command whose manifest entry has `should_escape`.

    `escape_style` says whether people come as `<@U1>` or as `<@U1|bo>`: apps see both. A
    private channel comes without its name.
    """
    return _compose(text, workspace, escape_style, for_command=True)


def _compose(
    text: str, workspace: Workspace, escape_style: EscapeStyle, *, for_command: bool
) -> str:
    parts: list[str] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        replacement = _reference(match, workspace, escape_style, for_command=for_command)
        if replacement is None:
            continue
        parts += [_entities(text[end : match.start()]), replacement[0]]
        end = match.start() + replacement[1]
    parts.append(_entities(text[end:]))
    return "".join(parts)


def _reference(
    match: re.Match[str], workspace: Workspace, escape_style: EscapeStyle, *, for_command: bool
) -> tuple[str, int] | None:
    """Return the markup for one match and how many typed characters it stands for."""
    if url := match["url"]:
        url = url.rstrip(".,;:!?)'\"")
        return f"<{_entities(url)}>", len(url)
    if name := match["channel"]:
        return _channel_reference(name, workspace, for_command=for_command)
    handle = match["handle"]
    while handle:
        if markup := _mention(handle, workspace, escape_style):
            return markup, len(handle) + 1
        # "@bo." and "@bo-" at the end of a sentence still mean bo.
        shorter = handle.rstrip(".-_")
        handle = shorter if shorter != handle else ""
    return None


def _mention(handle: str, workspace: Workspace, escape_style: EscapeStyle) -> str | None:
    if handle in _BROADCASTS:
        return f"<!{handle}>"
    if user := workspace.find_user(handle):
        return f"<@{user.id}|{user.handle}>" if escape_style == "label" else f"<@{user.id}>"
    if group := workspace.find_group(handle):
        return f"<!subteam^{group.id}|@{group.handle}>"
    return None


def _channel_reference(
    name: str, workspace: Workspace, *, for_command: bool
) -> tuple[str, int] | None:
    channel = workspace.find_channel(name)
    if channel is None:
        return None
    label = "" if for_command and channel.is_private else channel.name
    return f"<#{channel.id}|{label}>", len(name) + 1


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
