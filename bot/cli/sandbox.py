"""The command `kudos sandbox`: the simulated Slack, for an app that is started elsewhere."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from bot.cli.console import notices as out
from bot.cli.console import run_async, sentences, told_to_stop, words
from bot.environment.own_address import own_address
from bot.messages.operations import setup as texts
from bot.sandbox import Sandbox
from bot.slack.manifest import distributed, over_http, read_manifest
from bot.slack.token_vault import new_key
from bot.tenancy.tenancy import StartError

commands = typer.Typer()
EVENTS_PATH = "/slack/events"


@commands.command(rich_help_panel="Try it")
def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where it listens; 0 takes a free port.")
    ] = 0,
    workspace: Annotated[
        Path | None, typer.Option(help="People and channels, as YAML; default: built in.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="A file that keeps everything.")] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Send signed HTTP requests to the app at this address, such as "
            "http://127.0.0.1:3000, instead of Socket Mode.",
        ),
    ] = None,
    oauth: Annotated[
        bool,
        typer.Option("--oauth", help="Nobody has installed the app yet; needs --url."),
    ] = False,
    client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The app's client id; default: a new one.")
    ] = None,
    client_secret: Annotated[
        str | None,
        typer.Option(metavar="SECRET", help="The app's client secret; default: a new one."),
    ] = None,
) -> None:
    """Run only the simulated Slack, for an app that is started elsewhere.

    It prints what belongs into the app's environment. None of that opens anything but this sandbox.
    """
    with sentences():
        address = None if url is None else _address(url)
        if oauth and address is None:
            raise StartError(texts.sandbox_needs_url(words))
        manifest = read_manifest()
        app: dict[str, Any] = {}
        if address is not None:
            manifest = (distributed if oauth else over_http)(manifest, address)
        if oauth:
            app["bot_token"] = ""
        app |= {"client_id": client_id} if client_id else {}
        app |= {"client_secret": client_secret} if client_secret else {}

        async def run() -> None:
            people = None if workspace is None else _workspace_in(workspace)
            events = None if address is None else address + EVENTS_PATH
            try:
                sandbox = Sandbox(manifest, people, state, app=app, port=port, event_url=events)
            except sqlite3.Error:
                raise StartError(texts.no_state_file(words, str(state))) from None
            async with sandbox as slack:
                out.print(f"{slack.url}\n")
                for name, value in _environment(slack, address, is_oauth=oauth).items():
                    out.print(f"{name}={value}", markup=False)
                await told_to_stop().wait()

        run_async(run())


def _workspace_in(path: Path) -> dict[str, Any]:
    """Returns what a file says of people and channels. Raises `StartError`."""
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        read = None
    if not isinstance(read, dict):
        raise StartError(texts.no_workspace_file(words, str(path)))
    return read


def _address(url: str) -> str:
    try:
        return own_address(url)
    except ValueError as error:
        raise StartError(f"--url {error}.") from None


def _environment(slack: Sandbox, address: str | None, *, is_oauth: bool) -> dict[str, str]:
    """Returns what the app is told, as its settings."""
    told = {"SLACK_API_URL": slack.api_url}
    if is_oauth:
        told |= {
            "SLACK_CLIENT_ID": slack.client_id,
            "SLACK_CLIENT_SECRET": slack.client_secret,
            "KUDOS_URL": address or "",
            "KUDOS_SECRET_KEY": new_key(),
        }
    else:
        told["SLACK_BOT_TOKEN"] = slack.bot_token
    if address is None:
        told["SLACK_APP_TOKEN"] = slack.app_token
    return told | {"SLACK_SIGNING_SECRET": slack.signing_secret}
