"""What the app answers to a command or an interaction, brought before the person."""

from bot.sandbox.app_messages import app_message, has_content, message_content
from bot.sandbox.model import Json, Message, User
from bot.sandbox.posting import Posting
from bot.sandbox.triggers import ResponseUrl, ResponseUrls
from bot.sandbox.workspace import Workspace


class Answers:
    """Shows acknowledgements of commands and takes posts to response URLs."""

    def __init__(self, workspace: Workspace, posting: Posting, urls: ResponseUrls) -> None:
        self._workspace = workspace
        self._posting = posting
        self._urls = urls

    def show_ack(self, url: ResponseUrl, body: Json, user: User, line: str) -> Message | None:
        """Show what a command was acknowledged with; nothing if that was empty.

        An answer to the channel brings the typed line with it. Raises SlackError for blocks
        that Slack refuses.
        """
        if body.get("response_type") == "in_channel":
            message = self._message(url, body) if has_content(body) else None
            self._posting.post(
                self._workspace.channels[url.channel_id],
                Message(
                    channel_id=url.channel_id,
                    ts=self._workspace.stamps.next(),
                    text=line,
                    user_id=user.id,
                    subtype="command_line",
                ),
            )
            if message is None:
                return None
            message.ts = self._workspace.stamps.next()
            return self._post(url, message)
        if not has_content(body):
            return None
        message = self._message(url, body)
        message.seen_only_by = url.user_id
        url.original = message
        return self._posting.show(message)

    def respond(self, url_id: str, body: Json) -> None:
        """Apply a post to a response URL, whether or not the bot is in that channel.

        Raises SlackError when the URL is used up, and for content that Slack refuses.
        """
        url = self._urls.use(url_id)
        original = url.original
        if body.get("delete_original"):
            if original and not original.deleted:
                self._posting.delete(original)
            return
        if body.get("replace_original") and original and not original.deleted:
            content = message_content(self._workspace, body)
            url.posted.append(self._posting.edit(original, content))
            return
        message = self._message(url, body)
        if body.get("response_type") == "in_channel":
            url.posted.append(self._post(url, message))
            return
        message.seen_only_by = url.user_id
        url.posted.append(self._posting.show(message))

    def _message(self, url: ResponseUrl, body: Json) -> Message:
        thread_ts = body.get("thread_ts")
        return app_message(self._workspace, url.channel_id, body, thread_ts=thread_ts)

    def _post(self, url: ResponseUrl, message: Message) -> Message:
        return self._posting.post(self._workspace.channels[url.channel_id], message)
