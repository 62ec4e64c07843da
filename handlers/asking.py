"""Questions to Slack about people, groups and channels, answered in our own terms."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.members import Member
from bot.slack import NotReachedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

ASK_AT_ONCE = 8
PAGE = 200  # Slack recommends no more
NOT_TOLD = (
    NotReachedError,
    SlackApiError,
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
)
"""What is raised where Slack does not answer, or not what was asked, or there is no token."""

# Slackbot says of itself that it is no bot.
SLACKBOT = "USLACKBOT"


class AskSlack:
    """Asks on behalf of a workspace; whoever or whatever Slack does not tell of is left out."""

    def __init__(self, client_of: Callable[[str], Awaitable[AsyncWebClient]]) -> None:
        self._client_of = client_of
        self._turns = asyncio.Semaphore(ASK_AT_ONCE)
        self.owners: dict[str, str] = {}  # the primary owner of a workspace, once seen
        self._in_channels: set[str] = set()  # workspaces with a channel that the app is in

    async def people(self, team_id: str, user_ids: Iterable[str]) -> tuple[Member, ...]:
        """Return what Slack tells of these people."""
        answers = await asyncio.gather(
            *(
                self._ask(team_id, AsyncWebClient.users_info, user=user_id, include_locale=True)
                for user_id in user_ids
            )
        )
        return tuple(
            member_from(answer["user"], team_id=team_id) for answer in answers if answer is not None
        )

    async def groups(self, team_id: str, group_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return who is in these user groups."""
        ids = tuple(group_ids)
        answers = await asyncio.gather(
            *(
                self._ask(team_id, AsyncWebClient.usergroups_users_list, usergroup=group_id)
                for group_id in ids
            )
        )
        return {
            group_id: tuple(answer["users"])
            for group_id, answer in zip(ids, answers, strict=True)
            if answer is not None
        }

    async def group_names(self, team_id: str) -> dict[str, str]:
        """Return what the user groups of a workspace are called, by their ids."""
        answer = await self._ask(team_id, AsyncWebClient.usergroups_list)
        if answer is None:
            return {}
        return {group["id"]: f"@{group['handle']}" for group in answer["usergroups"]}

    async def channel_is_public(self, team_id: str, channel_id: str) -> bool | None:
        """Return whether everybody in the workspace may read a channel; None if Slack won't say."""
        answer = await self._info(team_id, channel_id)
        if answer is None:
            return None
        channel = answer["channel"]
        return bool(channel.get("is_channel")) and not channel.get("is_private")

    async def may_not_post(self, team_id: str, channel_id: str) -> bool:
        """Return whether the app can certainly not post in a channel."""
        try:
            client = await self._client_of(team_id)
            answer = await client.conversations_info(channel=channel_id)
        except SlackApiError as error:
            return bool(error.response.get("error") == "channel_not_found")
        except NOT_TOLD:
            return False
        channel = answer["channel"]
        is_outside = channel.get("is_private") and not channel.get("is_member")
        return bool(channel.get("is_archived") or is_outside)

    async def is_shared(self, team_id: str, channel_id: str) -> bool:
        """Return whether people of another company are certainly in a channel, or invited to it."""
        answer = await self._info(team_id, channel_id)
        channel = answer["channel"] if answer is not None else {}
        return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))

    async def is_in_some_channel(self, team_id: str) -> bool | None:
        """Return whether anybody has invited the app to a channel; None if Slack won't say.

        Once it was so, Slack is not asked again.
        """
        if team_id in self._in_channels:
            return True
        answer = await self._ask(
            team_id,
            AsyncWebClient.users_conversations,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=1,
        )
        if answer is None:
            return None
        if answer["channels"]:
            self._in_channels.add(team_id)
        return bool(answer["channels"])

    async def everybody(self, team_id: str) -> AsyncIterator[tuple[Member, ...]]:
        """Yield all people of a workspace, a page at a time; ends early where Slack won't go on."""
        cursor = ""
        while True:
            page = await self._ask(
                team_id,
                AsyncWebClient.users_list,
                limit=PAGE,
                cursor=cursor,
                include_locale=True,
            )
            if page is None:
                return
            for user in page["members"]:
                if user.get("is_primary_owner") and not user.get("deleted"):
                    self.owners[team_id] = user["id"]
            yield tuple(member_from(user, team_id=team_id) for user in page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def emoji_aliases(self, team_id: str) -> dict[str, str] | None:
        """Return the workspace's own second names of emoji; None if Slack won't say."""
        answer = await self._ask(team_id, AsyncWebClient.emoji_list)
        if answer is None:
            return None
        return {
            name: target.removeprefix("alias:")
            for name, target in answer["emoji"].items()
            if target.startswith("alias:")
        }

    async def _info(self, team_id: str, channel_id: str) -> Any | None:
        return await self._ask(team_id, AsyncWebClient.conversations_info, channel=channel_id)

    async def _ask(
        self, team_id: str, method: Callable[..., Awaitable[Any]], **arguments: Any
    ) -> Any | None:
        async with self._turns:
            try:
                return await method(await self._client_of(team_id), **arguments)
            except NOT_TOLD:
                return None


def member_from(user: dict[str, Any], *, team_id: str) -> Member:
    """Return a person from Slack's user object.

    `is_stranger` is no sure sign of another company, so the teams are compared
    (https://docs.slack.dev/reference/objects/user-object).
    """
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    home = user.get("team_id") or team_id
    return Member(
        team_id=team_id,
        user_id=user["id"],
        display_name=next((name.strip() for name in names if name and name.strip()), user["id"]),
        time_zone=user.get("tz") or "UTC",
        locale=user.get("locale") or "",
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        is_deactivated=bool(user.get("deleted")),
        is_external=bool(user.get("is_stranger")) or home != team_id,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )
