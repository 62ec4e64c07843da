"""Pictures: an SVG drawn as a PNG, and uploaded so that a message can show it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from bot.domain.schedules import ScheduleKind
from bot.messages.blockkit.fonts import FONT_FILES, LATIN
from bot.messages.text.markup import shortened
from bot.services.posts.schedules import NotePicture
from bot.slack.web_api import (
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
    put_file,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.outbox import ClaimedMessage
    from bot.messages.blockkit.message import Message, Picture

    Call = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
    Send = Callable[[str, bytes], Awaitable[None]]

log = structlog.get_logger(__name__)

FILE_NAME = "kudos.png"
ALT_TEXT_OF_FILE = 1000  # characters
WITHIN_SECONDS = 15.0  # a message that waits for its picture is claimed for not much longer
# Slack looks at a file after it has taken it, which is over in a second or two as a rule.
LOOK_AGAIN_SECONDS = (0.2, 0.4, 0.8, 1.2, 1.8, 2.6, 3.0)


class PictureError(Exception):
    """There is no picture; `str()` says why."""


FAILURES = (
    PictureError,
    InDoubtError,
    NotReachedError,
    RateLimitedError,
    RefusedError,
    TimeoutError,
)
"""Why there may be no picture. None of it is a reason not to say the same in words."""


async def draw(svg: str) -> bytes:
    """Return the SVG as a PNG, with the same letters on every machine. Raises `PictureError`."""
    return await asyncio.to_thread(_drawn, svg)


def _drawn(svg: str) -> bytes:
    try:
        # Imported here, since it takes memory that most processes need once a month or never.
        import resvg_py  # noqa: PLC0415

        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                skip_system_fonts=True,
                font_files=[str(path) for path in FONT_FILES],
                font_family=LATIN,
                sans_serif_family=LATIN,
            )
        )
    # Nothing that goes wrong in a library written in Rust may end the delivery of messages: its
    # panics are no `Exception`.
    except BaseException as error:
        raise PictureError(f"not drawn: {type(error).__name__}") from error


async def upload(
    call: Call, send: Send, *, content: bytes, filename: str, title: str, alt_text: str
) -> str:
    """Return the id of a new file, once Slack takes it for a picture; it is shared with nobody.

    `call` calls a method for the workspace, `send` sends bytes to an address of Slack's. Raises
    what they raise, and `PictureError` where Slack is not done with the file in time.
    """
    # Slack takes so much of a file; the block in the message says all of it.
    spoken = shortened(alt_text, ALT_TEXT_OF_FILE)
    file_id = await put_file(call, send, filename=filename, content=content, alt_txt=spoken)
    await call("files.completeUploadExternal", {"files": [{"id": file_id, "title": title}]})
    for seconds in LOOK_AGAIN_SECONDS:
        answer = await call("files.info", {"file": file_id})
        if answer["file"].get("mimetype"):
            return file_id
        await asyncio.sleep(seconds)
    raise PictureError("Slack has not looked at the file in time")


async def made(call: Call, send: Send, picture: Picture, team_id: str) -> str | None:
    """Return the id of the file in which Slack has the picture; None where it cannot be had."""
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            return await upload(
                call,
                send,
                content=await draw(picture.svg),
                filename=FILE_NAME,
                title=picture.title,
                alt_text=picture.alt_text,
            )
    except FAILURES as error:
        log.warning("no_picture", reason=str(error) or type(error).__name__, team_id=team_id)
        return None


def to_make(claimed: ClaimedMessage, message: Message | None) -> Picture | None:
    """Return the picture that a message lacks.

    An update has one of its own: the one before may name somebody who is erased by now.
    """
    if message is None or (message.shows_picture and claimed.posted_ts is None):
        return None
    return message.picture


def noted(claimed: ClaimedMessage, file_id: str) -> NotePicture:
    """Return what to store of the picture of a monthly post."""
    period, place = claimed.details["period"], claimed.details["place"]
    return NotePicture(claimed.team_id, ScheduleKind.MONTHLY, period, place, file_id)
