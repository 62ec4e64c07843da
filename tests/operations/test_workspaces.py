"""`kudos …` for whoever runs one server for many workspaces: real processes."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.clock import machine_clock
from bot.config import ConfigError, read_settings
from bot.sandbox import Sandbox
from bot.services.installations.installations import list_encrypted_tokens
from bot.slack.token_vault import TokenVault, new_key
from handlers.dispatch import EVENTS
from handlers.installations.events import EVENTS as LIFE_CYCLE
from tests.conftest import MANIFEST, Clock
from tests.conftest import running as running_one
from tests.faults.test_rotation import many_workspaces
from tests.installing import KEY, WORKS, free_port, installs, serving, workspace
from tests.programs import kudos, started
from tests.watching import live_kudos, settled, tried

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.engine.store import Store

URL = "https://kudos.example.com"


@pytest.fixture
def clock() -> Clock:
    return Clock(machine_clock())


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with workspace() as sandbox:
        yield sandbox


# -- The manifest ------------------------------------------------------------------------------


async def test_the_manifest_for_http_names_the_address_everywhere(tmp_path: Path) -> None:
    ended = await kudos("manifest", "--url", f"{URL}/", home=tmp_path)
    printed = yaml.safe_load(ended.out)
    address = f"{URL}/slack/events"
    assert [each["url"] for each in printed["features"]["slash_commands"]] == [address]
    assert printed["settings"]["event_subscriptions"]["request_url"] == address
    assert printed["settings"]["interactivity"]["request_url"] == address
    assert printed["settings"]["socket_mode_enabled"] is False
    assert printed["settings"]["org_deploy_enabled"] is False
    assert "redirect_urls" not in printed["oauth_config"]
    assert printed["oauth_config"]["scopes"] == MANIFEST["oauth_config"]["scopes"]


async def test_the_manifest_for_many_workspaces_has_what_they_need(tmp_path: Path) -> None:
    ended = await kudos("manifest", "--url", URL, "--distributed", home=tmp_path)
    printed = yaml.safe_load(ended.out)
    assert printed["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert printed["settings"]["org_deploy_enabled"] is True
    assert printed["settings"]["socket_mode_enabled"] is False
    assert "functions" not in printed
    events = printed["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted({**EVENTS, **LIFE_CYCLE})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--distributed",), "say which, such as --url"),
        (("--distributed", "--url", URL, "--with-workflow-step"), "cannot offer a workflow step"),
        (("--url", "kudos.example.com"), "KUDOS_URL must be an address such as"),
        (("--url", " "), "KUDOS_URL must be an address such as"),
        (("--url", "https://"), "KUDOS_URL must be an address such as"),
        (("--url", "https://kudos.example.com:port"), "KUDOS_URL must be an address such as"),
        (("--url", "https://[::1"), "KUDOS_URL must be an address such as"),
        (("--url", "ftp://kudos.example.com"), "KUDOS_URL must be an address such as"),
        (("--url", "https://kudos.example.com is it"), "with nothing else in it"),
        (("--url", "http://kudos.example.com"), "must begin with https://"),
        (("--url", "http://kudos.example.com", "--distributed"), "must begin with https://"),
        (("--url", f"{URL}/slack/events"), "Slack's requests go to /slack/events there"),
        (("--url", f"{URL}/?a=b"), "without ? or #"),
        (("--url", f"{URL}#top"), "without ? or #"),
        (("--url", "https://ada:secret@kudos.example.com"), "no name and password in it"),
        (("--url", "http://localhost:3000"), "public https:// addresses alone"),
        (("--url", "https://localhost"), "public https:// addresses alone"),
        (("--url", "https://192.168.1.5"), "public https:// addresses alone"),
        (("--url", "https://[::1]:3000"), "public https:// addresses alone"),
    ],
)
async def test_what_makes_no_manifest_is_told_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    ended = await kudos("manifest", *words, home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert "secret" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1


# -- Settings ----------------------------------------------------------------------------------


def test_what_is_missing_for_many_workspaces_is_told_at_once() -> None:
    settings = read_settings(_env_file=None, slack_client_id="1.2")
    assert [fault.split()[0] for fault in settings.faults_for_start()] == [
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "KUDOS_SECRET_KEY",
        "KUDOS_URL",
    ]


def test_a_bot_token_stands_for_one_workspace_whatever_else_is_set() -> None:
    settings = read_settings(
        _env_file=None, slack_bot_token="xoxb-1", slack_client_id="1.2", slack_app_token="xapp-1"
    )
    assert not settings.is_for_many
    assert settings.faults_for_start() == []


@pytest.mark.parametrize(
    "key",
    ["short", "x" * 44, f"{new_key()},"[:-2] + ",!"],
    ids=["short", "no key", "a bad second one"],
)
def test_a_wrong_key_is_told_in_one_sentence_without_the_key(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(_env_file=None, kudos_secret_key=key)
    [fault] = caught.value.faults
    assert fault.startswith("KUDOS_SECRET_KEY must be a key that `kudos secret-key` printed")
    assert key not in fault


async def test_a_fresh_key_is_one_that_is_taken(tmp_path: Path) -> None:
    ended = await kudos("secret-key", home=tmp_path)
    key = ended.out.strip()
    assert read_settings(_env_file=None, kudos_secret_key=key).kudos_secret_key
    assert (await kudos("secret-key", home=tmp_path)).out.strip() != key


# -- Running -----------------------------------------------------------------------------------


async def test_start_serves_many_and_says_where_kudos_is_installed(
    slack: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    port = free_port()
    environment = many_workspaces(slack, port) | {"DATABASE_URL": sqlite_url}
    process = await started("start", home=tmp_path, **environment)
    line = await process.says()
    assert f"http://127.0.0.1:{port}/slack/install" in line
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_another_key_than_that_of_the_stored_tokens_stops_the_start(
    slack: Sandbox, sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    async with serving(sqlite_url, clock, slack) as running:
        await installs(running, slack)
    environment = many_workspaces(slack, free_port()) | {"DATABASE_URL": sqlite_url}
    other = new_key()
    ended = await kudos("start", home=tmp_path, **environment | {"KUDOS_SECRET_KEY": other})
    assert ended.code == 2
    assert ended.err.startswith("KUDOS_SECRET_KEY does not open the tokens that are stored")
    assert slack.team_id in ended.err
    assert other not in ended.err


async def test_the_key_is_rotated_and_the_old_one_is_of_no_use_then(
    slack: Sandbox, database_url: str, clock: Clock, store: Store, tmp_path: Path
) -> None:
    async with serving(database_url, clock, slack) as running:
        await installs(running, slack)
    environment = many_workspaces(slack, free_port()) | {"DATABASE_URL": database_url}
    fresh = new_key()
    refused = await kudos("rotate-key", home=tmp_path, **environment | {"KUDOS_SECRET_KEY": fresh})
    assert refused.code == 2
    assert "nothing was changed" in refused.err
    both = environment | {"KUDOS_SECRET_KEY": f"{fresh},{KEY}"}
    for _ in range(2):
        ended = await kudos("rotate-key", home=tmp_path, **both)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith("The tokens of 1 installation are stored")
    [encrypted] = await store.read(list_encrypted_tokens, None)
    assert TokenVault(fresh).decrypt(encrypted.team_id, encrypted.bot_token) == slack.oauth.token
    async with serving(database_url, clock, slack, kudos_secret_key=fresh):
        reply = await slack.person("ada").types("/kudos @bo for keeping the keys")
        assert reply.text.startswith("You thanked Bo")
        await slack.person("bo").sees_soon(lambda one: "the keys" in one.text)


async def test_the_doctor_looks_at_every_installation(
    slack: Sandbox, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    environment = many_workspaces(slack, free_port()) | {"DATABASE_URL": database_url}
    empty = await kudos("doctor", home=tmp_path, **environment)
    assert empty.code == 0, empty.out
    assert "Nobody has installed Kudos yet." in empty.out
    async with serving(database_url, clock, slack) as running:
        await installs(running, slack)
    well = await kudos("doctor", home=tmp_path, **environment)
    assert well.code == 0, well.out
    assert f"Analytical Engines ({slack.team_id}): Kudos is installed" in well.out
    await slack.oauth.uninstall(())
    refused = await kudos("doctor", home=tmp_path, **environment)
    assert refused.code == 1
    assert "Slack does not take its token (account_inactive)." in refused.out
    closed = await kudos("doctor", home=tmp_path, **environment | {"KUDOS_SECRET_KEY": new_key()})
    assert "KUDOS_SECRET_KEY does not open its token." in closed.out
    assert "xox" not in well.out + refused.out + closed.out


async def test_a_workspace_is_deleted_only_if_the_operator_is_sure(
    slack: Sandbox, database_url: str, clock: Clock, store: Store, tmp_path: Path
) -> None:
    async with workspace(WORKS) as works:
        async with serving(database_url, clock, slack, works) as running:
            for sandbox in (slack, works):
                await installs(running, sandbox)
                await sandbox.person("ada").types("/kudos @bo for staying or for going")
            await settled(store)
        environment = {"DATABASE_URL": database_url}
        command = ("delete", "--team", slack.team_id)
        unsure = await kudos(*command, home=tmp_path, **environment)
        assert unsure.code == 1
        assert unsure.err.startswith("Nothing was deleted.")
        assert len(await live_kudos(store, slack.team_id)) == 1
        ended = await kudos(*command, "--sure", home=tmp_path, **environment)
        assert ended.code == 0, ended.err
        assert ended.out.startswith(f"Everything of {slack.team_id} is deleted")
        again = await kudos(*command, "--sure", home=tmp_path, **environment)
        assert again.code == 1
        assert again.err.startswith("There is nothing stored of")
        assert await live_kudos(store, slack.team_id) == []
        assert len(await live_kudos(store, works.team_id)) == 1


async def test_deleting_takes_kudos_out_of_the_workspace_too_if_that_is_wished(
    slack: Sandbox, database_url: str, clock: Clock, store: Store, tmp_path: Path
) -> None:
    async with serving(database_url, clock, slack) as running:
        await installs(running, slack)
        await slack.person("ada").types("/kudos @bo for staying or for going")
        await settled(store)
    environment = many_workspaces(slack, free_port()) | {"DATABASE_URL": database_url}
    command = ("delete", "--team", slack.team_id, "--uninstall")
    ended = await kudos(*command, "--sure", "--dry-run", home=tmp_path, **environment)
    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"Slack would take Kudos out of {slack.team_id}. ")
    assert len(await live_kudos(store, slack.team_id)) == 1
    slack.down = True
    ended = await kudos(*command, "--sure", home=tmp_path, **environment)
    assert ended.code == 2
    assert ended.err.startswith("Nothing was deleted: Slack did not take Kudos out of")
    assert len(await live_kudos(store, slack.team_id)) == 1
    slack.down = False
    ended = await kudos(*command, "--sure", "--json", home=tmp_path, **environment)
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["rows"] > 0
    assert (told["team_id"], told["is_deleted"], told["is_uninstalled"]) == (
        slack.team_id,
        True,
        True,
    )
    assert {each.error for each in slack.oauth.tokens.values()} == {"account_inactive"}
    assert await live_kudos(store, slack.team_id) == []


async def test_a_single_workspaces_token_is_given_up(sqlite_url: str, tmp_path: Path) -> None:
    async with Sandbox(MANIFEST) as single:
        async with running_one(single, sqlite_url, Clock()):
            await single.person("ada").types("/kudos @bo for staying or for going")
        environment = {
            "DATABASE_URL": sqlite_url,
            "SLACK_BOT_TOKEN": single.bot_token,
            "SLACK_API_URL": single.api_url,
        }
        other = ("delete", "--team", "T0OTHER001", "--uninstall", "--sure", "--json")
        ended = await kudos(*other, home=tmp_path, **environment)
        assert (ended.code, json.loads(ended.out)["is_deleted"]) == (1, False)
        assert "auth.revoke" not in {call.method for call in single.calls}
        command = ("delete", "--team", single.team_id, "--uninstall", "--sure")
        ended = await kudos(*command, home=tmp_path, **environment)
        assert ended.code == 0, ended.err
        assert ended.out.startswith(f"Slack has taken Kudos out of {single.team_id}.")
        assert [call.method for call in single.calls][-1] == "auth.revoke"


async def test_what_kudos_was_taken_from_is_deleted_after_the_days_that_are_set(
    slack: Sandbox, database_url: str, clock: Clock, store: Store
) -> None:
    async with serving(database_url, clock, slack, kudos_delete_after_days=2) as running:
        await installs(running, slack)
        await slack.person("ada").types("/kudos @bo for staying or for going")
        await settled(store)
        await slack.oauth.uninstall()
        await slack.pending()
        clock.advance(days=1)
        await running.app.look()
        assert len(await live_kudos(store, slack.team_id)) == 1
        clock.advance(days=1, minutes=1)
        await running.app.look()
        assert await live_kudos(store, slack.team_id) == []
        clock.now = machine_clock()
        await installs(running, slack)  # and begins with nothing
        reply = await slack.person("ada").types("/kudos @bo for beginning anew")
        assert reply.text.startswith("You thanked Bo")


async def test_run_due_sends_for_every_workspace_with_its_own_token(
    slack: Sandbox, database_url: str, clock: Clock, store: Store, tmp_path: Path
) -> None:
    async with serving(database_url, clock, slack) as running:
        await installs(running, slack)
        await slack.person("fatima").sees_soon(lambda _: True, "app")
        slack.faults.next("chat.postMessage", "error", times=2, error="service_unavailable")
        await slack.person("ada").types("/kudos @bo for what is sent later")
        await tried(store, slack.team_id, 2)
    await asyncio.sleep(2.5)  # the process goes by the machine's clock
    environment = many_workspaces(slack, free_port()) | {"DATABASE_URL": database_url}
    ended = await kudos("run-due", home=tmp_path, **environment)
    assert ended.code == 0, ended.err
    await slack.person("bo").sees_soon(lambda one: "sent later" in one.text)
