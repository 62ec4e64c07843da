"""People who join or change, and the workspace's own emoji."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.members import SeePeople, see_people, see_person
from bot.services.workspaces import see_workspace
from handlers.asking import member_from

if TYPE_CHECKING:
    from handlers.edge import Edge, Payload


async def handle_person_changed(edge: Edge, body: Payload) -> None:
    """Store what Slack tells of somebody who joined, left, or changed name, zone or language."""
    team_id = body["team_id"]
    person = member_from(body["event"]["user"], team_id=team_id)
    await edge.store.write(see_person, person)
    edge.wake_delivery()


async def handle_group_changed(edge: Edge, body: Payload) -> None:
    """Store who is in a user group now; of large groups Slack tells only that they changed.

    Where Slack does not answer, the next one who thanks the group has it asked again.
    """
    team_id, event = body["team_id"], body["event"]
    group = event.get("subteam") or {"id": event["subteam_id"]}
    if group.get("date_delete"):  # a group that was disabled has nobody in it
        members: dict[str, tuple[str, ...]] = {group["id"]: ()}
    elif "users" in group:
        members = {group["id"]: tuple(group["users"])}
    else:
        members = await edge.slack.groups(team_id, (group["id"],))
    forgotten = () if members else (group["id"],)
    await edge.store.write(see_people, SeePeople(team_id, groups=members, forgotten=forgotten))


async def handle_emoji_changed(edge: Edge, body: Payload) -> None:
    """Read anew which second names the workspace's emoji have."""
    team_id = body["team_id"]
    aliases = await edge.slack.emoji_aliases(team_id)
    if aliases is not None:
        workspace = await edge.workspace(team_id)
        await edge.store.write(see_workspace, replace(workspace, emoji_aliases=aliases))


EVENTS = {
    "team_join": handle_person_changed,
    "user_change": handle_person_changed,
    "subteam_updated": handle_group_changed,
    "subteam_members_changed": handle_group_changed,
    "emoji_changed": handle_emoji_changed,
}
