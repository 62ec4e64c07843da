"""Questions to Slack about people, groups and channels, answered in our own terms."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from bot.domain.errors import SlackSilentError
from bot.domain.members import Member
from bot.slack.users import homes_of, is_colleague
from bot.slack.web_api import SLACK_FAILED, RefusedError, called

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from slack_sdk.web.async_client import AsyncWebClient

Answer = TypeVar("Answer")

ASK_AT_ONCE = 8
PAGE = 200  # Slack recommends no more
MEMBERS = 999  # ids alone, of which Slack gives as many
NOT_THERE = frozenset(
    {"channel_not_found", "no_such_subteam", "user_not_found", "user_not_visible"}
)
"""What Slack answers where there is no such thing, or none that the app may see."""
# Slackbot says of itself that it is no bot.
SLACKBOT = "USLACKBOT"


class SlackDirectory:
    """Asks on behalf of a workspace; whoever or whatever Slack knows nothing of is left out."""

    def __init__(self, client_of: Callable[[str], Awaitable[AsyncWebClient]]) -> None:
        self._client_of = client_of
        self._turns = asyncio.Semaphore(ASK_AT_ONCE)
        self.owners: dict[str, str] = {}  # the primary owner of a workspace, once seen
        self._in_channels: set[str] = set()  # workspaces with a channel that the app is in

    async def people(self, team_id: str, user_ids: Iterable[str]) -> tuple[Member, ...]:
        """Return what Slack tells of these people.

        Raises `SlackSilentError` where it told of none, and of some perhaps only since it failed.
        """
        answers = await _known(
            self._answer(team_id, "users.info", user=user_id, include_locale=True)
            for user_id in user_ids
        )
        return tuple(
            member_from(answer["user"], team_id=team_id) for answer in answers if answer is not None
        )

    async def homes_of(self, team_id: str, user_id: str) -> tuple[str, ...]:
        """Returns the workspaces that somebody may act from: this one alone if they are in it.

        There may be an organization among them, and nothing of whom Slack knows nothing. Raises
        `SlackSilentError`.
        """
        answer = await self._answer(team_id, "users.info", user=user_id)
        if answer is None:
            return ()
        user = answer["user"]
        return (team_id,) if is_colleague(user, team_id) else homes_of(user)

    async def groups(self, team_id: str, group_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return who is in these user groups; raises as `people` does."""
        ids = tuple(group_ids)
        answers = await _known(
            self._answer(team_id, "usergroups.users.list", usergroup=group_id) for group_id in ids
        )
        return {
            group_id: tuple(answer["users"])
            for group_id, answer in zip(ids, answers, strict=True)
            if answer is not None
        }

    async def group_names(self, team_id: str) -> dict[str, str]:
        """Return what the user groups of a workspace are called, by their ids."""
        answer = await self._ask(team_id, "usergroups.list")
        if answer is None:
            return {}
        return {group["id"]: f"@{group['handle']}" for group in answer["usergroups"]}

    async def is_in_channel(self, team_id: str, channel_id: str, user_id: str) -> bool:
        """Return whether somebody is in a channel that the app may see.

        Raises `SlackSilentError` where Slack doesn't say.
        """
        cursor = ""
        while True:
            page = await self._answer(
                team_id, "conversations.members", channel=channel_id, limit=MEMBERS, cursor=cursor
            )
            if page is None:
                return False
            if user_id in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return False

    async def may_not_post(self, team_id: str, channel_id: str) -> bool:
        """Return whether the app can certainly not post in a channel."""
        try:
            client = await self._client_of(team_id)
            answer = await called(client, "conversations.info", {"channel": channel_id})
        except RefusedError as error:
            return str(error) == "channel_not_found"
        except SLACK_FAILED:
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
            "users.conversations",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=1,
        )
        if answer is None:
            return None
        if answer["channels"]:
            self._in_channels.add(team_id)
        return bool(answer["channels"])

    async def page_of_people(
        self, team_id: str, cursor: str = ""
    ) -> tuple[tuple[Member, ...], str]:
        """Returns people of a workspace, and what leads to the next page; empty after the last one.

        Raises what `bot.slack.web_api.called` raises.
        """
        question = {"limit": PAGE, "cursor": cursor, "include_locale": True}
        async with self._turns:
            page = await called(await self._client_of(team_id), "users.list", question)
        for user in page["members"]:
            is_owner = user.get("is_primary_owner") and not user.get("deleted")
            if is_owner and is_colleague(user, team_id):
                self.owners[team_id] = user["id"]
        people = tuple(member_from(user, team_id=team_id) for user in page["members"])
        return people, (page.get("response_metadata") or {}).get("next_cursor") or ""

    async def emoji_aliases(self, team_id: str) -> dict[str, str] | None:
        """Return the workspace's own second names of emoji; None if Slack won't say."""
        try:
            return await self.told_emoji_aliases(team_id)
        except SLACK_FAILED:
            return None

    async def told_emoji_aliases(self, team_id: str) -> dict[str, str]:
        """Returns the same; raises what `bot.slack.web_api.called` raises."""
        async with self._turns:
            answer = await called(await self._client_of(team_id), "emoji.list", {})
        return {
            name: target.removeprefix("alias:")
            for name, target in answer["emoji"].items()
            if target.startswith("alias:")
        }

    async def _info(self, team_id: str, channel_id: str) -> dict[str, Any] | None:
        return await self._ask(team_id, "conversations.info", channel=channel_id)

    async def _ask(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any] | None:
        """Return Slack's answer; None where there is none, for whatever reason."""
        try:
            return await self._answer(team_id, method, **arguments)
        except SlackSilentError:
            return None

    async def _answer(self, team_id: str, method: str, **arguments: Any) -> dict[str, Any] | None:
        """Return Slack's answer; None where it is that there is no such thing.

        Raises `SlackSilentError` where Slack fails, or would not say.
        """
        async with self._turns:
            try:
                return await called(await self._client_of(team_id), method, arguments)
            except RefusedError as error:
                if str(error) in NOT_THERE:
                    return None
                raise SlackSilentError from error
            except SLACK_FAILED as error:
                raise SlackSilentError from error


async def _known(asking: Iterable[Awaitable[Answer | None]]) -> list[Answer | None]:
    """Returns all answers, None for what failed; raises `SlackSilentError` as `people` says."""
    known: list[Answer | None] = []
    failed: SlackSilentError | None = None
    for answer in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(answer, SlackSilentError):
            failed = answer
            known.append(None)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            known.append(answer)
    if failed is not None and not any(answer is not None for answer in known):
        raise failed
    return known


def member_from(user: dict[str, Any], *, team_id: str) -> Member:
    """Return a person from Slack's user object.

    `is_stranger` is no sure sign of another company, so the teams are compared
    (https://docs.slack.dev/reference/objects/user-object). Whoever is in several workspaces of an
    organization is at home in one, or in the organization, and a colleague in each.
    """
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    return Member(
        team_id=team_id,
        user_id=user["id"],
        display_name=next((name.strip() for name in names if name and name.strip()), user["id"]),
        time_zone=user.get("tz") or "UTC",
        locale=user.get("locale") or "",
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        is_deactivated=bool(user.get("deleted")),
        is_external=not is_colleague(user, team_id),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )
