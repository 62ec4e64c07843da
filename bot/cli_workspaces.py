"""The commands for installing by OAuth: the manifest, the keys, and deleting a workspace."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
import yaml

from bot.app import StartError, open_store
from bot.cli_parts import EXIT_CODES, FOUND_FAULTS, err, out, run_async, sentences, words
from bot.clock import machine_clock
from bot.config import ConfigError, read_settings
from bot.logs import set_up_logs
from bot.manifest import distributed, manifest_text, over_http, read_manifest, with_history
from bot.messages import operator_workspaces as texts
from bot.services.deletion import BeginDeletion, begin_deletion
from bot.services.installations import reseal
from bot.tokens import TokenBox, WrongKeyError, new_key
from bot.upkeep import delete_everything
from handlers.workflow import with_step

SETTING_UP, DATA = "Set up", "Your data"
setting_up = typer.Typer()
data = typer.Typer()


@setting_up.command(rich_help_panel=SETTING_UP)
def manifest(
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Have Slack send requests to this address, such as https://kudos.example.com, "
            "instead of Socket Mode.",
        ),
    ] = None,
    distributed_: Annotated[
        bool,
        typer.Option(
            "--distributed",
            help="For an app that many workspaces install from /slack/install; needs --url.",
        ),
    ] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--with-history",
            help="Also ask to read the history of channels that Kudos is in: a post whose answer "
            "from Slack was lost is then never posted twice.",
        ),
    ] = False,
    workflow_step: Annotated[
        bool,
        typer.Option(
            "--with-workflow-step",
            help="Also offer a step to Workflow Builder. Slack allows that on paid plans, to an "
            "app of one workspace or organization.",
        ),
    ] = False,
) -> None:
    """Print the app manifest, to be pasted at api.slack.com/apps under "From a manifest"."""
    with sentences():
        if distributed_ and not url:
            raise StartError(texts.url_missing(words))
        if distributed_ and (workflow_step or history):
            raise StartError(texts.not_distributed(words))
        if url is not None:
            read_settings(_env_file=None, kudos_url=url)  # tells what is wrong with it
    if url is None and not history and not workflow_step:
        sys.stdout.write(manifest_text())
        return
    asked = read_manifest()
    if history:
        asked = with_history(asked)
    if workflow_step:
        asked = with_step(asked)
    if url is not None:
        asked = distributed(asked, url) if distributed_ else over_http(asked, url)
    sys.stdout.write(yaml.safe_dump(asked, sort_keys=False, allow_unicode=True))


@setting_up.command("secret-key", rich_help_panel=SETTING_UP)
def secret_key() -> None:
    """Print a fresh key for KUDOS_SECRET_KEY, with which the tokens of workspaces are stored."""
    sys.stdout.write(new_key() + "\n")


@setting_up.command("rotate-key", rich_help_panel=SETTING_UP, epilog=EXIT_CODES)
def rotate_key() -> None:
    """Store every token anew, with the first key in KUDOS_SECRET_KEY; harmless to do again.

    Put a fresh key before the old one, with a comma between them, and restart every process. Then
    run this, take the old key away, and restart them once more.
    """
    with sentences():
        settings = read_settings()
        set_up_logs(settings)
        keys = settings.kudos_secret_key.get_secret_value()
        if not keys.strip():
            raise ConfigError([texts.key_missing(words)])
        box = TokenBox(keys)

        async def run() -> int:
            store = open_store(settings, machine_clock)
            try:
                return await store.write(reseal, box.reseal)
            except WrongKeyError as error:
                raise StartError(texts.wrong_key(words, str(error))) from None
            finally:
                await store.close()

        out.print(texts.keys_rotated(words, run_async(run())))


@data.command("delete", rich_help_panel=DATA, epilog=EXIT_CODES)
def delete(
    team: Annotated[str, typer.Option(help="The workspace, such as T0123456789.")],
    sure: Annotated[
        bool, typer.Option("--sure", help="Really do it; without this, nothing happens.")
    ] = False,
) -> None:
    """Delete everything that is stored of one workspace, for ever; the others stay as they are."""
    with sentences():
        settings = read_settings()
        set_up_logs(settings)
        if not sure:
            err.print(texts.not_sure(words, team), markup=False)
            raise typer.Exit(FOUND_FAULTS)

        async def run() -> int | None:
            store = open_store(settings, machine_clock)
            try:
                if not await store.write(begin_deletion, BeginDeletion(team)):
                    return None
                return await delete_everything(store, team)
            finally:
                await store.close()

        rows = run_async(run())
        if rows is None:
            err.print(texts.no_workspace(words, team), markup=False)
            raise typer.Exit(FOUND_FAULTS)
        out.print(texts.workspace_deleted(words, team, rows), markup=False)
