"""files.*: uploads in three steps."""

import base64
import json
import mimetypes
from functools import partial
from secrets import token_hex

from aiohttp import web

from bot.sandbox.api_arguments import Arguments, Method, get_channel
from bot.sandbox.app_messages import has_content, message_content
from bot.sandbox.clock import machine_time
from bot.sandbox.doors import answered
from bot.sandbox.hub import Hub
from bot.sandbox.model import File, Json, Message, SlackError
from bot.sandbox.payloads import file_object

MOST_ALT_CHARACTERS = 1000


async def get_upload_url(hub: Hub, arguments: Arguments) -> Json:
    """files.getUploadURLExternal: where the bytes go."""
    if len(arguments.optional("alt_txt") or "") > MOST_ALT_CHARACTERS:
        raise SlackError("alt_txt_too_large")
    file = File(
        id=f"F{token_hex(5).upper()}",
        name=arguments.string("filename"),
        alt_text=arguments.optional("alt_txt") or "",
        length=arguments.number("length", 0),
        user_id=hub.workspace.bot_user_id,
        created=int(hub.workspace.clock.now()),
    )
    if file.length <= 0:
        raise SlackError("invalid_arguments")
    hub.workspace.save_file(file)
    base = hub.workspace.app["base_url"]
    return {"upload_url": f"{base}/upload/{file.id}", "file_id": file.id}


async def complete_upload(hub: Hub, arguments: Arguments) -> Json:
    """files.completeUploadExternal: gives titles and, if asked to, shares in a conversation."""
    files = [_complete(hub, item) for item in arguments.get("files") or []]
    if not files:
        raise SlackError("invalid_arguments")
    channel_ids = arguments.words("channels") or arguments.words("channel_id")
    for channel_id in channel_ids:
        channel = get_channel(hub, channel_id)
        if hub.workspace.bot_user_id not in channel.member_ids:
            raise SlackError("not_in_channel")
        for file in files:
            file.channel_ids.append(channel.id)
            hub.workspace.save_file(file)
        if arguments.get("initial_comment") and arguments.get("blocks"):
            raise SlackError("invalid_arguments")
        comment = {"text": arguments.get("initial_comment"), "blocks": arguments.get("blocks")}
        content = message_content(hub.workspace, comment) if has_content(comment) else {}
        hub.posting.post(
            channel,
            Message(
                channel_id=channel.id,
                ts=hub.workspace.stamps.next(),
                user_id=hub.workspace.bot_user_id,
                bot_id=hub.workspace.app["bot_id"],
                app_id=hub.workspace.app["id"],
                thread_ts=arguments.optional("thread_ts"),
                files=[file.id for file in files],
                subtype="file_share",
                **content,
            ),
        )
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


async def file_info(hub: Hub, arguments: Arguments) -> Json:
    """files.info. Slack has looked at a file once its mimetype is there."""
    file = hub.workspace.files.get(arguments.string("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file_object(file, hub.workspace)}


def _complete(hub: Hub, item: Json) -> File:
    file = hub.workspace.files.get(str(item.get("id")))
    if file is None or not file.content:
        raise SlackError("file_not_found")
    file.title = str(item.get("title") or file.name)
    file.is_complete = True
    file.looked_at = machine_time() + hub.file_seconds
    file.mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    hub.workspace.save_file(file)
    return file


class FileServer:
    """Takes the bytes of uploads and gives them out again."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file's bytes, raw or as a form's file; a fault of `upload` keeps it from that."""
        return await answered(self._hub, request, "upload", {}, partial(self._take, request))

    async def _take(self, request: web.Request) -> web.Response:
        file = self._hub.workspace.files.get(request.match_info["file_id"])
        if file is None or file.is_complete:
            return web.Response(status=404, text="There is no such upload.")
        content = await request.read()
        if request.content_type.startswith("multipart/"):
            content = b""
            for field in (await request.post()).values():
                if isinstance(field, web.FileField):
                    content = field.file.read()
        file.content = base64.b64encode(content).decode()
        file.length = len(content)
        self._hub.workspace.save_file(file)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """Give a file's bytes."""
        file = self._hub.workspace.files.get(request.match_info["file_id"])
        if file is None or not file.is_complete:
            return web.Response(status=404, text="There is no such file.")
        return web.Response(body=base64.b64decode(file.content), content_type=file.mimetype)

    async def emoji(self, request: web.Request) -> web.Response:
        """Give the picture of one of the workspace's own emoji."""
        value = self._hub.workspace.emoji.get(request.match_info["name"], {})
        if "svg" not in value:
            return web.Response(status=404, text=json.dumps({"error": "emoji_not_found"}))
        return web.Response(text=value["svg"], content_type="image/svg+xml")


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}
