"""`kudos doctor` and the time: this machine's clock beside Slack's."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.clock import machine_clock
from tests.programs import environment_for, kudos

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox import Sandbox


@asynccontextmanager
async def at_another_time(slack: Sandbox, off: timedelta) -> AsyncIterator[str]:
    """Yield the address of the same Slack, whose answers say another date."""

    async def answer(request: web.Request) -> web.Response:
        kept = {
            name: value
            for name, value in request.headers.items()
            if name in {"Authorization", "Content-Type"}
        }
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                f"{slack.api_url}{request.match_info['method']}",
                data=await request.read(),
                headers=kept,
            ) as found,
        ):
            scopes = found.headers.get("x-oauth-scopes", "")
            date = format_datetime(machine_clock() + off, usegmt=True)
            return web.json_response(
                await found.json(), headers={"Date": date, "x-oauth-scopes": scopes}
            )

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (timedelta(minutes=-12, seconds=1), "This machine's clock is 12 minutes ahead of Slack's."),
        (timedelta(minutes=6), "This machine's clock is 6 minutes behind Slack's."),
        (timedelta(seconds=20), ""),
    ],
)
async def test_a_clock_that_differs_from_slacks_is_told_with_what_to_do(
    slack: Sandbox, sqlite_url: str, tmp_path: Path, off: timedelta, told: str
) -> None:
    async with at_another_time(slack, off) as api_url:
        environment = environment_for(slack, sqlite_url) | {"SLACK_API_URL": api_url}
        ended = await kudos("doctor", home=tmp_path, **environment)
    lines = [line for line in ended.out.splitlines() if "clock" in line]
    assert ended.code == (1 if told else 0), ended.out
    assert len(lines) == bool(told)
    for line in lines:
        assert line.startswith(f"✗ {told} Requests that are off by more than five minutes")
        assert "NTP" in line
