"""What outlives the process, however it ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.manifest import MANIFEST

ROOT = Path(__file__).parents[2]


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "slack.db"
    async with Sandbox(MANIFEST, state_path=path) as slack:
        token = slack.bot_token
        web = AsyncWebClient(token=token, base_url=slack.api_url)
        ada = slack.person("ada")
        message = await ada.types("Remember me")
        await ada.reacts("tada", to=message)
        await web.views_publish(
            user_id=ada.id, view={"type": "home", "blocks": [{"type": "divider"}]}
        )
        slack.update_user("bo", tz="Asia/Tokyo")
    async with Sandbox(MANIFEST, state_path=path) as slack:
        ada = slack.person("ada")
        again = slack.channel("general").messages[-1]
        assert (again.text, again.reactions) == ("Remember me", {"tada": [ada.id]})
        assert ada.home
        assert slack.person("bo").user.tz == "Asia/Tokyo"
        assert slack.bot_token == token
        assert (await ada.types("Later")).ts > again.ts


async def test_a_killed_sandbox_loses_nothing(tmp_path: Path) -> None:
    manifest, state = tmp_path / "manifest.yml", tmp_path / "slack.db"
    manifest.write_text(yaml.safe_dump(MANIFEST), encoding="utf-8")
    command = [sys.executable, "-m", "bot.sandbox", "--manifest", str(manifest)]
    with subprocess.Popen(  # noqa: ASYNC220, S603 - its start is read line by line, below
        [*command, "--state", str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        facts = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        web = AsyncWebClient(token=facts["bot_token"], base_url=facts["api_url"])
        posted = await web.chat_postMessage(channel="C0GENERAL1", text="Just in time")
        os.kill(process.pid, signal.SIGKILL)
    async with Sandbox(MANIFEST, state_path=state) as slack:
        assert slack.channel("general").messages[-1].ts == posted["ts"]


async def test_a_workspace_of_ones_own_can_be_given() -> None:
    workspace = {
        "team": {"id": "T0OWN00001", "name": "Own", "domain": "own"},
        "people": [{"handle": "kim", "real_name": "Kim Berg", "is_admin": True}],
        "channels": [{"name": "general", "app": True}],
    }
    async with Sandbox(MANIFEST, workspace=workspace) as slack:
        kim = slack.person("kim")
        assert kim.id.startswith("U0KIM")
        assert slack.team_id == "T0OWN00001"
        assert slack.channel("general").members == [kim.id, slack.bot_user_id]
