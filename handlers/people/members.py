"""People who join or change, and the workspace's own emoji."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import SlackSilentError
from bot.domain.lateness import is_late, moment_of
from bot.services.people.members import SeePeople, SeePerson, see_people, see_person
from bot.services.settings.workspaces import see_workspace
from bot.slack.directory import member_from
from bot.slack.users import home_of, tells_team
from handlers.payloads.origins import is_organization, team_of

if TYPE_CHECKING:
    from handlers.interaction.context import HandlerContext, Payload


async def handle_person_changed(context: HandlerContext, body: Payload) -> None:
    """Store what Slack tells of somebody who joined, left, or changed name, zone or language.

    What comes late may be older than what is known already, so Slack is asked how it is now.
    """
    event, team_id = body["event"], team_of(body)
    user = event["user"]
    seen = SeePerson(member_from(user, team_id=team_id), tells_team=tells_team(user))
    if is_late(moment_of(event.get("event_ts")), context.clock()):
        with suppress(SlackSilentError):
            for person in await context.slack.people(team_id, [user["id"]]):
                seen = replace(seen, person=person)
    await context.store.write(see_person, seen)
    if seen.person.is_external:
        await _see_at_home(context, user)
    context.wake_delivery()


async def _see_at_home(context: HandlerContext, user: Payload) -> None:
    """Store what becomes of somebody of another company that has Kudos too.

    Slack may tell of it for one installation alone, and shows more of them to their own.
    """
    home = home_of(user)
    if not home or is_organization(home) or not await context.life.serves(home):
        return
    for person in await context.slack.people(home, [user["id"]]):
        await context.store.write(see_person, SeePerson(person))


async def handle_group_changed(context: HandlerContext, body: Payload) -> None:
    """Store who is in a user group now; of large groups Slack tells only that they changed.

    Where Slack does not answer, the next one who thanks the group has it asked again.
    """
    team_id, event = team_of(body), body["event"]
    group = event.get("subteam") or {"id": event["subteam_id"]}
    members: dict[str, tuple[str, ...]] = {}
    if group.get("date_delete"):  # a group that was disabled has nobody in it
        members = {group["id"]: ()}
    elif "users" in group:
        members = {group["id"]: tuple(group["users"])}
    else:
        with suppress(SlackSilentError):
            members = await context.slack.groups(team_id, (group["id"],))
    forgotten = () if members else (group["id"],)
    await context.store.write(see_people, SeePeople(team_id, groups=members, forgotten=forgotten))


async def handle_emoji_changed(context: HandlerContext, body: Payload) -> None:
    """Read anew which second names the workspace's emoji have."""
    team_id = team_of(body)
    aliases = await context.slack.emoji_aliases(team_id)
    if aliases is not None:
        workspace = await context.workspace(team_id)
        await context.store.write(see_workspace, replace(workspace, emoji_aliases=aliases))


EVENTS = {
    "team_join": handle_person_changed,
    "user_change": handle_person_changed,
    "subteam_updated": handle_group_changed,
    "subteam_members_changed": handle_group_changed,
    "emoji_changed": handle_emoji_changed,
}
