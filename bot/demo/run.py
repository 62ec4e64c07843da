"""`kudos demo`: the app and a Slack workspace in a box, in one process, without Slack."""

from __future__ import annotations

import asyncio
import webbrowser
from typing import TYPE_CHECKING, Any

from bot.app import KudosApp, open_store
from bot.config import read_settings
from bot.demo.history import begin_with_history
from bot.operations.files import DEMO
from bot.sandbox import Sandbox, company
from storage.engine.private_files import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.config import Settings


async def run_demo(
    settings: Settings,
    manifest: dict[str, Any],
    *,
    until: asyncio.Event,
    ready: Callable[[str], None],
) -> None:
    """Run the box and the app until the event is set; `ready` is told the page's address.

    The app goes by the time of the box, which can be moved forward. Both keep what happens in files
    under the folder `demo` of `KUDOS_HOME`. Raises what starting the app raises.
    """
    folder = settings.kudos_home / DEMO
    make_folder(folder)
    slack = await _started(manifest, folder / "slack.db", settings.kudos_port)
    try:
        of_demo = read_settings(
            _env_file=None,  # the demo never touches a real workspace, whatever is in `.env`
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.api_url,
            database_url=f"sqlite:///{folder / 'kudos.db'}",
            kudos_health_port=None,  # that of the real one, if there is one
        )
        store = open_store(of_demo, slack.now)
        async with KudosApp(of_demo, store, slack.now) as app:
            await begin_with_history(slack, store)
            following = asyncio.ensure_future(_follow_clock(slack, app))
            ready(slack.url)
            await until.wait()
            following.cancel()
    finally:
        await slack.stop()


async def _follow_clock(slack: Sandbox, app: KudosApp) -> None:
    """Have the app look for what is due as soon as the clock was moved."""
    moved = asyncio.Event()
    slack.on_clock(lambda _now: moved.set())
    while True:
        await moved.wait()
        moved.clear()
        await app.look()


async def _started(manifest: dict[str, Any], state_path: Path, port: int) -> Sandbox:
    """Return a running sandbox, on a free port if the wanted one is taken."""
    slack = Sandbox(manifest, company(), state_path, port=port)
    try:
        await slack.start()
    except OSError:
        await slack.stop()
        slack = Sandbox(manifest, company(), state_path)
        await slack.start()
    return slack


def show_in_browser(url: str) -> bool:
    """Open the page; return False where there is only a browser for the terminal, or none."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    # Browsers for the terminal are of this very class; they would take the terminal over.
    return type(browser) is not webbrowser.GenericBrowser and browser.open(url)
