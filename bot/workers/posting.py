"""How one message is posted, brought up to date, and found again in Slack."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import structlog

from bot.domain.outbox import EPHEMERAL_KINDS, SCHEDULED_POSTS
from bot.slack.web_api import InDoubtError, NotReachedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.outbox import ClaimedMessage
    from bot.messages.blockkit.message import Message

    Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
    Respond = Callable[[str, dict[str, Any]], Awaitable[None]]

log = structlog.get_logger(__name__)

HISTORY_SLACK = timedelta(minutes=5)  # for clocks that differ
HISTORY_PAGE = 200
METADATA_EVENT_TYPE = "kudos_message"
PICTURE_REFUSED = "invalid_blocks"  # where it names a file that Slack cannot show


@dataclass(frozen=True)
class MessagePlace:
    """Where a message stands; nothing is known of an ephemeral one or a reply to a command."""

    channel_id: str | None = None
    ts: str | None = None


class Posting:
    """Puts messages into Slack; everything raises as `bot.slack.web_api` says."""

    def __init__(self, call: Call, respond: Respond) -> None:
        self._call = call
        self._respond = respond

    async def post(self, claimed: ClaimedMessage, message: Message) -> MessagePlace:
        """Post a message, without its picture if that is what Slack does not take."""
        try:
            return await self._post_once(claimed, message)
        except RefusedError as error:
            if str(error) != PICTURE_REFUSED or not message.shows_picture:
                raise
            log.warning("picture_refused", team_id=claimed.team_id)
            return await self._post_once(claimed, message.without_picture())

    async def _post_once(self, claimed: ClaimedMessage, message: Message) -> MessagePlace:
        payload = message.payload()
        if "response_url" in claimed.details:
            # In doubt it is posted again: nobody can look, and none would be worse than two.
            shown = {"response_type": "in_channel"} | payload
            await self._respond(claimed.details["response_url"], shown)
            return MessagePlace()
        if claimed.posted_ts is not None:
            payload |= {"channel": claimed.posted_channel_id, "ts": claimed.posted_ts}
            await self._call(claimed.team_id, "chat.update", payload)
            return MessagePlace(claimed.posted_channel_id, claimed.posted_ts)
        if claimed.kind in SCHEDULED_POSTS:
            await self._check_place(claimed)
        payload["channel"] = claimed.channel_id
        if claimed.kind in EPHEMERAL_KINDS and claimed.channel_id != claimed.user_id:
            payload["user"] = claimed.user_id
            if claimed.thread_ts is not None:
                payload["thread_ts"] = claimed.thread_ts
            await self._call(claimed.team_id, "chat.postEphemeral", payload)
            return MessagePlace()
        if claimed.thread_ts is not None:
            payload["thread_ts"] = await self._thread_of(claimed)
        payload |= {
            "metadata": {
                "event_type": METADATA_EVENT_TYPE,
                "event_payload": {"key": claimed.outbox_id},
            },
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = await self._call(claimed.team_id, "chat.postMessage", payload)
        return MessagePlace(answer["channel"], answer["ts"])

    async def _check_place(self, claimed: ClaimedMessage) -> None:
        """Raise `RefusedError` for a channel that people of other companies read.

        Where Slack does not say what kind of channel it is, posting there will tell why.
        """
        question = {"channel": claimed.channel_id}
        try:
            answer = await self._call(claimed.team_id, "conversations.info", question)
        except RefusedError:
            return
        except InDoubtError as error:
            raise NotReachedError(str(error)) from error  # only a question: nothing was posted
        channel = answer.get("channel") or {}
        if channel.get("is_ext_shared"):
            raise RefusedError("shared_channel")

    async def _thread_of(self, claimed: ClaimedMessage) -> str:
        """Return the first message of the thread in which the message stands.

        A reaction's event does not tell it, but the message's address does.
        """
        ts = claimed.thread_ts or ""
        question = {"channel": claimed.channel_id, "message_ts": ts}
        with suppress(RefusedError):
            answer = await self._call(claimed.team_id, "chat.getPermalink", question)
            parent = parse_qs(urlsplit(answer.get("permalink", "")).query).get("thread_ts")
            return parent[0] if parent else ts
        return ts

    async def found(self, claimed: ClaimedMessage) -> MessagePlace | None:
        """Return where a message stands that an earlier try may have posted, if it can be seen."""
        since = claimed.in_doubt_since
        is_post = claimed.posted_ts is None and claimed.kind not in EPHEMERAL_KINDS
        if since is None or not is_post or "response_url" in claimed.details:
            return None
        question: dict[str, Any] = {
            "channel": claimed.channel_id,
            "oldest": f"{(since - HISTORY_SLACK).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": HISTORY_PAGE,
        }
        try:
            if claimed.channel_id == claimed.user_id:
                opened = await self._call(
                    claimed.team_id, "conversations.open", {"users": claimed.user_id}
                )
                question["channel"] = opened["channel"]["id"]
            method = "conversations.history"
            if claimed.thread_ts is not None:
                method = "conversations.replies"
                question["ts"] = await self._thread_of(claimed)
            return await self._search(claimed, method, question)
        except RefusedError as error:
            # Without the permission to look, a lost thank-you is worse than a doubled one.
            log.info("history_unreadable", error=str(error), outbox_id=claimed.outbox_id)
            return None

    async def _search(
        self, claimed: ClaimedMessage, method: str, question: dict[str, Any]
    ) -> MessagePlace | None:
        while True:
            page = await self._call(claimed.team_id, method, question)
            for message in page["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == claimed.outbox_id:
                    return MessagePlace(question["channel"], message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            question = question | {"cursor": cursor}
